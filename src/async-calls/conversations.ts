import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/database.js';
import type { CallProblem, ConversationPart } from './async-call.js';
import { CALL_PROBLEMS, type CALL_REFUSALS } from './call-problems.js';
import { type CallInsert, type CallMove, CallsRepository } from './calls.repository.js';
import { checkPart } from './conversation-part.js';
import { refuseWaiting } from './conversation-progress.js';
import { type ConversationRow, ConversationsRepository } from './conversations.repository.js';

/** The outcome for a part that wanted to join. */
export type AddedPart =
  | { readonly kind: 'added'; readonly due: readonly string[] }
  | { readonly kind: 'refused'; readonly problem: CallProblem };

const CONVERSATIONS_PER_SWEEP = 50;

/**
 * Lets parts join their conversation, and ends conversations that lost one. A conversation starts when all of its parts
 * are there; from then on the end of each part makes the next one due.
 */
@Injectable()
export class Conversations {
  constructor(
    private readonly database: Database,
    private readonly repository: ConversationsRepository,
    private readonly calls: CallsRepository,
  ) {}

  /** One transaction. @returns also the ids that are due with it, for the starter. */
  async add(row: CallInsert, part: ConversationPart): Promise<AddedPart> {
    const checked = checkPart(part);
    if (checked.kind === 'refused') return checked;
    const key = { clientId: row.clientId, conversationId: part.conversationId };
    return this.database.transaction(async (tx) => {
      await this.repository.ensure(tx, key, part.callsInConversation);
      const [conversation] = await this.repository.lock(tx, [key]);
      if (conversation === undefined) throw new Error('a conversation that was made sure of is not there');
      const problem = await this.refuse(tx, conversation, part);
      if (problem !== null) return { kind: 'refused', problem };
      await this.calls.insertPart(tx, row, part);
      return { kind: 'added', due: await this.noteArrival(tx, conversation) };
    });
  }

  /** Ends conversations with parts that did not come or expired too soon. @returns whether there may be more. */
  async failOverdue(): Promise<boolean> {
    const incomplete = await this.database.transaction(async (tx) => {
      const rows = await this.repository.lockIncomplete(tx, CONVERSATIONS_PER_SWEEP);
      await this.fail(tx, rows, 'incomplete');
      return rows.length;
    });
    const expired = await this.database.transaction(async (tx) => {
      const rows = await this.repository.lockWithExpired(tx, CONVERSATIONS_PER_SWEEP);
      await this.fail(tx, rows, 'conversationInError');
      return rows.length;
    });
    return Math.max(incomplete, expired) === CONVERSATIONS_PER_SWEEP;
  }

  /** A part with another count ends the whole conversation, and that is committed. */
  private async refuse(tx: Tx, conversation: ConversationRow, part: ConversationPart): Promise<CallProblem | null> {
    switch (conversation.state) {
      case 'error':
        return CALL_PROBLEMS.conversationInError;
      case 'completed':
        return CALL_PROBLEMS.conversationUsed;
      case 'running':
        return CALL_PROBLEMS.conversationClosed;
      case 'gathering':
        break;
      default:
        return conversation.state satisfies never;
    }
    if (conversation.callsInConversation !== part.callsInConversation) {
      await this.fail(tx, [conversation], 'partsDisagree');
      return CALL_PROBLEMS.partsDisagree;
    }
    return (await this.calls.hasPart(tx, conversation.clientId, part)) ? CALL_PROBLEMS.sequenceCodeRepeated : null;
  }

  private async noteArrival(tx: Tx, before: ConversationRow): Promise<readonly string[]> {
    const arrived = before.arrived + 1;
    const isComplete = arrived === before.callsInConversation;
    await this.repository.update(tx, [{ ...before, arrived, state: isComplete ? 'running' : 'gathering' }]);
    if (!isComplete) return [];
    const waiting = await this.calls.findWaiting(tx, before.clientId, before.conversationId);
    const first = waiting.slice(0, 1).map(({ id }): CallMove => ({ id, to: 'due', refusal: null }));
    await this.calls.move(tx, first);
    return first.map(({ id }) => id);
  }

  /** Nothing more of them is run; every part that waits becomes due, to be ended. */
  private async fail(
    tx: Tx,
    conversations: readonly ConversationRow[],
    refusal: keyof typeof CALL_REFUSALS,
  ): Promise<void> {
    const moves: CallMove[] = [];
    for (const { clientId, conversationId } of conversations) {
      moves.push(...refuseWaiting(await this.calls.findWaiting(tx, clientId, conversationId), refusal));
    }
    await this.repository.update(
      tx,
      conversations.map((row) => ({ ...row, state: 'error' })),
    );
    await this.calls.move(tx, moves);
  }
}
