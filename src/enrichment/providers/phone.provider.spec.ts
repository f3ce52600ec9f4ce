import { describe, expect, it } from 'vitest';
import { describeEnrichmentProvider } from '../provider-conformance.js';
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
    [493090182000, null, '+493090182000', 'DE', 'fixedLine'],
    [4930901820123n, null, '+4930901820123', 'DE', 'fixedLine'],
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
      entity: group({ country: 'DE' }, { phone: '030 901820' }, { phone: 'x' }, {}),
      settings: {},
    },
  ],
);
