// Row of the accuracy table: given and family names, split and cased by the name provider.
import { askProvider } from '../scoring/ask-provider.mjs';

const SPLIT = new Set(['split', 'splitUpper', 'comma', 'title']);

/** What a row's request has, without empty fields. */
function fieldsOf({ firstName, lastName, fullName, country }) {
  return Object.fromEntries(
    Object.entries({ firstName, lastName, fullName, countryCode: country }).filter(([, value]) => value !== ''),
  );
}

/** A package's answer in our form: given names together, as our provider gives them. */
function parts(first, middle, last) {
  return { first: [first, middle].filter(Boolean).join(' '), last: last ?? '' };
}

export default {
  title: 'Names, split and cased',
  corpus: 'names.tsv',
  provider: 'name',
  reach: { right: 98 },
  key: (row) => row.key,

  async answers(dist) {
    const ask = await askProvider(dist, 'name');
    return async (row) => {
      const fields = await ask(fieldsOf(row));
      return { first: fields.firstNameNormalized ?? '', last: fields.lastNameNormalized ?? '' };
    };
  },

  /** Silent is an answer without either part; half a name, or a part that is not the truth, is wrong. */
  judge(row, answer) {
    if (answer === null || (answer.first === '' && answer.last === '')) return 'silent';
    return answer.first === row.first && answer.last === row.last ? 'right' : 'wrong';
  },

  subsets: [
    { title: 'with the country', of: (row) => row.country !== '' },
    { title: 'without a country', of: (row) => row.country === '' },
    { title: 'split', of: (row) => SPLIT.has(row.form) },
    { title: 'cased', of: (row) => !SPLIT.has(row.form) },
  ],

  peers: [
    {
      package: 'humanparser@2.7.0',
      ranked: true,
      why: 'splits only; says nothing about two boxes',
      async answers(require) {
        const { parseName } = require('humanparser');
        return ({ fullName }) => {
          if (fullName === '') return null;
          const { firstName, middleName, lastName } = parseName(fullName);
          return parts(firstName, middleName, lastName);
        };
      },
    },
    {
      package: 'parse-full-name@1.2.7',
      ranked: true,
      why: 'splits and cases',
      async answers(require) {
        const { parseFullName } = require('parse-full-name');
        return ({ firstName, lastName, fullName }) => {
          const { first, middle, last } = parseFullName(fullName || `${firstName} ${lastName}`);
          return parts(first, middle, last);
        };
      },
    },
    {
      package: 'parse-name@0.2.4',
      ranked: true,
      why: 'splits only; says nothing about two boxes',
      async answers(require) {
        const { parse } = require('parse-name');
        return ({ fullName }) => {
          if (fullName === '') return null;
          const { first, last } = parse(fullName);
          return parts(first, undefined, last);
        };
      },
    },
    {
      package: 'namecase@1.1.2',
      ranked: true,
      why: 'cases only; says nothing about full names',
      async answers(require) {
        const namecase = require('namecase');
        return ({ firstName, lastName, fullName }) =>
          fullName === '' ? { first: namecase(firstName), last: namecase(lastName) } : null;
      },
    },
  ],
};
