import type { DeliveryAnswer, Verdict } from './answer.js';
import type { AttemptOutcome } from './breaker.js';
import type { DeliveryPolicy } from './delivery-channel.js';

/** A receiver that says "too many" without saying how long gets this long. */
const THROTTLE_DEFAULT_MS = 1_000;
/** Longest that one answer keeps every delivery away; the delivery that got it waits as long as it was told. */
const THROTTLE_MAX_MS = 60 * 60 * 1_000;

/** The meaning of an answer for its destination, beyond the delivery it answers. */
export interface DestinationEffect {
  readonly outcome: AttemptOutcome;
  /** Milliseconds without any request there; null: the answer asked for none. */
  readonly throttleMs: number | null;
  /** Why the destination is switched off; null: it is not. */
  readonly disable: string | null;
}

/** Reads an answer on behalf of all deliveries of its destination. */
export function effectOf(policy: DeliveryPolicy, answer: DeliveryAnswer, verdict: Verdict): DestinationEffect {
  return {
    outcome: outcomeOf(verdict),
    throttleMs: throttleMsOf(policy, answer, verdict),
    disable:
      verdict.kind === 'dead' && verdict.disable === true && policy.disableOnGone === true ? verdict.reason : null,
  };
}

/** A receiver that refuses, redirects or slows us down is there. Only transient trouble counts as a failure. */
function outcomeOf(verdict: Verdict): AttemptOutcome {
  if (verdict.kind !== 'retry') return 'alive';
  switch (verdict.errorClass) {
    case 'throttled':
    case 'auth':
    case 'redirect':
      return 'alive';
    default:
      return 'failed';
  }
}

function throttleMsOf(policy: DeliveryPolicy, answer: DeliveryAnswer, verdict: Verdict): number | null {
  if (verdict.kind !== 'retry') return null;
  const asksAll = answer.status === 429 || answer.status === 503;
  if (verdict.throttle !== true && !(asksAll && answer.retryAfterMs !== null)) return null;
  const wantedMs = Math.min(answer.retryAfterMs ?? THROTTLE_DEFAULT_MS, policy.throttleMaxMs ?? THROTTLE_MAX_MS);
  return wantedMs > 0 ? wantedMs : null;
}
