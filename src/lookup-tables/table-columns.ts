import { refuseFile, refuseParameter } from './lookup-tables.errors.js';
import { TABLE_LIMITS } from './table-limits.js';

/**
 * Names of a file's columns, in their order; `column1` and so on where the first row is none of names.
 * @throws RequestError 422 for names that cannot tell columns apart.
 */
export function nameColumns(names: readonly string[] | null, count: number): string[] {
  if (count > TABLE_LIMITS.columns) throw refuseFile(`The file has more than ${TABLE_LIMITS.columns} columns.`);
  if (names === null) return Array.from({ length: count }, (_, at) => `column${at + 1}`);
  const columns = names.map((name) => name.normalize('NFC').trim());
  const problems = columns.flatMap((name, at) => {
    const message = problemOf(name, columns.indexOf(name) < at);
    return message === null ? [] : [{ field: `column ${at + 1}`, message }];
  });
  if (problems.length === 0) return columns;
  const told = problems.map(({ field, message }) => `${field} ${message}`).join('; ');
  throw refuseFile(`The first line does not name the columns: ${told}. Without a line of names, send header=false.`, [
    ...problems,
  ]);
}

/**
 * The columns a table is looked up by.
 * @param wanted names, or several of them joined by commas; null: those of the version before
 * @param before null: the first column
 * @throws RequestError 422 for a name the file does not have.
 */
export function chooseKey(
  columns: readonly string[],
  wanted: readonly string[] | null,
  before: readonly string[] | null,
): string[] {
  if (wanted === null) return keepKey(columns, before ?? columns.slice(0, 1));
  const names = wanted.flatMap((name) => (columns.includes(name) ? [name] : name.split(',').map((one) => one.trim())));
  const missing = names.filter((name) => !columns.includes(name));
  if (missing.length > 0) {
    throw refuseParameter('key', `names no column of the file; it has ${columns.slice(0, 20).join(', ')}`);
  }
  if (new Set(names).size < names.length) throw refuseParameter('key', 'names a column twice');
  if (names.length > TABLE_LIMITS.keyColumns) {
    throw refuseParameter('key', `names more than ${TABLE_LIMITS.keyColumns} columns`);
  }
  return names;
}

/** Another key would fail every step that looks the table up: it is changed on purpose alone. */
function keepKey(columns: readonly string[], before: readonly string[]): string[] {
  if (before.every((name) => columns.includes(name))) return [...before];
  throw refuseParameter('key', `is missing: the version before has the key ${before.join(', ')}, the file does not`);
}

function problemOf(name: string, isRepeated: boolean): string | null {
  if (name === '') return 'has no name';
  if (name.length > TABLE_LIMITS.columnName) return `has a name of more than ${TABLE_LIMITS.columnName} characters`;
  if (/\p{Cc}/u.test(name)) return 'has a control character in its name';
  return isRepeated ? 'has the name of another' : null;
}
