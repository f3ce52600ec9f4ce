import type { CallProblem } from '../async-call.js';
import { CALL_ERRORS } from '../call-problems.js';

/** A call that is refused at the door: answered as a result of the call, not as a fault. */
export class CallRefusal extends Error {
  readonly code = 'CALL_REFUSED';

  constructor(
    readonly problem: CallProblem,
    /** Which object it is about; null: the call as a whole. */
    readonly ordinal: number | null = null,
  ) {
    super(problem.message);
    this.name = 'CallRefusal';
  }

  /** For what has no number of its own. */
  static other(message: string, ordinal: number | null = null): CallRefusal {
    return new CallRefusal({ code: CALL_ERRORS.other, message }, ordinal);
  }
}
