import type { Tx } from '../database/database.js';
import { timeOfId } from '../database/new-id.js';
import { changes } from '../live/changes.js';
import { tallies } from '../statistics/tallies.js';
import type { ActionState } from './action-state.js';

/** Counts requests that became actions. */
export function countAccepted(
  rows: readonly { readonly id: string; readonly service: string }[],
  inserted: ReadonlySet<string>,
): void {
  for (const { id, service } of rows) {
    if (!inserted.has(id)) continue;
    tallies.accepted(service);
    changes.mark('actions', id);
  }
}

interface Move {
  readonly id: string;
  readonly errorCode?: string | null;
  readonly note?: string | null;
  readonly failure?: string;
}

/** Counts what moves meant for the services: an end with or without a callback, or a pipeline that failed. */
export function countMoves(
  tx: Tx,
  moved: readonly { readonly id: string; readonly service: string }[],
  to: ActionState,
  moves: readonly Move[],
): void {
  // Nearly every move is a success, and needs nothing but its service and its id.
  const needsMoves = to === 'undeliverable' || moves.some(({ errorCode }) => errorCode != null);
  const byId = new Map(needsMoves ? moves.map((move) => [move.id, move]) : []);
  const now = Date.now();
  for (const { id, service } of moved) {
    changes.markIn(tx, 'actions', id);
    const { errorCode, note, failure } = byId.get(id) ?? {};
    if (errorCode != null) tallies.enrichmentFailed(service, errorCode);
    if (to === 'completed') tallies.calledBack(service, Math.max(now - (timeOfId(id) ?? now), 0));
    if (to === 'expired') tallies.failed(service, 'expired');
    if (to === 'undeliverable') tallies.failed(service, failure ?? note ?? 'other');
  }
}
