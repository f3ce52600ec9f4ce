import { afterAll, describe, expect, it } from 'vitest';
import type { ActionEntity, Fields } from '../../actions/action-input.js';
import type { ActionResult } from '../../actions/action-result.js';
import { Expressions } from '../../expressions/expressions.js';
import { testConfig } from '../../intake/intake.fixtures.js';
import type { Enrichment, EnrichmentContext } from '../enrichment-provider.js';
import { describeEnrichmentProvider, sampleContext, sampleSubject } from '../provider-conformance.js';
import { ExpressionProvider } from './expression.provider.js';
import { account, group, lead } from './providers.fixtures.js';

const config = testConfig({
  expressions: { threads: 2, timeoutMs: 20_000, heapMb: 64, resultMaxBytes: 100_000 },
});
const expressions = new Expressions(config);
const provider = new ExpressionProvider(expressions, config);

afterAll(() => expressions.onApplicationShutdown());

function run(
  entity: ActionEntity,
  settings: Readonly<Record<string, unknown>>,
  soFar: Partial<ActionResult> = {},
  context: Partial<EnrichmentContext> = {},
): Promise<Enrichment> {
  return provider.enrich(sampleSubject(entity, soFar), settings, sampleContext(context));
}

async function compute(expression: string, fields: Fields = {}): Promise<unknown> {
  return (await run(lead(fields), { fields: { it: expression } })).fields?.it;
}

