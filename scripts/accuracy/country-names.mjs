// Names of countries without any other evidence: what the country provider, and the packages that people use, make of them.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

export default {
  title: 'Country names',
  corpus: 'country-names.tsv',
  provider: 'country',
  reach: { right: 99.5, wrong: 0.05 },
  key: (row) => row.name,
  async answers(dist) {
    const providers = join(dist, 'src/enrichment/providers');
    // `--dist` may name a build from before the providers had folders.
    const file = ['countries/country-index.js', 'country-index.js']
      .map((name) => join(providers, name))
      .find(existsSync);
    const { loadCountryIndex } = await import(pathToFileURL(file).href);
    const index = await loadCountryIndex();
    return (row) => index.find(row.name)?.alpha2 ?? null;
  },
  judge,
  subsets: [
    { title: 'in CLDR', of: (row) => row.source === 'cldr' },
    { title: 'in ISO 3166-1 only', of: (row) => row.source === 'iso' },
    { title: 'everyday', of: (row) => row.source === 'everyday' },
    { title: 'in English, from any source', of: (row) => row.languages.split(' ').includes('en') },
  ],
  peers: [
    {
      package: 'i18n-iso-countries@7.14.0',
      ranked: false,
      why: "some of its names are in the provider's list",
      async answers(require) {
        const iso = require('i18n-iso-countries');
        const languages = iso.getSupportedLanguages();
        for (const language of languages) iso.registerLocale(require(`i18n-iso-countries/langs/${language}.json`));
        // Its own look-up walks every name of the language: the same answer, from names that are laid out once.
        const codes = new Map();
        for (const language of ['en', ...languages]) {
          for (const [code, names] of Object.entries(iso.getNames(language, { select: 'all' }))) {
            for (const name of names) {
              const key = name.toLowerCase();
              if (!codes.has(key)) codes.set(key, code);
            }
          }
        }
        return ({ name }) => codes.get(name.toLowerCase()) ?? null;
      },
    },
    {
      package: 'country-list@2.4.1',
      ranked: false,
      why: 'its data made part of the truth',
      answers: (require) => {
        const { getCode } = require('country-list');
        return ({ name }) => getCode(name) ?? null;
      },
    },
    {
      package: 'country-to-iso@1.6.3',
      ranked: true,
      answers: (require) => {
        const { countryToAlpha2 } = require('country-to-iso');
        return ({ name }) => countryToAlpha2(name);
      },
    },
    {
      package: 'country-code-lookup@0.1.5',
      ranked: true,
      answers: (require) => {
        const { byCountry } = require('country-code-lookup');
        return ({ name }) => byCountry(name)?.iso2 ?? null;
      },
    },
    {
      package: 'countries-list@3.4.1',
      ranked: true,
      answers: (require) => {
        const { countries } = require('countries-list');
        const codes = new Map(
          Object.entries(countries).flatMap(([code, { name, native }]) => [
            [native.toLowerCase(), code],
            [name.toLowerCase(), code],
          ]),
        );
        return ({ name }) => codes.get(name.toLowerCase()) ?? null;
      },
    },
    {
      package: 'country-emoji@1.5.6',
      ranked: true,
      answers: (require) => {
        const { code } = require('country-emoji');
        return ({ name }) => code(name) ?? null;
      },
    },
  ],
};

/** Where the name alone decides nothing, no answer is the right one. */
function judge(row, answer) {
  const codes = row.codes.split(' ');
  if (codes.length > 1 || codes[0] === '-') return answer === null ? 'right' : 'wrong';
  if (answer === null) return 'silent';
  return answer === codes[0] ? 'right' : 'wrong';
}
