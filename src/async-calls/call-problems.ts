import type { Refusal } from '../actions/action-input.js';
import type { CallProblem } from './async-call.js';

/** Numbers of the published list. */
export const CALL_ERRORS = Object.freeze({
  partsDisagree: 200,
  sequenceCodeMissing: 202,
  /** "Async API Timeout". */
  timeout: 203,
  /** "Async API Error": everything that has no number of its own. */
  other: 204,
  sequenceCodeOutOfRange: 205,
  callsOutOfRange: 206,
  /** Of a ConversationID that is missing; one that is too long has no number of its own. */
  conversationIdMissing: 207,
  callsMissing: 208,
  notAsynchronous: 209,
  conversationUsed: 211,
  conversationInError: 213,
  sequenceCodeRepeated: 214,
  conversationClosed: 215,
  tooManyObjects: 218,
  scheduledTooFar: 226,
  addressNotHttps: 227,
  expirationPassed: 228,
  expirationBeforeStart: 229,
});

/** Bounds of a call's options. The number of objects is bounded by the service's definition. */
export const CALL_LIMITS = Object.freeze({
  /** Longer ones have no place in an index. */
  idLength: 255,
  callsInConversation: 1_000_000,
  scheduleDays: 30,
});

const { idLength, callsInConversation, scheduleDays } = CALL_LIMITS;

/** Problems of a call whose text says nothing of the call itself. */
export const CALL_PROBLEMS = Object.freeze({
  partsDisagree: {
    code: CALL_ERRORS.partsDisagree,
    message: 'CallsInConversation differs from that of the earlier parts. The conversation is in error now.',
  },
  sequenceCodeMissing: { code: CALL_ERRORS.sequenceCodeMissing, message: 'SequenceCode is missing.' },
  expirationOfPart: {
    code: CALL_ERRORS.other,
    message: 'RequestExpirationTime is not for conversations of several parts: leave it out.',
  },
  correlationIdTooLong: {
    code: CALL_ERRORS.other,
    message: `CorrelationID has more than ${idLength} characters.`,
  },
  sequenceCodeOutOfRange: {
    code: CALL_ERRORS.sequenceCodeOutOfRange,
    message: 'SequenceCode is out of range: it must be from 1 to CallsInConversation.',
  },
  callsOutOfRange: {
    code: CALL_ERRORS.callsOutOfRange,
    message: `CallsInConversation must be a whole number from 1 to ${callsInConversation}.`,
  },
  conversationIdMissing: { code: CALL_ERRORS.conversationIdMissing, message: 'ConversationID is missing.' },
  conversationIdTooLong: {
    code: CALL_ERRORS.conversationIdMissing,
    message: `ConversationID has more than ${idLength} characters.`,
  },
  callsMissing: { code: CALL_ERRORS.callsMissing, message: 'CallsInConversation is missing.' },
  conversationUsed: {
    code: CALL_ERRORS.conversationUsed,
    message: 'ConversationID has been used by a conversation that is over.',
  },
  conversationInError: {
    code: CALL_ERRORS.conversationInError,
    message: 'The conversation is in error: its parts are not processed any more.',
  },
  sequenceCodeRepeated: {
    code: CALL_ERRORS.sequenceCodeRepeated,
    message: 'SequenceCode has been used by an earlier part of the conversation.',
  },
  conversationClosed: {
    code: CALL_ERRORS.conversationClosed,
    message: 'The conversation is closed: all of its parts have arrived.',
  },
  scheduledTooFar: {
    code: CALL_ERRORS.scheduledTooFar,
    message: `ScheduledTime must be within ${scheduleDays} days.`,
  },
  expirationPassed: { code: CALL_ERRORS.expirationPassed, message: 'RequestExpirationTime has passed already.' },
  expirationBeforeStart: {
    code: CALL_ERRORS.expirationBeforeStart,
    message: 'RequestExpirationTime must be after ScheduledTime.',
  },
} as const satisfies Record<string, CallProblem>);

/** Why a call that was queued is ended without having been run. Calls stored long ago are known by these reasons. */
export const CALL_REFUSALS = Object.freeze({
  partsDisagree: {
    code: CALL_ERRORS.partsDisagree,
    errorCode: 'INVALID_DATA',
    reason: CALL_PROBLEMS.partsDisagree.message,
  },
  expired: {
    code: CALL_ERRORS.timeout,
    errorCode: 'TIMEOUT',
    reason: 'RequestExpirationTime was reached before the call could start.',
  },
  incomplete: {
    code: CALL_ERRORS.timeout,
    errorCode: 'TIMEOUT',
    reason: 'The other parts of the conversation did not arrive in time.',
  },
  conversationInError: {
    code: CALL_ERRORS.conversationInError,
    errorCode: 'INVALID_DATA',
    reason: CALL_PROBLEMS.conversationInError.message,
  },
} as const satisfies Record<string, Refusal>);

/** Whether a call ends because it expired before its turn; known by its words, as it may have been stored long ago. */
export function isExpiry(refusal: Refusal | null): boolean {
  return refusal?.code === CALL_REFUSALS.expired.code && refusal.reason === CALL_REFUSALS.expired.reason;
}
