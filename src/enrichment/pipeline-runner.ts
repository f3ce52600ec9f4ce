import { Injectable, Logger, Optional, type OnApplicationShutdown } from '@nestjs/common';
import type { LeasedAction } from '../actions/action.js';
import type { ActionEntity } from '../actions/action-input.js';
import type { ActionErrorCode, ActionOutcome, StepOutcome } from '../actions/action-result.js';
import { deadlineMarginMs } from '../actions/deadline-margin.js';
import type { PipelineStep, ServiceDefinition } from '../catalog/service-definition.js';
import { enrichedTotal, pipelineSeconds, stepFailuresTotal } from './enrichment.metrics.js';
import { StepTimeoutError } from './enrichment.errors.js';
import { type Enrichment, EnrichmentError, type EnrichmentProvider } from './enrichment-provider.js';
import { describeThrown, readPublishedError } from './provider-error.js';
import { PipelinePlaces } from './pipeline-places.js';
import { ProviderRegistry } from './provider-registry.js';
import { recordFields, type StepRecord } from './field-record.js';
import { ResultBuilder } from './result-builder.js';
import { logFieldsOf, StepContext } from './step-context.js';
import { TimerWheel } from './timer-wheel.js';

/** How a pipeline ended, with the record of its steps. */
export interface PipelineRun {
  readonly outcome: ActionOutcome;
  readonly steps: readonly StepOutcome[];
}

interface StepFailure {
  readonly code: ActionErrorCode;
  readonly reason: string;
}

/**
 * Kept between the last step's end and the margin: the result has to be stored before the deadline sweep, which knows
 * ids alone, finishes the action in its place.
 */
const STORE_MS = 500;
const OUT_OF_TIME = 'the time of the action was up before the enrichment ended';

/** Runs a service's pipeline over one entity of an action: steps in declared order, each within its time and the action's. */
@Injectable()
export class PipelineRunner implements OnApplicationShutdown {
  private readonly log = new Logger('Enrichment');
  private readonly wheel = new TimerWheel();

  constructor(
    private readonly registry: ProviderRegistry,
    @Optional() private readonly places?: PipelinePlaces,
  ) {}

  onApplicationShutdown(): void {
    this.wheel.stop();
  }

  /** Never rejects: what goes wrong is an outcome. */
  async run(action: LeasedAction, entity: ActionEntity, definition: ServiceDefinition): Promise<PipelineRun> {
    const startedAtMs = performance.now();
    const result = new ResultBuilder();
    const steps: StepRecord[] = [];
    const endsAtMs = action.deadlineAtMs - deadlineMarginMs(action.timeoutMs) - STORE_MS;
    let failure: StepFailure | null = null;
    for (const step of definition.pipeline) {
      failure = await this.runStep(action, entity, step, result, steps, endsAtMs);
      if (failure !== null) break;
    }
    failure ??= findEmptyHanded(steps);
    if (failure === null) recordFields(definition, entity, result, steps);
    const outcome: ActionOutcome =
      failure === null
        ? { kind: 'success', result }
        : { kind: 'failure', errorCode: failure.code, reason: failure.reason };
    enrichedTotal.inc({ service: definition.apiName, outcome: outcome.kind });
    pipelineSeconds.observe({ service: definition.apiName }, (performance.now() - startedAtMs) / 1000);
    return { outcome, steps };
  }

  /** @returns the failure that ends the action, or null when the pipeline goes on. */
  private async runStep(
    action: LeasedAction,
    entity: ActionEntity,
    step: PipelineStep,
    result: ResultBuilder,
    steps: StepRecord[],
    endsAtMs: number,
  ): Promise<StepFailure | null> {
    const startedAtMs = performance.now();
    const budgetMs = Math.min(step.timeoutMs, endsAtMs - startedAtMs);
    if (budgetMs <= 0) return this.skip(action, step, steps);
    const provider = this.registry.find(step.provider);
    try {
      if (provider === null)
        throw new EnrichmentError('ENRICHMENT_FAILED', `provider ${step.provider} is not available`);
      const calling = (): Promise<Enrichment> => this.callInTime(provider, action, entity, step, result, budgetMs);
      const waits = provider.waitsForIo === true && this.places !== undefined;
      const enrichment = await (waits ? this.places.wait(action, calling) : calling());
      const peopleFailed = result.add(enrichment, steps.length);
      const ms = Math.round(performance.now() - startedAtMs);
      const done = newRecord(step, 'ok', ms);
      if (peopleFailed > 0) done.peopleFailed = peopleFailed;
      steps.push(done);
      return null;
    } catch (error) {
      const failure = this.read(error, step, action);
      const ms = Math.round(performance.now() - startedAtMs);
      steps.push(newFailure(step, 'failed', ms, failure));
      stepFailuresTotal.inc({ service: action.service, step: step.name, code: failure.code });
      return step.required ? failure : null;
    }
  }

  /** A step that could only end too late is not begun: an optional one is recorded, a required one ends the action. */
  private skip(action: LeasedAction, step: PipelineStep, steps: StepRecord[]): StepFailure | null {
    const failure: StepFailure = { code: 'TIMEOUT', reason: `${step.name}: not begun, ${OUT_OF_TIME}` };
    steps.push(newFailure(step, 'skipped', 0, failure));
    stepFailuresTotal.inc({ service: action.service, step: step.name, code: failure.code });
    return step.required ? failure : null;
  }

  private callInTime(
    provider: EnrichmentProvider,
    action: LeasedAction,
    entity: ActionEntity,
    step: PipelineStep,
    result: ResultBuilder,
    budgetMs: number,
  ): Promise<Enrichment> {
    const context = new StepContext(action, step.name, performance.now() + budgetMs);
    return new Promise((resolve, reject) => {
      const timer = this.wheel.schedule(budgetMs, () => {
        const error = new StepTimeoutError(budgetMs);
        context.abort(error);
        reject(error);
      });
      call(() => provider.enrich({ entity, soFar: result }, step.settings, context)).then(
        (enrichment) => {
          this.wheel.cancel(timer);
          resolve(enrichment);
        },
        (error: unknown) => {
          this.wheel.cancel(timer);
          // Whatever was thrown: `read` tells errors from other values.
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

/** A provider that throws at once, or forgets to be asynchronous, is one that rejects or resolves. */
async function call(enrich: () => Enrichment | Promise<Enrichment>): Promise<Enrichment> {
  return enrich();
}

/** Time that ran out costs the steps that were left. With no step done at all there is nothing to call a success. */
function findEmptyHanded(steps: readonly StepOutcome[]): StepFailure | null {
  const ranOut = steps.some(({ outcome }) => outcome === 'skipped');
  const done = steps.some(({ outcome }) => outcome === 'ok');
  return ranOut && !done ? { code: 'TIMEOUT', reason: OUT_OF_TIME } : null;
}
