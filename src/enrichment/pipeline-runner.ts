import { Injectable, Logger, Optional, type OnApplicationShutdown } from '@nestjs/common';
import type { LeasedAction } from '../actions/action.js';
import type { ActionEntity, Circumstances } from '../actions/action-input.js';
import type { ActionOutcome, StepOutcome } from '../actions/action-result.js';
import { deadlineMarginMs } from '../actions/deadline-margin.js';
import type { PipelineStep, ServiceDefinition, Waterfall } from '../catalog/service-definition.js';
import { tracing } from '../telemetry/current-tracing.js';
import { Conditions } from './conditions.js';
import { enrichedTotal, pipelineSeconds, stepFailuresTotal } from './enrichment.metrics.js';
import { StepTimeoutError } from './enrichment.errors.js';
import {
  type Enrichment,
  EnrichmentError,
  type EnrichmentProvider,
  type EnrichmentSubject,
} from './enrichment-provider.js';
import { describeThrown, readPublishedError } from './provider-error.js';
import { PipelinePlaces } from './pipeline-places.js';
import { ProviderRegistry } from './provider-registry.js';
import { recordFields, type StepRecord } from './field-record.js';
import { ResultBuilder } from './result-builder.js';
import { logFieldsOf, StepContext } from './step-context.js';
import { traceStep } from './step-span.js';
import { TimerWheel } from './timer-wheel.js';
import { type StepFailure, WaterfallSearch } from './waterfall-search.js';

/** How a pipeline ended, with the record of its steps. */
export interface PipelineRun {
  readonly outcome: ActionOutcome;
  readonly steps: readonly StepOutcome[];
}

/** One run of a pipeline while it is under way. */
interface Progress {
  readonly action: LeasedAction;
  readonly circumstances: Circumstances;
  readonly entity: ActionEntity;
  readonly result: ResultBuilder;
  readonly steps: StepRecord[];
  readonly endsAtMs: number;
  search: WaterfallSearch | null;
}

/**
 * Kept between the last step's end and the margin: the result has to be stored before the deadline sweep, which knows
 * ids alone, finishes the action in its place.
 */
const STORE_MS = 500;
/** Attribute that names the steps whose time ran out; sent where a service declares it. */
const MISSING_STEPS = 'missingSteps';

/** Runs a service's pipeline over one entity of an action: steps in declared order, each within its time and the action's. */
@Injectable()
export class PipelineRunner implements OnApplicationShutdown {
  private readonly log = new Logger('Enrichment');
  private readonly wheel = new TimerWheel();

  constructor(
    private readonly registry: ProviderRegistry,
    private readonly conditions: Conditions,
    @Optional() private readonly places?: PipelinePlaces,
  ) {}

  onApplicationShutdown(): void {
    this.wheel.stop();
  }

  /**
   * Whether a step asks about many subjects at once, if they come at once, and no step asks another system about each of them:
   * behind its rate and its concurrency most of them would have no time left, and fail.
   */
  gathers({ pipeline }: ServiceDefinition): boolean {
    let gathers = false;
    for (const { provider: key, settings } of pipeline) {
      const provider = this.registry.find(key);
      if (provider === null) continue;
      if (isGathering(provider, settings)) gathers = true;
      else if (provider.waitsForIo === true) return false;
    }
    return gathers;
  }

  /** The fewest subjects that a step which waits takes side by side; null where none waits, or one does not say. */
  takesAtOnce({ pipeline }: ServiceDefinition): number | null {
    let fewest: number | null = null;
    for (const { provider: key, settings } of pipeline) {
      const provider = this.registry.find(key);
      if (provider?.waitsForIo !== true) continue;
      const own = atOnceOf(provider, settings);
      if (own === null) return null;
      fewest = Math.min(fewest ?? own, own);
    }
    return fewest;
  }

  /**
   * Never rejects: what goes wrong is an outcome.
   * @param circumstances of the entity; those of the action, unless it is one of a batch with its own.
   */
  async run(
    action: LeasedAction,
    entity: ActionEntity,
    definition: ServiceDefinition,
    circumstances: Circumstances = action.input,
  ): Promise<PipelineRun> {
    const startedAtMs = performance.now();
    const result = new ResultBuilder();
    const steps: StepRecord[] = [];
    const endsAtMs = action.deadlineAtMs - deadlineMarginMs(action.timeoutMs) - STORE_MS;
    const progress: Progress = { action, circumstances, entity, result, steps, endsAtMs, search: null };
    let failure: StepFailure | null = null;
    for (const step of definition.pipeline) {
      failure = this.turnTo(step.waterfall, progress) ?? (await this.runTraced(step, progress));
      if (failure !== null) break;
    }
    failure ??= this.turnTo(undefined, progress) ?? findEmptyHanded(steps);
    nameMissingSteps(steps, result);
    if (failure === null) recordFields(definition, entity, result, steps);
    const outcome: ActionOutcome =
      failure === null
        ? { kind: 'success', result }
        : { kind: 'failure', errorCode: failure.code, reason: failure.reason };
    this.countRun(definition.apiName, outcome.kind, performance.now() - startedAtMs);
    return { outcome, steps };
  }

