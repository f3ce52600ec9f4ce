import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJsonObject, parseJsonText } from './json-body.js';
import { toJsonText } from './json-text.js';
import { RequestError } from './request-error.js';

function refusalOf(bytes: Buffer | string | undefined): RequestError {
  try {
    parseJsonObject(typeof bytes === 'string' ? Buffer.from(bytes) : bytes);
  } catch (error) {
    if (error instanceof RequestError) return error;
    throw error;
  }
  throw new Error('was not refused');
}

describe('parsing a body', () => {
  it('reads what JSON.parse reads, wherever no number has 16 digits', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 5 })), (value) => {
        const text = JSON.stringify(value);
        fc.pre(!/__proto__|\d{16}/.test(text));
        expect(parseJsonObject(Buffer.from(text))).toEqual(JSON.parse(text));
      }),
    );
  });

  it('reads numbers as JSON.parse does when a long one beside them asks for the lossless parser', () => {
    fc.assert(
      fc.property(fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true })), (number) => {
        const body = parseJsonObject(Buffer.from(`{"n":${JSON.stringify(number)},"long":12345678901234567890}`));
        if (Number.isInteger(number) && !Number.isSafeInteger(number)) expect(Number(body['n'])).toBe(number);
        else expect(body['n']).toBe(JSON.parse(JSON.stringify(number)));
        expect(body['long']).toBe(12345678901234567890n);
      }),
    );
  });

  it('keeps integers beyond 2^53 digit for digit through parsing and writing', () => {
    fc.assert(
      fc.property(fc.bigInt(), (integer) => {
        const text = `{"id":${integer},"list":[1.5,{"a":"b"}]}`;
        expect(toJsonText(parseJsonObject(Buffer.from(text)))).toBe(text);
      }),
    );
  });

  it('skips a byte order mark', () => {
    expect(parseJsonObject(Buffer.from('\ufeff{"a":1}'))).toEqual({ a: 1 });
  });

  it('takes the last of equal keys with either parser', () => {
    expect(parseJsonObject(Buffer.from('{"a":1,"a":2}'))).toEqual({ a: 2 });
    expect(parseJsonObject(Buffer.from('{"a":1,"a":2,"n":12345678901234567890}'))).toMatchObject({ a: 2 });
  });

  it('takes 32 levels and refuses 33, brackets in strings not counted', () => {
    expect(parseJsonText(`${'['.repeat(32)}${']'.repeat(32)}`)).toBeInstanceOf(Array);
    expect(() => parseJsonText(`${'['.repeat(33)}${']'.repeat(33)}`)).toThrow('deeper than 32');
    expect(parseJsonText(JSON.stringify({ a: '[[{'.repeat(40), b: '\\"[' }))).toHaveProperty('a');
  });

  it('keeps a harmless constructor and refuses what reaches a prototype', () => {
    expect(parseJsonObject(Buffer.from('{"constructor":"builder"}'))).toHaveProperty('constructor', 'builder');
    for (const text of ['{"__proto__":1}', '{"a":[{"__proto__":{}}]}', '{"\\u005f\\u005fproto\\u005f\\u005f":1}']) {
      expect(refusalOf(text).message).toBe('The request body holds a forbidden key.');
    }
    expect(refusalOf('{"a":{"constructor":{"prototype":{}}}}').status).toBe(400);
  });

  it('says where a body breaks, and never what stood there', () => {
    fc.assert(
      fc.property(fc.nat(40), (cut) => {
        const error = refusalOf('{"email":"jane.secret@example.com","age":41,"x":[1,2]}'.slice(0, cut));
        expect(error.message).not.toMatch(/jane|secret|email|41/);
        expect(error.message).toMatch(cut === 0 ? /empty/ : /position \d+/);
      }),
    );
    expect(refusalOf('{"a": secret}').message).toBe('The request body is not valid JSON at position 6.');
  });

  it('refuses numbers no double can hold and integers without end', () => {
    expect(refusalOf('{"n":1e400}').message).toContain('out of range');
    expect(refusalOf(`{"n":${'9'.repeat(400)}}`).message).toContain('out of range');
  });

  it.each([undefined, Buffer.alloc(0), Buffer.from([0x22, 0xc3, 0x28, 0x22])])('refuses %s with 400', (bytes) => {
    expect(refusalOf(bytes)).toMatchObject({ status: 400, code: 'INVALID_REQUEST' });
  });
});
