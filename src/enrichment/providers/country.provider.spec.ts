import { describe, expect, it } from 'vitest';
import { describeEnrichmentProvider, sampleContext, sampleSubject } from '../provider-conformance.js';
import { readCountryData } from './countries/country-data.js';
import { isInEuropeanUnion, regionOf } from './countries/country-regions.js';
import { CountryProvider } from './country.provider.js';
import { account, fieldsOf, group, lead } from './providers.fixtures.js';

const provider = new CountryProvider();
const { countries } = await readCountryData();
const codes = [...countries.values()].map(({ alpha2, alpha3 }) => [alpha2, alpha3] as const);

describe('CountryProvider', () => {
  it.each([
    ['Germany', 'DE'],
    ['germany', 'DE'],
    ['Deutschland', 'DE'],
    ['BRD', 'DE'],
    ['Allemagne', 'DE'],
    ['ドイツ', 'DE'],
    ['德国', 'DE'],
    ['Германия', 'DE'],
    ['ألمانيا', 'DE'],
    ['DE', 'DE'],
    ['de', 'DE'],
    ['DEU', 'DE'],
    ['276', 'DE'],
    [276, 'DE'],
    [8, 'AL'],
    ['de-DE', 'DE'],
    ['en_GB', 'GB'],
    ['Berlin, Germany', 'DE'],
    ['Germany (DE)', 'DE'],
    ['DE - Germany', 'DE'],
    ['U.S.A.', 'US'],
    ['United States', 'US'],
    ['The United States of America', 'US'],
    ['Vereinigte Staaten', 'US'],
    ['Estados Unidos', 'US'],
    ['UK', 'GB'],
    ['England', 'GB'],
    ['Great Britain', 'GB'],
    ['the Netherlands', 'NL'],
    ['Holland', 'NL'],
    ['South Korea', 'KR'],
    ['Korea', 'KR'],
    ['한국', 'KR'],
    ['대한민국', 'KR'],
    ["Côte d'Ivoire", 'CI'],
    ['Ivory Coast', 'CI'],
    ['Türkiye', 'TR'],
    ['TURKEY', 'TR'],
    ['Österreich', 'AT'],
    ['Oesterreich', 'AT'],
    ['Czechia', 'CZ'],
    ['Viet Nam', 'VN'],
    ['UAE', 'AE'],
    ['Kosovo', 'XK'],
    ['中国', 'CN'],
    ['México', 'MX'],
    ['España', 'ES'],
    ['DR Congo', 'CD'],
    ['San Francisco, CA', undefined],
    ['Niger', 'NE'],
    ['Nigeria', 'NG'],
  ])('reads %j as %s', async (country, code) => {
    expect((await fieldsOf(provider, { country })).countryCode).toBe(code);
  });

  it('gives codes, English name and region', async () => {
    expect(await fieldsOf(provider, { country: 'Schweiz' })).toEqual({
      countryCode: 'CH',
      countryAlpha3: 'CHE',
      countryName: 'Switzerland',
      countryRegion: 'Europe',
      countrySubregion: 'Western Europe',
      isInEuropeanUnion: false,
      countryStatus: 'known',
    });
  });

  it.each(['Atlantis', 'ZZ', '999', 'x'.repeat(10_000), 'a,'.repeat(5_000), true, {}, ['DE'], -1, 1e300, '😀'])(
    'does not know junk value %#',
    async (country) => {
      expect(await fieldsOf(provider, { country })).toEqual({ countryStatus: 'unknown' });
    },
  );

  it.each([null, '', 'n/a', '--'])('calls %j missing', async (country) => {
    expect(await fieldsOf(provider, { country })).toEqual({ countryStatus: 'missing' });
  });

  it('takes the first of several fields that names a country', async () => {
    const fields = await fieldsOf(
      provider,
      { billing: 'Narnia', shipping: 'Brasil' },
      { from: ['billing', 'shipping'] },
    );
    expect(fields).toMatchObject({ countryCode: 'BR', countryName: 'Brazil', countryRegion: 'Americas' });
  });

  it('settles a name that two countries bear by the language of the person, the account or the journey', async () => {
    expect(await fieldsOf(provider, { country: 'Kongo' })).toEqual({ countryStatus: 'unknown' });
    expect(await fieldsOf(provider, { country: 'Kongo', language: 'nb-NO' })).toMatchObject({ countryCode: 'CD' });
    expect(await fieldsOf(provider, { country: 'Kongo', language: 'pl' })).toMatchObject({ countryCode: 'CG' });
    expect(await fieldsOf(provider, { country: 'Kongo', language: 'de' })).toEqual({ countryStatus: 'unknown' });
    expect(await fieldsOf(provider, { country: 'Kongo', tongue: 'pl_PL' }, { languageFrom: 'tongue' })).toMatchObject({
      countryCode: 'CG',
    });
    const settings = { languageFlowAttribute: 'audience', language: 'nb' };
    expect(await fieldsOf(provider, { country: 'Kongo' }, settings)).toMatchObject({ countryCode: 'CD' });
    const flowStep = { audience: 'eu' };
    expect(await fieldsOf(provider, { country: 'Kongo' }, settings, { flowStep })).toMatchObject({ countryCode: 'CG' });
    expect(await fieldsOf(provider, { country: 'Polska', language: 'nb' })).toMatchObject({ countryCode: 'PL' });
    const people = await provider.enrich(
      sampleSubject(group({ locale: 'pl' }, { country: 'Kongo' })),
      {},
      sampleContext(),
    );
    expect(people.people?.get('r1')?.fields).toMatchObject({ countryCode: 'CG' });
  });

  it('says which setting is no language', () => {
    expect(provider.validateSettings({ language: 'Norwegian (Bokmål)' })).toEqual([
      'settings.language must be a language tag, e.g. "nb" or "pt-BR".',
    ]);
    expect(provider.validateSettings({ language: 'nb', languageFrom: ['tongue'], languageFlowAttribute: 'x' })).toEqual(
      [],
    );
  });

  it('reads the alpha-2, alpha-3 and English name of every country, and gives each a name of its own', async () => {
    const names = new Set<unknown>();
    for (const [alpha2, alpha3] of codes) {
      const fields = await fieldsOf(provider, { country: alpha2 });
      expect(fields).toMatchObject({ countryCode: alpha2, countryAlpha3: alpha3 });
      const { countryName } = (await fieldsOf(provider, { country: alpha2 })) as { countryName: string };
      for (const country of [alpha3, alpha3.toLowerCase(), countryName, countryName.toUpperCase()])
        expect(await fieldsOf(provider, { country }), country).toMatchObject({ countryCode: alpha2 });
      names.add(countryName);
    }
    expect(names.size).toBe(250);
  });

  it('has names without commas and a region for every country of the register', async () => {
    expect(codes.length).toBe(250);
    for (const [alpha2] of codes) {
      const { countryName } = await fieldsOf(provider, { country: alpha2 });
      expect(regionOf(alpha2), alpha2).not.toBeNull();
      expect(countryName, alpha2).toMatch(/^[^,]{4,}$/);
    }
  });

  it('counts 27 members of the European Union', () => {
    expect(codes.filter(([alpha2]) => isInEuropeanUnion(alpha2)).length).toBe(27);
  });
});

describeEnrichmentProvider(
  () => new CountryProvider(),
  [
    { name: 'a lead', entity: lead({ country: 'Deutschland' }), settings: {} },
    { name: 'an account', entity: account({ billing: 'x', hq: 'France' }), settings: { from: ['billing', 'hq'] } },
    {
      name: 'a buying group',
      entity: group({ country: 'DE' }, { country: '日本' }, {}, { country: 'Mars' }),
      settings: {},
    },
  ],
);