  protected countRun(service: string, outcome: ActionOutcome['kind'], ms: number): void {
    enrichedTotal.inc({ service, outcome });
    pipelineSeconds.observe({ service }, ms / 1000);
  }

  protected countFailure(service: string, step: string, code: StepFailure['code']): void {
    stepFailuresTotal.inc({ service, step, code });
  }

  /** Leaves the waterfall that the steps before were part of, and begins that of the next step. */
  private turnTo(waterfall: Waterfall | undefined, progress: Progress): StepFailure | null {
    const { search, entity } = progress;
    if (search?.waterfall === waterfall) return null;
    progress.search = waterfall === undefined ? null : new WaterfallSearch(waterfall, entity);
    return search?.close() ?? null;
  }

  private runTraced(step: PipelineStep, progress: Progress): Promise<StepFailure | null> {
    if (tracing === null) return this.runStep(step, progress);
    return traceStep(tracing, progress, step, () => this.runStep(step, progress));
  }

  /** @returns the failure that ends the action, or null when the pipeline goes on. */
  private async runStep(step: PipelineStep, progress: Progress): Promise<StepFailure | null> {
    const { action, circumstances, entity, result, steps, endsAtMs, search } = progress;
    const startedAtMs = performance.now();
    if (search !== null && search.ended !== null) return leaveOut(step, steps, search.ended);
    const budgetMs = Math.min(step.timeoutMs, endsAtMs - startedAtMs);
    if (budgetMs <= 0) return this.fail(step, 'skipped', 0, outOfTime(step), progress);
    const subject: EnrichmentSubject = { entity: search?.left ?? entity, soFar: result };
    if (step.when !== undefined || search?.waterfall.when !== undefined) {
      const context = new StepContext(action, step.name, startedAtMs + budgetMs, circumstances);
      const verdict = await this.conditions.checkStep(step, search, subject, context, budgetMs);
      const ms = Math.round(performance.now() - startedAtMs);
      if (verdict.kind === 'unmet') return leaveOut(step, steps, search?.ended ?? 'the condition is not met', ms);
      if (verdict.kind === 'failed') {
        return this.fail(step, 'failed', ms, { ...verdict, reason: `${step.name}: ${verdict.reason}` }, progress);
      }
    }
    const provider = this.registry.find(step.provider);
    try {
      if (provider === null)
        throw new EnrichmentError('ENRICHMENT_FAILED', `provider ${step.provider} is not available`);
      const leftMs = budgetMs - (performance.now() - startedAtMs);
      const waits = provider.waitsForIo === true && this.places !== undefined;
      const enrichment = waits
        ? await this.callElsewhere(this.places, provider, progress, step, subject, leftMs)
        : await this.callInTime(provider, progress, step, subject, leftMs);
      const peopleFailed = result.add(enrichment, steps.length);
      const done = newRecord(step, 'ok', Math.round(performance.now() - startedAtMs));
      if (peopleFailed > 0) done.peopleFailed = peopleFailed;
      const finder = search?.take(step.name, enrichment) ?? null;
      if (finder !== null) {
        done.found = search?.waterfall.until;
        result.add(finder, steps.length);
      }
      steps.push(done);
      return null;
    } catch (error) {
      const ms = Math.round(performance.now() - startedAtMs);
      return this.fail(step, 'failed', ms, this.read(error, step, action), progress);
    }
  }

  /** @returns the failure that ends the action: that of a required step. Of a waterfall, the search decides in the end. */
  private fail(
    step: PipelineStep,
    outcome: 'failed' | 'skipped',
    ms: number,
    failure: StepFailure,
    { action, steps, search }: Progress,
  ): StepFailure | null {
    steps.push(newFailure(step, outcome, ms, failure));
    this.countFailure(action.service, step.name, failure.code);
    search?.fail(failure);
    return step.required ? failure : null;
  }

  /** A method of its own: a closure in {@link runStep} would cost every step its context. */
  private callElsewhere(
    places: PipelinePlaces,
    provider: EnrichmentProvider,
    progress: Progress,
    step: PipelineStep,
    subject: EnrichmentSubject,
    budgetMs: number,
  ): Promise<Enrichment> {
    return places.wait(progress.action, () => this.callInTime(provider, progress, step, subject, budgetMs));
  }

