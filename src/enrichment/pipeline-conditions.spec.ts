import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { LeasedAction } from '../actions/action.js';
import type { ActionEntity, Fields } from '../actions/action-input.js';
import type { StepOutcome } from '../actions/action-result.js';
import type { PipelineStep, ServiceDefinition, Waterfall } from '../catalog/service-definition.js';
import { compileExpression } from '../expressions/compile-expression.js';
import { Expressions } from '../expressions/expressions.js';
import { testConfig } from '../intake/intake.fixtures.js';
import { Conditions } from './conditions.js';
import { EnrichmentError, type EnrichmentProvider } from './enrichment-provider.js';
import { type PipelineRun, PipelineRunner } from './pipeline-runner.js';
import { ProviderRegistry } from './provider-registry.js';
import { account, group, lead } from './providers/providers.fixtures.js';

type Enrich = EnrichmentProvider['enrich'];

const config = testConfig({
  expressions: { threads: 1, timeoutMs: 10_000, heapMb: 64, resultMaxBytes: 100_000 },
});
const expressions = new Expressions(config);
const hasty = new Conditions(expressions, testConfig({ expressions: { ...config.expressions, timeoutMs: 3 } }));
const conditions = new Conditions(expressions, config);
const LONG = '$count($map([1..900000], function($i) { $string($i) })) > 0';

const runners: PipelineRunner[] = [];
afterEach(() => runners.splice(0).forEach((runner) => runner.onApplicationShutdown()));
afterAll(() => expressions.onApplicationShutdown());

interface StepSpec {
  readonly enrich?: Enrich;
  readonly when?: string;
  readonly required?: boolean;
  readonly waterfall?: Waterfall;
}

function search(parts: Partial<Omit<Waterfall, 'when'>> & { readonly when?: string } = {}): Waterfall {
  const { when, ...rest } = parts;
  const waterfall = { name: 'size', until: 'size', accessor: 'sizeFrom', required: false, ...rest };
  return when === undefined ? waterfall : { ...waterfall, when: compileExpression(when, 'when') };
}

async function run(
  entity: ActionEntity,
  steps: Readonly<Record<string, StepSpec>>,
  checker = conditions,
): Promise<PipelineRun> {
  const registry = new ProviderRegistry();
  const pipeline = Object.entries(steps).map(([name, { enrich = gives({}), when, ...rest }]): PipelineStep => {
    registry.register({ key: name, enrich }, 'the spec');
    const condition = when === undefined ? {} : { when: compileExpression(when, 'when') };
    return { name, provider: name, required: false, timeoutMs: 30_000, settings: {}, ...rest, ...condition };
  });
  const runner = new PipelineRunner(registry, checker);
  runners.push(runner);
  const callback = { fields: [], accountFields: [], attributes: [] };
  const definition = { apiName: 'service', pipeline, callback } as unknown as ServiceDefinition;
  return runner.run(actionOf(entity), entity, definition);
}

function actionOf(entity: ActionEntity): LeasedAction {
  const input = {
    entity,
    flowStep: { product: 'X' },
    globalAttributes: {},
    journey: {},
    subscription: {},
    paths: [],
    splitPaths: true,
  };
  return {
    id: '0199a000-0000-7000-8000-000000000001',
    service: 'service',
    dialect: 'adobe',
    tenant: 'org',
    objectType: entity.kind,
    entityId: '1',
    timeoutMs: 3_600_000,
    deadlineAtMs: performance.now() + 3_600_000,
    leaseToken: 'lease',
    crashCount: 0,
    callbackUrl: 'https://adobe.com/x',
    input,
    secrets: null,
  };
}

function gives(fields: Fields): Enrich {
  return ({ entity }) => Promise.resolve(entity.kind === 'lead' ? { fields } : { accountFields: fields });
}

function failing(code: 'NOT_FOUND' | 'EXTERNAL_API_ERROR'): Enrich {
  return () => Promise.reject(new EnrichmentError(code, 'it failed'));
}

function shortly(steps: readonly StepOutcome[]): (string | undefined)[][] {
  return steps.map(({ step, outcome, errorCode, reason, found }) =>
    [step, outcome, errorCode, reason, found].filter((part) => part !== undefined),
  );
}

function fieldsOf(run: PipelineRun): Fields {
  return run.outcome.kind === 'success' ? { ...run.outcome.result.fields } : {};
}

