import { describe, expect, it } from 'vitest';
import type { ActionEntity, Fields } from '../../actions/action-input.js';
import { loadDefinitions } from '../../catalog/catalog-loader.js';
import type { EnrichmentProvider } from '../enrichment-provider.js';
import { sampleContext, sampleSubject } from '../provider-conformance.js';
import { ResultBuilder } from '../result-builder.js';
import { BuyingRoleProvider } from './buying-role.provider.js';
import { ConsistencyProvider } from './consistency.provider.js';
import { CountryProvider } from './country.provider.js';
import { DomainProvider } from './domain.provider.js';
import { EmailProvider } from './email.provider.js';
import { JobTitleProvider } from './job-title.provider.js';
import { NameProvider } from './name.provider.js';
import { PhoneProvider } from './phone.provider.js';
import { account, group, lead } from './providers.fixtures.js';
import { ScoreProvider } from './score.provider.js';

const PROVIDERS = new Map<string, EnrichmentProvider>(
  [
    new EmailProvider(),
    new PhoneProvider(),
    new CountryProvider(),
    new NameProvider(),
    new DomainProvider(),
    new JobTitleProvider(),
    new ConsistencyProvider(),
    new ScoreProvider(),
    new BuyingRoleProvider(),
  ].map((provider) => [provider.key, provider]),
);
/** The defaults; test/shipped-services.spec.ts has all, with the parts of the service that the others need. */
const definitions = (await loadDefinitions('services'))
  .map((loaded) => loaded.definition)
  .filter(({ isDefault }) => isDefault);

/** The result of a shipped service's pipeline, without the runner's time limits. */
async function enrich(apiName: string, entity: ActionEntity, flowStep: Fields = {}): Promise<ResultBuilder> {
  const result = new ResultBuilder();
  for (const step of definitions.find((definition) => definition.apiName === apiName)?.pipeline ?? []) {
    const found = await PROVIDERS.get(step.provider)?.enrich(
      sampleSubject(entity, result),
      step.settings,
      sampleContext({ flowStep }),
    );
    result.add(found ?? {}, 0);
  }
  return result;
}

