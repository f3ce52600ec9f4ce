import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LeasedAction } from '../actions/action.js';
import type { BatchEntity, BatchSubject, Refusal } from '../actions/action-input.js';
import type { ServiceDefinition } from '../catalog/service-definition.js';
import { BatchRunner } from './batch-runner.js';
import { compileExpression } from '../expressions/compile-expression.js';
import { Expressions } from '../expressions/expressions.js';
import { testConfig } from '../intake/intake.fixtures.js';
import { Conditions } from './conditions.js';
import { EnrichmentError, type EnrichmentProvider } from './enrichment-provider.js';
import { PipelineRunner } from './pipeline-runner.js';
import { ProviderRegistry } from './provider-registry.js';

const config = testConfig();
const STEP = { name: 'look', provider: 'look', required: true, timeoutMs: 1_000, settings: {} };
const callback = { fields: [], accountFields: [], attributes: [] };
const DEFINITION = { apiName: 'service', pipeline: [STEP], callback } as unknown as ServiceDefinition;
const REFUSAL: Refusal = { errorCode: 'INVALID_DATA', reason: 'no address' };

/** No spec here crashes: there is nothing to note. */
const NO_TRIALS = { noteSubject: () => Promise.resolve(true) };

const failing = (): boolean => {
  throw new Error('of the provider');
};

let runner: PipelineRunner | null = null;
afterEach(() => {
  vi.restoreAllMocks();
  runner?.onApplicationShutdown();
});

/** No rest becomes due: on a slow machine one would split what is started in one turn. */
function stopClock(): void {
  vi.spyOn(performance, 'now').mockReturnValue(performance.now());
}

function batchRunner(enrich: EnrichmentProvider['enrich'], gathers = false): BatchRunner {
  const registry = new ProviderRegistry();
  registry.register({ key: 'look', gathers, enrich }, 'the spec');
  runner = new PipelineRunner(registry, new Conditions(new Expressions(config), config));
  return new BatchRunner(runner, NO_TRIALS);
}

function subject(id: string, refusal: Refusal | null = null): BatchSubject {
  return { entity: { kind: 'lead', id, fields: {} }, given: {}, refusal };
}

function actionOf(entity: BatchEntity): LeasedAction {
  return {
    id: '0199a000-0000-7000-8000-000000000001',
    service: 'service',
    dialect: 'async-call',
    tenant: 'client',
    objectType: 'batch',
    entityId: entity.id,
    timeoutMs: 3_600_000,
    deadlineAtMs: performance.now() + 3_600_000,
    leaseToken: 'lease',
    crashCount: 0,
    callbackUrl: '',
    input: {
      entity,
      flowStep: {},
      globalAttributes: {},
      journey: {},
      subscription: {},
      paths: [],
      splitPaths: false,
    },
    secrets: null,
  };
}

function batchOf(subjects: readonly BatchSubject[], refusal: Refusal | null = null): BatchEntity {
  return { kind: 'batch', id: 'call', subjects, refusal };
}

