// The form of a corpus: comment lines with its origin, then one case a line, columns apart by tabs.
import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const folder = join(import.meta.dirname, '..', '..', 'test', 'corpora');

/**
 * @param name of the file in test/corpora, with its ending.
 * @returns {{ header: string[], columns: string[], rows: Record<string, string>[] }} cells by column, all of them text;
 *   an empty cell is ''.
 */
export function readCorpus(name) {
  const lines = readFileSync(join(folder, name), 'utf8').split('\n');
  const header = lines.filter((line) => line.startsWith('# ')).map((line) => line.slice(2));
  const columns = header
    .find((line) => line.startsWith('columns: '))
    ?.slice('columns: '.length)
    .split(' | ');
  if (columns === undefined) throw new Error(`test/corpora/${name} has no line "# columns: …"`);
  const rows = lines
    .filter((line) => line !== '' && !line.startsWith('# '))
    .map((line) => {
      const cells = line.split('\t');
      if (cells.length !== columns.length) throw new Error(`test/corpora/${name} has a line of other columns: ${line}`);
      return Object.fromEntries(cells.map((cell, index) => [columns[index], cell]));
    });
  return { header, columns, rows };
}

/**
 * @param name of the file in test/corpora.
 * @param corpus `sources`: where the cases are from, with versions, a line each; `licence` of what was taken; `madeBy`:
 *   the script or "by hand"; `notes`: further lines; `columns`: names; `rows`: arrays of text in their order.
 */
export function writeCorpus(name, { sources, licence, madeBy, notes = [], columns, rows }) {
  const header = [
    ...sources.map((source) => `source: ${source}`),
    `licence: ${licence}`,
    `made: ${new Date().toISOString().slice(0, 10)} (${madeBy})`,
    ...notes,
    `columns: ${columns.join(' | ')}`,
  ];
  for (const row of rows) {
    const bad = row.length !== columns.length || row.some((cell) => /[\t\n\r]/.test(cell)) || row[0].startsWith('# ');
    if (bad) throw new Error(`not a row of ${name}: ${JSON.stringify(row)}`);
  }
  const text = [...header.map((line) => `# ${line}`), ...rows.map((row) => row.join('\t'))].join('\n');
  writeFileSync(join(folder, name), `${text}\n`);
}

/**
 * Whether a case is of the half that no rule is written against. The choice is the hash's: it stays when cases come and
 * go, and nobody makes it.
 *
 * @param key that tells the case from the others of its corpus: the input as text.
 */
export function isHeldOut(key) {
  return (createHash('sha256').update(key).digest()[0] & 1) === 1;
}