describe('ExpressionProvider', () => {
  it('computes fields, accessor values and attributes of a lead', async () => {
    const settings = {
      fields: { segment: 'fields.employees > 500 ? "enterprise" : "smb"', greeting: '"Dear " & fields.name' },
      accessors: { big: 'fields.employees > 500' },
      attributes: { rule: '"size"' },
    };
    expect(await run(lead({ employees: 900, name: 'Ada' }), settings)).toEqual({
      fields: { segment: 'enterprise', greeting: 'Dear Ada' },
      accessors: { big: true },
      attributes: { rule: 'size' },
    });
  });

  it('reads what earlier steps found before what the request had, and null as no value', async () => {
    const soFar = { fields: { city: 'Paris', country: null } };
    const found = await run(
      lead({ city: 'paris', country: 'FR' }),
      { fields: { a: 'fields.city', b: 'fields.country' } },
      soFar,
    );
    expect(found.fields).toEqual({ a: 'Paris', b: 'FR' });
  });

  it('reads the circumstances, and no custom header', async () => {
    const settings = {
      fields: { step: 'flowStep.product', journey: 'journey.id', key: 'headers.secret', kind: 'kind', id: 'id' },
    };
    const context = { flowStep: { product: 'X' }, journey: { id: 'j1' }, headers: { secret: 'key' } };
    expect((await run(lead({}), settings, {}, context)).fields).toEqual({
      step: 'X',
      journey: 'j1',
      kind: 'lead',
      id: '1',
    });
  });

  it('computes for each person of an account, who sees the account', async () => {
    const settings = { fields: { label: 'fields.name & " of " & account.name & (person.isEmployee ? "" : "?")' } };
    const found = await run(group({ name: 'Acme' }, { name: 'Ada' }, { name: 'Bob' }), settings);
    expect([...(found.people ?? [])]).toEqual([
      ['r1', { fields: { label: 'Ada of Acme' }, accessors: {} }],
      ['r2', { fields: { label: 'Bob of Acme' }, accessors: {} }],
    ]);
  });

  it('computes for the account of a buying group, which sees its people', async () => {
    const settings = { on: 'account', fields: { size: '$count(people)', names: '$join(people.fields.name, ", ")' } };
    const found = await run(group({}, { name: 'Ada' }, { name: 'Bob' }), settings);
    expect(found.accountFields).toEqual({ size: 2, names: 'Ada, Bob' });
  });

  it('computes for an account', async () => {
    const found = await run(account({ revenue: 10 }), { fields: { double: 'account.revenue * 2' } });
    expect(found.accountFields).toEqual({ double: 20 });
  });

  it.each([
    ['nothing', 'fields.missing'],
    ['a list', '[1, 2]'],
    ['an object', '{"a": 1}'],
  ])('leaves %s out: it is no value of a field', async (_, expression) => {
    expect(await run(lead({}), { fields: { it: expression, other: '1' } })).toMatchObject({ fields: { other: 1 } });
    expect(await compute(expression)).toBeUndefined();
  });

  it('hands texts on without what Postgres refuses', async () => {
    expect(await compute('fields.text', { text: 'a\u0000b\uD800c' })).toBe('abc');
  });

  it('reads integers beyond 2^53 as texts, so that no digit is lost', async () => {
    expect(await compute('fields.id & "!"', { id: 12345678901234567890n })).toBe('12345678901234567890!');
    expect(await compute('fields.list.id', { list: [{ id: 12345678901234567890n }] })).toBe('12345678901234567890');
  });

  it('keeps the variables of one expression from the others', async () => {
    const settings = { fields: { a: '( $x := 1; $x )', b: '$x' } };
    expect((await run(lead({}), settings)).fields).toEqual({ a: 1 });
  });

  it('says which expression failed and where, and no value', async () => {
    const settings = { fields: { fine: '1', total: 'fields.points + 1' } };
    await expect(run(lead({ points: 'secret' }), settings)).rejects.toMatchObject({
      code: 'ENRICHMENT_FAILED',
      message: 'fields.total, character 15: the left side of the operator is no number, near "+" (T2001)',
    });
  });

  it('gives the person an error whose values do not fit, and the others their values', async () => {
    const found = await run(group({}, { n: 1 }, { n: 'x' }, { n: 3 }), { fields: { next: 'fields.n + 1' } });
    expect(found.people?.get('r1')).toMatchObject({ fields: { next: 2 } });
    expect(found.people?.get('r2')).toMatchObject({ error: { code: 'ENRICHMENT_FAILED' } });
    expect(found.people?.get('r3')).toMatchObject({ fields: { next: 4 } });
  });

  it('computes for more people than one message takes, in their order', async () => {
    const people = Array.from({ length: 250 }, (_, n) => ({ n }));
    const found = await run(group({}, ...people), { fields: { next: 'fields.n + 1' } });
    expect([...(found.people?.values() ?? [])].map((person) => person.fields?.next)).toEqual(
      people.map(({ n }) => n + 1),
    );
  });

  it('times out when its time is up', async () => {
    const settings = { fields: { slow: '$count($map([1..900000], function($i) { $string($i) }))' } };
    const deadline = new Date(Date.now() + 5);
    await expect(run(lead({}), settings, {}, { deadline })).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  it.each([
    [{}, 'settings must have expressions'],
    [{ fields: 'fields.name' }, 'settings.fields must map names to expressions.'],
    [{ fields: ['a'] }, 'settings.fields must map names to expressions.'],
    [{ fields: {} }, 'settings must have expressions'],
    [{ fields: { a: 1 } }, 'settings.fields.a must be an expression, written as text.'],
    [{ fields: { a: null } }, 'settings.fields.a must be an expression, written as text.'],
    [{ fields: { '1a': '1' } }, 'settings.fields.1a: its name must be that of a field.'],
    [{ fields: { a: 'fields.' } }, 'settings.fields.a: the expression is wrong at line 1, column'],
    [{ fields: { a: '1) + (2' } }, 'settings.fields.a: the expression is wrong at line 1, column'],
    [{ fields: { a: '$eval("1")' } }, 'settings.fields.a: $eval is not available'],
    [{ accessors: { a: '' } }, 'settings.accessors.a: the expression is empty.'],
    [{ attributes: { a: '1 /* open' } }, 'settings.attributes.a: the expression is wrong'],
    [{ fields: { a: '1' }, from: 'b' }, 'settings.from is not a setting'],
    [{ fields: { a: '1' }, on: 'person' }, 'settings.on must be account or people.'],
    [{ fields: { a: `"${'x'.repeat(40_000)}"`, b: `"${'x'.repeat(40_000)}"` } }, 'longer than 65536 characters'],
  ])('refuses the settings %#: %j', (settings, problem) => {
    const problems = provider.validateSettings(settings);
    expect(problems).toHaveLength(1);
    expect(problems[0]).toContain(problem);
    expect(problems[0]).toMatch(/\.$/);
  });
});

describeEnrichmentProvider(
  () => new ExpressionProvider(expressions, config),
  [
    {
      name: 'a lead',
      entity: lead({ name: 'Ada', employees: 12 }),
      settings: {
        fields: { label: '$string(fields.name) & "!"', big: 'fields.employees = 12' },
        accessors: { it: '1' },
      },
    },
    { name: 'an account', entity: account({ name: 'Acme' }), settings: { fields: { label: 'fields.name' } } },
    {
      name: 'a buying group',
      entity: group({ name: 'Acme' }, { name: 'Ada' }, { name: 'Bob' }),
      settings: { fields: { label: 'fields.name & account.name' } },
    },
  ],
);
