import type { ResponseEntry, RespondWhen } from './async-call.js';

/** The latest event of a call. */
export interface CallEvents {
  /** It has ended, well or not; false for a part that ended earlier, in a conversation that has ended now. */
  readonly ended: boolean;
  /** Not everything of it went well. */
  readonly failed: boolean;
  /** Its `RequestExpirationTime` came before its turn: it has not been run. */
  readonly expired: boolean;
  /** The new state of its conversation; null: nothing new. A call without one is its own. */
  readonly conversation: 'completed' | 'error' | null;
}

/** The entries that are told of it, each once, in their order. */
export function entriesToTell(entries: readonly ResponseEntry[], events: CallEvents): ResponseEntry[] {
  return entries.filter(({ respondWhen }) => isTold(respondWhen, events));
}

function isTold(when: RespondWhen, { ended, failed, expired, conversation }: CallEvents): boolean {
  switch (when) {
    case 'Never':
      return false;
    case 'OnError':
      return ended && failed;
    case 'OnExpired':
      return ended && expired;
    case 'OnCallComplete':
    case 'Always':
      return ended;
    case 'OnConversationError':
      return conversation === 'error';
    case 'OnConversationComplete':
      return conversation === 'completed';
    default:
      return when satisfies never;
  }
}
