import { hash } from 'node:crypto';
import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RowChunk } from './row-chunk.js';

const keyOf = (text: string): string => hash('sha256', text, 'hex').slice(0, 32);

/** Rows as COPY would store them. */
function rowsOf(chunk: RowChunk): (readonly [string, number, unknown])[] {
  const lines = chunk.toCopy().toString('utf8').split('\n').slice(0, -1);
  return lines.map((line) => {
    const [version, key = '', number, cells = ''] = line.split('\t');
    expect(version).toBe('7');
    return [key, Number(number), JSON.parse(cells.replaceAll('\\\\', '\\'))] as const;
  });
}

describe('RowChunk', () => {
  it('holds what a map would hold, in any order in which rows are added, replaced and removed', () => {
    const step = fc.record({
      key: fc.integer({ min: 0, max: 30 }),
      cell: fc.string({ unit: 'binary', maxLength: 10 }).filter((text) => !/[\ud800-\udfff]/u.test(text)),
      replaces: fc.boolean(),
      removes: fc.integer({ min: 0, max: 6 }),
    });
    const chunk = new RowChunk(7);
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        chunk.clear();
        const expected = new Map<string, readonly [number, string[]]>();
        steps.forEach(({ key: number, cell, replaces }, line) => {
          const key = keyOf(String(number));
          const earlier = expected.get(key);
          expect(chunk.add(key, line, [cell, String(number)], replaces)).toBe(earlier?.[0] ?? null);
          if (earlier !== undefined && !replaces) return;
          expected.delete(key);
          expected.set(key, [line, [cell, String(number)]]);
        });
        for (const { key: number, removes } of steps) {
          const key = keyOf(String(number));
          if (removes > 0) continue;
          chunk.remove(key);
          expected.delete(key);
        }
        expect(rowsOf(chunk)).toEqual([...expected].map(([key, [line, cells]]) => [key, line, cells]));
        expect(chunk.count).toBe(expected.size);
        expect(chunk.keys()).toEqual([...expected.keys()]);
        for (const [key, [line]] of expected) expect(chunk.lineOf(key)).toBe(line);
        expect(chunk.lineOf(keyOf('none'))).toBe(0);
      }),
    );
  });

  it('takes rows larger than its memory', () => {
    const chunk = new RowChunk(7);
    chunk.add(keyOf('a'), 1, ['x'], false);
    chunk.add(keyOf('b'), 2, ['ä'.repeat(900_000)], false);
    chunk.add(keyOf('c'), 3, ['y'], false);
    expect(rowsOf(chunk).map(([, line]) => line)).toEqual([1, 2, 3]);
  });

  it('takes as many rows as a piece of a file can hold', () => {
    const chunk = new RowChunk(7);
    for (let row = 0; row < 16_384; row += 1) expect(chunk.add(keyOf(String(row)), row, [], false)).toBeNull();
    expect(chunk.lineOf(keyOf('16383'))).toBe(16_383);
    expect(() => chunk.add(keyOf('x'), 1, [], false)).toThrow(RangeError);
    expect(chunk.clear().count).toBe(0);
    expect(chunk.add(keyOf('1'), 1, [], false)).toBeNull();
  });
});
