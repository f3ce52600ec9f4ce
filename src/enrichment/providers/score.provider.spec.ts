import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { describeEnrichmentProvider, sampleContext, sampleSubject } from '../provider-conformance.js';
import { account, fieldsOf, group, lead } from './providers.fixtures.js';
import { ScoreProvider } from './score.provider.js';

const provider = new ScoreProvider();
const tiers = [
  { name: 'cold', from: 0 },
  { name: 'hot', from: 70, flowAttribute: 'hotScore' },
  { name: 'warm', from: 40 },
];
const settings = {
  base: 10,
  rules: [
    { field: 'emailType', operator: 'is', value: 'corporate', points: 40, label: 'company e-mail' },
    { field: 'employees', operator: 'greaterThanOrEqual', value: 1000, points: 30 },
    { field: 'country', operator: 'is', values: ['DE', 'AT', 'CH'], points: 20 },
    { field: 'phone', operator: 'missing', points: -25 },
  ],
  tiers,
};

const matches = async (value: Parameters<typeof lead>[0][string] | undefined, rule: object): Promise<boolean> => {
  const rules = [{ field: 'x', points: 1, ...rule }];
  expect(provider.validateSettings({ rules })).toEqual([]);
  const fields = await fieldsOf(provider, value === undefined ? {} : { x: value }, { rules });
  return fields.score === 1;
};

