import type { ActionInput, ActionSecrets, TopicType } from './action-input.js';
import type { ActionOutcome, StepOutcome } from './action-result.js';

/** The definition by which an action is worked on. The catalog makes it and knows what it says. */
export abstract class ServedBy {
  abstract readonly apiName: string;
}

/** The facts about an action that every part of the spine knows. */
export interface ActionHead {
  /** uuidv7; Adobe knows it as requestId. */
  readonly id: string;
  readonly service: string;
  readonly dialect: string;
  /** The organisation, e.g. an IMS org id. */
  readonly tenant: string;
  readonly objectType: TopicType;
  readonly entityId: string;
  /** Whole budget, from receipt to deadline, in milliseconds. */
  readonly timeoutMs: number;
  /** `performance.now()` of this process at the deadline; made from the database's clock. */
  readonly deadlineAtMs: number;
  /**
   * Kept from the moment this process takes the action until its callback is built, also over a reload of the services.
   * Null: there was no service of its name. Undefined: no pipeline ran in this process, as when a sweep ends it.
   */
  readonly servedBy?: ServedBy | null | undefined;
}

/** An action this process holds the lease of, with its payload. */
export interface LeasedAction extends ActionHead {
  readonly leaseToken: string;
  readonly crashCount: number;
  /** Numbers of subjects of a batch that ended their process; absent: none. */
  readonly blamedSubjects?: readonly number[];
  readonly callbackUrl: string;
  readonly input: ActionInput;
  /** Null when no configured key can read them: the action still runs, its callback is held. */
  readonly secrets: ActionSecrets | null;
}

/** An action ready to leave `received` or `enriching`. */
export interface FinishedAction {
  readonly action: ActionHead & Pick<LeasedAction, 'callbackUrl' | 'input' | 'secrets'>;
  readonly from: 'received' | 'enriching';
  /** The completing lease; null when a sweeper finishes it under any lease. */
  readonly leaseToken: string | null;
  readonly outcome: ActionOutcome;
  readonly steps: readonly StepOutcome[];
  /** For the history: why, when it was not the pipeline. */
  readonly note: string | null;
}
