import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CsvFormat } from './csv-format.js';
import { CsvRows, type RowSink } from './csv-rows.js';

class Collected implements RowSink {
  names: readonly string[] | null | undefined;
  readonly rows: (readonly [number, readonly string[]])[] = [];
  readonly badRows: (readonly [number, string])[] = [];

  columns(names: readonly string[] | null): void {
    this.names = names;
  }

  row(cells: string[], line: number): void {
    this.rows.push([line, cells]);
  }

  bad(line: number, reason: string): void {
    this.badRows.push([line, reason]);
  }
}

const COMMAS: CsvFormat = { delimiter: ',', header: true, quote: '"' };

async function read(text: string, format = COMMAS, pieceBytes = 7): Promise<Collected> {
  const collected = new Collected();
  const rows = new CsvRows(format, collected);
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += pieceBytes) await rows.feed(bytes.subarray(at, at + pieceBytes));
  await rows.end();
  return collected;
}

describe('CsvRows', () => {
  it('tells the line in which each row begins', async () => {
    const { names, rows } = await read('\ufeffa,b\r\n1,"x\r\ny"\r\n\r\n2,"say ""hi"""\r\n3,z');
    expect(names).toEqual(['a', 'b']);
    expect(rows).toEqual([
      [2, ['1', 'x\r\ny']],
      [5, ['2', 'say "hi"']],
      [6, ['3', 'z']],
    ]);
  });

  it('counts rows of another width, and those with a stray quote, and reads on', async () => {
    const { rows, badRows } = await read('a,b\n1,2\n1\n1,2,3\n4,5" "pipe"\n6,7\n');
    expect(rows.map(([, cells]) => cells)).toEqual([
      ['1', '2'],
      ['6', '7'],
    ]);
    expect(badRows).toEqual([
      [3, 'has 1 cells instead of 2'],
      [4, 'has 3 cells instead of 2'],
      [5, 'has a quote within a cell that is not quoted'],
    ]);
  });

  it.each([
    ['text behind a closing quote', 'a,b\n1,"2"x\n3,4\n', 2, /closing quote/],
    ['a quote that is never closed', 'a,b\n1,"2\n3,4\n', 2, /not closed/],
    ['a row without end', `a,b\n1,"${'x'.repeat(1024 * 1024 + 1)}\n`, 2, /more than/],
  ])('refuses %s with its line and without its text', async (_what, text, line, message) => {
    const failure = await read(text, COMMAS, 4096).then(
      () => null,
      (error: unknown) => error as Error & { line: number },
    );
    expect(failure?.message).toMatch(message);
    expect(failure?.message).not.toMatch(/xxx/);
    expect(failure?.line).toBe(line);
  });

  it('takes quotes for letters on request', async () => {
    const { rows } = await read('a\tb\n1\t5" pipe\n', { delimiter: '\t', header: true, quote: null });
    expect(rows).toEqual([[2, ['1', '5" pipe']]]);
  });

  it('numbers the columns of a file without names', async () => {
    const { names, rows } = await read('1,2\n3,4\n', { ...COMMAS, header: false });
    expect(names).toBeNull();
    expect(rows).toHaveLength(2);
  });

  it('reads what was written, wherever packets cut it', async () => {
    const cell = fc.string({ unit: 'binary', maxLength: 12 }).filter((text) => !/[\r\0\ud800-\udfff]/.test(text));
    const table = fc.array(fc.tuple(cell, cell), { minLength: 1, maxLength: 20 });
    await fc.assert(
      fc.asyncProperty(table, fc.integer({ min: 1, max: 40 }), async (cells, pieceBytes) => {
        const quoted = (text: string): string => `"${text.replaceAll('"', '""')}"`;
        const text = ['a,b', ...cells.map(([one, two]) => `${quoted(one)},${quoted(two)}`)].join('\n');
        const { rows, badRows } = await read(text, COMMAS, pieceBytes);
        expect(badRows).toEqual([]);
        expect(rows.map(([, row]) => row)).toEqual(cells);
      }),
    );
  });
});
