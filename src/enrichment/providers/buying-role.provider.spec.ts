import { describe, expect, it } from 'vitest';
import { describeEnrichmentProvider, sampleContext, sampleSubject } from '../provider-conformance.js';
import { BuyingRoleProvider } from './buying-role.provider.js';
import { account, fieldsOf, group, lead } from './providers.fixtures.js';

const provider = new BuyingRoleProvider();
const titles = (...all: string[]) => group({ companyName: 'Acme' }, ...all.map((jobTitle) => ({ jobTitle })));

describe('BuyingRoleProvider', () => {
  it.each([
    ['CEO', 'decisionMaker', 100],
    ['CMO', 'decisionMaker', 100],
    ['VP Sales', 'decisionMaker', 90],
    ['Director of Marketing', 'decisionMaker', 90],
    ['CFO', 'economicBuyer', 85],
    ['Leiterin Einkauf', 'economicBuyer', 75],
    ['CTO', 'technicalBuyer', 75],
    ['IT Manager', 'technicalBuyer', 65],
    ['Marketing Manager', 'champion', 60],
    ['Head of HR', 'influencer', 45],
    ['Software Developer', 'user', 25],
    ['営業部長', 'decisionMaker', 90],
    ['Wizard', 'unknown', 5],
    ['', 'unknown', 5],
    [null, 'unknown', 5],
    [{}, 'unknown', 5],
    ['x'.repeat(10_000), 'unknown', 5],
  ])('gives %s the role %s and influence %d', async (jobTitle, buyingRole, influence) => {
    expect(await fieldsOf(provider, { jobTitle })).toEqual({
      buyingRole,
      influence,
      isDecisionMaker: buyingRole === 'decisionMaker',
    });
  });

  it('halves the influence of people who do not work there', async () => {
    const entity = titles('CEO');
    const people = entity.people.map((person) => ({ ...person, isEmployee: false }));
    const found = await provider.enrich(sampleSubject({ ...entity, people }), {}, sampleContext());
    expect(found.people?.get('r1')?.fields?.influence).toBe(50);
  });

  it('says how complete the committee is, and which roles it lacks', async () => {
    const { accountFields, attributes, people } = await provider.enrich(
      sampleSubject(titles('CEO', 'Marketing Manager', 'Developer', 'Wizard')),
      {},
      sampleContext(),
    );
    expect(accountFields).toEqual({
      committeeCompleteness: 67,
      missingRoles: 'economicBuyer',
      coveredRoles: 'decisionMaker, champion, user',
      committeeSize: 3,
    });
    expect(attributes).toEqual({ analysisModel: 'job-title-rules-1', leadsAnalyzed: 4, rolesIdentified: 3 });
    expect(people?.get('r1')?.accessors).toEqual({
      buyingRole: 'decisionMaker',
      influence: 100,
      isDecisionMaker: true,
      committeeCompleteness: 67,
    });
  });

  it('is empty-handed, not broken, without people', async () => {
    const { accountFields, attributes, people } = await provider.enrich(sampleSubject(titles()), {}, sampleContext());
    expect(accountFields).toMatchObject({ committeeCompleteness: 0, committeeSize: 0 });
    expect(attributes).toMatchObject({ leadsAnalyzed: 0, rolesIdentified: 0 });
    expect(people?.size).toBe(0);
    expect(await provider.enrich(sampleSubject(account({})), {}, sampleContext())).toEqual({});
  });

  it.each([
    ['Decision Maker; technical-buyer', 'technicalBuyer', 50],
    ['champion', 'champion', 0],
    ['nonsense', 'economicBuyer, champion', 33],
    ['', 'economicBuyer, champion', 33],
  ])('takes the required roles of the flow attribute %j', async (requiredRoles, missingRoles, completeness) => {
    const settings = { requiredRolesFlowAttribute: 'requiredRoles' };
    const found = await provider.enrich(
      sampleSubject(titles('CEO')),
      settings,
      sampleContext({ flowStep: { requiredRoles } }),
    );
    expect(found.accountFields).toMatchObject({ missingRoles, committeeCompleteness: completeness });
  });

  it('judges two thousand people in well under a second', async () => {
    const entity = titles(
      ...Array.from({ length: 2_000 }, (_, at) => `Senior Regional Director of Special Projects ${at}`),
    );
    const started = performance.now();
    const found = await provider.enrich(sampleSubject(entity), {}, sampleContext());
    expect(found.people?.size).toBe(2_000);
    expect(performance.now() - started).toBeLessThan(1_000);
  });

  it.each([
    [{ requiredRoles: ['boss'] }, 'settings.requiredRoles must be a list of some of decisionMaker'],
    [{ requiredRoles: [] }, 'settings.requiredRoles must be'],
    [{ targetFunctions: 'marketing' }, 'settings.targetFunctions must be'],
    [{ requiredRolesFlowAttribute: 1 }, 'settings.requiredRolesFlowAttribute must be'],
  ])('refuses the settings %j', (settings, problem) => {
    expect(provider.validateSettings(settings).join('\n')).toContain(problem);
  });
});

describeEnrichmentProvider(
  () => new BuyingRoleProvider(),
  [
    { name: 'a buying group', entity: titles('CEO', 'CFO', 'Praktikant', ''), settings: {} },
    { name: 'a lead', entity: lead({ role: 'CTO' }), settings: { from: 'role', targetFunctions: ['it'] } },
    { name: 'an account', entity: account({}), settings: { requiredRoles: ['champion'] } },
  ],
);
