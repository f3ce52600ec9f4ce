import fc from 'fast-check';
import { parse } from 'lossless-json';
import { describe, expect, it } from 'vitest';
import type { ActionEntity, Fields, PersonOfAccount } from '../actions/action-input.js';
import type { ActionOutcome, ActionResult, PersonResult } from '../actions/action-result.js';
import type {
  AccessorDefinition,
  AttributeDefinition,
  FieldDefinition,
  RichType,
  ServiceDefinition,
} from '../catalog/service-definition.js';
import { buildCallbackBody } from './callback-payload.js';

const HUGE = '9223372036854775809';

function field(serviceAttribute: string, dataType: RichType): FieldDefinition {
  return {
    serviceAttribute,
    aliases: [],
    dataType,
    displayName: null,
    description: null,
    translations: {},
    required: false,
  };
}

function attribute(apiName: string, dataType: RichType): AttributeDefinition {
  return { apiName, displayName: apiName, description: null, translations: {}, dataType, required: false };
}

function accessor(accessorName: string, options: Partial<AccessorDefinition> = {}): AccessorDefinition {
  const constraints = { minValue: null, maxValue: null, allowedValues: null };
  const told = { displayName: null, description: null, translations: {} };
  return { accessorName, dataType: 'integer', ...told, ...constraints, ...options };
}

interface Declares {
  readonly fields?: FieldDefinition[];
  readonly accountFields?: FieldDefinition[];
  readonly attributes?: AttributeDefinition[];
  readonly accessors?: AccessorDefinition[];
}

/** Only the parts the builder reads. */
function definition(entityType: ActionEntity['kind'], declares: Declares = {}): ServiceDefinition {
  const callback = {
    fields: declares.fields ?? [],
    accountFields: declares.accountFields ?? [],
    attributes: declares.attributes ?? [],
  };
  return { entityType, callback, invocation: { accessors: declares.accessors ?? [] } } as unknown as ServiceDefinition;
}

function success(result: Partial<ActionResult> = {}): ActionOutcome {
  const empty: ActionResult = { fields: {}, accountFields: {}, accessors: {}, people: new Map(), attributes: {} };
  return { kind: 'success', result: { ...empty, ...result } };
}

const failure: ActionOutcome = { kind: 'failure', errorCode: 'TIMEOUT', reason: 'The deadline is near' };

function lead(id = '7'): ActionEntity {
  return { kind: 'lead', id, fields: { email: 'from the request' } };
}

function account(id = '70'): ActionEntity {
  return { kind: 'account', id, fields: {} };
}

function person(relId: string, personId: string, accountId = '70'): PersonOfAccount {
  return { relId, personId, accountId, isEmployee: true, fields: { email: 'x' }, relationship: {} };
}

function group(people: PersonOfAccount[], id = '70'): ActionEntity {
  return { kind: 'accountPerson', id, fields: {}, people };
}

function build(service: ServiceDefinition, entity: ActionEntity, outcome: ActionOutcome, splitPaths = true) {
  const { body, dropped } = buildCallbackBody(service, { entity, splitPaths }, outcome);
  return { body, dropped, parsed: JSON.parse(body) as { objectData: Record<string, unknown>[] } };
}

