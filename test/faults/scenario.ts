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

/** One fault, and what the service makes of it: a row of the table. */
export interface Scenario {
  readonly group: 'kill' | 'postgres' | 'redis' | 'replicas' | 'stop' | 'endpoint' | 'ims';
  readonly fault: string;
  /** Also part of the short form, which has a minute for all of them together. */
  readonly short?: boolean;
  /** Longest time it may take; default two minutes. */
  readonly timeoutMs?: number;
  run(context: RunContext): Promise<Outcome>;
}
