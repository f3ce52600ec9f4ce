import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it } from 'vitest';
import type { LeasedAction } from '../actions/action.js';
import type { PipelineStep, ServiceDefinition } from '../catalog/service-definition.js';
import { Expressions } from '../expressions/expressions.js';
import { testConfig } from '../intake/intake.fixtures.js';
import { Conditions } from './conditions.js';
import { type Enrichment, EnrichmentError, type EnrichmentProvider } from './enrichment-provider.js';
import { type PipelineRun, PipelineRunner } from './pipeline-runner.js';
import { ProviderRegistry } from './provider-registry.js';

type Enrich = EnrichmentProvider['enrich'];

const config = testConfig();
const conditions = new Conditions(new Expressions(config), config);
let runner: PipelineRunner | null = null;
afterEach(() => runner?.onApplicationShutdown());

const LEAD = { kind: 'lead', id: '1', fields: { email: 'a@b.example' } } as const;

function pipelineOf(...steps: (Partial<PipelineStep> & { readonly enrich: Enrich })[]): {
  run(action: LeasedAction): Promise<PipelineRun>;
} {
  const registry = new ProviderRegistry();
  steps.forEach((step, index) => registry.register({ key: `p${index}`, enrich: step.enrich }, 'the spec'));
  const pipeline = steps.map((step, index): PipelineStep => ({
    name: step.name ?? `step-${index}`,
    provider: step.provider ?? `p${index}`,
    required: step.required ?? false,
    timeoutMs: step.timeoutMs ?? 1_000,
    settings: step.settings ?? {},
  }));
  const made = new PipelineRunner(registry, conditions);
  runner = made;
  const callback = { fields: [], accountFields: [], attributes: [] };
  const definition = { apiName: 'service', pipeline, callback } as unknown as ServiceDefinition;
  return { run: (given) => made.run(given, LEAD, definition) };
}

function action(overrides: Partial<LeasedAction> = {}): LeasedAction {
  return {
    id: '0199a000-0000-7000-8000-000000000001',
    service: 'service',
    dialect: 'adobe',
    tenant: 'org',
    objectType: 'lead',
    entityId: '1',
    timeoutMs: 3_600_000,
    deadlineAtMs: performance.now() + 3_600_000,
    leaseToken: 'lease',
    crashCount: 0,
    callbackUrl: 'https://adobe.com/x',
    input: {
      entity: LEAD,
      flowStep: { step: 1 },
      globalAttributes: {},
      journey: { id: 'j' },
      subscription: {},
      paths: [],
      splitPaths: true,
    },
    secrets: { token: 't', admin: {}, headers: { 'x-key': 'k' } },
    ...overrides,
  };
}

const answer =
  (enrichment: Enrichment): Enrich =>
  () =>
    Promise.resolve(enrichment);
const rejecting =
  (thrown: unknown): Enrich =>
  async () => {
    throw thrown;
  };
const throwing =
  (thrown: unknown): Enrich =>
  () => {
    throw thrown;
  };
const never: Enrich = () => new Promise(() => undefined);

