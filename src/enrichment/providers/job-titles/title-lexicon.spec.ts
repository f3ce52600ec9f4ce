import { describe, expect, it } from 'vitest';
import { cjkLexicon, officeLexicon, titleLexicon } from './lexicons.js';
import { TitleLexicon } from './title-lexicon.js';
import { foldTitle, titleParts } from './title-text.js';

describe('TitleLexicon', () => {
  const lexicon = new TitleLexicon([
    'owner executive1: owner\nsenior product3: product owner\nmanager: *leiter\nword sales: vertrieb*\nword finance: finanz',
  ]);

  it('takes the longest phrase', () => {
    expect(lexicon.phraseAt(['product', 'owner'], 0)).toMatchObject({ length: 2, entry: { level: 'senior' } });
    expect(lexicon.phraseAt(['product', 'manager'], 0)).toBeNull();
    expect(lexicon.phraseAt(['owner'], 0)).toMatchObject({ length: 1, entry: { level: 'owner' } });
  });

  it.each([
    ['vertriebsleiter', ['sales', null]],
    ['gebietsvertriebsleiter', ['sales', null]],
    ['finanzleiter', ['finance', null]],
    ['reiseleiter', [null]],
    ['vertriebliche', ['sales']],
    ['weiter', []],
  ])('parts the compound %s', (word, functions) => {
    expect(lexicon.compound(word).map((entry) => entry.jobFunction)).toEqual(functions);
  });

  it.each(['manger: leader', 'manager slaes: x', 'owner', 'owner - : x'])('refuses the line %j', (line) => {
    expect(() => new TitleLexicon([line])).toThrow('not a line of the job title words');
  });

  it('reads the tables of all languages', () => {
    expect(titleLexicon().phraseAt(['ceo'], 0)?.entry.level).toBe('cLevel');
    expect(officeLexicon().phraseAt(['growth'], 0)?.entry.jobFunction).toBe('marketing');
    expect(cjkLexicon().longestAt('销售代表', 0)?.length).toBe(4);
    expect(cjkLexicon().longestAt('edit', 2)).toBeNull();
  });
});

describe('titleParts', () => {
  it.each([
    ['CEO & Founder', [['ceo', '&', 'founder']]],
    ['CTO / Co-Founder', [['cto'], ['co', 'founder']]],
    ['Director, Sales (EMEA)', [['director'], ['sales'], ['emea']]],
    ['Manager - R&D', [['manager'], ['r&d']]],
    ['Leiter/in Einkauf (m/w/d)', [['leiter', 'einkauf']]],
    ['Gründer:in', [['grunder']]],
    ['Chargé(e) de mission H/F', [['charge', 'de', 'mission']]],
    ['C.E.O.', [['ceo']]],
    ["Founder's Associate", [['associate']]],
    ['ＶＰ　Sales', [['vp', 'sales']]],
    ['Właściciel', [['wlasciciel']]],
    ['', []],
  ])('cuts %j', (title, parts) => {
    expect(titleParts(title)).toEqual(parts);
  });

  it('folds words as titles are folded', () => {
    expect(foldTitle('R&D GENEL MÜDÜR ı')).toBe('r&d genel mudur i');
  });
});
