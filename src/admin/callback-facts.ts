import type { DeliveryStatus } from '../delivery/delivery.js';
import type { WaitKind } from '../delivery/destination-wait.js';

/** What is known of an action's callback, as far as an explanation needs it. */
export interface CallbackFacts {
  readonly channel: string;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  /** When a pending one is due; null: it is not pending. */
  readonly nextAttemptAt: Date | null;
  /** HTTP status of the last attempt; null when no answer came. */
  readonly lastStatus: number | null;
  /** Phase or kind of the last attempt's failure. */
  readonly errorClass: string | null;
  readonly lastError: string | null;
  /** Of a pending one: what about its destination keeps it waiting at this moment. */
  readonly waitsFor: WaitKind | null;
  /** Answers of 2xx that are known of, recorded or not: a crash may have kept one from being recorded. */
  readonly answered2xx: number;
  /** Whether the bytes to send are still there. */
  readonly hasBody: boolean;
}