describe('PipelineRunner', () => {
  it('merges the steps in declared order and shows each what the earlier ones found', async () => {
    const seen: unknown[] = [];
    const given = pipelineOf(
      { enrich: answer({ fields: { a: 1, b: 1 } }) },
      {
        enrich: (subject) => {
          seen.push({ ...subject.soFar.fields });
          return Promise.resolve({ fields: { b: 2 } });
        },
      },
    );
    const run = await given.run(action());
    expect(seen).toEqual([{ a: 1, b: 1 }]);
    expect(run.outcome.kind === 'success' && { ...run.outcome.result.fields }).toEqual({ a: 1, b: 2 });
    expect(run.steps.map(({ step, outcome }) => [step, outcome])).toEqual([
      ['step-0', 'ok'],
      ['step-1', 'ok'],
    ]);
  });

  it('goes on after an optional step failed, and says so', async () => {
    const failing: Enrich = () => Promise.reject(new EnrichmentError('EXTERNAL_API_ERROR', 'the other side is down'));
    const given = pipelineOf({ enrich: failing }, { enrich: answer({ fields: { a: 1 } }) });
    const run = await given.run(action());
    expect(run.outcome.kind).toBe('success');
    expect(run.steps[0]).toMatchObject({
      outcome: 'failed',
      errorCode: 'EXTERNAL_API_ERROR',
      reason: 'step-0: the other side is down',
    });
  });

  it('ends with the error code of a required step, without running the rest', async () => {
    let ran = false;
    const given = pipelineOf(
      { required: true, enrich: () => Promise.reject(new EnrichmentError('NOT_FOUND', 'nobody')) },
      {
        enrich: () => {
          ran = true;
          return Promise.resolve({});
        },
      },
    );
    const run = await given.run(action());
    expect(run.outcome).toEqual({ kind: 'failure', errorCode: 'NOT_FOUND', reason: 'step-0: nobody' });
    expect(ran).toBe(false);
  });

  it('never shows what an unexpected error says: it may carry a person', async () => {
    const given = pipelineOf({
      required: true,
      enrich: () => Promise.reject(new RangeError('ada@example.com is odd')),
    });
    const run = await given.run(action());
    expect(run.outcome).toEqual({
      kind: 'failure',
      errorCode: 'ENRICHMENT_FAILED',
      reason: 'step-0: unexpected RangeError',
    });
  });

  it('survives a provider that throws at once, or answers nothing', async () => {
    const given = pipelineOf(
      {
        enrich: () => {
          throw new TypeError('sync');
        },
      },
      { enrich: () => Promise.resolve(undefined as unknown as Enrichment) },
      { enrich: answer({ fields: { a: 1 } }) },
    );
    const run = await given.run(action());
    expect(run.outcome.kind).toBe('success');
    expect(run.steps.map((step) => step.outcome)).toEqual(['failed', 'failed', 'ok']);
  });

  it('ends a step that hangs, and aborts its signal', async () => {
    let signal: AbortSignal | null = null;
    const given = pipelineOf({
      timeoutMs: 50,
      required: true,
      enrich: (_subject, _settings, context) => {
        signal = context.signal;
        return never(_subject, _settings, context);
      },
    });
    const run = await given.run(action());
    expect(run.outcome).toMatchObject({ kind: 'failure', errorCode: 'TIMEOUT' });
    expect((signal as AbortSignal | null)?.aborted).toBe(true);
  });

  it('gives a step no more time than the action has before its margin', async () => {
    const given = pipelineOf({ timeoutMs: 60_000, required: true, enrich: never });
    const close = action({ timeoutMs: 60_000, deadlineAtMs: performance.now() + 6_100 });
    const run = await given.run(close);
    expect(run.outcome).toMatchObject({ kind: 'failure', errorCode: 'TIMEOUT' });
  });

  it('does not begin what can only end too late, required or not', async () => {
    const given = pipelineOf({ enrich: answer({ fields: { a: 1 } }) });
    const late = action({ timeoutMs: 60_000, deadlineAtMs: performance.now() + 5_000 });
    const run = await given.run(late);
    expect(run.outcome).toMatchObject({ kind: 'failure', errorCode: 'TIMEOUT' });
  });

  it('records an optional step that has no time left, and goes on with what was found', async () => {
    let begun = 0;
    const late: Enrich = () => {
      begun += 1;
      return Promise.resolve({ fields: { b: 1 } });
    };
    // Nothing ends a step that holds the event loop: it is done late, and what follows is not begun.
    const blocking = pipelineOf(
      {
        required: true,
        enrich: () => {
          const until = performance.now() + 300;
          while (performance.now() < until);
          return Promise.resolve({ fields: { a: 1 } });
        },
      },
      { enrich: late },
      { enrich: late },
    );
    const cut = await blocking.run(action({ timeoutMs: 60_000, deadlineAtMs: performance.now() + 6_750 }));
    expect(begun).toBe(0);
    expect(cut.outcome.kind === 'success' && { ...cut.outcome.result.fields }).toEqual({ a: 1 });
    expect(cut.steps.map(({ step, outcome, errorCode }) => [step, outcome, errorCode])).toEqual([
      ['step-0', 'ok', undefined],
      ['step-1', 'skipped', 'TIMEOUT'],
      ['step-2', 'skipped', 'TIMEOUT'],
    ]);
    expect(cut.steps[1]?.reason).toBe('step-1: not begun, the time of the action was up before the enrichment ended');
  });

  it('keeps what was done when an optional step takes all the time that is left', async () => {
    const given = pipelineOf({ enrich: answer({ fields: { a: 1 } }) }, { enrich: never }, { enrich: never });
    const run = await given.run(action({ timeoutMs: 60_000, deadlineAtMs: performance.now() + 6_700 }));
    expect(run.outcome.kind === 'success' && { ...run.outcome.result.fields }).toEqual({ a: 1 });
    expect(run.steps.map(({ outcome, errorCode }) => [outcome, errorCode])).toEqual([
      ['ok', undefined],
      ['failed', 'TIMEOUT'],
      ['skipped', 'TIMEOUT'],
    ]);
    expect(run.outcome.kind === 'success' && { ...run.outcome.result.attributes }).toEqual({
      missingSteps: 'step-1, step-2',
    });
  });

  it('names no missing steps where each had its time', async () => {
    const failing: Enrich = () => Promise.reject(new EnrichmentError('NOT_FOUND', 'nobody'));
    const run = await pipelineOf({ enrich: answer({}) }, { enrich: failing }).run(action());
    expect(run.outcome.kind === 'success' && { ...run.outcome.result.attributes }).toEqual({});
  });

  it('fails the action when a required step has no time left, whatever was done before', async () => {
    const given = pipelineOf(
      { enrich: answer({ fields: { a: 1 } }) },
      { enrich: never },
      { required: true, enrich: answer({ fields: { b: 1 } }) },
      { enrich: answer({ fields: { c: 1 } }) },
    );
    const run = await given.run(action({ timeoutMs: 60_000, deadlineAtMs: performance.now() + 6_700 }));
    expect(run.outcome).toEqual({
      kind: 'failure',
      errorCode: 'TIMEOUT',
      reason: 'step-2: not begun, the time of the action was up before the enrichment ended',
    });
    expect(run.steps.map(({ outcome }) => outcome)).toEqual(['ok', 'failed', 'skipped']);
  });

  it('ends before the margin, so that the result is stored before the deadline sweep takes over', async () => {
    const given = pipelineOf({ enrich: answer({ fields: { a: 1 } }) }, { timeoutMs: 60_000, enrich: never });
    const deadlineAtMs = performance.now() + 7_000;
    await given.run(action({ timeoutMs: 60_000, deadlineAtMs }));
    expect(deadlineAtMs - 6_000 - performance.now()).toBeGreaterThan(200);
  });

  it('takes a code of Adobe of any error, also of one that is no instance of anything of ours', async () => {
    class LimitError extends Error {
      readonly code = 'RATE_LIMIT_EXCEEDED';
    }
    const foreign: unknown = runInNewContext(`Object.assign(new Error('no such firm'), { code: 'NOT_FOUND' })`);
    const cases: [unknown, string, string][] = [
      [new LimitError('100 a minute are allowed'), 'RATE_LIMIT_EXCEEDED', 'step-0: 100 a minute are allowed'],
      [foreign, 'NOT_FOUND', 'step-0: no such firm'],
      [{ code: 'INVALID_DATA', message: 'no Error at all' }, 'INVALID_DATA', 'step-0: no Error at all'],
      [Object.freeze(new EnrichmentError('EXTERNAL_API_ERROR', 'frozen')), 'EXTERNAL_API_ERROR', 'step-0: frozen'],
    ];
    for (const [thrown, errorCode, reason] of cases) {
      for (const enrich of [rejecting(thrown), throwing(thrown)]) {
        const run = await pipelineOf({ required: true, enrich }).run(action());
        expect(run.outcome).toEqual({ kind: 'failure', errorCode, reason });
      }
    }
  });

  it.each([
    ['ETIMEDOUT of a socket', Object.assign(new Error('ada@example.com'), { code: 'ETIMEDOUT' }), 'unexpected Error'],
    ['a number', Object.assign(new TypeError('ada@example.com'), { code: 404 }), 'unexpected TypeError'],
    ['small letters', Object.assign(new Error('ada@example.com'), { code: 'not_found' }), 'unexpected Error'],
    ['a text', 'ada@example.com', 'unexpected non-Error value'],
    ['nothing', undefined, 'unexpected non-Error value'],
  ])('calls the rest unexpected, without its message: %s', async (_, thrown, reason) => {
    const run = await pipelineOf({ required: true, enrich: rejecting(thrown) }).run(action());
    expect(run.outcome).toEqual({ kind: 'failure', errorCode: 'ENRICHMENT_FAILED', reason: `step-0: ${reason}` });
  });

  it('lets a provider answer without a promise', async () => {
    const sync = (() => ({ fields: { a: 1 } })) as unknown as Enrich;
    const run = await pipelineOf({ required: true, enrich: sync }).run(action());
    expect(run.outcome.kind).toBe('success');
  });

  it('hands the circumstances on', async () => {
    let context: unknown = null;
    const given = pipelineOf({
      enrich: (_subject, settings, given) => {
        context = { settings, flowStep: given.flowStep, headers: given.headers, journey: given.journey };
        expect(given.deadline.getTime()).toBeGreaterThan(Date.now());
        return Promise.resolve({});
      },
      settings: { from: 'email' },
    });
    const run = await given.run(action());
    expect(run.steps[0]?.outcome).toBe('ok');
    expect(context).toEqual({
      settings: { from: 'email' },
      flowStep: { step: 1 },
      headers: { 'x-key': 'k' },
      journey: { id: 'j' },
    });
  });
});

describe('ProviderRegistry', () => {
  it('refuses a key twice', () => {
    const registry = new ProviderRegistry();
    registry.register({ key: 'email', enrich: never }, 'Ricochet');
    expect(() => registry.register({ key: 'email', enrich: never }, './mine.js')).toThrow(
      /"email" of .\/mine.js is registered already/,
    );
  });

  it('names every unknown provider and every bad setting of every pipeline at once', () => {
    const registry = new ProviderRegistry();
    registry.register({ key: 'picky', validateSettings: () => ['from is missing'], enrich: never }, 'Ricochet');
    const step = (provider: string): PipelineStep => ({
      name: provider,
      provider,
      required: false,
      timeoutMs: 1,
      settings: {},
    });
    const definitions = [
      { apiName: 'one', pipeline: [step('picky'), step('emial')] },
      { apiName: 'two', pipeline: [step('nobody')] },
    ] as unknown as ServiceDefinition[];
    expect(() => registry.validate(definitions)).toThrow(
      /3 problem[\s\S]*service one, step picky: from is missing[\s\S]*unknown provider "emial"; known are picky[\s\S]*service two, step nobody/,
    );
  });
});
