import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { NotUtf8Error, Utf8Gate } from './utf8-gate.js';

/** The text that comes through, in pieces of a size; the line of a fault instead. */
function pass(bytes: Buffer, pieceBytes: number): string | number {
  const gate = new Utf8Gate();
  const passed: Buffer[] = [];
  try {
    for (let at = 0; at < bytes.length; at += pieceBytes) {
      const piece = gate.pass(bytes.subarray(at, at + pieceBytes));
      // Whole characters in each piece.
      expect(piece.toString('utf8')).not.toContain('\ufffd');
      passed.push(piece);
    }
    gate.end();
  } catch (error) {
    if (error instanceof NotUtf8Error) return error.line;
    throw error;
  }
  return Buffer.concat(passed).toString('utf8');
}

describe('Utf8Gate', () => {
  it('passes text, wherever it is cut', () => {
    const text = fc.string({ unit: 'binary', maxLength: 60 }).filter((one) => !/[\ud800-\udfff\ufffd]/u.test(one));
    fc.assert(
      fc.property(text, fc.integer({ min: 1, max: 9 }), (one, pieceBytes) => {
        expect(pass(Buffer.from(one), pieceBytes)).toBe(one);
      }),
    );
  });

  it.each([
    ['a byte of Latin-1', Buffer.from('a\nb\n\xe4x\n', 'latin1'), 3],
    ['a byte that follows none', Buffer.from('a\n\x80', 'latin1'), 2],
    ['nothing but that byte', Buffer.from('\x80', 'latin1'), 1],
    ['a character cut off', Buffer.from('a\nb\n\xe2\x82', 'latin1'), 3],
    ['one cut off by a line end', Buffer.from('\xf0\x9f\x98\nb', 'latin1'), 1],
    ['half a surrogate pair', Buffer.from('ok\n\xed\xa0\x80', 'latin1'), 2],
    ['a byte that is in no character', Buffer.from('\xff', 'latin1'), 1],
  ])('tells the line of %s', (_what, bytes, line) => {
    for (let pieceBytes = 1; pieceBytes <= bytes.length; pieceBytes += 1) expect(pass(bytes, pieceBytes)).toBe(line);
  });

  it('knows UTF-16 by its first two bytes', () => {
    const faultOf = (bytes: Buffer): unknown => {
      try {
        return new Utf8Gate().pass(bytes);
      } catch (error) {
        return (error as NotUtf8Error).utf16;
      }
    };
    expect(faultOf(Buffer.from('\ufeffa', 'utf16le'))).toBe(true);
    expect(faultOf(Buffer.from('\xfe\xff\0a', 'latin1'))).toBe(true);
    expect(faultOf(Buffer.from('a\xffbc', 'latin1'))).toBe(false);
  });
});
