import { describe, expect, it } from 'vitest';
import type { Fields } from '../../actions/action-input.js';
import { describeEnrichmentProvider, sampleContext, sampleSubject } from '../provider-conformance.js';
import { ConsistencyProvider } from './consistency.provider.js';
import { PhoneProvider } from './phone.provider.js';
import { account, fieldsOf, group, lead } from './providers.fixtures.js';

const provider = new ConsistencyProvider();
const phones = new PhoneProvider();

/** Parts that the step names after a phone step. */
async function check(fields: Fields, settings = {}, phoneSettings = {}): Promise<unknown> {
  const soFar = { fields: await fieldsOf(phones, fields, phoneSettings) };
  const found = await fieldsOf(provider, fields, settings, {}, soFar);
  expect(found.dataConflict).toBe(found.dataConflictFields !== '');
  return found.dataConflictFields;
}

describe('ConsistencyProvider', () => {
  it.each([
    ['+49 30 901820', 'France'],
    ['+49 30 901820', 'FR'],
    ['0049 30 901820', 'US'],
    ['+1 212 555 0123', 'Germany'],
    ['+44 20 7946 0958', 'Ireland'],
    ['+353 1 234 5678', 'United Kingdom'],
    ['+852 2123 4567', 'China'],
    ['+7 495 697 03 49', 'Ukraine'],
    ['+33 1 42 68 53 00', 'Monaco'],
    ['+43 1 234 5678', 'Germany'],
    ['+61 2 9374 4000', 'Austria'],
    ['+421 2 1234 5678', 'Slovenia'],
    ['011 49 30 901820', 'US'],
    ['+1 800 225 5288', 'Germany'],
  ])('finds that %s is not of %s', async (phone, country) => {
    expect(await check({ phone, country })).toBe('phone, country');
  });

  it.each([
    ['+49 30 901820', 'Germany'],
    ['+1 604 555 0134', 'US'],
    ['+1 212 555 0123', 'Canada'],
    ['+1 787 234 5678', 'United States'],
    ['+1 212 555 0123', 'Jamaica'],
    ['+800 1234 5678', 'Germany'],
    ['+7 701 234 5678', 'Russia'],
    ['+7 495 697 03 49', 'KZ'],
    ['+44 1534 440 000', 'United Kingdom'],
    ['+44 20 7946 0958', 'Jersey'],
    ['+262 262 161 234', 'Mayotte'],
    ['+590 690 00 12 34', 'France'],
    ['+599 9 463 1234', 'BQ'],
    ['+39 06 698 12345', 'Italy'],
    ['+39 02 1234 5678', 'Vatican City'],
    ['+39 0549 886 377', 'San Marino'],
    ['+212 528 812 345', 'Morocco'],
    ['+47 79 12 34 56', 'Norway'],
    ['+358 18 123 45', 'AX'],
    ['+972 50 234 5678', 'PS'],
    ['+381 11 123 4567', 'XK'],
    ['+44 20 7946 0958', 'Antarctica'],
    ['+49 30 901820', 'somewhere'],
    ['+49 30 901820', ''],
    ['+49 30 901820', null],
    ['', 'Germany'],
    ['n/a', 'Germany'],
    ['123', 'Germany'],
    ['030 901820', 'Germany'],
    ['030 901820', 'US'],
    ['+999 123456', 'Germany'],
  ])('does not hold %s against %s', async (phone, country) => {
    expect(await check({ phone, country })).toBe('');
  });

  it('takes no country for evidence that the phone step took from elsewhere', async () => {
    const settings = { countries: { phone: 'phoneCountry', email: 'email' } };
    const fields = { phone: '030 901820', email: 'marie@exemple.fr' };
    expect(await check(fields, settings, { defaultCountry: 'DE' })).toBe('');
    expect(await check({ ...fields, phone: '+49 30 901820' }, settings)).toBe('phone, email');
  });

  it('compares what it is told to, and names only the parts that disagree', async () => {
    const settings = {
      countries: { phone: 'phoneCountry', country: 'country', billing: 'billingCountry', email: ['email', 'website'] },
    };
    const fields = { phone: '+49 30 901820', country: 'Deutschland', billingCountry: 'FR', email: 'a@acme.com' };
    expect(await check(fields, settings)).toBe('phone, country, billing');
    expect(await check({ ...fields, billingCountry: 'DEU' }, settings)).toBe('');
    expect(await check({ ...fields, billingCountry: null, email: 'a@acme.it' }, settings)).toBe(
      'phone, country, email',
    );
    expect(await check({ ...fields, billingCountry: null, email: 'a@acme.io' }, settings)).toBe('');
    expect(await check({ ...fields, billingCountry: null, email: 'a@acme.co.uk' }, settings)).toBe(
      'phone, country, email',
    );
  });

  it.each([
    [{ fullName: 'Jane Doe', firstName: 'Bob', lastName: 'Smith' }, 'fullName, firstName, lastName'],
    [{ fullName: '王小明', firstName: '伟', lastName: '李' }, 'fullName, firstName, lastName'],
    [{ fullName: 'Jane Doe', firstName: 'Jane', lastName: 'Doe' }, ''],
    [{ fullName: 'DOE, Jane', firstName: 'jane', lastName: 'doe' }, ''],
    [{ fullName: 'Jane Miller', firstName: 'Jane', lastName: 'Doe' }, ''],
    [{ fullName: 'Robert Smith', firstName: 'Bob', lastName: 'Smith' }, ''],
    [{ fullName: 'José Núñez', firstName: 'Jose', lastName: 'Nunez' }, ''],
    [{ fullName: 'J. Doe', firstName: 'Jane', lastName: 'D' }, ''],
    [{ fullName: '王小明', firstName: 'Xiaoming', lastName: 'Wang' }, ''],
    [{ fullName: '王小明', firstName: '小明', lastName: '王' }, ''],
    [{ fullName: 'Jane Doe', firstName: 'Bob' }, ''],
    [{ fullName: 'n/a', firstName: 'Bob', lastName: 'Smith' }, ''],
    [{ firstName: 'Bob', lastName: 'Smith', email: 'jane.doe@acme.com' }, ''],
  ])('compares the names %j', async (fields, expected) => {
    expect(await check(fields)).toBe(expected);
  });

  it('compares each person of a buying group with their own data', async () => {
    const entity = group({ country: 'US' }, { country: 'FR' }, { country: 'DE' }, {});
    const people = new Map(
      ['r1', 'r2', 'r3'].map((relId) => [relId, { fields: { phoneCountry: 'DE' }, accessors: {} }]),
    );
    const found = await provider.enrich(sampleSubject(entity, { people }), {}, sampleContext());
    expect([...(found.people?.values() ?? [])].map(({ fields }) => fields?.dataConflictFields)).toEqual([
      'phone, country',
      '',
      '',
    ]);
  });

  it.each([
    [{ countries: 'phoneCountry' }, 'settings.countries must map at least two parts'],
    [{ countries: { phone: 'phoneCountry' } }, 'settings.countries must map at least two parts'],
    [{ countries: { phone: 'phoneCountry', country: 5 } }, 'settings.countries.country must be'],
    [{ countries: { phone: 'phoneCountry', '1': 'country' } }, 'settings.countries.1'],
    [{ nameFields: { full: '' } }, 'settings.nameFields.full must be'],
    [{ nameFields: { whole: 'x' } }, 'settings.nameFields.whole is not a setting'],
    [{ nameFields: [] }, 'settings.nameFields must map'],
    [{ from: 'phone' }, 'settings.from is not a setting'],
  ])('refuses the settings %j', (settings, problem) => {
    expect(provider.validateSettings(settings).join('\n')).toContain(problem);
  });
});

describeEnrichmentProvider(
  () => new ConsistencyProvider(),
  [
    { name: 'a lead', entity: lead({ phoneCountry: 'DE', country: 'France' }), settings: {} },
    {
      name: 'an account',
      entity: account({ phoneCountry: 'DE', country: 'France', email: 'a@b.it' }),
      settings: { countries: { phone: 'phoneCountry', country: 'country', email: 'email' } },
    },
    {
      name: 'a buying group',
      entity: group({}, { fullName: 'Jane Doe', firstName: 'Bob', lastName: 'Smith' }, {}),
      settings: { nameFields: { full: 'fullName' } },
    },
  ],
);
