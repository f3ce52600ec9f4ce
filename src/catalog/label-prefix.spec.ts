import { describe, expect, it } from 'vitest';
import { foldLabel, labelPrefix } from './label-prefix.js';

/** As PostgreSQL's `translate` and `left` work. */
function asDatabase(label: string, { length, from, to }: ReturnType<typeof labelPrefix>): string {
  const [ours, theirs] = [Array.from(from), Array.from(to)];
  const targets = new Map(ours.map((letter, at) => [letter, theirs[at] ?? '']));
  return Array.from(label)
    .slice(0, length)
    .map((letter) => targets.get(letter) ?? letter)
    .join('');
}

describe('the beginning of a label', () => {
  it.each([
    ['École', 'e'],
    ['École', 'É'],
    ['école', 'ECO'],
    ['e\u0301cole', 'éco'],
    ['Ärzte', 'a'],
    ['Zürich', 'ZURI'],
    ['İzmir', 'i'],
    ['Việt Nam', 'viet'],
    ['Ελλάδα', 'ελλα'],
    ['ΟΔΟΣ', 'οδος'],
    ['Москва', 'МОС'],
    ['Йошкар', 'йо'],
    ['한국', '한'],
    ['が', 'が'],
    ['हिन्दी', 'हि'],
    ['100 %', '100'],
    ['\u{1F600} smile', '\u{1F600}'],
    ['anything', ''],
  ])('of %j is %j, here and in the database', (label, prefix) => {
    const sought = labelPrefix(prefix);
    expect(foldLabel(label).startsWith(sought.folded)).toBe(true);
    expect(asDatabase(label, sought).startsWith(sought.folded)).toBe(true);
  });

  it.each([
    ['École', 'f'],
    ['École', 'ecolf'],
    ['が', 'は'],
    ['हिन्दी', 'हु'],
    ['a', 'ab'],
  ])('of %j is not %j', (label, prefix) => {
    const sought = labelPrefix(prefix);
    expect(foldLabel(label).startsWith(sought.folded)).toBe(false);
    expect(asDatabase(label, sought).startsWith(sought.folded)).toBe(false);
  });

  it('maps only letters of the prefix: a long list would cost for each character of each label', () => {
    expect(labelPrefix('').from).toBe('');
    expect(labelPrefix('e').to).toMatch(/^e+$/);
  });
});
