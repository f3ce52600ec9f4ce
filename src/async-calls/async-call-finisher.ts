import { Injectable } from '@nestjs/common';
import type { FinishedAction } from '../actions/action.js';
import type { ActionFinisher, FinishReceipt } from '../actions/action-finisher.js';
import { ActionsRepository, type TransitionRow } from '../actions/actions.repository.js';
import { toTransition } from '../actions/finished-moves.js';
import { Catalog } from '../catalog/catalog.js';
import type { Tx } from '../database/database.js';
import { newId } from '../database/new-id.js';
import type { NewDelivery } from '../delivery/delivery.js';
import { DeliveryOutbox } from '../delivery/delivery-outbox.js';
import { destinationOf } from '../delivery/destination.js';
import type { ResponseEntry } from './async-call.js';
import { FORM_TYPE, renderCallbackForm } from './callback-form.js';
import { type EndedCall, CallEndings } from './call-endings.js';
import { CallOwnersRepository } from './call-owners.repository.js';
import { ASYNC_CALL } from './call-request.reader.js';
import { toResult } from './call-results.js';
import { CallStarter } from './call-starter.js';
import { CallsRepository } from './calls.repository.js';
import { isExpiry } from './call-problems.js';
import { ResultBell } from './result-bell.js';
import { type ResultRow, ResultsRepository } from './results.repository.js';

/**
 * Ends actions of asynchronous calls: the result, the state of conversations, and a delivery for every entry that is to be
 * told, in one transaction. Locks actions, then conversations, then calls; the loser of a race writes nothing.
 */
@Injectable()
export class AsyncCallFinisher implements ActionFinisher {
  readonly dialect = ASYNC_CALL;

  constructor(
    private readonly actions: ActionsRepository,
    private readonly owners: CallOwnersRepository,
    private readonly calls: CallsRepository,
    private readonly endings: CallEndings,
    private readonly results: ResultsRepository,
    private readonly outbox: DeliveryOutbox,
    private readonly catalog: Catalog,
    private readonly starter: CallStarter,
    private readonly bell: ResultBell,
  ) {}

  async finish(tx: Tx, finished: readonly FinishedAction[]): Promise<FinishReceipt> {
    const locked = await this.owners.lockFenced(
      tx,
      finished.map(({ action, from, leaseToken }) => ({ id: action.id, from, leaseToken })),
    );
    const ours = finished.filter(({ action }) => locked.has(action.id));
    const ended = await this.toEnded(tx, ours);
    const { tellings, dueIds } = await this.endings.end(tx, ended);
    await this.results.insert(
      tx,
      ended.map(({ result }) => result),
    );
    // An unreadable URL was refused at the door; one that got in all the same must not keep the action from ending.
    const readable = tellings.filter(({ entry }) => URL.canParse(entry.url));
    const deliveries = readable.map(({ actionId, result, entry }) => toDelivery(actionId, result, entry));
    await this.transition(tx, ours, new Set(deliveries.map(({ ownerId }) => ownerId)));
    const refs = await this.outbox.insert(tx, deliveries);
    return {
      finishedIds: locked,
      committed: () => {
        this.outbox.dispatch(refs);
        this.bell.ring(ended.map(({ call }) => call.id));
        void this.starter.startThese(dueIds);
      },
      rolledBack: () => this.outbox.abandon(refs),
    };
  }

  private async toEnded(tx: Tx, finished: readonly FinishedAction[]): Promise<EndedCall[]> {
    const rows = await this.calls.find(
      tx,
      finished.map(({ action }) => action.entityId),
    );
    const byId = new Map(rows.map((row) => [row.id, row]));
    return finished.flatMap((one) => {
      const call = byId.get(one.action.entityId);
      if (call === undefined) return [];
      const result = toResult(call, one, this.catalog.definitionOf(one.action));
      return [{ call, actionId: one.action.id, result, expired: hasExpired(one) }];
    });
  }

  /** An action with callbacks waits for them; any other is complete. From `received` there is no straight way there. */
  private async transition(tx: Tx, finished: readonly FinishedAction[], calling: ReadonlySet<string>): Promise<void> {
    const isCalling = ({ action }: FinishedAction): boolean => calling.has(action.id);
    for (const from of ['received', 'enriching'] as const) {
      const here = finished.filter((one) => one.from === from);
      const silent = here.filter((one) => !isCalling(one));
      await this.actions.transition(tx, from, 'calling_back', here.filter(isCalling).map(toRow));
      if (from === 'enriching') {
        await this.actions.transition(tx, from, 'completed', silent.map(toRow));
        continue;
      }
      await this.actions.transition(tx, from, 'calling_back', silent.map(toRow));
      const note = 'no callback was asked for';
      const rows = silent.map(({ action }) => ({ id: action.id, leaseToken: null, note }));
      await this.actions.transition(tx, 'calling_back', 'completed', rows);
    }
  }
}

/** The outcome says so, too: what ran out of time while it was run has begun. */
function hasExpired({ action, outcome }: FinishedAction): boolean {
  const { entity } = action.input;
  if (entity.kind !== 'batch' || outcome.kind !== 'failure') return false;
  return isExpiry(entity.refusal) && entity.refusal?.reason === outcome.reason;
}

function toRow(finished: FinishedAction): TransitionRow {
  return toTransition(finished, finished.note ?? failedSubjectsNote(finished));
}

/** An action with failed subjects is a success all the same; the person on call should see it. */
function failedSubjectsNote({ outcome }: FinishedAction): string | null {
  const subjects = outcome.kind === 'success' ? (outcome.result.subjects ?? []) : [];
  const failed = subjects.filter(({ kind }) => kind === 'failure').length;
  return failed === 0 ? null : `${failed} of ${subjects.length} objects failed`;
}

/** It never expires: an entry that asked to be told once is told once, however late. */
function toDelivery(actionId: string, result: ResultRow, entry: ResponseEntry): NewDelivery {
  const id = newId();
  return {
    id,
    channel: ASYNC_CALL,
    ownerId: actionId,
    destination: destinationOf(ASYNC_CALL, result.clientId, entry.url),
    eventId: id,
    method: 'POST',
    url: entry.url,
    contentType: FORM_TYPE,
    body: renderCallbackForm(result, entry),
    expiresInMs: null,
  };
}
