import { setMaxListeners } from 'node:events';
import { Logger } from '@nestjs/common';
import type { ActionHead, LeasedAction } from '../actions/action.js';
import type { Circumstances, Fields, JourneyPath } from '../actions/action-input.js';
import type { EnrichmentContext } from './enrichment-provider.js';

const logger = new Logger('Enrichment');

/** The circumstances of one step. The abort signal is made only for providers that look at it. */
export class StepContext implements EnrichmentContext {
  readonly flowStep: Fields;
  readonly headers: Readonly<Record<string, string>>;
  readonly journey: Fields;
  readonly subscription: Fields;
  readonly pathConfig: readonly JourneyPath[];
  private controller: AbortController | null = null;
  private aborted: Error | null = null;
  private attributes: Fields | null = null;

  constructor(
    private readonly action: LeasedAction,
    readonly step: string,
    private readonly endsAtMs: number,
    private readonly input: Circumstances = action.input,
  ) {
    this.flowStep = input.flowStep;
    this.headers = action.secrets?.headers ?? {};
    this.journey = input.journey;
    this.subscription = input.subscription;
    this.pathConfig = input.paths;
  }

  /** Made when a provider asks, as `log` is: most steps use neither. */
  get globalAttributes(): Fields {
    // Adobe sends an admin's global attributes as context.admin, which is stored as a secret.
    return (this.attributes ??= { ...this.input.globalAttributes, ...this.action.secrets?.admin });
  }

  get origin(): NonNullable<EnrichmentContext['origin']> {
    return { service: this.action.service, step: this.step, tenant: this.action.tenant };
  }

  get deadline(): Date {
    return new Date(Date.now() + Math.max(this.endsAtMs - performance.now(), 0));
  }

  get signal(): AbortSignal {
    if (this.controller === null) {
      this.controller = new AbortController();
      // A batch of leads, or the people of an account, wait for answers side by side.
      setMaxListeners(0, this.controller.signal);
      if (this.aborted !== null) this.controller.abort(this.aborted);
    }
    return this.controller.signal;
  }

  /** Whether the signal is aborted, without making one: a signal takes 2 µs, and most steps only ask. */
  get isAborted(): boolean {
    return this.aborted !== null;
  }

  /** Providers may take it out of the context and call it alone. */
  get log(): (message: string) => void {
    return (message) => logger.log({ message, step: this.step, ...logFieldsOf(this.action) });
  }

  abort(reason: Error): void {
    this.aborted = reason;
    this.controller?.abort(reason);
  }
}

/** Whether a step was told to stop, in a context of any maker. */
export function isStopped(context: EnrichmentContext): boolean {
  return context instanceof StepContext ? context.isAborted : context.signal.aborted;
}

/** The ids that every line of an action carries, never values of people. */
export function logFieldsOf(action: ActionHead & Pick<LeasedAction, 'input'>): Record<string, unknown> {
  return {
    requestId: action.id,
    service: action.service,
    imsOrgId: action.tenant,
    journeyId: action.input.journey['id'] ?? null,
  };
}