describe('BatchRunner', () => {
  it('keeps each outcome apart, in the order of the subjects', async () => {
    const batches = batchRunner(({ entity }) =>
      entity.id === 'b'
        ? Promise.reject(new EnrichmentError('NOT_FOUND', 'nobody'))
        : Promise.resolve({ fields: { seen: entity.id } }),
    );
    const batch = batchOf([subject('a'), subject('b'), subject('c', REFUSAL), subject('d')]);
    const { outcome, steps } = await batches.run(actionOf(batch), batch, DEFINITION);
    if (outcome.kind !== 'success') throw new Error('it fails only where nothing may be run');
    const told = outcome.result.subjects?.map((one) =>
      one.kind === 'success' ? one.result.fields['seen'] : one.errorCode,
    );
    expect(told).toEqual(['a', 'NOT_FOUND', 'INVALID_DATA', 'd']);
    expect(steps).toMatchObject([{ step: 'look', outcome: 'ok', errorCode: 'NOT_FOUND', subjectsFailed: 1 }]);
  });

  it('counts a step as failed for those alone where it failed, and as skipped where it ran for none', async () => {
    const batches = batchRunner(({ entity }) =>
      entity.id === 'b' ? Promise.reject(new EnrichmentError('NOT_FOUND', 'nobody')) : Promise.resolve({}),
    );
    const batch = batchOf([subject('a'), subject('b'), subject('c')]);
    const stepsWhen = async (when: string): Promise<unknown> => {
      const step = { ...STEP, when: compileExpression(when, 'when') };
      const definition = { ...DEFINITION, pipeline: [step] };
      return (await batches.run(actionOf(batch), batch, definition)).steps;
    };
    expect(await stepsWhen('id = "a"')).toEqual([{ step: 'look', outcome: 'ok', ms: expect.any(Number) }]);
    expect(await stepsWhen('id = "b"')).toMatchObject([
      { outcome: 'failed', errorCode: 'NOT_FOUND', subjectsFailed: 1 },
    ]);
    expect(await stepsWhen('id = "d"')).toEqual([
      { step: 'look', outcome: 'skipped', ms: expect.any(Number), reason: 'look: the condition is not met' },
    ]);
  });

  it('runs no more than eight side by side, and all of them', async () => {
    let running = 0;
    let most = 0;
    const batches = batchRunner(async () => {
      most = Math.max(most, ++running);
      await new Promise((resolve) => setTimeout(resolve, 1));
      running -= 1;
      return {};
    });
    const batch = batchOf(Array.from({ length: 100 }, (_, index) => subject(String(index))));
    const { outcome } = await batches.run(actionOf(batch), batch, DEFINITION);
    expect(most).toBe(8);
    expect(outcome.kind === 'success' && outcome.result.subjects).toHaveLength(100);
  });

  it('runs a statement’s worth side by side where a step gathers what comes at once', async () => {
    stopClock();
    const rounds: number[] = [];
    const gathered: (() => void)[] = [];
    const batches = batchRunner(() => {
      // The way of a Batcher: what comes in one turn of the loop goes together.
      if (gathered.length === 0) {
        setImmediate(() => {
          rounds.push(gathered.length);
          for (const resolve of gathered.splice(0)) resolve();
        });
      }
      return new Promise((resolve) => gathered.push(() => resolve({})));
    }, true);
    const batch = batchOf(Array.from({ length: 250 }, (_, index) => subject(String(index))));
    const { outcome } = await batches.run(actionOf(batch), batch, DEFINITION);
    expect(outcome.kind === 'success' && outcome.result.subjects).toHaveLength(250);
    expect(Math.max(...rounds)).toBe(200);
    expect(rounds.length).toBeLessThan(10);
  });

  it.each([
    ['another step asks another system about each subject', { key: 'ask', waitsForIo: true }, 8],
    ['another step asks another system about many, too', { key: 'ask', waitsForIo: true, gathers: true }, 200],
    ['another step computes', { key: 'ask' }, 200],
    ['the settings of the other step say that it does not', { key: 'ask', waitsForIo: true, gathers: () => false }, 8],
    ['the settings of the other step say that it does', { key: 'ask', waitsForIo: true, gathers: () => true }, 200],
    ['the other step cannot say', { key: 'ask', waitsForIo: true, gathers: failing }, 8],
  ])('has as many side by side as their rate allows where one step gathers and %s', async (_, other, expected) => {
    stopClock();
    let [underWay, most] = [0, 0];
    const enrich = async (): Promise<object> => {
      most = Math.max(most, (underWay += 1));
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return {};
    };
    const registry = new ProviderRegistry();
    registry.register({ key: 'look', gathers: true, enrich: () => Promise.resolve({}) }, 'the spec');
    registry.register({ ...other, enrich }, 'the spec');
    runner = new PipelineRunner(registry, new Conditions(new Expressions(config), config));
    const pipeline = [STEP, { ...STEP, name: 'ask', provider: 'ask' }];
    const batch = batchOf(Array.from({ length: 250 }, (_each, index) => subject(String(index))));
    const definition = { ...DEFINITION, pipeline } as unknown as ServiceDefinition;
    await new BatchRunner(runner, NO_TRIALS).run(actionOf(batch), batch, definition);
    expect(most).toBe(expected);
  });

  it('lets others have their turn while pipelines that never wait run', async () => {
    let turns = 0;
    const turn = setInterval(() => (turns += 1), 0);
    const batches = batchRunner(() => Promise.resolve({}));
    const batch = batchOf(Array.from({ length: 10_000 }, (_, index) => subject(String(index))));
    await batches.run(actionOf(batch), batch, DEFINITION);
    clearInterval(turn);
    expect(turns).toBeGreaterThan(2);
  });

  it('works on one large batch in each turn of the event loop', async () => {
    let now = performance.now();
    vi.spyOn(performance, 'now').mockImplementation(() => now);
    let turn = 0;
    let watching = true;
    const watch = (): void => {
      turn += 1;
      if (watching) setImmediate(watch);
    };
    watch();
    const perTurn = new Map<number, Set<string>>();
    const batches = batchRunner(({ entity }) => {
      now += 3;
      const one = entity.kind === 'lead' ? (entity.id.split('-')[0] ?? '') : '';
      perTurn.set(turn, (perTurn.get(turn) ?? new Set()).add(one));
      return Promise.resolve({});
    });
    const all = ['a', 'b', 'c', 'd'].map((name) =>
      batchOf(Array.from({ length: 120 }, (_, index) => subject(`${name}-${index}`))),
    );
    await Promise.all(all.map((batch) => batches.run(actionOf(batch), batch, DEFINITION)));
    watching = false;
    expect(new Set([...perTurn.values()].flatMap((names) => [...names]))).toEqual(new Set(['a', 'b', 'c', 'd']));
    expect(Math.max(...[...perTurn.values()].map((names) => names.size))).toBe(1);
  });

  it('runs nothing of a batch that is only to be ended', async () => {
    const batches = batchRunner(() => Promise.reject(new Error('it was run')));
    const batch = batchOf([subject('a')], { ...REFUSAL, code: 213 });
    const run = await batches.run(actionOf(batch), batch, DEFINITION);
    expect(run).toEqual({ outcome: { kind: 'failure', errorCode: 'INVALID_DATA', reason: 'no address' }, steps: [] });
  });
});