describe('buildCallbackBody of a lead', () => {
  const service = definition('lead', {
    fields: [field('email', 'email'), field('score', 'score'), field('seen', 'datetime'), field('born', 'date')],
    attributes: [attribute('model', 'string'), attribute('analyzed', 'integer')],
    accessors: [accessor('score', { minValue: 0, maxValue: 100 }), accessor('tier', { dataType: 'string' })],
  });

  it('sends declared fields, attributes and accessor values, coerced to their types', () => {
    const outcome = success({
      fields: { email: 'a@b.example', score: '42', seen: '2026-05-01T12:00:00+02:00', born: '2000-01-31', secret: 'x' },
      attributes: { model: 'v2', analyzed: '3', other: 'x' },
      accessors: { tier: 'gold', undeclared: 1 },
    });
    const { parsed, dropped } = build(service, lead(), outcome);
    expect(parsed).toStrictEqual({
      objectData: [
        {
          activityData: { success: true, model: 'v2', analyzed: 3 },
          leadData: {
            id: 7,
            email: 'a@b.example',
            score: 42,
            seen: '2026-05-01T10:00:00Z',
            born: '2000-01-31',
            accessorValues: { score: 42, tier: 'gold' },
          },
        },
      ],
    });
    expect(dropped).toStrictEqual([]);
  });

  it('sends the error and the id alone on failure', () => {
    const { body, dropped } = build(service, lead(), failure);
    expect(body).toBe(
      '{"objectData":[{"activityData":{"success":false,"errorCode":"TIMEOUT","reason":"The deadline is near"},"leadData":{"id":7}}]}',
    );
    expect(dropped).toStrictEqual([]);
  });

  it('never sends an empty reason, which Adobe requires', () => {
    const { parsed } = build(service, lead(), { kind: 'failure', errorCode: 'INVALID_DATA', reason: '' });
    expect(parsed.objectData[0]?.['activityData']).toMatchObject({ reason: 'The action failed' });
  });

  it('leaves out null and absent values silently and notes the names of values of the wrong type', () => {
    const outcome = success({
      fields: { email: null, score: 'high', seen: 'yesterday' },
      attributes: { analyzed: 1.5 },
      accessors: { tier: { nested: true } },
    });
    const { parsed, dropped, body } = build(service, lead(), outcome);
    expect(parsed.objectData).toStrictEqual([{ activityData: { success: true }, leadData: { id: 7 } }]);
    expect(new Set(dropped)).toStrictEqual(
      new Set([
        'activityData.analyzed',
        'leadData.score',
        'leadData.seen',
        'leadData.accessorValues.score',
        'leadData.accessorValues.tier',
      ]),
    );
    expect(body + dropped.join()).not.toMatch(/high|yesterday|nested/);
  });

  it('sends no accessor values when the request does not want split paths', () => {
    const { parsed } = build(service, lead(), success({ fields: { score: 5 }, accessors: { tier: 'gold' } }), false);
    expect(parsed.objectData[0]?.['leadData']).toStrictEqual({ id: 7, score: 5 });
  });

  it.each([
    ['-12', '-12'],
    ['9007199254740991', '9007199254740991'],
    ['9007199254740993', '9007199254740993'],
    [HUGE, HUGE],
    ['lead-7', '"lead-7"'],
    ['7.0', '"7.0"'],
  ])('writes the id %s as %s', (id, expected) => {
    expect(build(service, lead(id), failure).body).toContain(`"leadData":{"id":${expected}}`);
    expect(build(service, lead(id), success()).body).toContain(`"leadData":{"id":${expected}}`);
  });

  it('keeps integers beyond 2^53 digit for digit in fields', () => {
    const { body } = build(service, lead(), success({ fields: { score: BigInt(HUGE) } }));
    expect(body).toContain(`"score":${HUGE}`);
  });

  it('does not let a definition overwrite what is ours', () => {
    const greedy = definition('lead', {
      fields: [field('id', 'string'), field('accessorValues', 'string'), field('__proto__', 'string')],
      attributes: [attribute('success', 'boolean'), attribute('errorCode', 'string'), attribute('reason', 'string')],
    });
    const values = JSON.parse('{"id":"x","accessorValues":"x","__proto__":"x"}') as Fields;
    const outcome = success({ fields: values, attributes: { success: false, errorCode: 'x', reason: 'x' } });
    expect(build(greedy, lead(), outcome).body).toBe(
      '{"objectData":[{"activityData":{"success":true},"leadData":{"id":7}}]}',
    );
  });

  it('does not take what every object inherits for a value', () => {
    const odd = definition('lead', { fields: [field('constructor', 'string'), field('toString', 'string')] });
    const { body, dropped } = build(odd, lead(), success());
    expect(body).toContain('"leadData":{"id":7}');
    expect(dropped).toStrictEqual([]);
  });
});

describe('the default of an accessor', () => {
  const service = definition('lead', {
    accessors: [accessor('tier', { dataType: 'string', allowedValues: ['hot', 'unknown'], default: 'unknown' })],
  });
  const sentFor = (accessors: Fields): { sent: unknown; dropped: readonly string[] } => {
    const { parsed, dropped } = build(service, lead(), success({ accessors }));
    return { sent: (parsed.objectData[0]?.['leadData'] as { accessorValues?: unknown }).accessorValues, dropped };
  };

  it('stands in for a value that is missing', () => {
    expect(sentFor({})).toEqual({ sent: { tier: 'unknown' }, dropped: [] });
    expect(sentFor({ tier: null })).toEqual({ sent: { tier: 'unknown' }, dropped: [] });
  });

  it('stands in for a value that is invalid, which is told all the same', () => {
    const dropped = ['leadData.accessorValues.tier'];
    expect(sentFor({ tier: 'warm' })).toEqual({ sent: { tier: 'unknown' }, dropped });
    expect(sentFor({ tier: ['hot'] })).toEqual({ sent: { tier: 'unknown' }, dropped });
  });

  it('leaves a value alone that fits', () => {
    expect(sentFor({ tier: 'hot' })).toEqual({ sent: { tier: 'hot' }, dropped: [] });
  });

  it('is not sent on failure, nor where the request wants no split paths', () => {
    const failure = build(service, lead(), { kind: 'failure', errorCode: 'TIMEOUT', reason: 'late' });
    expect(JSON.stringify(failure.parsed)).not.toContain('unknown');
    expect(JSON.stringify(build(service, lead(), success({}), false).parsed)).not.toContain('unknown');
  });
});

