import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../src/database/database.js';
import { joinTexts, splitTexts } from '../src/database/parameters.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const ECHO = { name: 'echo', text: 'SELECT $1::text[] AS texts, $2::float8[] AS numbers, $3::boolean[] AS flags' };
const SPLIT = { name: 'split', text: `SELECT ${splitTexts('$1')} AS texts` };

/** Any text PostgreSQL can hold: everything but NUL. */
const text = fc.string({ unit: 'binary' }).map((value) => value.replaceAll('\0', ''));

let test: TestDatabase;
let database: Database;

beforeAll(async () => {
  test = await createTestDatabase({ poolSize: 1 });
  database = new Database(test.dataSource);
});
afterAll(async () => test.drop());

describe('array parameters', () => {
  it('arrive as they were given, whatever they hold', async () => {
    const value = fc.oneof(
      text,
      fc.constantFrom('', 'NULL', 'null', '{', '}', ',', '"', '\\', ' ', "'"),
      fc.constant(null),
    );
    const property = fc.asyncProperty(
      fc.array(value),
      fc.array(
        fc.oneof(
          fc.double({ noNaN: true }).filter((number) => !Object.is(number, -0)),
          fc.constant(null),
        ),
      ),
      fc.array(fc.oneof(fc.boolean(), fc.constant(null))),
      async (texts, numbers, flags) => {
        const [row] = await database.query<Record<string, unknown>>(ECHO, [texts, numbers, flags]);
        expect(row).toEqual({ texts, numbers, flags });
      },
    );
    await fc.assert(property, { numRuns: 300 });
  });
});

describe('joined texts', () => {
  it('arrive as they were given, empty ones and ones with a delimiter included', async () => {
    const value = fc.oneof(text, fc.constantFrom('', '\u001e', 'a\u001eb', '{"a":"b\\"c"}'));
    const property = fc.asyncProperty(fc.array(value, { minLength: 1 }), async (texts) => {
      fc.pre(!['\u001e', '\u001f', '\u001d', '\u001c'].every((delimiter) => texts.join('').includes(delimiter)));
      expect(await database.query(SPLIT, [joinTexts(texts)])).toEqual([{ texts }]);
    });
    await fc.assert(property, { numRuns: 300 });
  });

  it('that hold every delimiter are refused, not mixed up', () => {
    expect(() => joinTexts(['\u001c\u001d', '\u001e\u001f'])).toThrow(TypeError);
  });
});
