import { Type } from 'class-transformer';
import { IsOptional, IsString, ValidateBy, ValidateNested } from 'class-validator';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { readDto } from './read-dto.js';

class Entry {
  @IsString({ message: 'must be a string' }) url!: string;
}

class Body {
  @IsOptional() @IsString({ message: 'must be a string' }) name?: string;
  @IsOptional() @ValidateBy({ name: 'any', validator: { validate: () => true } }) section?: unknown;
  @IsOptional() @ValidateNested({ each: true }) @Type(() => Entry) entries?: Entry[];
  @IsOptional() @ValidateNested() @Type(() => Entry) entry?: Entry;
}

const INHERITED = Object.getOwnPropertyNames(Object.prototype).filter((name) => name !== '__proto__');

/** JSON with members of these names here and there; `__proto__` never gets past the parser. */
const hostile = fc
  .letrec<{ value: unknown }>((tie) => ({
    value: fc.oneof(
      { depthSize: 'small' },
      fc.string(),
      fc.integer(),
      fc.constant(null),
      fc.array(tie('value'), { maxLength: 3 }),
      fc.dictionary(
        fc.oneof(fc.constantFrom(...INHERITED, '\uF8FFown:', '\uF8FFown:constructor'), fc.string()),
        tie('value'),
        {
          maxKeys: 4,
        },
      ),
    ),
  }))
  .value.filter((value) => !JSON.stringify(value).includes('__proto__'));

describe('a member called like something every object has', () => {
  it('is kept as it came wherever members are kept, whatever it holds', async () => {
    await fc.assert(
      fc.asyncProperty(hostile, async (section) => {
        const text = JSON.stringify({ name: 'x', section });
        const { value, problems } = await readDto(Body, JSON.parse(text) as Record<string, unknown>);
        expect(problems).toEqual([]);
        expect(JSON.stringify(value)).toBe(text);
        expect(value).toBeInstanceOf(Body);
      }),
      { numRuns: 500 },
    );
  });

  it.each(INHERITED)('%s is refused by name wherever members are known, at every depth', async (name) => {
    const body = { [name]: {}, entries: [{ url: 'a', [name]: 1 }], entry: { url: 'b', [name]: { deep: [] } } };
    const { problems } = await readDto(Body, body);
    expect(problems.map(({ field, message }) => `${field} ${message}`)).toEqual([
      `${name} is not a known field`,
      `entries[0].${name} is not a known field`,
      `entry.${name} is not a known field`,
    ]);
  });

  it('changes nothing about the others', async () => {
    const { value, problems } = await readDto(Body, { name: 5, section: { toString: 'x' }, entry: { url: 'u' } });
    expect(problems).toEqual([{ field: 'name', message: 'must be a string', received: 'number' }]);
    expect(value.entry).toBeInstanceOf(Entry);
    expect(Object.keys(value.section as object)).toEqual(['toString']);
  });
});
