import type { DeliveryStatus } from '../delivery/delivery.js';
import type { WaitKind } from '../delivery/destination-wait.js';

/** The facts about an action's callback that an explanation needs. */
export interface CallbackFacts {
  readonly channel: string;
  readonly status: DeliveryStatus;
  readonly attempts: number;
  /** When a pending callback is due; null: it is not pending. */
  readonly nextAttemptAt: Date | null;
  /** HTTP status of the last attempt; null when no answer came. */
  readonly lastStatus: number | null;
  /** Phase or kind of the last attempt's failure. */
  readonly errorClass: string | null;
  readonly lastError: string | null;
  /** The trouble of its destination that a pending callback waits for at this moment; null: none. */
  readonly waitsFor: WaitKind | null;
  /** Known answers of 2xx. A crash may have kept one from being recorded as an attempt. */
  readonly answered2xx: number;
  /** Whether the bytes to send are still there. */
  readonly hasBody: boolean;
}
