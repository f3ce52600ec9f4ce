import type { CallMove, WaitingPart } from './calls.repository.js';
import { CALL_REFUSALS } from './call-problems.js';
import type { ConversationRow } from './conversations.repository.js';

/** The effect of the end of one part on its conversation. */
export interface Progress {
  readonly conversation: ConversationRow;
  /** Parts that are next, to run or to be ended. */
  readonly moves: readonly Extract<CallMove, { to: 'due' }>[];
  /** The news of the conversation for the part's own entries. */
  readonly event: 'completed' | 'error' | null;
  /** Whether the parts that ended earlier are told, too. */
  readonly tellEarlier: boolean;
}

/** The next state of a conversation when the part with `sequenceCode` has ended. Pure: the caller holds its lock. */
export function partEnded(
  before: ConversationRow,
  sequenceCode: number,
  failed: boolean,
  waiting: readonly WaitingPart[],
): Progress {
  const ended = before.ended + 1;
  if (before.state === 'error' || failed) {
    const conversation: ConversationRow = { ...before, ended, state: 'error', announced: true };
    return { conversation, moves: refuseWaiting(waiting), event: 'error', tellEarlier: !before.announced };
  }
  if (ended >= before.callsInConversation) {
    return { conversation: { ...before, ended, state: 'completed' }, moves: [], event: 'completed', tellEarlier: true };
  }
  const next = waiting.find((part) => part.sequenceCode === sequenceCode + 1);
  const moves = next === undefined ? [] : [{ id: next.id, to: 'due', refusal: null } as const];
  return { conversation: { ...before, ended }, moves, event: null, tellEarlier: false };
}

/** Parts of a conversation in error are not run, but each of them ends with a result. */
export function refuseWaiting(
  waiting: readonly WaitingPart[],
  refusal: keyof typeof CALL_REFUSALS = 'conversationInError',
): Extract<CallMove, { to: 'due' }>[] {
  return waiting.map(({ id, overdue }) => ({
    id,
    to: 'due',
    refusal: overdue ? CALL_REFUSALS.expired : CALL_REFUSALS[refusal],
  }));
}
