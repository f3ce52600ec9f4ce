import { AsyncLocalStorage } from 'node:async_hooks';
import type { JsonValue } from '../../http/json-value.js';

/** A condition that was asked. */
export interface AskedCondition {
  readonly expression: string;
  /** `true`, `false`, or why it is neither. */
  readonly value: boolean | string;
}

/** A call of an http step. */
export interface SeenCall {
  readonly request: string;
  readonly answer: string;
}

/** The part of a trial that no record of the service has. */
export interface StepNotes {
  readonly conditions: AskedCondition[];
  readonly calls: SeenCall[];
  /** Values by the name they were found under; of people one entry each. */
  readonly values: Record<string, JsonValue>[];
  /** How many keys of a look-up had a row; null: nothing was looked up. */
  rows: { found: number; asked: number } | null;
  notFound: string | null;
  /** Why the step was left out of the trial; null: it ran. */
  notRun: string | null;
}

/** Notes of a trial's steps, by name. The step that is under way is known to all it calls. */
export class TrialNotes {
  private readonly notes = new Map<string, StepNotes>();
  private readonly current = new AsyncLocalStorage<string>();

  of(step: string): StepNotes {
    let notes = this.notes.get(step);
    if (notes === undefined) {
      notes = { conditions: [], calls: [], values: [], rows: null, notFound: null, notRun: null };
      this.notes.set(step, notes);
    }
    return notes;
  }

  /** Before the next lead of a batch: its steps have the same names. */
  clear(): void {
    this.notes.clear();
  }

  run<Result>(step: string, work: () => Result): Result {
    return this.current.run(step, work);
  }

  /** Name of the step under way; null outside of steps. */
  get step(): string | null {
    return this.current.getStore() ?? null;
  }
}
