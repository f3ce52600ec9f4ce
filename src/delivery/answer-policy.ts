import type { DeliveryAnswer, Verdict } from './answer.js';

/** A receiver that moved may be mended in a minute; one that redirects this often means it. */
const MAX_REDIRECTS = 3;

/**
 * The engine's reading of an answer, for what a channel does not read itself. `attemptCount` counts the attempts
 * made on the schedule, this one included.
 */
export function judgeAnswer(answer: DeliveryAnswer, attemptCount = 1): Verdict {
  const { status } = answer;
  if (status === null) return { kind: 'retry', errorClass: answer.errorClass ?? 'reset' };
  if (status >= 200 && status < 300) return { kind: 'delivered' };
  if (status >= 300 && status < 400) return judgeRedirect(status, attemptCount);
  if (status === 410) return dead('client_error', 'The receiver says it is gone for good (410).', true);
  if (status === 401 || status === 403) return dead('auth', `The receiver refused our credentials (${status}).`);
  if (status === 429) return { kind: 'retry', errorClass: 'throttled', throttle: true };
  if (status === 408 || status === 425) return { kind: 'retry', errorClass: 'client_error', ...throttleWishOf(answer) };
  if (status >= 400 && status < 500) return dead('client_error', `The receiver refused the request (${status}).`);
  if (status >= 500) return { kind: 'retry', errorClass: 'server_error', ...throttleWishOf(answer) };
  return { kind: 'retry', errorClass: 'protocol' };
}

function judgeRedirect(status: number, attemptCount: number): Verdict {
  if (attemptCount < MAX_REDIRECTS) return { kind: 'retry', errorClass: 'redirect' };
  return dead('redirect', `The receiver redirects (${status}); redirects are not followed.`);
}

function dead(errorClass: 'auth' | 'client_error' | 'redirect', reason: string, disable?: true): Verdict {
  return { kind: 'dead', errorClass, reason, ...(disable && { disable }) };
}

/** A receiver that names a time asks for it on behalf of the whole destination. */
function throttleWishOf(answer: DeliveryAnswer): { throttle?: true } {
  return answer.retryAfterMs === null ? {} : { throttle: true };
}