describe('ScoreProvider', () => {
  it('adds up the points of the rules that match, earlier results included', async () => {
    const fields = await fieldsOf(
      provider,
      { employees: '1,500', country: 'at', phone: '1' },
      settings,
      {},
      { fields: { emailType: 'corporate' } },
    );
    expect(fields).toEqual({ score: 100, tier: 'hot', scoreReasons: 'company e-mail, employees, country' });
  });

  it('clamps the sum and names the tier it falls into', async () => {
    expect(await fieldsOf(provider, {}, settings)).toEqual({ score: 0, tier: 'cold', scoreReasons: 'phone' });
    expect(await fieldsOf(provider, { country: 'DE', employees: 999, phone: '1' }, settings)).toMatchObject({
      score: 30,
      tier: 'cold',
    });
    expect(await fieldsOf(provider, { employees: 1000, phone: '1' }, settings)).toMatchObject({
      score: 40,
      tier: 'warm',
    });
    expect(await fieldsOf(provider, { phone: '1' }, { ...settings, max: 5 })).toMatchObject({ score: 5 });
    expect(await fieldsOf(provider, {}, { ...settings, min: -50 })).toEqual({ score: -15, scoreReasons: 'phone' });
  });

  it.each([
    [{ hotScore: 40 }, 'hot'],
    [{ hotScore: '90' }, 'warm'],
    [{ hotScore: 'soon' }, 'warm'],
    [{ hotScore: null }, 'warm'],
    [{}, 'warm'],
  ])('moves a threshold by the flow attribute %j', async (flowStep, tier) => {
    expect((await fieldsOf(provider, { employees: 5000, phone: '1' }, settings, { flowStep })).tier).toBe(tier);
    expect(
      (await fieldsOf(provider, { employees: 5000, phone: '1' }, settings, { globalAttributes: flowStep })).tier,
    ).toBe(tier);
  });

  it.each([
    ['is', 'Müller', 'muller', true],
    ['is', ' DE ', 'de', true],
    ['is', '5.0', 5, true],
    ['is', 5n, '5', true],
    ['is', true, true, true],
    ['is', 'true', true, true],
    ['is', 'C++', 'c', false],
    ['is', '王', '王', true],
    ['is', null, 'x', false],
    ['is', ['x'], 'x', false],
    ['is', { x: 1 }, 'x', false],
    ['isNot', 'a', 'b', true],
    ['isNot', 'a', 'A', false],
    ['isNot', null, 'b', false],
    ['contains', 'Chief Financial Officer', 'financial', true],
    ['contains', 'Chief', 'fin', false],
    ['notContains', 'Chief', 'fin', true],
    ['notContains', '', 'fin', false],
    ['startsWith', 'jane@acme.com', 'jane@', true],
    ['endsWith', 'jane@acme.com', '@ACME.com', true],
    ['endsWith', 'jane@acme.com', '.de', false],
    ['greaterThan', 5, 5, false],
    ['greaterThan', '6', 5, true],
    ['greaterThan', 10n ** 20n, 5, true],
    ['greaterThanOrEqual', '1 000', 1000, true],
    ['lessThan', -1, '0', true],
    ['lessThan', 'abc', 0, false],
    ['lessThan', null, 1, false],
    ['lessThanOrEqual', 1e3, 1000, true],
    ['lessThanOrEqual', 'x'.repeat(10_000), 5, false],
    ['contains', 'x'.repeat(10_000), 'x', false],
  ] as const)('with %s: row %# of the table', async (operator, value, operand, expected) => {
    expect(await matches(value as never, { operator, value: operand })).toBe(expected);
  });

  it.each([
    [undefined, false],
    [null, false],
    ['', false],
    [' ', false],
    [0, true],
    [false, true],
    ['x', true],
  ])('tells whether %j exists', async (value, expected) => {
    expect(await matches(value, { operator: 'exists' })).toBe(expected);
    expect(await matches(value, { operator: 'missing' })).toBe(!expected);
  });

  it('reads the account while it scores its people, and counts people while it scores the account', async () => {
    const entity = group({ employees: 5000 }, { role: 'boss' }, { role: 'boss' }, { role: 'boss' }, {});
    const rules = [
      { field: 'role', operator: 'is', value: 'boss', points: 5 },
      { field: 'employees', operator: 'greaterThan', value: 100, points: 20, of: 'account' },
    ];
    const ofPeople = await provider.enrich(sampleSubject(entity), { rules }, sampleContext());
    expect([...(ofPeople.people?.values() ?? [])].map((person) => person.fields?.score)).toEqual([25, 25, 25, 20]);
    const counted = [{ field: 'role', operator: 'is', value: 'boss', points: 10, of: 'people', most: 25 }];
    const ofAccount = await provider.enrich(sampleSubject(entity), { on: 'account', rules: counted }, sampleContext());
    expect(ofAccount.accountFields).toMatchObject({ score: 25 });
  });

  it('stays inside its bounds whatever the points are', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }), { minLength: 1 }),
        async (points) => {
          const rules = points.map((value) => ({ field: 'x', operator: 'exists', points: value }));
          const { score } = await fieldsOf(provider, { x: 1 }, { rules, min: -3, max: 7 });
          expect(score).toBeGreaterThanOrEqual(-3);
          expect(score).toBeLessThanOrEqual(7);
        },
      ),
    );
  });

  const rule = { field: 'x', operator: 'is', value: 1, points: 1 };
  it.each([
    [{}, 'settings.rules must be a list'],
    [{ rules: [] }, 'settings.rules must be a list'],
    [{ rules: ['x'] }, 'settings.rules[0] must have field, operator and points'],
    [{ rules: [{ ...rule, field: '' }] }, 'settings.rules[0].field must be'],
    [{ rules: [rule, { ...rule, points: '5' }] }, 'settings.rules[1].points must be a number'],
    [{ rules: [{ ...rule, points: Number.NaN }] }, 'settings.rules[0].points must be a number'],
    [{ rules: [{ ...rule, operator: 'equals' }] }, 'settings.rules[0].operator must be one of is, isNot'],
    [
      { rules: [{ ...rule, operator: Object.create(null) as object, of: { toString: 1 } }] },
      'settings.rules[0].operator must',
    ],
    [{ rules: [{ ...rule, operator: 'toString' }] }, 'settings.rules[0].operator must be one of'],
    [{ rules: [{ ...rule, values: [1] }] }, 'needs either value or values'],
    [{ rules: [{ field: 'x', operator: 'is', points: 1 }] }, 'needs either value or values'],
    [{ rules: [{ ...rule, value: undefined, values: [] }] }, 'values must be a list'],
    [{ rules: [{ ...rule, value: {} }] }, 'values must be texts'],
    [{ rules: [{ ...rule, operator: 'greaterThan', value: 'many' }] }, 'greaterThan needs one number'],
    [{ rules: [{ ...rule, operator: 'exists' }] }, 'exists takes no value'],
    [{ rules: [{ ...rule, of: 'company' }] }, 'settings.rules[0].of must be'],
    [{ rules: [{ ...rule, most: 5 }] }, 'settings.rules[0].most must be'],
    [{ rules: [{ ...rule, label: 'a, b' }] }, 'settings.rules[0].label must be'],
    [{ rules: [{ ...rule, weight: 2 }] }, 'settings.rules[0].weight is not a setting'],
    [{ rules: [rule], min: 10, max: 10 }, 'settings.min must be below settings.max'],
    [{ rules: [rule], base: '1' }, 'settings.base must be a number'],
    [{ rules: [rule], tiers: [] }, 'settings.tiers must be a list'],
    [{ rules: [rule], tiers: [{ name: 'a' }] }, 'settings.tiers[0].from must be a number'],
    [
      {
        rules: [rule],
        tiers: [
          { name: 'a', from: 1 },
          { name: 'a', from: 2 },
        ],
      },
      'two tiers of the same name',
    ],
    [
      {
        rules: [rule],
        tiers: [
          { name: 'a', from: 1 },
          { name: 'b', from: 1 },
        ],
      },
      'two tiers with the same from',
    ],
  ])('refuses the settings %j', (wrong, problem) => {
    expect(provider.validateSettings(wrong).join('\n')).toContain(problem);
  });
});

describeEnrichmentProvider(
  () => new ScoreProvider(),
  [
    { name: 'a lead', entity: lead({ emailType: 'corporate', employees: 12, country: 'DE' }), settings },
    { name: 'an account', entity: account({ employees: '20000', country: 'US', phone: null }), settings },
    {
      name: 'a buying group',
      entity: group({ employees: 12 }, { emailType: 'corporate' }, { phone: 'x' }),
      settings: { rules: [...settings.rules, { field: 'employees', operator: 'exists', points: 1, of: 'account' }] },
    },
  ],
);