  private callInTime(
    provider: EnrichmentProvider,
    { action, circumstances }: Progress,
    step: PipelineStep,
    subject: EnrichmentSubject,
    budgetMs: number,
  ): Promise<Enrichment> {
    const context = new StepContext(action, step.name, performance.now() + budgetMs, circumstances);
    const given = call(provider, subject, step, context);
    return new Promise((resolve, reject) => {
      const timer = this.wheel.schedule(budgetMs, () => {
        const error = new StepTimeoutError(budgetMs);
        context.abort(error);
        reject(error);
      });
      given.then(
        (enrichment) => {
          this.wheel.cancel(timer);
          resolve(enrichment);
        },
        (error: unknown) => {
          this.wheel.cancel(timer);
          // Any value may be thrown: `read` tells errors from other values.
          // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
          reject(error);
        },
      );
    });
  }

  private read(error: unknown, step: PipelineStep, action: LeasedAction): StepFailure {
    if (error instanceof StepTimeoutError) return { code: 'TIMEOUT', reason: `${step.name}: ${error.message}` };
    const published = readPublishedError(error);
    if (published !== null) return { code: published.code, reason: `${step.name}: ${published.message}` };
    const { name, frames } = describeThrown(error);
    this.log.error({ message: `step ${step.name} threw ${name}`, frames, ...logFieldsOf(action) });
    return { code: 'ENRICHMENT_FAILED', reason: `${step.name}: unexpected ${name}` };
  }
}

/** The beginning of a step's record; its provider is told where the step is called otherwise. */
function newRecord({ name, provider }: PipelineStep, outcome: StepOutcome['outcome'], ms: number): StepRecord {
  return name === provider ? { step: name, outcome, ms } : { step: name, provider, outcome, ms };
}

function newFailure(step: PipelineStep, outcome: 'failed' | 'skipped', ms: number, failure: StepFailure): StepRecord {
  const record = newRecord(step, outcome, ms);
  record.errorCode = failure.code;
  record.reason = failure.reason;
  return record;
}

/** A provider of the user's that throws here has its subjects eight at a time, and no batch is lost. */
function isGathering(provider: EnrichmentProvider, settings: PipelineStep['settings']): boolean {
  if (typeof provider.gathers !== 'function') return provider.gathers === true;
  try {
    return provider.gathers(settings);
  } catch {
    return false;
  }
}

/** The same for one that says how many it takes. */
function atOnceOf(provider: EnrichmentProvider, settings: PipelineStep['settings']): number | null {
  try {
    const own = provider.atOnce?.(settings) ?? null;
    return own !== null && own >= 1 ? own : null;
  } catch {
    return null;
  }
}

/** A provider that throws at once, or forgets to be asynchronous, is one that rejects or resolves. */
function call(
  provider: EnrichmentProvider,
  subject: EnrichmentSubject,
  { settings }: PipelineStep,
  context: StepContext,
): Promise<Enrichment> {
  try {
    const given: unknown = provider.enrich(subject, settings, context);
    return given instanceof Promise ? (given as Promise<Enrichment>) : Promise.resolve(given as Enrichment);
  } catch (error) {
    // Any value may be thrown: `read` tells errors from other values.
    // eslint-disable-next-line @typescript-eslint/prefer-promise-reject-errors
    return Promise.reject(error);
  }
}

/** A step that is not to run is no failure and has no code. */
function leaveOut(step: PipelineStep, steps: StepRecord[], reason: string, ms = 0): null {
  const record = newRecord(step, 'skipped', ms);
  record.reason = `${step.name}: ${reason}`;
  steps.push(record);
  return null;
}

/** A step that could only end too late is not begun: an optional one is recorded, a required one ends the action. */
function outOfTime({ name }: PipelineStep): StepFailure {
  return { code: 'TIMEOUT', reason: `${name}: not begun, the time of the action was up before the enrichment ended` };
}

/** Failures of optional steps cost their results. With no step done at all there is nothing to call a success. */
function findEmptyHanded(steps: readonly StepOutcome[]): StepFailure | null {
  if (steps.some(({ outcome }) => outcome === 'ok')) return null;
  const last = steps.findLast(({ errorCode }) => errorCode !== undefined);
  return last?.errorCode === undefined ? null : { code: last.errorCode, reason: last.reason ?? last.step };
}

/** A journey that declares the attribute can tell a result that time has cut short from a whole one. */
function nameMissingSteps(steps: readonly StepOutcome[], result: ResultBuilder): void {
  const missing = steps.filter(({ errorCode }) => errorCode === 'TIMEOUT').map(({ step }) => step);
  if (missing.length > 0) result.attributes[MISSING_STEPS] = missing.join(', ');
}
