import * as fc from 'fast-check';
import jsonata from 'jsonata';
import { describe, expect, it } from 'vitest';
import { compileInline, UNDECIDED } from './inline-condition.js';

function inline(source: string): ((subject: unknown) => unknown) | null {
  return compileInline(jsonata(source).ast());
}

const NAMES = ['a', 'b', 'constructor', '__proto__', 'länge'];
const scalar = fc.oneof(
  fc.constantFrom('', 'x', 'y', 'DE', null, true, false, 0, -1, 1.5),
  fc.string({ maxLength: 3 }),
  fc.integer({ min: -3, max: 3 }),
);
const path = fc
  .array(fc.constantFrom(...NAMES), { minLength: 1, maxLength: 3 })
  .map((names) => names.map((name) => `\`${name}\``).join('.'));
const literal = fc
  .oneof(fc.constantFrom('x', 'y', 'DE', '', null, true, false), fc.integer({ min: -3, max: 3 }))
  .map((value) => JSON.stringify(value));
const subjects = fc.letrec((tie) => ({
  object: fc.dictionary(fc.constantFrom(...NAMES), tie('value'), { maxKeys: 4 }),
  value: fc.oneof({ depthSize: 'small' }, scalar, tie('object'), fc.array(scalar, { maxLength: 2 })),
})).object;
const comparison = fc
  .tuple(path, fc.constantFrom('=', '!=', '<', '<=', '>', '>='), literal, fc.boolean())
  .map(([field, operator, value, turned]) =>
    turned ? `${value} ${operator} ${field}` : `${field} ${operator} ${value}`,
  );
const conditions = fc.letrec<{ condition: string }>((tie) => ({
  condition: fc.oneof(
    { depthSize: 'small', withCrossShrink: true },
    comparison,
    path.map((field) => `$exists(${field})`),
    fc.constantFrom('true', 'false'),
    fc
      .tuple(tie('condition'), fc.constantFrom('and', 'or'), tie('condition'))
      .map(([a, word, b]) => `(${a} ${word} ${b})`),
    tie('condition').map((inner) => `$not(${inner})`),
    tie('condition').map((inner) => `(${inner})`),
  ),
})).condition;

describe('compileInline', () => {
  it('says what JSONata says, or leaves it to JSONata', async () => {
    let decided = 0;
    await fc.assert(
      fc.asyncProperty(conditions, subjects, async (source, subject) => {
        const evaluate = inline(source);
        expect(evaluate, source).not.toBeNull();
        const found = evaluate?.(subject);
        if (found === UNDECIDED) return;
        decided += 1;
        expect(found).toBe(await jsonata(source).evaluate(subject));
      }),
      { numRuns: 1_000 },
    );
    expect(decided).toBeGreaterThan(500);
  });

  it.each([
    ['fields.country = "DE"', { fields: { country: 'DE' } }, true],
    ['fields.country != "DE"', { fields: {} }, false],
    ['$not(fields.country = "DE")', { fields: {} }, true],
    ['fields.age > 18', { fields: { age: 20 } }, true],
    ['fields.age > 18', { fields: {} }, undefined],
    ['$exists(fields.age) and fields.age > 18', { fields: {} }, false],
    ['fields.vip = true or fields.score >= 80', { fields: { score: 90 } }, true],
    ['fields.age > 18', { fields: { age: '20' } }, UNDECIDED],
    ['fields.tags = "a"', { fields: { tags: ['a'] } }, UNDECIDED],
    ['people.name = "a"', { people: [{ name: 'a' }] }, UNDECIDED],
  ])('%s of %j is %s', (source, subject, result) => {
    expect(inline(source)?.(subject)).toBe(result);
  });

  it.each([
    ['fields.tags[0] = "a"'],
    ['$lowercase(fields.country) = "de"'],
    ['"a" in fields.tags'],
    ['fields.a = fields.b'],
    ['fields.* = "a"'],
    ['$$.a = 1'],
    ['a^(b) = 1'],
    ['fields[a=1].b = 2'],
    ['a[] = 1'],
    ['a@$x.b = 1'],
    ['a ? true : false'],
    ['($x := 1; a = 1)'],
    ['$exists(a, b)'],
    ['"text"'],
    ['fields.flag'],
  ])('leaves %s to a thread', (source) => {
    expect(inline(source)).toBeNull();
  });
});
