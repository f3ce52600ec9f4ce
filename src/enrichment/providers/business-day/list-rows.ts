import { readFile } from 'node:fs/promises';

/** The rows of a list of the folder data/, as cells. Comment lines are left out. */
export async function readListRows(name: string): Promise<string[][]> {
  const text = await readFile(new URL(`../data/${name}`, import.meta.url), 'utf8');
  return text
    .split('\n')
    .filter((row) => row !== '' && !row.startsWith('# '))
    .map((row) => row.split('\t'));
}

/** Rows by their first cell. */
export function rowsByFirst(rows: readonly string[][]): Map<string, string[][]> {
  const found = new Map<string, string[][]>();
  for (const row of rows) {
    const [key = ''] = row;
    const group = found.get(key);
    if (group === undefined) found.set(key, [row]);
    else group.push(row);
  }
  return found;
}

/** The words of a cell; an empty cell has none. */
export function wordsOfCell(cell: string | undefined): string[] {
  return cell === undefined || cell === '' ? [] : cell.split(' ');
}
