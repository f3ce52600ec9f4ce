import { v7 as uuidv7 } from 'uuid';
import { describe, expect, it } from 'vitest';
import { IdBatch } from './id-batch.js';

const ids = Array.from({ length: 10 }, () => uuidv7());

/** The ids of a batch, read back from what it sends. */
function idsOf(batch: IdBatch): string[] {
  const bytes = batch.toParameter();
  return Array.from({ length: batch.size }, (_, index) => {
    const hex = bytes.toString('hex', 24 + index * 20, 40 + index * 20);
    return hex.replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  });
}

describe('a batch of ids', () => {
  it('sends what it has read', () => {
    const sent = IdBatch.of(ids).toParameter();
    expect(IdBatch.read(sent).toParameter()).toEqual(sent);
    expect(idsOf(IdBatch.read(sent))).toEqual(ids);
  });

  it('is dealt out in turns, in order, to no more hands than it has ids', () => {
    const deal = (some: readonly string[], turns: readonly number[]): string[][] =>
      IdBatch.of(some)
        .deal(turns)
        .map((hand) => idsOf(hand));
    expect(deal(ids, [0, 1, 1, 2])).toEqual([
      [ids[0], ids[4], ids[8]],
      [ids[1], ids[2], ids[5], ids[6], ids[9]],
      [ids[3], ids[7]],
    ]);
    expect(deal(ids.slice(0, 2), [2, 0, 1])).toEqual([[ids[1]], [ids[0]]]);
    expect(deal([], [0, 1])).toEqual([]);
  });

  it('is dealt out so that equal ids stay together, wherever they are', () => {
    const [a = '', b = '', c = ''] = ids;
    const hands = IdBatch.of([a, b, a, c, a]).deal([0, 1]);
    expect(hands.map((hand) => idsOf(hand))).toEqual([[a, a, c, a], [b]]);
  });

  it('leaves ids out, however they are spelt', () => {
    const [first = '', second = ''] = ids;
    expect(idsOf(IdBatch.of(ids).without([first.toUpperCase(), second, uuidv7()]))).toEqual(ids.slice(2));
    expect(idsOf(IdBatch.of(ids).without([]))).toEqual(ids);
  });

  it('may be empty, as the server writes that', () => {
    // Without dimensions.
    const sent = Buffer.alloc(12);
    sent.writeInt32BE(2950, 8);
    expect(IdBatch.read(sent).size).toBe(0);
  });

  it.each([21, 30, 41])('is not made of %i bytes', (length) => {
    expect(() => IdBatch.read(Buffer.alloc(length))).toThrow(TypeError);
  });
});
