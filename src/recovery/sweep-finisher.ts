import { Injectable } from '@nestjs/common';
import type { FinishedAction } from '../actions/action.js';
import type { FinishReceipt } from '../actions/action-finisher.js';
import { ActionLoader } from '../actions/action-loader.js';
import { ActionFinishers } from '../actions/action-registries.js';
import type { ActionErrorCode } from '../actions/action-result.js';
import type { ActionRow } from '../actions/actions.repository.js';
import { Database, type Tx } from '../database/database.js';

/** Why a sweeper ends an action. */
export interface SweepVerdict {
  readonly errorCode: ActionErrorCode;
  readonly reason: string;
  readonly note: string;
}

/** Ends actions as failures on a sweeper's behalf, under any lease: lock, finish, hand the callbacks over. */
@Injectable()
export class SweepFinisher {
  constructor(
    private readonly database: Database,
    private readonly finishers: ActionFinishers,
    private readonly loader: ActionLoader,
  ) {}

  /** @returns how many rows were locked. */
  async finish(lock: (tx: Tx) => Promise<readonly ActionRow[]>, verdict: SweepVerdict): Promise<number> {
    const receipts: FinishReceipt[] = [];
    let count = 0;
    try {
      await this.database.transaction(async (tx) => {
        const rows = await lock(tx);
        count = rows.length;
        for (const [dialect, group] of groupByDialect(rows)) {
          const finished = group.map((row) => this.toFinished(row, verdict));
          receipts.push(await this.finishers.get(dialect).finish(tx, finished));
        }
      });
    } catch (error) {
      for (const receipt of receipts) receipt.rolledBack();
      throw error;
    }
    for (const receipt of receipts) receipt.committed();
    return count;
  }

  private toFinished(row: ActionRow, verdict: SweepVerdict): FinishedAction {
    return {
      action: this.loader.load(row),
      from: row.state === 'received' ? 'received' : 'enriching',
      leaseToken: null,
      outcome: { kind: 'failure', errorCode: verdict.errorCode, reason: verdict.reason },
      steps: [],
      note: verdict.note,
    };
  }
}

function groupByDialect(rows: readonly ActionRow[]): Map<string, ActionRow[]> {
  const groups = new Map<string, ActionRow[]>();
  for (const row of rows) {
    const group = groups.get(row.dialect);
    if (group === undefined) groups.set(row.dialect, [row]);
    else group.push(row);
  }
  return groups;
}
