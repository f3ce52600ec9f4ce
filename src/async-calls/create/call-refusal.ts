import type { CallProblem } from '../async-call.js';

/** "Async API Error" of the published list: what has no number of its own. */
export const REFUSED = 204;
/** "Async API Timeout" of the published list. */
export const TIMED_OUT = 203;

/** A call that is refused at the door: answered as a result of the call, not as a fault. */
export class CallRefusal extends Error {
  readonly code = 'CALL_REFUSED';

  constructor(
    /** The published number. */
    readonly errorCode: number,
    message: string,
    /** Which object it is about; null: the call as a whole. */
    readonly ordinal: number | null = null,
  ) {
    super(message);
    this.name = 'CallRefusal';
  }

  static of({ code, message }: CallProblem): CallRefusal {
    return new CallRefusal(code, message);
  }
}
