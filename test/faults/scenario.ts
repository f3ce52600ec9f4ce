import type { Outcome } from './outcome.js';
import type { Rig } from './rig.js';

/** What scenarios may depend on besides the rig. */
export interface RunContext {
  readonly rig: Rig;
  /** Of everything random in the run. */
  readonly seed: number;
  /** The form that is part of `npm test`. */
  readonly short: boolean;
}

/** The scenarios of one form, in the order of the table. */
export function ofForm(scenarios: readonly Scenario[], short: boolean): Scenario[] {
  return scenarios.filter(({ form }) => form === 'both' || (form === 'short') === short);
}

/** One fault, and what the service makes of it: a row of the table. */
export interface Scenario {
  readonly group: 'kill' | 'postgres' | 'notify' | 'redis' | 'replicas' | 'stop' | 'upgrade' | 'endpoint' | 'ims';
  readonly fault: string;
  /** In which forms it runs; default: only the long one. The short form has a minute for all of its scenarios together. */
  readonly form?: 'short' | 'both';
  /** Longest time it may take; default two minutes. */
  readonly timeoutMs?: number;
  run(context: RunContext): Promise<Outcome>;
}
