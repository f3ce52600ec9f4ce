import { describe, expect, it } from 'vitest';
import { describeEnrichmentProvider, sampleContext, sampleSubject } from '../provider-conformance.js';
import { PhoneProvider } from './phone.provider.js';
import { account, fieldsOf, group, lead } from './providers.fixtures.js';

const provider = new PhoneProvider();

describe('PhoneProvider', () => {
  it.each([
    ['+49 30 901820', null, '+4930901820', 'DE', 'fixedLine'],
    ['+49 (0)30 / 90 18 20', null, '+4930901820', 'DE', 'fixedLine'],
    ['0049 30 901820', null, '+4930901820', 'DE', 'fixedLine'],
    ['030 901820', 'Germany', '+4930901820', 'DE', 'fixedLine'],
    ['030 901820', 'Deutschland', '+4930901820', 'DE', 'fixedLine'],
    ['0171 1234567', 'DE', '+491711234567', 'DE', 'mobile'],
    ['(415) 555-2671', 'US', '+14155552671', 'US', 'fixedLineOrMobile'],
    ['1-415-555-2671', 'United States', '+14155552671', 'US', 'fixedLineOrMobile'],
    ['415.555.2671 ext. 42', 'USA', '+14155552671', 'US', 'fixedLineOrMobile'],
    ['Tel: +33 1 42 68 53 00', null, '+33142685300', 'FR', 'fixedLine'],
    ['06 12 34 56 78', '法国', '+33612345678', 'FR', 'mobile'],
    ['+44 20 7946 0958', 'DE', '+442079460958', 'GB', 'fixedLine'],
    ['０３-３２２４-５０００', '日本', '+81332245000', 'JP', 'fixedLine'],
    ['+971 50 123 4567', null, '+971501234567', 'AE', 'mobile'],
    ['٠٥٠ ١٢٣ ٤٥٦٧', 'الإمارات العربية المتحدة', '+971501234567', 'AE', 'mobile'],
    ['+1 800 225 5288', null, '+18002255288', undefined, 'tollFree'],
    ['8 (495) 697-03-49', 'Россия', '+74956970349', 'RU', 'fixedLine'],
    [493090182000, 'DE', '+493090182000', 'DE', 'fixedLine'],
    [4930901820123n, 'DE', '+4930901820123', 'DE', 'fixedLine'],
    ['+49 30 901820 / +49 171 1234567', null, '+4930901820', 'DE', 'fixedLine'],
  ])('reads %s of %s as %s, %s, %s', async (phone, country, phoneE164, phoneCountry, phoneType) => {
    const fields = await fieldsOf(provider, { phone, country });
    expect(fields).toMatchObject({ phoneE164, phoneType, phoneStatus: 'valid', phoneValid: true });
    if (phoneCountry !== undefined) expect(fields.phoneCountry).toBe(phoneCountry);
  });

  it('keeps an extension apart from the number', async () => {
    expect(await fieldsOf(provider, { phone: '+1 415 555 2671 x42' })).toMatchObject({
      phoneE164: '+14155552671',
      phoneExtension: '42',
    });
  });

  it('calls a number of the right length in no known range possible', async () => {
    expect(await fieldsOf(provider, { phone: '+1 555 555 5555' })).toMatchObject({
      phoneStatus: 'possible',
      phoneValid: false,
    });
  });

  it.each([
    '123',
    'call me',
    '+',
    '0',
    '00',
    true,
    {},
    [],
    '1'.repeat(10_000),
    '+49'.repeat(20),
    '12/24/2024',
    'jane@acme.com',
  ])('calls junk value %# invalid', async (phone) => {
    expect(await fieldsOf(provider, { phone, country: 'DE' })).toEqual({ phoneStatus: 'invalid', phoneValid: false });
  });

  it.each([null, '', ' ', 'n/a', '-'])('calls %j missing', async (phone) => {
    expect(await fieldsOf(provider, { phone })).toEqual({ phoneStatus: 'missing', phoneValid: false });
  });

  it('takes the first of several fields that holds a number', async () => {
    const fields = await fieldsOf(
      provider,
      { mobile: 'none', phone: 'x', office: '+4930901820' },
      { from: ['mobile', 'phone', 'office'] },
    );
    expect(fields.phoneE164).toBe('+4930901820');
  });

  it.each([
    ['(646) 555-0123'],
    ['604-555-0134'],
    ['030 901820'],
    [493090182000],
    [4930901820123n],
    ['1-800-FLOWERS'],
    ['011 49 30 901820'],
  ])('calls %s of a person without a country possible, and says no more', async (phone) => {
    expect(await fieldsOf(provider, { phone })).toEqual({ phoneStatus: 'possible', phoneValid: false });
  });

  it('does not take the country from fields it was not told to use', async () => {
    const others = {
      language: 'de',
      email: 'a@firma.de',
      addressCountry: 'DE',
      locale: 'de-DE',
      timeZone: 'Europe/Berlin',
    };
    expect(await fieldsOf(provider, { phone: '030 901820', ...others })).toEqual({
      phoneStatus: 'possible',
      phoneValid: false,
    });
    const entity = group({ country: 'DE' }, { phone: '030 901820' });
    const found = await provider.enrich(sampleSubject(entity), {}, sampleContext());
    expect(found.people?.get('r1')?.fields).toEqual({ phoneStatus: 'possible', phoneValid: false });
  });

  it.each([
    [{}, { country: 'Germany' }, 'country'],
    [{}, { countryCode: 'DE', country: 'France' }, 'countryCode'],
    [{ countryFrom: ['addressCountry'] }, { addressCountry: 'Deutschland', country: 'FR' }, 'addressCountry'],
    [{ languageFrom: 'locale' }, { locale: 'de_DE' }, 'locale'],
    [{ domainFrom: ['email', 'website'] }, { email: 'a@acme.com', website: 'https://www.firma.de/x' }, 'website'],
    [{ domainFrom: ['email'], languageFrom: 'locale' }, { email: 'a@firma.de', locale: 'fr-FR' }, 'email'],
    [{ countryFlowAttribute: 'home' }, {}, 'flowAttribute'],
    [{ defaultCountry: 'DE' }, {}, 'default'],
    [{ defaultCountry: 'US', domainFrom: ['email'] }, { email: 'a@firma.de' }, 'email'],
    [{ defaultCountry: 'US', countryFlowAttribute: 'home' }, {}, 'flowAttribute'],
  ])('uses and records the evidence that the settings %j name: %j', async (settings, fields, source) => {
    const context = { flowStep: { home: 'Germany' } };
    expect(await fieldsOf(provider, { phone: '030 901820', ...fields }, settings, context)).toMatchObject({
      phoneE164: '+4930901820',
      phoneCountry: 'DE',
      phoneCountrySource: source,
    });
    const itself = { phone: '+33 1 42 68 53 00', ...fields };
    expect(await fieldsOf(provider, itself, settings, context)).toMatchObject({
      phoneCountry: 'FR',
      phoneCountrySource: 'number',
    });
  });

  it("uses the account's country when it is told to", async () => {
    const entity = group({ country: 'DE' }, { phone: '030 901820' }, { phone: '01 42 68 53 00', country: 'France' });
    const settings = { accountCountryFrom: ['countryCode', 'country'] };
    const found = await provider.enrich(sampleSubject(entity), settings, sampleContext());
    expect([...(found.people?.values() ?? [])].map(({ fields }) => fields)).toMatchObject([
      { phoneE164: '+4930901820', phoneCountrySource: 'account.country' },
      { phoneE164: '+33142685300', phoneCountrySource: 'country' },
    ]);
  });

  it.each(['a@acme.io', 'a@acme.co', 'a@acme.com', 'a@acme.eu', 'acme.tv'])(
    'finds no country in the domain of %s',
    async (email) => {
      const found = await fieldsOf(provider, { phone: '030 901820', email }, { domainFrom: ['email'] });
      expect(found).toEqual({ phoneStatus: 'possible', phoneValid: false });
    },
  );

  it.each(['de', 'en', 'fr', 'es', 'pt', 'zh', 'ar', 'Deutsch', 'x'])(
    'finds no country in the language %s',
    async (locale) => {
      const found = await fieldsOf(provider, { phone: '030 901820', locale }, { languageFrom: ['locale'] });
      expect(found).toEqual({ phoneStatus: 'possible', phoneValid: false });
    },
  );

  it('does not put the default in the place of a country that it does not understand', async () => {
    const fields = { phone: '030 901820', country: 'Atlantis' };
    expect(await fieldsOf(provider, fields, { defaultCountry: 'DE' })).toEqual({
      phoneStatus: 'possible',
      phoneValid: false,
    });
  });

  it('reads the number of Namibia, whose code looks like no answer', async () => {
    expect(await fieldsOf(provider, { phone: '061 221 234', country: 'NA' })).toMatchObject({ phoneCountry: 'NA' });
  });

  it('falls back to the flow attribute, then to the default country', async () => {
    const settings = { defaultCountry: 'US', countryFlowAttribute: 'homeCountry' };
    expect(
      await fieldsOf(provider, { phone: '030 901820' }, settings, { flowStep: { homeCountry: 'Germany' } }),
    ).toMatchObject({ phoneCountry: 'DE' });
    expect(await fieldsOf(provider, { phone: '(415) 555-2671' }, settings)).toMatchObject({ phoneCountry: 'US' });
    expect(await fieldsOf(provider, { phone: '06 12 34 56 78', country: 'France' }, settings)).toMatchObject({
      phoneCountry: 'FR',
    });
  });

  it.each([
    [{ defaultCountry: 'Germany' }, 'settings.defaultCountry must be'],
    [{ defaultCountry: 49 }, 'settings.defaultCountry must be'],
    [{ from: [] }, 'settings.from must be'],
    [{ countryFrom: [''] }, 'settings.countryFrom must be'],
    [{ accountCountryFrom: 5 }, 'settings.accountCountryFrom must be'],
    [{ domainFrom: [] }, 'settings.domainFrom must be'],
    [{ languageFrom: {} }, 'settings.languageFrom must be'],
    [{ countyFrom: 'x' }, 'settings.countyFrom is not a setting'],
  ])('refuses the settings %j', (settings, problem) => {
    expect(provider.validateSettings(settings).join('\n')).toContain(problem);
  });
});

describeEnrichmentProvider(
  () => new PhoneProvider(),
  [
    { name: 'a lead', entity: lead({ phone: '030 901820', country: 'Germany' }), settings: { defaultCountry: 'US' } },
    { name: 'an account', entity: account({ phone: '+33142685300' }), settings: {} },
    {
      name: 'a buying group',
      entity: group({ country: 'DE' }, { phone: '030 901820' }, { phone: 'x', email: 'a@b.de' }, { locale: 'ja' }),
      settings: { accountCountryFrom: 'country', domainFrom: 'email', languageFrom: 'locale' },
    },
  ],
);
