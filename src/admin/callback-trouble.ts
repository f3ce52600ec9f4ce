import { REQUEST_ERASED } from '../callbacks/adobe.channel.js';
import { CREDENTIAL_HOLDS, IMS_REFUSES, IMS_REFUSES_STORED, IMS_UNAVAILABLE } from '../callbacks/callbacks.errors.js';
import type { ErrorClass } from '../delivery/answer.js';
import { ERASED } from '../delivery/delivery-erasure.repository.js';
import { readWait, type WaitKind } from '../delivery/destination-wait.js';
import { OWN_REASONS } from '../delivery/own-reasons.js';
import { REGISTRATION_REMOVED } from '../delivery/registered-address.js';
import { COMPANY_DISABLED } from '../registrations/companies/company.channel.js';
import { PAUSE_REASON } from '../registrations/destination-pauses.repository.js';
import { URL_IS_FOREIGN, USER_IS_DISABLED } from '../registrations/eqp/eqp.channel.js';
import { SECRET_UNREADABLE } from '../security/secret.errors.js';
import type { CallbackFacts } from './callback-facts.js';

/** The kinds of trouble that keep a callback from being delivered. Two kinds differ in their remedy. */
export const TROUBLE_KINDS = Object.freeze([
  'receiverAway',
  'receiverTried',
  'receiverThrottles',
  'switchedOff',
  'paused',
  'companyDisabled',
  'userDisabled',
  'imsRefused',
  'storedRefused',
  'credentialMissing',
  'credentialRemoved',
  'credentialUnreadable',
  'imsAway',
  'secretUnreadable',
  'secretMalformed',
  'urlForeign',
  'requestErased',
  'dataErased',
  'registrationRemoved',
  'noChannel',
  'notPrepared',
  'notMarked',
  'outcomeUnrecorded',
  'outcomeUnknown',
  'processEnded',
  'quarantined',
  'internal',
  'redirect',
  'badBody',
  'unauthorized',
  'forbidden',
  'notFound',
  'gone',
  'busy',
  'refused',
  'serverError',
  'oddStatus',
  'address',
  'dns',
  'connect',
  'tls',
  'timeout',
  'reset',
  'interrupted',
  'protocol',
  'unknown',
] as const);

export type TroubleKind = (typeof TROUBLE_KINDS)[number];

/** The trouble that keeps a callback from being delivered, with the detail that a sentence quotes. */
export interface Trouble {
  readonly kind: TroubleKind;
  /** A status, the name of an error, or a reason; null: nothing to quote. */
  readonly detail: string | null;
}

const SWITCHED_OFF = /^its destination is switched off(?:: )?/;
const UNRECORDED = /^internal: .*could not be recorded/;

const BY_WAIT: Readonly<Record<WaitKind, TroubleKind>> = {
  open: 'receiverAway',
  halfOpen: 'receiverTried',
  throttled: 'receiverThrottles',
  disabled: 'switchedOff',
};

/** The trouble of an attempt without a status line; a new class without a row does not compile. */
const BY_ERROR_CLASS: Readonly<Record<ErrorClass, TroubleKind>> = {
  address: 'address',
  dns: 'dns',
  connect: 'connect',
  tls: 'tls',
  timeout: 'timeout',
  reset: 'reset',
  interrupted: 'interrupted',
  protocol: 'protocol',
  internal: 'internal',
  redirect: 'redirect',
  client_error: 'refused',
  server_error: 'serverError',
  throttled: 'busy',
  auth: 'unauthorized',
};

