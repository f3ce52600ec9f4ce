import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJsonText } from './json-body.js';
import { toJsonText, wireId } from './json-text.js';

describe('toJsonText', () => {
  it('writes what JSON.stringify writes where there is no bigint', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(toJsonText(value)).toBe(JSON.stringify(value));
      }),
    );
  });

  it('writes everything beside a bigint as JSON.stringify does', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        expect(toJsonText([value, 1n, undefined, { gone: undefined }])).toBe(`[${JSON.stringify(value)},1,null,{}]`);
      }),
    );
  });

  it('refuses what JSON cannot hold', () => {
    const circle: Record<string, unknown> = {};
    circle['circle'] = circle;
    expect(() => toJsonText(circle)).toThrow(TypeError);
    expect(() => toJsonText(undefined)).toThrow(TypeError);
  });
});

describe('wireId', () => {
  it('brings every integer back digit for digit', () => {
    fc.assert(
      fc.property(fc.bigInt(), (integer) => {
        expect(toJsonText(wireId(integer.toString()))).toBe(integer.toString());
      }),
    );
  });

  it('keeps every other id as it is', () => {
    for (const id of ['007', '-0', '00', '-', '1.5', '1e3', '+1', ' 1', '1\n', '0x1f', '', 'a-1', '١']) {
      expect(wireId(id)).toBe(id);
    }
  });

  it('writes any id so that reading it again gives the same id', () => {
    fc.assert(
      fc.property(fc.string(), (id) => {
        const read = parseJsonText(toJsonText(wireId(id))) as string | number | bigint;
        expect(read.toString()).toBe(id);
      }),
    );
  });
});