describe('the shipped services', () => {
  it('have one default of each kind', () => {
    expect(definitions.map(({ entityType, apiName }) => [entityType, apiName]).sort()).toEqual([
      ['account', 'account-profile'],
      ['accountPerson', 'buying-group'],
      ['lead', 'contact-quality'],
    ]);
  });

  it.each(definitions)('$apiName names providers there are, with settings they accept', ({ pipeline }) => {
    for (const { provider, settings } of pipeline) {
      expect(PROVIDERS.get(provider)?.validateSettings?.(settings), provider).toEqual([]);
    }
  });

  it.each([
    [{ email: 'jane@acme.com', firstName: 'jane', lastName: 'doe', phone: '+4930901820', title: 'CMO' }, 'hot'],
    [{ email: 'jane@acme.com', firstName: 'jane', lastName: 'doe' }, 'warm'],
    [{ email: 'jane@gmail.com', firstName: 'jane' }, 'cold'],
    [{ email: 'jane@mailinator.com' }, 'cold'],
    [{ email: 'no address' }, 'cold'],
  ])('rates the contact %j as %s', async (fields, tier) => {
    const { fields: found } = await enrich('contact-quality', lead(fields));
    expect(found.contactTier).toBe(tier);
    expect(Object.keys(found)).toEqual(
      expect.arrayContaining(['emailQuality', 'isCorporate', 'contactScore', 'emailStatus']),
    );
  });

  it.each([
    [{ phone: '+49 30 901820', country: 'France' }, true, 'phone, country'],
    [{ phone: '+49 30 901820', country: 'Germany' }, false, ''],
    [{ phone: '+49 30 901820' }, false, ''],
    [{ phone: '030 901820', country: 'Germany' }, false, ''],
    [{ country: 'France' }, false, ''],
  ])('says of %j whether its parts disagree: %s', async (fields, dataConflict, dataConflictFields) => {
    const { fields: found } = await enrich('contact-quality', lead({ email: 'jane@acme.com', ...fields }));
    expect(found).toMatchObject({ dataConflict, dataConflictFields });
  });

  it('gives no points for a phone number without evidence of its country', async () => {
    const scoreOf = async (phone: string | null): Promise<unknown> =>
      (await enrich('contact-quality', lead({ email: 'jane@acme.com', phone }))).fields.contactScore;
    const without = await scoreOf(null);
    expect(await scoreOf('(646) 555-0123')).toBe(without);
    expect(await scoreOf('604-555-0134')).toBe(without);
    expect(await scoreOf('+1 (646) 555-0123')).toBe((without as number) + 15);
  });

  it.each([
    [{ accountName: 'Acme', website: 'acme.com', country: 'Germany', industry: 'Software', employees: 200 }, 'strong'],
    [{ accountName: 'Acme', website: 'acme.com', country: 'Germany' }, 'medium'],
    [{ accountName: 'Acme' }, 'weak'],
  ])('rates the account %j as %s', async (fields, tier) => {
    const { accountFields } = await enrich('account-profile', account(fields));
    expect(accountFields.accountTier).toBe(tier);
    expect(Object.keys(accountFields)).toEqual(expect.arrayContaining(['fitScore', 'hasCompanyDomain']));
  });

  it('moves the threshold of a strong fit by the flow attribute', async () => {
    const entity = account({ accountName: 'Acme', website: 'acme.com', country: 'Germany' });
    expect((await enrich('account-profile', entity, { strongFitScore: 45 })).accountFields.accountTier).toBe('strong');
  });

  it('finds the roles of a buying group and what it lacks', async () => {
    const people: readonly Fields[] = [
      { title: 'CEO', email: 'a@acme.com' },
      { title: 'Marketing Manager', email: 'b@acme.com' },
      { email: null },
    ];
    const found = await enrich('buying-group', group({ accountName: 'Acme' }, ...people));
    expect([...found.people.values()].map((person) => person.accessors.buyingRole)).toEqual([
      'decisionMaker',
      'champion',
      'unknown',
    ]);
    expect(found.accountFields).toMatchObject({
      committeeCompleteness: 67,
      missingRoles: 'economicBuyer',
      companyDomain: 'acme.com',
    });
    expect(found.attributes).toEqual({ analysisModel: 'job-title-rules-1', leadsAnalyzed: 3, rolesIdentified: 2 });
  });

  it.each([
    ['contact-quality', lead({ email: 'x' })],
    ['account-profile', account({ accountName: 'x' })],
    ['buying-group', group({ accountName: 'x' }, {})],
  ])('%s declares only results its pipeline can produce', async (apiName, entity) => {
    const definition = definitions.find((candidate) => candidate.apiName === apiName);
    const rich = {
      email: 'info@gmial.com',
      phone: '+4930901820',
      country: 'DE',
      firstName: 'a',
      lastName: 'b',
      title: 'CEO',
      website: 'acme.com',
    };
    const full = entity.kind === 'accountPerson' ? group(rich, rich) : { ...entity, fields: rich };
    const found = await enrich(apiName, full);
    const [person] = [...found.people.values()];
    const { fields = [], accountFields = [] } = definition?.callback ?? {};
    const ofPerson = { ...found.fields, ...person?.fields };
    expect(Object.keys(ofPerson)).toEqual(expect.arrayContaining(fields.map((field) => field.serviceAttribute)));
    expect(Object.keys(found.accountFields)).toEqual(
      expect.arrayContaining(accountFields.map((field) => field.serviceAttribute)),
    );
    const names = definition?.invocation.accessors.map((accessor) => accessor.accessorName) ?? [];
    const accessors = {
      ...(entity.kind === 'account' ? found.accountFields : ofPerson),
      ...found.accessors,
      ...person?.accessors,
    };
    expect(Object.keys(accessors)).toEqual(expect.arrayContaining(names));
  });
});