const BY_REASON: readonly (readonly [beginning: string, kind: TroubleKind])[] = [
  ['OUTCOME_UNKNOWN: the process', 'processEnded'],
  ['OUTCOME_UNKNOWN', 'outcomeUnknown'],
  [REGISTRATION_REMOVED, 'registrationRemoved'],
  [ERASED, 'dataErased'],
  ['quarantined', 'quarantined'],
  [SECRET_UNREADABLE, 'secretUnreadable'],
  [OWN_REASONS.secretMalformed, 'secretMalformed'],
  [OWN_REASONS.notPrepared, 'notPrepared'],
  [OWN_REASONS.notMarked, 'notMarked'],
  [OWN_REASONS.noChannel, 'noChannel'],
  [URL_IS_FOREIGN, 'urlForeign'],
  [REQUEST_ERASED, 'requestErased'],
  [CREDENTIAL_HOLDS.missing, 'credentialMissing'],
  [CREDENTIAL_HOLDS.removed, 'credentialRemoved'],
  [CREDENTIAL_HOLDS.unreadable, 'credentialUnreadable'],
  [COMPANY_DISABLED, 'companyDisabled'],
  [USER_IS_DISABLED, 'userDisabled'],
];

/** @returns null when nothing has gone wrong so far. */
export function readTrouble(callback: CallbackFacts): Trouble | null {
  const reason = callback.lastError ?? '';
  // Comes first: a delivery that is sent again has attempts, but it does not wait because of them.
  const wait = callback.status === 'pending' ? (callback.waitsFor ?? readWait(reason)) : readWait(firstOf(reason));
  if (wait !== null) return { kind: BY_WAIT[wait], detail: null };
  return readReason(reason) ?? readAttempt(callback, reason);
}

/** The trouble that the reason alone decides; earlier attempts do not matter. */
function readReason(reason: string): Trouble | null {
  if (SWITCHED_OFF.test(reason)) {
    const why = firstOf(reason.replace(SWITCHED_OFF, ''));
    return why === PAUSE_REASON ? { kind: 'paused', detail: null } : { kind: 'switchedOff', detail: why || null };
  }
  if (reason.startsWith(IMS_REFUSES)) {
    const error = firstOf(reason.slice(IMS_REFUSES.length));
    return { kind: 'imsRefused', detail: error };
  }
  if (reason.startsWith(IMS_REFUSES_STORED)) {
    return { kind: 'storedRefused', detail: firstOf(reason.slice(IMS_REFUSES_STORED.length)) };
  }
  if (reason.startsWith(IMS_UNAVAILABLE)) {
    return { kind: 'imsAway', detail: firstOf(reason.slice(IMS_UNAVAILABLE.length)) };
  }
  if (UNRECORDED.test(reason)) return { kind: 'outcomeUnrecorded', detail: null };
  const known = BY_REASON.find(([beginning]) => reason.startsWith(beginning));
  return known === undefined ? null : { kind: known[1], detail: null };
}

function readAttempt({ errorClass, lastStatus }: CallbackFacts, reason: string): Trouble | null {
  if (errorClass === 'internal' || reason.startsWith('internal')) return { kind: 'internal', detail: null };
  if (lastStatus !== null) return { kind: kindOfStatus(lastStatus), detail: String(lastStatus) };
  if (isErrorClass(errorClass)) return { kind: BY_ERROR_CLASS[errorClass], detail: null };
  if (reason === '' || reason === OWN_REASONS.timeWasUp) return null;
  return { kind: 'unknown', detail: reason };
}

function isErrorClass(text: string | null): text is ErrorClass {
  return text !== null && Object.hasOwn(BY_ERROR_CLASS, text);
}

function kindOfStatus(status: number): TroubleKind {
  if (status >= 500) return 'serverError';
  if (status < 300) return 'oddStatus';
  if (status < 400) return 'redirect';
  switch (status) {
    case 400:
    case 422:
      return 'badBody';
    case 401:
      return 'unauthorized';
    case 403:
      return 'forbidden';
    case 404:
      return 'notFound';
    case 410:
      return 'gone';
    case 408:
    case 425:
    case 429:
      return 'busy';
    default:
      return 'refused';
  }
}

/** The end of an action appends to the reason, so only the first part tells the trouble. */
function firstOf(reason: string): string {
  return reason.split('; ')[0] ?? reason;
}
