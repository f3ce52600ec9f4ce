import { createRequire } from 'node:module';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { joinTexts, toParameter } from './parameters.js';

/** The driver's own rendering, which its types do not know. */
const { prepareValue } = createRequire(import.meta.url)('pg/lib/utils.js') as {
  readonly prepareValue: (value: unknown) => unknown;
};

describe('an array parameter', () => {
  it.each<[readonly unknown[], string]>([
    [[], '{}'],
    [['a', 'b,c', '{d}', ' ', 'NULL', ''], '{"a","b,c","{d}"," ","NULL",""}'],
    [[1, -0.5, 1e21, null], '{1,-0.5,1e+21,NULL}'],
    [[true, false, null], '{true,false,NULL}'],
  ])('of %j is rendered', (value, text) => {
    expect(toParameter(value)).toBe(text);
  });

  it.each([[['say "hi"']], [['a\\b']], [[new Date(0)]], [[undefined]], [[['nested']]], [[Buffer.from('x')]]])(
    'of %j is left to the driver',
    (value) => {
      expect(toParameter(value)).toBe(value);
    },
  );

  it.each([null, 'text', 7, true, Buffer.from('x')])('%j is no array and stays as it is', (value) => {
    expect(toParameter(value)).toBe(value);
  });

  it('says to PostgreSQL what the driver says', () => {
    const element = fc.oneof(fc.string({ unit: 'binary' }), fc.constant(null));
    fc.assert(
      fc.property(fc.array(element), (value) => {
        expect(prepareValue(toParameter(value))).toBe(prepareValue(value));
      }),
    );
  });
});

describe('joined texts', () => {
  it('begin with a delimiter that none of them holds', () => {
    expect(joinTexts(['a', 'b'])).toBe('\u001ea\u001eb');
    expect(joinTexts(['a\u001e', 'b'])).toBe('\u001fa\u001e\u001fb');
    expect(joinTexts([])).toBe('\u001e');
    expect(() => joinTexts(['\u001e\u001f\u001d\u001c'])).toThrow(TypeError);
  });
});
