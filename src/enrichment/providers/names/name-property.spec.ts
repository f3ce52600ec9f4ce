import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Fields } from '../../../actions/action-input.js';
import { NameProvider } from '../name.provider.js';
import { fieldsOf } from '../providers.fixtures.js';

const provider = new NameProvider();

const WORDS = [
  ...'John Mary Ann María José García López Ruiz Smith Diop Weber O’Neill Dell’Acqua McDonald IJzerman Zhang Dame Judge Don'.split(
    ' ',
  ),
  ...'Nguyễn Thị Văn Hoa Nagy László Kim Min-su Le Goff Ng Ma Vi Jean-Luc Weiß Şahin Ólafur Ó Briain'.split(' '),
  ...'van der den de la los del da dos y e i bin al el ben zu von ter af ap'.split(' '),
  ...'E J. J.R.R. A.J. Jr. Sr. III IV PhD M.D. MBA Esq. Dr. Prof. Mr Mrs Ms Frau Herr med. Sir Dame M. Mag. Ing.'.split(
    ' ',
  ),
  ...'(she/her) they/them (Bob) "Bill" 🎉 née geb. & and | - , (PhD) CEO SMITH DUPONT mary garcía'.split(' '),
  ...'Иванов Иван Иванович ИВАНОВА Γιώργος Παπανδρέου ΠΑΠΑΔΟΠΟΥΛΟΣ 王小明 田中 様 김민수 씨 محمد بن علي דוד בן גוריון'.split(
    ' ',
  ),
];
/** How many of the words are names and nothing else. */
const NAMES = 16;
const SETTINGS = { countryFrom: 'country' };
const COUNTRIES = ['', 'NL', 'BE', 'IT', 'FR', 'ES', 'BR', 'TR', 'HU', 'VN', 'CN', 'JP', 'KR', 'US', 'ZA', 'PL', 'HR'];

const typed = fc.array(fc.constantFrom(...WORDS), { minLength: 1, maxLength: 6 }).map((words) => words.join(' '));
const shouted = typed.map((text) => text.toUpperCase());
const whispered = typed.map((text) => text.toLowerCase());
const name = fc.oneof(typed, shouted, whispered);
const boxes: fc.Arbitrary<Fields> = fc.oneof(
  fc.record({ fullName: name }),
  fc.record({ firstName: name }),
  fc.record({ lastName: name }),
  fc.record({ firstName: name, lastName: name }),
  fc.record({ firstName: name, fullName: name }),
  fc.record({ lastName: name, fullName: name }),
);
const namesOnly = fc
  .uniqueArray(fc.constantFrom(...WORDS.slice(0, NAMES)), { minLength: 2, maxLength: 5 })
  .map((words) => words.join(' '));

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : '';
}

/** The words of a text as they are compared: small, without marks of case or punctuation. */
function wordsOf(text: string): string[] {
  return text
    .toLowerCase()
    .replace(/ı/gu, 'i')
    .normalize('NFD')
    .replace(/\u0307/gu, '')
    .replace(/ς/gu, 'σ')
    .split(/[^\p{L}\p{M}]+/u)
    .filter((word) => word !== '');
}

describe('a name', () => {
  it('loses no part: each word that was typed is in a result, whatever the boxes and the country', async () => {
    await fc.assert(
      fc.asyncProperty(boxes, fc.constantFrom(...COUNTRIES), async (fields, country) => {
        const found = await fieldsOf(provider, { ...fields, country }, SETTINGS);
        if (found.nameStatus !== 'valid' && found.nameStatus !== 'partial') return;
        const { firstNameNormalized, lastNameNormalized, nameTitle, nameSuffix, namePronouns, nameRemark, fullName } =
          found;
        const parts = [firstNameNormalized, lastNameNormalized, nameTitle, nameSuffix, namePronouns, nameRemark];
        const kept = wordsOf([...parts, fullName].map(textOf).join(' ')).join('');
        const lost = Object.values(fields).flatMap((text) =>
          wordsOf(textOf(text)).filter((word) => !kept.includes(word)),
        );
        expect(lost).toEqual([]);
      }),
      { numRuns: 3_000 },
    );
  });

  it('is the same when it is read again', async () => {
    await fc.assert(
      fc.asyncProperty(namesOnly, fc.constantFrom(...COUNTRIES), async (fullName, country) => {
        const once = await fieldsOf(provider, { fullName, country });
        const { firstNameNormalized: firstName, lastNameNormalized: lastName } = once;
        if (firstName === undefined || lastName === undefined) return;
        const twice = await fieldsOf(provider, { firstName, lastName, country });
        expect([twice.firstNameNormalized, twice.lastNameNormalized]).toEqual([firstName, lastName]);
      }),
      { numRuns: 2_000 },
    );
  });

  it('of any text at all gets a status and a greeting', async () => {
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 60 }), async (fullName) => {
        const found = await fieldsOf(provider, { fullName });
        expect(['valid', 'partial', 'suspicious', 'missing']).toContain(found.nameStatus);
        expect(found.greeting).not.toBe('');
      }),
      { numRuns: 2_000 },
    );
  });
});
