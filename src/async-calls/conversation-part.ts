import type { CallProblem, ConversationPart } from './async-call.js';
import { CALL_LIMITS, CALL_PROBLEMS } from './call-problems.js';

/** A part as it was sent: null is missing, NaN is no number. */
export type SentPart = { readonly [Name in keyof ConversationPart]: ConversationPart[Name] | null };

/** A part whose numbers are in range, or its first problem. */
export type CheckedPart =
  | { readonly kind: 'part'; readonly part: ConversationPart }
  | { readonly kind: 'refused'; readonly problem: CallProblem };

/**
 * Checks a part by itself; its conversation may refuse it later. Missing comes before out of range, and SequenceCode
 * last: its range is known by CallsInConversation.
 */
export function checkPart({ conversationId, sequenceCode, callsInConversation }: SentPart): CheckedPart {
  if (conversationId === null || conversationId === '') return refused('conversationIdMissing');
  if (sequenceCode === null) return refused('sequenceCodeMissing');
  if (callsInConversation === null) return refused('callsMissing');
  if (conversationId.length > CALL_LIMITS.idLength) return refused('conversationIdTooLong');
  if (!isWithin(callsInConversation, CALL_LIMITS.callsInConversation)) return refused('callsOutOfRange');
  if (!isWithin(sequenceCode, callsInConversation)) return refused('sequenceCodeOutOfRange');
  return { kind: 'part', part: { conversationId, sequenceCode, callsInConversation } };
}

function isWithin(value: number, max: number): boolean {
  return Number.isInteger(value) && value >= 1 && value <= max;
}

function refused(problem: keyof typeof CALL_PROBLEMS): CheckedPart {
  return { kind: 'refused', problem: CALL_PROBLEMS[problem] };
}