describe('a batch that spares the others', () => {
  const sparing = (subjects: readonly BatchSubject[]): BatchEntity => ({ ...batchOf(subjects), spareOthers: true });

  it('runs side by side until it has crashed twice, then one by one with a note before each', async () => {
    const seen: string[] = [];
    const registry = new ProviderRegistry();
    const enrich: EnrichmentProvider['enrich'] = ({ entity }) => {
      seen.push(`run ${entity.id}`);
      return Promise.resolve({});
    };
    registry.register({ key: 'look', enrich }, 'the spec');
    runner = new PipelineRunner(registry, new Conditions(new Expressions(config), config));
    const trials = {
      noteSubject: (_held: unknown, number: number | null) => {
        seen.push(`note ${number}`);
        return Promise.resolve(true);
      },
    };
    const batches = new BatchRunner(runner, trials);
    const batch = sparing([subject('a'), subject('b'), subject('c')]);
    await batches.run({ ...actionOf(batch), crashCount: 1 }, batch, DEFINITION);
    expect(seen).toEqual(['run a', 'run b', 'run c']);
    seen.length = 0;
    const action = { ...actionOf(batch), crashCount: 2, blamedSubjects: [2] };
    const { outcome } = await batches.run(action, batch, DEFINITION);
    expect(seen).toEqual(['note 1', 'run a', 'note 3', 'run c', 'note null']);
    expect(outcome.kind === 'success' && outcome.result.subjects?.map(({ kind }) => kind)).toEqual([
      'success',
      'failure',
      'success',
    ]);
  });

  it('shows each subject its own circumstances', async () => {
    const seen: unknown[] = [];
    const batches = batchRunner((_subject, _settings, context) => {
      seen.push([context.flowStep['mode'], context.journey['id']]);
      return Promise.resolve({});
    });
    const circumstances = { globalAttributes: {}, subscription: {}, paths: [] };
    const batch = sparing([
      { ...subject('a'), circumstances: { ...circumstances, flowStep: { mode: 'strict' }, journey: { id: '1' } } },
      subject('b'),
    ]);
    await batches.run(actionOf(batch), batch, DEFINITION);
    expect(seen).toEqual([
      ['strict', '1'],
      [undefined, undefined],
    ]);
  });

  it('keeps what is done when the time is up, and fails the rest for lack of it', async () => {
    const batches = batchRunner(async () => {
      await new Promise((resolve) => setTimeout(resolve, 60));
      return {};
    });
    const batch = sparing(Array.from({ length: 80 }, (_, index) => subject(String(index))));
    // The margin of a minute is six seconds, and half a second more is kept to store the results.
    const action = { ...actionOf(batch), timeoutMs: 60_000, deadlineAtMs: performance.now() + 6_700 };
    const { outcome } = await batches.run(action, batch, DEFINITION);
    const subjects = outcome.kind === 'success' ? (outcome.result.subjects ?? []) : [];
    const kinds = subjects.map(({ kind }) => kind);
    expect(kinds).toHaveLength(80);
    expect(kinds[0]).toBe('success');
    expect(subjects.at(-1)).toMatchObject({ kind: 'failure', errorCode: 'TIMEOUT' });
    expect(kinds.lastIndexOf('success')).toBeLessThan(79);
  });

  it.each([
    ['as many as its step takes', 50, 50],
    ['no more than go into one statement', 10_000, 200],
    ['eight where the step does not say', null, 8],
  ])('asks %s side by side', async (_name, atOnce, expected) => {
    stopClock();
    let underWay = 0;
    let most = 0;
    const enrich = async (): Promise<object> => {
      most = Math.max(most, (underWay += 1));
      await new Promise((resolve) => setImmediate(resolve));
      underWay -= 1;
      return {};
    };
    const registry = new ProviderRegistry();
    registry.register({ key: 'look', waitsForIo: true, atOnce: () => atOnce, enrich }, 'the spec');
    runner = new PipelineRunner(registry, new Conditions(new Expressions(config), config));
    const batch = batchOf(Array.from({ length: 300 }, (_each, index) => subject(String(index))));
    await new BatchRunner(runner, NO_TRIALS).run(actionOf(batch), batch, DEFINITION);
    expect(most).toBe(expected);
  });
});
