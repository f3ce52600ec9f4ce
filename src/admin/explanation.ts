import type { StepOutcome } from '../actions/action-result.js';
import type { ActionState } from '../actions/action-state.js';
import { IMS_REFUSES, IMS_UNAVAILABLE } from '../callbacks/callbacks.errors.js';
import { imsRemedy } from '../callbacks/ims-remedy.js';
import { ERASED } from '../delivery/delivery-erasure.repository.js';
import type { DeliveryStatus } from '../delivery/delivery.js';
import { readWait, type WaitKind } from '../delivery/destination-wait.js';
import { REGISTRATION_REMOVED } from '../delivery/registered-address.js';
import { SECRET_UNREADABLE } from '../security/secret.errors.js';

/** What is known of an action's callback, as far as an explanation needs it. */
export interface CallbackFacts {
  readonly status: DeliveryStatus;
  readonly attempts: number;
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

/** What an explanation is made from. */
export interface ActionFacts {
  readonly state: ActionState;
  readonly outcome: 'success' | 'failure' | null;
  readonly errorCode: string | null;
  readonly reason: string | null;
  /** What the pipeline's steps did; empty before they ran. */
  readonly steps: readonly StepOutcome[];
  /** The newest delivery; null when there is none. */
  readonly callback: CallbackFacts | null;
}

/** What it means for a delivery that its destination is not to be asked. */
const WAITS: Readonly<Record<WaitKind, string>> = {
  open: 'because its destination failed too often and is left alone for a while: nothing to do, one delivery tries from time to time whether it is back, unless that lasts, then look at the receiver',
  halfOpen:
    'while another delivery tries whether its destination is back: nothing to do, it goes out as soon as that one succeeds',
  throttled:
    'because its destination asked for fewer requests: nothing to do, it goes out when the time is over that the receiver named',
  disabled: 'because its destination is switched off: switch its registration on again, and it goes out by itself',
};
/** How the lastError of a delivery begins that is held for its destination; what follows is why that is off. */
const SWITCHED_OFF = /^its destination is switched off(?:: )?/;

/** One sentence for the person on call: what happened, why, and what to do. */
export function explainAction(facts: ActionFacts): string {
  const { callback } = facts;
  switch (facts.state) {
    case 'received':
      return 'It waits to be enriched: nothing to do, unless ricochet_oldest_due_age_seconds grows, which means that no worker runs or too few do.';
    case 'enriching':
      return 'A worker is enriching it: nothing to do, a worker that is lost is noticed within seconds and the action is taken up again.';
    case 'calling_back':
      return callback === null
        ? 'Its callback has no delivery: nothing to do, it is ended a minute after its deadline.'
        : explainWaiting(callback);
    case 'completed':
      return explainCompleted(facts);
    case 'undeliverable':
      return callback === null
        ? 'It could not be delivered and the delivery is gone: nothing can be sent any more.'
        : `The callback was given up after ${times(callback.attempts)} because ${causeOf(callback)}: ${adviceOf(callback)}.`;
    case 'expired':
      return explainExpired(callback);
    default:
      return facts.state satisfies never;
  }
}

function explainWaiting(callback: CallbackFacts): string {
  switch (callback.status) {
    case 'pending':
      return explainPending(callback);
    case 'delivering':
      return 'The callback is being sent at this moment: nothing to do.';
    case 'held':
      return explainHeld(callback.lastError);
    case 'delivered':
    case 'dead':
    case 'expired':
      return `The callback has ended (${callback.status}) and the action has not followed yet: nothing to do, it is ended a minute after its deadline.`;
    case 'cancelled':
      return `The callback was cancelled because ${cancelledBecause(callback)}: nothing to do, the action is ended a minute after its deadline.`;
    default:
      return callback.status satisfies never;
  }
}

function explainPending(callback: CallbackFacts): string {
  const { attempts, lastError } = callback;
  // First of all: a delivery that is sent again has attempts, but none of them is why it waits.
  const wait = callback.waitsFor ?? readWait(lastError);
  if (wait !== null) return `The callback waits ${WAITS[wait]}.`;
  const token = explainToken(lastError);
  if (token !== null) return `The callback waits ${token}.`;
  if (attempts === 0 && lastError !== null)
    return `The callback waits for its first attempt${quoted(lastError)}: it is tried again by itself; if this lasts, read the log of Delivery.`;
  return attempts === 0
    ? 'The callback waits for its first attempt: nothing to do, unless this lasts, which means that no worker runs or too few do.'
    : `The callback waits for the next attempt after ${times(attempts)} because ${causeOf(callback)}: it is tried again by itself until its deadline; if this lasts, ${mendOf(callback)}.`;
}

/** What keeps IMS from giving a token, and what mends it; null when that is not why the callback waits. */
function explainToken(lastError: string | null): string | null {
  if (lastError?.startsWith(IMS_REFUSES) === true) {
    const error = lastError.slice(IMS_REFUSES.length);
    return `because IMS gives no access token (${error}): ${imsRemedy(error)}; then the callback goes out by itself within a minute`;
  }
  if (lastError?.startsWith(IMS_UNAVAILABLE) === true) {
    const why = quoted(lastError.slice(IMS_UNAVAILABLE.length));
    return `because IMS gives no access token at the moment${why}: it is asked again by itself; if this lasts, check the way to IMS_BASE_URL`;
  }
  return null;
}

function cancelledBecause({ lastError }: CallbackFacts): string {
  return lastError?.startsWith(ERASED) === true ? 'the data of its person was erased' : 'its registration was removed';
}

/** Most of what is held goes on by itself: sending it again before the cause is mended only has it held once more. */
function explainHeld(lastError: string | null): string {
  if (lastError?.startsWith(SECRET_UNREADABLE) === true) {
    return `The callback is held back because no key of ENCRYPTION_KEYS opens its secret (${SECRET_UNREADABLE}): configure the key that the log of HeldSecrets names and restart, then it goes out by itself while its deadline has not passed.`;
  }
  if (lastError !== null && SWITCHED_OFF.test(lastError)) {
    return `The callback is held back because its destination is switched off${quoted(lastError.replace(SWITCHED_OFF, ''))}: switch its registration on again when the receiver is ready, and it goes out by itself.`;
  }
  if (lastError?.startsWith('internal') === true) {
    return `The callback is held back because an error of this service kept its outcome from being recorded: ${INTERNAL}.`;
  }
  return `The callback is held back${quoted(lastError)}: mend that, then send it again.`;
}

function explainCompleted({ outcome, errorCode, reason, callback, steps }: ActionFacts): string {
  const told = callback === null ? 'nobody had to be called back' : 'the callback was delivered';
  if (outcome !== 'failure') {
    const missing = steps.filter((step) => step.outcome !== 'ok').map(nameStep);
    return missing.length === 0
      ? `It was enriched and ${told}: nothing to do.`
      : `It was enriched and ${told}, without what ${missing.join(' and ')} would have added: look at the reasons under steps if this happens often.`;
  }
  const why = `${errorCode ?? 'no error code'}${quoted(reason)}`;
  return `The enrichment failed with ${why}, and ${told}: the person took the error path, so ${remedyOf(errorCode)}.`;
}

function explainExpired(callback: CallbackFacts | null): string {
  const late =
    'the person has taken the path "Timeout or error", so send it again (with force) only if a late answer is of use';
  if (callback === null) return `Its deadline passed before a callback was made: ${late}.`;
  if (callback.lastError?.startsWith(ERASED) === true || callback.lastError?.startsWith(REGISTRATION_REMOVED) === true)
    return `Its callback was cancelled because ${cancelledBecause(callback)}, and its deadline passed: nothing to do.`;
  if (!callback.hasBody)
    return 'Its deadline passed and the body of the callback has been removed: nothing can be sent any more.';
  if (callback.attempts === 0) {
    const token = explainToken(callback.lastError);
    return token === null
      ? `Its deadline passed before the first attempt${quoted(callback.lastError)}: ${late}.`
      : `Its deadline passed before the first attempt, ${token.replace(/; then the callback.*$/, '')}; ${late}.`;
  }
  return `Its deadline passed after ${times(callback.attempts)} because ${causeOf(callback)}: ${mendOf(callback)}; ${late}.`;
}

/** What the receiver or the network did, as a clause. */
function causeOf({ lastStatus, errorClass, lastError }: CallbackFacts): string {
  if (lastError?.startsWith('OUTCOME_UNKNOWN: the process') === true)
    return 'the process ended while the request was under way';
  if (lastError?.startsWith('OUTCOME_UNKNOWN') === true) return 'no answer said whether the request arrived';
  if (lastError?.startsWith(REGISTRATION_REMOVED) === true) return 'its registration was removed';
  if (lastError?.startsWith(ERASED) === true) return 'the data of its person was erased';
  if (lastError?.startsWith('quarantined') === true) return 'sending it ended the process several times';
  if (errorClass === 'internal') return 'an error of this service kept its outcome from being read or recorded';
  if (lastStatus !== null) return `the receiver answered ${lastStatus}`;
  switch (errorClass) {
    case 'address':
      return 'the address policy refuses its address';
    case 'dns':
      return 'the host name could not be resolved';
    case 'connect':
      return 'no connection could be made';
    case 'tls':
      return 'the TLS handshake failed';
    case 'timeout':
      return 'no answer came in time';
    case 'reset':
      return 'the connection was closed before an answer came';
    case 'protocol':
      return 'the answer was not valid HTTP';
    case 'interrupted':
      return 'this service stopped before an answer came';
    default:
      return `no request got through${quoted(lastError)}`;
  }
}

const INTERNAL =
  'search the log for the id of the delivery and report what it says; ask the receiver before you send it again';

/** What to do about one that has ended, as a clause. */
function adviceOf(callback: CallbackFacts): string {
  const { lastStatus, errorClass, lastError, answered2xx, hasBody } = callback;
  if (!hasBody) return 'its body has been removed, nothing can be sent any more';
  if (lastError?.startsWith('OUTCOME_UNKNOWN') === true)
    return 'ask the receiver whether it arrived before you send it again';
  if (lastError?.startsWith(REGISTRATION_REMOVED) === true)
    return 'nothing to do; a receiver that wants such events registers again and gets what is published from then on';
  if (lastError?.startsWith(ERASED) === true) return 'nothing to do, nothing of the person is left to be sent';
  if (lastError?.startsWith('quarantined') === true)
    return `read the log of those processes before you send it again, and ask the receiver, which may have had it (${seen(answered2xx)} seen)`;
  if (errorClass === 'internal') return INTERNAL;
  if (lastStatus === 404 || lastStatus === 410)
    return 'the journey or its step probably no longer exists; nothing to do unless it does';
  return `${mendOf(callback)}, then send it again`;
}

/** What mends the cause, as a clause that holds whether it is tried again or not. */
function mendOf({ lastStatus, errorClass, lastError }: CallbackFacts): string {
  if (lastError?.startsWith('OUTCOME_UNKNOWN') === true) return 'ask the receiver whether it arrived';
  if (lastError?.startsWith('quarantined') === true) return 'read the log of those processes and ask the receiver';
  if (errorClass === 'internal') return 'search the log for the id of the delivery and report what it says';
  if (lastStatus === null) return mendNetwork(errorClass);
  if (lastStatus >= 500) return 'look at the receiver and wait until it has recovered';
  if (lastStatus >= 300 && lastStatus < 400)
    return 'correct the URL at its source, as redirects are not followed, and check any proxy on the way';
  switch (lastStatus) {
    case 400:
    case 422:
      return "compare the body's fields with the service definition the receiver knows, and refresh it there";
    case 401:
      return 'check the credential, its organisation and its scopes';
    case 403:
      return 'check the API key, the organisation and the product profile of the credential';
    case 404:
    case 410:
      return 'check whether the journey and its step still exist';
    case 408:
    case 425:
    case 429:
      return 'wait until the receiver is less busy';
    default:
      return 'read the excerpt of the answer with the last attempt, and mend what it names';
  }
}

function mendNetwork(errorClass: string | null): string {
  switch (errorClass) {
    case 'address':
      return 'allow the address by CALLBACK_HOSTS or OUTBOUND_ALLOW_CIDRS if it is right';
    case 'dns':
      return 'check the host name and the resolver of this machine';
    case 'tls':
      return "check the receiver's certificate and any proxy on the way";
    case 'connect':
    case 'timeout':
    case 'reset':
    case 'protocol':
      return 'check the way to the receiver (firewall, proxy, its own state)';
    case 'interrupted':
      return 'look at why this service stopped';
    default:
      return 'read the last error and mend what it names';
  }
}

function remedyOf(errorCode: string | null): string {
  switch (errorCode) {
    case 'TIMEOUT':
      return 'look for a slow step or for too few workers, and compare the times in the history';
    case 'RATE_LIMIT_EXCEEDED':
    case 'EXTERNAL_API_ERROR':
    case 'AUTHENTICATION_FAILED':
      return 'check the source that the failed step asks, and its credentials';
    case 'INVALID_DATA':
    case 'INSUFFICIENT_DATA':
    case 'NOT_FOUND':
      return 'check what the journey sends for this person';
    default:
      return 'look at the failed step';
  }
}

/** A step that is missing, and why, as a clause. */
function nameStep({ step, outcome, errorCode }: StepOutcome): string {
  const why = outcome === 'skipped' ? 'not begun for want of time' : 'failed';
  return `step ${step} (${why}${errorCode === undefined ? '' : `, ${errorCode}`})`;
}

function seen(answered2xx: number): string {
  if (answered2xx === 0) return 'no answer of 2xx was';
  return answered2xx === 1 ? 'one answer of 2xx was' : `${answered2xx} answers of 2xx were`;
}

function times(attempts: number): string {
  return attempts === 1 ? 'one attempt' : `${attempts} attempts`;
}

/** Somebody's sentence in brackets, without its full stop: the explanation stays one sentence. */
function quoted(sentence: string | null): string {
  return sentence === null || sentence === '' ? '' : ` (${sentence.replace(/\.\s*$/, '').replace(/\.\s+/g, '; ')})`;
}
