import { describe, expect, it } from 'vitest';
import { LookupProvider } from './lookup.provider.js';

/** Settings are checked before there is a database. */
const provider = new LookupProvider({ find: () => Promise.reject(new Error('nothing is looked up here')) });
const GOOD = { table: 't', key: 'code', values: { name: 'countryName' } };

describe('settings of LookupProvider', () => {
  it.each([
    ['a key that is a field', GOOD],
    ['a key of several fields', { ...GOOD, key: ['country', 'postcode'] }],
    ['columns with names of their own', { ...GOOD, key: { 'Post code': 'zip' }, values: { 'Sales area': 'area' } }],
    ['columns called like their fields', { ...GOOD, values: ['name', 'area'] }],
    [
      'types and stand-ins',
      {
        ...GOOD,
        values: {
          size: { to: 'companySize', type: 'integer', default: 0 },
          open: { type: 'boolean', default: false },
          since: { type: 'date', default: '2026-01-01' },
        },
        found: 'isKnown',
        on: 'account',
      },
    ],
  ])('takes %s', (_what, settings) => {
    expect(provider.validateSettings(settings)).toEqual([]);
  });

  it.each([
    ['nothing', {}, [/table must name/, /key must be/, /values must map/]],
    ['a table with a slash', { ...GOOD, table: 'a/b' }, [/table must name/]],
    ['a table that is a number', { ...GOOD, table: 7 }, [/table must name/]],
    ['a typing error', { ...GOOD, tabel: 't' }, [/tabel is not a setting/]],
    ['an empty key', { ...GOOD, key: [] }, [/key must be/]],
    ['a key of no field', { ...GOOD, key: { code: 7 } }, [/key must be/]],
    ['a key twice', { ...GOOD, key: ['a', 'a'] }, [/key names a twice/]],
    ['too many keys', { ...GOOD, key: ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'] }, [/at most 8/]],
    ['a column of spaces', { ...GOOD, key: { ' ': 'zip' } }, [/no column can have/]],
    ['no value', { ...GOOD, values: {} }, [/values must map/]],
    ['a value of no field', { ...GOOD, values: { name: 7 } }, [/values.name must be the name of a field, or have/]],
    ['an unknown type', { ...GOOD, values: { size: { type: 'number' } } }, [/values.size.type must be one of string/]],
    [
      'a stand-in of another type',
      { ...GOOD, values: { n: { type: 'integer', default: 'x' } } },
      [/of the type integer/],
    ],
    ['a stand-in that is a list', { ...GOOD, values: { n: { default: ['x'] } } }, [/of the type string/]],
    ['an unknown setting of a value', { ...GOOD, values: { n: { too: 'x' } } }, [/values.n.too is not a setting/]],
    ['a field twice', { ...GOOD, values: { a: 'x', b: { to: 'x' } } }, [/two columns the field x/]],
    ['a column with spaces and no field', { ...GOOD, values: { 'a b': { type: 'string' } } }, [/to must be the name/]],
    ['a field for both', { ...GOOD, found: 'countryName' }, [/two columns the field countryName/]],
    ['nowhere', { ...GOOD, on: 'group' }, [/on must be account or people/]],
  ])('refuses %s', (_what, settings, expected) => {
    const problems = provider.validateSettings(settings);
    expect(problems).toEqual(expected.map((pattern) => expect.stringMatching(pattern)));
  });
});
