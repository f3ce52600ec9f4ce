import type { Fields } from './action-input.js';
import type { JsonValue } from '../http/json-value.js';

/** The error codes Adobe publishes for a failed action. */
export const ACTION_ERROR_CODES = Object.freeze([
  'ENRICHMENT_FAILED',
  'RATE_LIMIT_EXCEEDED',
  'INVALID_DATA',
  'TIMEOUT',
  'NOT_FOUND',
  'EXTERNAL_API_ERROR',
  'AUTHENTICATION_FAILED',
  'INSUFFICIENT_DATA',
  'DUPLICATE_REQUEST',
] as const);

export type ActionErrorCode = (typeof ACTION_ERROR_CODES)[number];

/** Values for accessors, by accessor name; undeclared ones never leave the service. */
export type AccessorValues = Readonly<Record<string, JsonValue>>;

/** The findings of the pipeline about one person of an account. */
export interface PersonResult {
  readonly fields: Fields;
  readonly accessors: AccessorValues;
}

/** Names of found fields that a callback leaves out, because the request has a value the service is not to replace. */
export interface KeptFields {
  readonly fields: ReadonlySet<string>;
  readonly accountFields: ReadonlySet<string>;
  /** By accountPersonRelId; who keeps nothing is missing. */
  readonly people: ReadonlyMap<string, ReadonlySet<string>>;
}

/** Everything a pipeline found out, merged in the declared order of its steps. */
export interface ActionResult {
  /** Of a lead. */
  readonly fields: Fields;
  /** Of an account. */
  readonly accountFields: Fields;
  /** Of a lead or an account; people carry their own. */
  readonly accessors: AccessorValues;
  /** By accountPersonRelId; a person may be missing from it and is still echoed. */
  readonly people: ReadonlyMap<string, PersonResult>;
  /** Candidates for the attributes a definition declares for `activityData`. */
  readonly attributes: Fields;
  /** Undefined: everything found may be written. */
  readonly kept?: KeptFields;
  /** Of a batch: what became of each subject, in the batch's order; everything else is empty then. */
  readonly subjects?: readonly ActionOutcome[];
}

/** One step's record in the history: short keys, it is stored once per action. */
export interface StepOutcome {
  readonly step: string;
  /** Key of the provider, where the step is called otherwise. */
  readonly provider?: string;
  /**
   * `skipped`: not begun. With `errorCode` TIMEOUT the time of the action was up; without a code the step was not to run, and
   * `reason` says why.
   */
  readonly outcome: 'ok' | 'failed' | 'skipped';
  readonly ms: number;
  readonly errorCode?: ActionErrorCode;
  /** Why, without personal data. */
  readonly reason?: string;
  /**
   * Names of what the result carries from this step: fields as the definition has them, an account's beside its people as
   * `accountData.<name>`, attributes as `activityData.<name>`. Never values. Of people or subjects: for at least one of them.
   */
  readonly wrote?: readonly string[];
  /** Names of what this step found and the write policy left out: the request's value stays. */
  readonly kept?: readonly string[];
  /** Of a step of a waterfall: the field that it found, and with it the end of the search. */
  readonly found?: string;
  /** How many people of an account this step could not serve. */
  readonly peopleFailed?: number;
  /** In how many subjects of a batch this step failed. */
  readonly subjectsFailed?: number;
}

/** How an action ended, apart from its state. */
export type ActionOutcome =
  | { readonly kind: 'success'; readonly result: ActionResult }
  | { readonly kind: 'failure'; readonly errorCode: ActionErrorCode; readonly reason: string };