describe('a step with a condition', () => {
  it('runs when it is met, and is skipped without a code when it is not', async () => {
    const ran = await run(lead({ country: 'DE' }), {
      german: { when: 'fields.country = "DE"', enrich: gives({ a: 1 }) },
      french: { when: 'fields.country = "FR"', enrich: gives({ b: 1 }) },
    });
    expect(fieldsOf(ran)).toEqual({ a: 1 });
    expect(shortly(ran.steps)).toEqual([
      ['german', 'ok'],
      ['french', 'skipped', 'french: the condition is not met'],
    ]);
  });

  it('sees what earlier steps found, and the circumstances', async () => {
    const ran = await run(lead({}), {
      first: { enrich: gives({ type: 'free' }) },
      second: { when: 'fields.type = "free" and flowStep.product = "X"', enrich: gives({ a: 1 }) },
    });
    expect(fieldsOf(ran)).toEqual({ type: 'free', a: 1 });
  });

  it('may need a thread', async () => {
    const ran = await run(group({}, { title: 'CEO' }), {
      boss: { when: '$count(people[fields.title = "CEO"]) > 0', enrich: gives({ a: 1 }) },
    });
    expect(shortly(ran.steps)).toEqual([['boss', 'ok']]);
  });

  it.each([
    ['fields.age > 18', 'ENRICHMENT_FAILED', 'is nothing (a field is missing) instead of true or false'],
    ['fields.name', 'ENRICHMENT_FAILED', 'is a text instead of true or false'],
    ['fields.list', 'ENRICHMENT_FAILED', 'is a list instead of true or false'],
    ['$length(fields.name)', 'ENRICHMENT_FAILED', 'is a number instead of true or false'],
    ['fields.none', 'ENRICHMENT_FAILED', 'is null instead of true or false'],
    ['fields', 'ENRICHMENT_FAILED', 'is an object instead of true or false'],
    ['fields.name > 18', 'ENRICHMENT_FAILED', 'failed at character 13: the two sides of the operator are of different'],
  ])('is failed, not skipped, where %s gives neither true nor false', async (when, code, problem) => {
    const entity = lead({ name: 'Ada', list: ['a', 'b'], none: null });
    const optional = await run(entity, { odd: { when }, next: {} });
    expect(optional.outcome.kind).toBe('success');
    expect(optional.steps[0]).toMatchObject({ step: 'odd', outcome: 'failed', errorCode: code });
    expect(optional.steps[0]?.reason).toContain(`odd: the condition ${problem}`);
    expect(optional.steps[0]?.reason).not.toContain('Ada');
    const required = await run(entity, { odd: { when, required: true }, next: {} });
    expect(required.outcome).toMatchObject({ kind: 'failure', errorCode: code });
    expect(required.steps).toHaveLength(1);
  });

  it('is failed where the condition takes too long', async () => {
    const ran = await run(lead({}), { slow: { when: LONG, required: true } }, hasty);
    expect(ran.outcome).toEqual({
      kind: 'failure',
      errorCode: 'TIMEOUT',
      reason: 'slow: the condition took too long',
    });
  });

  it('may be required and yet left out', async () => {
    const ran = await run(lead({}), { only: { when: 'fields.a = 1', required: true } });
    expect(ran.outcome.kind).toBe('success');
  });
});