describe('accessor values', () => {
  const inRange = { minValue: 0, maxValue: 100 };
  it.each<[string, Partial<AccessorDefinition>, Fields[string], unknown]>([
    ['the lower bound', inRange, 0, 0],
    ['the upper bound', inRange, '100', 100],
    ['a value below the range', inRange, -1, undefined],
    ['a value above the range', inRange, 101, undefined],
    ['a bigint above the range', inRange, BigInt(HUGE), undefined],
    ['a float inside the range', { dataType: 'float', minValue: 0.5, maxValue: null }, 0.75, 0.75],
    ['a float below the range', { dataType: 'float', minValue: 0.5, maxValue: null }, 0.25, undefined],
    ['an allowed string', { dataType: 'string', allowedValues: ['hot', 'cold'] }, 'hot', 'hot'],
    ['a string in another case', { dataType: 'string', allowedValues: ['hot', 'cold'] }, 'Hot', undefined],
    ['an allowed number declared as text', { allowedValues: ['1', '2'] }, 2, 2],
    ['a number that is not allowed', { allowedValues: [1, 2] }, 3, undefined],
    ['any value when nothing is listed as allowed', { allowedValues: [] }, 3, 3],
    ['a boolean written as text', { dataType: 'boolean' }, 'true', true],
    ['a fraction for an integer', {}, 1.5, undefined],
  ])('judge %s', (_name, options, value, expected) => {
    const service = definition('lead', { accessors: [accessor('a', options)] });
    const { parsed, dropped } = build(service, lead(), success({ accessors: { a: value } }));
    const sent = (parsed.objectData[0]?.['leadData'] as { accessorValues?: { a: unknown } }).accessorValues?.a;
    expect(sent).toBe(expected);
    expect(dropped).toStrictEqual(expected === undefined ? ['leadData.accessorValues.a'] : []);
  });

  it('prefer the value under the accessor to the field of its name, and take the field where that is null', () => {
    const service = definition('account', { accessors: [accessor('a'), accessor('b')] });
    const outcome = success({ accountFields: { a: 1, b: 2 }, accessors: { a: 10, b: null } });
    const { parsed } = build(service, account(), outcome);
    expect(parsed.objectData[0]?.['accountData']).toStrictEqual({ id: 70, accessorValues: { a: 10, b: 2 } });
  });
});

describe('buildCallbackBody of an account', () => {
  const service = definition('account', {
    fields: [field('email', 'string')],
    accountFields: [field('industry', 'string'), field('employees', 'integer')],
  });

  it('sends account fields and nothing of leads', () => {
    const outcome = success({ fields: { email: 'x' }, accountFields: { industry: 'Retail', employees: '120' } });
    expect(build(service, account(), outcome).parsed.objectData).toStrictEqual([
      { activityData: { success: true }, accountData: { id: 70, industry: 'Retail', employees: 120 } },
    ]);
  });

  it('sends the id alone on failure', () => {
    expect(build(service, account(HUGE), failure).body).toContain(`,"accountData":{"id":${HUGE}}}]}`);
  });
});

