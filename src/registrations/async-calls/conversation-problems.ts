import type { Refusal } from '../../actions/action-input.js';
import type { CallProblem } from './async-call.js';

/** The problems of a call that only the tables and the catalog know, with the published codes. */
export const CALL_PROBLEMS = Object.freeze({
  partsDisagree: {
    code: 200,
    message: 'CallsInConversation differs from that of the earlier parts. The conversation is in error now.',
  },
  notServed: { code: 204, message: 'No service takes objects of this type.' },
  sequenceOutOfRange: { code: 205, message: 'SequenceCode must be from 1 to CallsInConversation.' },
  callsOutOfRange: { code: 206, message: 'CallsInConversation must be a whole number from 1 to 1000000.' },
  conversationIdTooLong: { code: 207, message: 'ConversationID must have 1 to 255 characters.' },
  conversationUsed: { code: 211, message: 'ConversationID has been used by a conversation that is over.' },
  conversationInError: { code: 213, message: 'The conversation is in error: its parts are not processed any more.' },
  sequenceRepeated: { code: 214, message: 'SequenceCode has been used by an earlier part of the conversation.' },
  conversationClosed: { code: 215, message: 'The conversation is closed: all of its parts have arrived.' },
  tooManyObjects: { code: 218, message: 'The call has more objects than the service takes in one call.' },
} as const satisfies Record<string, CallProblem>);

/** Why a call that was queued is ended without having been run. */
export const CALL_REFUSALS = Object.freeze({
  partsDisagree: { code: 200, errorCode: 'INVALID_DATA', reason: CALL_PROBLEMS.partsDisagree.message },
  expired: {
    code: 203,
    errorCode: 'TIMEOUT',
    reason: 'RequestExpirationTime was reached before the call could start.',
  },
  incomplete: {
    code: 203,
    errorCode: 'TIMEOUT',
    reason: 'The other parts of the conversation did not arrive in time.',
  },
  conversationInError: { code: 213, errorCode: 'INVALID_DATA', reason: CALL_PROBLEMS.conversationInError.message },
} as const satisfies Record<string, Refusal>);

/** Whether a call ends because it expired before its turn; known by its words, as it may have been stored long ago. */
export function isExpiry(refusal: Refusal | null): boolean {
  return refusal?.code === CALL_REFUSALS.expired.code && refusal.reason === CALL_REFUSALS.expired.reason;
}