describe('a waterfall', () => {
  it('ends with the first step that finds the field, and says which', async () => {
    const waterfall = search();
    const ran = await run(lead({}), {
      crm: { waterfall, enrich: gives({ other: 1, size: null }) },
      files: { waterfall, enrich: gives({ size: 12 }) },
      vendor: { waterfall, enrich: gives({ size: 99 }) },
      after: { enrich: gives({ a: 1 }) },
    });
    expect(fieldsOf(ran)).toEqual({ other: 1, size: 12, a: 1 });
    expect(ran.outcome).toMatchObject({ result: { accessors: { sizeFrom: 'files' } } });
    expect(shortly(ran.steps)).toEqual([
      ['crm', 'ok'],
      ['files', 'ok', 'size'],
      ['vendor', 'skipped', 'vendor: files found size'],
      ['after', 'ok'],
    ]);
  });

  it.each([
    ['an empty text', ''],
    ['null', null],
  ])('goes on after %s', async (_, size) => {
    const waterfall = search();
    const ran = await run(account({}), {
      crm: { waterfall, enrich: gives({ size }) },
      vendor: { waterfall, enrich: gives({ size: 0 }) },
    });
    expect(ran.outcome).toMatchObject({ result: { accountFields: { size: 0 }, accessors: { sizeFrom: 'vendor' } } });
  });

  it('looks at what its steps find, not at what was there before', async () => {
    const waterfall = search();
    const ran = await run(lead({ size: 5 }), {
      before: { enrich: gives({ size: 6 }) },
      crm: { waterfall },
      vendor: { waterfall, enrich: gives({ size: 7 }) },
    });
    expect(fieldsOf(ran)).toEqual({ size: 7 });
  });

  it('goes on after a step that fails, and after one that is not to run', async () => {
    const waterfall = search();
    const ran = await run(lead({}), {
      crm: { waterfall, enrich: failing('EXTERNAL_API_ERROR') },
      files: { waterfall, when: 'fields.a = 1', enrich: gives({ size: 1 }) },
      vendor: { waterfall, enrich: gives({ size: 2 }) },
    });
    expect(fieldsOf(ran)).toEqual({ size: 2 });
    expect(shortly(ran.steps)).toEqual([
      ['crm', 'failed', 'EXTERNAL_API_ERROR', 'crm: it failed'],
      ['files', 'skipped', 'files: the condition is not met'],
      ['vendor', 'ok', 'size'],
    ]);
  });

  it('fails the action where the field is required and no step finds it', async () => {
    const waterfall = search({ required: true });
    const empty = await run(lead({}), { crm: { waterfall }, vendor: { waterfall }, after: {} });
    expect(empty.outcome).toEqual({ kind: 'failure', errorCode: 'NOT_FOUND', reason: 'size: no step found size' });
    expect(empty.steps.map(({ step }) => step)).toEqual(['crm', 'vendor']);
    const broken = await run(lead({}), {
      before: {},
      crm: { waterfall, enrich: failing('EXTERNAL_API_ERROR') },
      vendor: { waterfall },
    });
    expect(broken.outcome).toMatchObject({ kind: 'failure', errorCode: 'EXTERNAL_API_ERROR' });
  });

  it('goes on where the field is not required', async () => {
    const waterfall = search();
    const ran = await run(lead({}), { crm: { waterfall }, vendor: { waterfall } });
    expect(ran.outcome.kind).toBe('success');
    expect(ran.steps.every(({ found }) => found === undefined)).toBe(true);
  });

  it('is left out as a whole by its condition, also a required one', async () => {
    const waterfall = search({ when: 'fields.a = 1', required: true });
    const ran = await run(lead({}), { crm: { waterfall }, vendor: { waterfall }, after: {} });
    expect(ran.outcome.kind).toBe('success');
    expect(shortly(ran.steps)).toEqual([
      ['crm', 'skipped', 'crm: the condition of the waterfall is not met'],
      ['vendor', 'skipped', 'vendor: the condition of the waterfall is not met'],
      ['after', 'ok'],
    ]);
  });

  it('fails by its condition where that says neither true nor false', async () => {
    const steps = (required: boolean): Record<string, StepSpec> => {
      const waterfall = search({ when: 'fields.a > 1', required });
      return { before: {}, crm: { waterfall }, vendor: { waterfall } };
    };
    const optional = await run(lead({}), steps(false));
    expect(optional.outcome.kind).toBe('success');
    expect(optional.steps.map(({ outcome }) => outcome)).toEqual(['ok', 'failed', 'skipped']);
    expect((await run(lead({}), steps(true))).outcome).toMatchObject({ errorCode: 'ENRICHMENT_FAILED' });
  });

  it('searches for each person apart: a step is asked for those alone who lack the field', async () => {
    const waterfall = search();
    const asked: string[][] = [];
    const finds =
      (known: readonly string[]): Enrich =>
      ({ entity }) => {
        const people = entity.kind === 'accountPerson' ? entity.people : [];
        asked.push(people.map(({ relId }) => relId));
        const found = people.map(
          ({ relId }) => [relId, { fields: { size: known.includes(relId) ? relId : null } }] as const,
        );
        return Promise.resolve({ people: new Map(found) });
      };
    const ran = await run(group({}, {}, {}, {}), {
      crm: { waterfall, enrich: finds(['r2']) },
      files: { waterfall, enrich: finds(['r1', 'r3']) },
      vendor: { waterfall, enrich: finds([]) },
    });
    expect(asked).toEqual([
      ['r1', 'r2', 'r3'],
      ['r1', 'r3'],
    ]);
    const people = ran.outcome.kind === 'success' ? ran.outcome.result.people : new Map();
    expect(['r1', 'r2', 'r3'].map((relId) => ({ ...people.get(relId)?.accessors }))).toEqual([
      { sizeFrom: 'files' },
      { sizeFrom: 'crm' },
      { sizeFrom: 'files' },
    ]);
    expect(shortly(ran.steps)).toEqual([
      ['crm', 'ok', 'size'],
      ['files', 'ok', 'size'],
      ['vendor', 'skipped', 'vendor: files found size'],
    ]);
  });

  it('keeps two searches apart that follow each other', async () => {
    const [first, second] = [search(), search({ name: 'city', until: 'city', accessor: null })];
    const ran = await run(lead({}), {
      a: { waterfall: first, enrich: gives({ size: 1 }) },
      b: { waterfall: first },
      c: { waterfall: second, enrich: gives({ city: 'Rome' }) },
      d: { waterfall: second },
    });
    expect(ran.steps.map(({ outcome }) => outcome)).toEqual(['ok', 'skipped', 'ok', 'skipped']);
    expect(ran.outcome).toMatchObject({ result: { accessors: { sizeFrom: 'a' } } });
  });
});

describe('a run in which no step finished', () => {
  it('is a failure with the last code', async () => {
    const ran = await run(lead({}), {
      a: { enrich: failing('NOT_FOUND') },
      b: { enrich: failing('EXTERNAL_API_ERROR') },
      c: { when: 'fields.x = 1' },
    });
    expect(ran.outcome).toEqual({ kind: 'failure', errorCode: 'EXTERNAL_API_ERROR', reason: 'b: it failed' });
  });

  it('is a success where no step was to run', async () => {
    expect((await run(lead({}), { a: { when: 'fields.x = 1' } })).outcome.kind).toBe('success');
  });
});
