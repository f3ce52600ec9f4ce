import type { Tx } from '../database/database.js';
import type { FinishedAction } from './action.js';
import type { ActionsRepository, TransitionRow } from './actions.repository.js';

type Moves = Pick<ActionsRepository, 'transition'>;

/** The move of a finished action. @param note another than its own, for the history */
export function toTransition(
  { action, leaseToken, outcome, steps, note: own }: FinishedAction,
  note: string | null = own,
): TransitionRow {
  const { errorCode = null, reason = null } = outcome.kind === 'failure' ? outcome : {};
  return { id: action.id, leaseToken, outcome: outcome.kind, errorCode, reason, note, steps };
}

/** Moves finished actions on to their one callback. @returns ids of those that were still this process's to move. */
export async function moveToCallback(
  actions: Moves,
  tx: Tx,
  finished: readonly FinishedAction[],
  toRow: (one: FinishedAction) => TransitionRow = (one) => toTransition(one),
): Promise<Set<string>> {
  const moved = new Set<string>();
  for (const from of ['received', 'enriching'] as const) {
    const rows = finished.filter((one) => one.from === from).map(toRow);
    if (rows.length === 0) continue;
    for (const id of await actions.transition(tx, from, 'calling_back', rows)) moved.add(id);
  }
  return moved;
}
