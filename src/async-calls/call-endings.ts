import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import type { ResponseEntry } from './async-call.js';
import { entriesToTell } from './call-responses.js';
import { type CallMove, type CallRow, CallsRepository } from './calls.repository.js';
import { partEnded } from './conversation-progress.js';
import { type ConversationKey, type ConversationRow, ConversationsRepository } from './conversations.repository.js';
import { type ResultRow, ResultsRepository, type ResultToTell } from './results.repository.js';

/** A call with an action that ends now. */
export interface EndedCall {
  readonly call: CallRow;
  readonly actionId: string;
  readonly result: ResultRow;
  /** It has not been run, because its `RequestExpirationTime` came first. */
  readonly expired: boolean;
}

/** One callback to be made, and the action that makes it. */
export interface Telling {
  readonly actionId: string;
  readonly result: ResultRow;
  readonly entry: ResponseEntry;
}

export interface Endings {
  readonly tellings: readonly Telling[];
  /** Calls that are next in turn. */
  readonly dueIds: readonly string[];
}

type Part = EndedCall & { readonly key: ConversationKey; readonly sequenceCode: number };

/** Ends calls and carries their conversations on: who is to be told of what, and which parts are due with it. */
@Injectable()
export class CallEndings {
  constructor(
    private readonly calls: CallsRepository,
    private readonly conversations: ConversationsRepository,
    private readonly results: ResultsRepository,
  ) {}

  /** The actions are locked, the results not written yet. */
  async end(tx: Tx, ended: readonly EndedCall[]): Promise<Endings> {
    const tellings = ended.filter((one) => toPart(one) === null).flatMap(tellingsOfSingle);
    const moves: CallMove[] = ended.map(({ call, actionId }) => ({ id: call.id, to: 'ended', actionId }));
    const parts = ended.map(toPart).filter((part) => part !== null);
    const conversations = parts.length === 0 ? [] : await this.conversations.lock(tx, uniqueKeys(parts));
    const changed: ConversationRow[] = [];
    for (const conversation of conversations) {
      const own = parts.filter((part) => isOf(part, conversation)).sort((a, b) => a.sequenceCode - b.sequenceCode);
      changed.push(await this.endParts(tx, conversation, own, moves, tellings));
    }
    await this.conversations.update(tx, changed);
    await this.calls.move(tx, moves);
    return { tellings, dueIds: moves.filter(({ to }) => to === 'due').map(({ id }) => id) };
  }

  /** Parts that end side by side: those of a conversation in error. `moves` and `tellings` take what comes of them. */
  private async endParts(
    tx: Tx,
    before: ConversationRow,
    parts: readonly Part[],
    moves: CallMove[],
    tellings: Telling[],
  ): Promise<ConversationRow> {
    let conversation = before;
    const waiting = await this.calls.findWaiting(tx, before.clientId, before.conversationId);
    const earlier: ResultToTell[] = [];
    for (const { call, actionId, result, expired, sequenceCode } of parts) {
      const failed = result.overallStatus !== 'OK';
      const progress = partEnded(conversation, sequenceCode, failed, waiting);
      conversation = progress.conversation;
      for (const move of progress.moves) if (!moves.some(({ id }) => id === move.id)) moves.push(move);
      const events = { ended: true, failed, expired, conversation: progress.event };
      for (const entry of entriesToTell(call.responses, events)) tellings.push({ actionId, result, entry });
      if (progress.tellEarlier) {
        const written = await this.results.findConversation(tx, before.clientId, before.conversationId);
        for (const one of [...written, ...earlier]) tellings.push(...tellingsOfEarlier(one, actionId, progress.event));
      }
      earlier.push({ ...result, responses: call.responses });
    }
    return conversation;
  }
}

/** A call that stands alone is a conversation of one. */
function tellingsOfSingle({ call, actionId, result, expired }: EndedCall): Telling[] {
  const failed = result.overallStatus !== 'OK';
  const events = { ended: true, failed, expired, conversation: failed ? 'error' : 'completed' } as const;
  return entriesToTell(call.responses, events).map((entry) => ({ actionId, result, entry }));
}

/** A part that ended earlier speaks for itself; the action that ended the conversation sends it. */
function tellingsOfEarlier(one: ResultToTell, actionId: string, conversation: 'completed' | 'error' | null): Telling[] {
  const failed = one.overallStatus !== 'OK';
  return entriesToTell(one.responses, { ended: false, failed, expired: false, conversation }).map((entry) => ({
    actionId,
    result: one,
    entry,
  }));
}

function toPart(ended: EndedCall): Part | null {
  const { clientId, conversationId, sequenceCode } = ended.call;
  if (conversationId === null || sequenceCode === null) return null;
  return { ...ended, key: { clientId, conversationId }, sequenceCode };
}

function isOf({ key }: Part, { clientId, conversationId }: ConversationKey): boolean {
  return key.clientId === clientId && key.conversationId === conversationId;
}

function uniqueKeys(parts: readonly Part[]): ConversationKey[] {
  return [...new Map(parts.map(({ key }) => [`${key.clientId}\0${key.conversationId}`, key])).values()];
}
