import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isPlain, keepHeaders } from './answer-headers.js';

describe('headers of an answer', () => {
  it('are kept by name, joined where they came several times, and cut', () => {
    const headers = { via: ['a', 'b'], 'set-cookie': ['secret'], server: 's'.repeat(2_000), date: 7, 'cf-ray': [] };
    expect(keepHeaders(headers)).toEqual({ via: 'a, b', server: 's'.repeat(1_024) });
  });

  it.each([
    [undefined, true],
    ['identity', true],
    ['Identity', true],
    ['', true],
    [['identity', 'identity'], true],
    ['gzip', false],
    [['identity', 'br'], false],
    ['identity, gzip', false],
  ])('with content-encoding %j say whether the body is text: %s', (encoding, plain) => {
    expect(isPlain({ 'content-encoding': encoding })).toBe(plain);
  });

  it('of any shape are read without an error', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom('via', 'date', 'content-encoding'), fc.anything()), (headers) => {
        for (const value of Object.values(keepHeaders(headers))) expect(value).toBeTypeOf('string');
        expect(isPlain(headers)).toBeTypeOf('boolean');
      }),
    );
  });
});