describe('buildCallbackBody of an account with its people', () => {
  const service = definition('accountPerson', {
    fields: [field('email', 'email')],
    accountFields: [field('industry', 'string')],
    attributes: [attribute('leadsAnalyzed', 'integer')],
    accessors: [accessor('score', { minValue: 0 })],
  });
  const people = [person('3', '33'), person('1', '11'), person('2', HUGE)];
  const found = new Map<string, PersonResult>([
    ['1', { fields: { email: 'one@b.example', score: 5 }, accessors: {} }],
    ['3', { fields: { email: 'three@b.example', score: -1 }, accessors: { score: 9 } }],
  ]);

  it("brings everybody back in the request's order, those without a result by their ids", () => {
    const outcome = success({
      accountFields: { industry: 'Retail' },
      people: found,
      attributes: { leadsAnalyzed: 2 },
      accessors: { score: 1 },
    });
    const { body, dropped } = build(service, group(people), outcome);
    expect(parse(body, undefined, { parseNumber: String })).toStrictEqual({
      objectData: [
        {
          activityData: { success: true, leadsAnalyzed: '2' },
          accountPersonData: [
            {
              accountPersonRelId: '3',
              accountId: '70',
              personId: '33',
              leadData: { email: 'three@b.example' },
              accessorValues: { score: '9' },
            },
            {
              accountPersonRelId: '1',
              accountId: '70',
              personId: '11',
              leadData: { email: 'one@b.example' },
              accessorValues: { score: '5' },
            },
            { accountPersonRelId: '2', accountId: '70', personId: HUGE },
          ],
          accountData: { id: '70', industry: 'Retail' },
        },
      ],
    });
    expect(body).toContain(`"personId":${HUGE}`);
    expect(dropped).toStrictEqual([]);
  });

  it('sends ids alone on failure, for everybody', () => {
    expect(build(service, group(people.slice(0, 2)), failure).parsed.objectData).toStrictEqual([
      {
        activityData: { success: false, errorCode: 'TIMEOUT', reason: 'The deadline is near' },
        accountPersonData: [
          { accountPersonRelId: 3, accountId: 70, personId: 33 },
          { accountPersonRelId: 1, accountId: 70, personId: 11 },
        ],
        accountData: { id: 70 },
      },
    ]);
  });

  it('sends no accessor values for anybody without split paths', () => {
    expect(build(service, group(people), success({ people: found }), false).body).not.toContain('accessorValues');
  });

  it('notes a dropped name once, whatever the number of people', () => {
    const bad: PersonResult = { fields: { email: ['x'], score: 'x' }, accessors: {} };
    const outcome = success({ people: new Map(people.map(({ relId }) => [relId, bad])) });
    expect(build(service, group(people), outcome).dropped).toStrictEqual([
      'accountPersonData[].leadData.email',
      'accountPersonData[].accessorValues.score',
    ]);
  });

  it.each([
    ['a numeric parent', '70', ['71'], 70],
    ['a named parent with numeric relationships', 'ACME', ['71'], 71],
    ['a named parent with named and numeric relationships', 'ACME', ['acme', '71'], 71],
    ['a named parent with named relationships', 'ACME', ['acme'], 'acme'],
    ['a named parent without relationships', 'ACME', [], 'ACME'],
  ])('takes the account id of %s', (_name, parent, accountIds, expected) => {
    const members = accountIds.map((id, index) => person(String(index), String(index), id));
    const { parsed } = build(service, group(members, parent), failure);
    expect(parsed.objectData[0]?.['accountData']).toStrictEqual({ id: expected });
  });
});

describe('buildCallbackBody, whatever a provider returns', () => {
  const names = fc.constantFrom(
    'a',
    'b',
    'c',
    'd',
    'id',
    'success',
    'accessorValues',
    '__proto__',
    'constructor',
    'toString',
  );
  const values = fc.oneof(
    fc.string(),
    fc.double(),
    fc.bigInt(),
    fc.boolean(),
    fc.constant(null),
    fc.array(fc.string()),
  );
  const bags = fc.array(fc.tuple(names, values)).map((entries) => Object.fromEntries(entries) as Fields);
  const types = fc.constantFrom<RichType>(
    'string',
    'integer',
    'float',
    'boolean',
    'date',
    'datetime',
    'email',
    'score',
  );
  const declared = fc.uniqueArray(fc.tuple(fc.constantFrom('a', 'b', 'constructor'), types), {
    selector: ([name]) => name,
  });
  const entities = fc.constantFrom(lead(), account(), group([person('1', '11'), person('2', '22')]));

  it('no undeclared key ever leaves, and what is sent parses', () => {
    fc.assert(
      fc.property(entities, declared, bags, bags, bags, fc.boolean(), (entity, fields, one, two, three, split) => {
        const service = definition(entity.kind, {
          fields: fields.map(([name, type]) => field(name, type)),
          accountFields: fields.map(([name, type]) => field(name, type)),
          attributes: fields.map(([name, type]) => attribute(name, type)),
          accessors: fields.map(([name]) => accessor(name)),
        });
        const personResult: PersonResult = { fields: one, accessors: two };
        const outcome = success({
          fields: one,
          accountFields: two,
          accessors: three,
          attributes: three,
          people: new Map([['1', personResult]]),
        });
        const { parsed } = build(service, entity, outcome, split);
        const own = new Set(fields.map(([name]) => name));
        const ids = ['id', 'accountPersonRelId', 'accountId', 'personId'];
        const frame = ['objectData', 'activityData', 'leadData', 'accountData', 'accountPersonData'];
        const allowed = new Set([...own, ...ids, ...frame, 'success', ...(split ? ['accessorValues'] : [])]);
        expect(keysOf(parsed).filter((key) => !allowed.has(key))).toStrictEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

function keysOf(value: unknown): string[] {
  if (Array.isArray(value)) return value.flatMap(keysOf);
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => [key, ...keysOf(inner)]);
}
