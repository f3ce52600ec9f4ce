import { Injectable, Logger } from '@nestjs/common';
import type { FinishedAction } from '../actions/action.js';
import type { FinishReceipt } from '../actions/action-finisher.js';
import { ActionFinishers } from '../actions/action-registries.js';
import { ActionTrialsRepository } from '../actions/action-trials.repository.js';
import { AppConfig } from '../config/config.js';
import { failpoint } from '../config/failpoints.js';
import { Batcher, OutcomeUnknownError } from '../database/batcher.js';
import { Database } from '../database/database.js';
import { PendingWrites } from '../queue/pending-writes.js';

const RETRY_MS = 500;
/** Only the next stage waits for this write; at half load half the pause cost Postgres a third more per action. */
const PACE_MS = 30;
/**
 * As many statements' worth of results and outcomes may wait before this process is behind. Two writers have one statement under
 * way each. With more waiting callbacks outgrew their places: a third was stored as due, claimed again and read back.
 */
const PENDING_STATEMENTS = 3;
/** The least of it, where statements are of a few rows. */
const PENDING_ROWS_MIN = 512;

/**
 * Writes finished actions in sets: transition, history and deliveries in one transaction. While Postgres is away it
 * keeps them and tries again: the fence makes a repeated write harmless.
 */
@Injectable()
export class FinishWriter {
  private readonly log = new Logger('Enrichment');
  private readonly batcher: Batcher<FinishedAction, null>;
  /** Results given and not yet stored, those that are tried again included. */
  private waiting = 0;
  private stopped = false;

  constructor(
    private readonly database: Database,
    private readonly finishers: ActionFinishers,
    private readonly trials: ActionTrialsRepository,
    private readonly pendingWrites: PendingWrites,
    private readonly config: AppConfig,
  ) {
    this.batcher = new Batcher({
      max: config.batchMax,
      paceMs: PACE_MS,
      key: (finished) => finished.action.id,
      write: (batch) => this.write(batch),
    });
    pendingWrites.include(() => this.waiting);
  }

  /** Whether so much waits to be stored, outcomes of callbacks included, that more results would only wait behind it. */
  get isBehind(): boolean {
    return this.pendingWrites.count > Math.max(this.config.batchMax * PENDING_STATEMENTS, PENDING_ROWS_MIN);
  }

  /** Resolves when the action left `enriching`, was taken over by another process, or has to be left to its lease. */
  async finish(finished: FinishedAction): Promise<void> {
    this.waiting += 1;
    try {
      await this.storeUntilTaken(finished);
    } finally {
      this.waiting -= 1;
    }
  }

  private async storeUntilTaken(finished: FinishedAction): Promise<void> {
    let attempt = finished;
    for (;;) {
      try {
        await this.batcher.submit(attempt);
        return;
      } catch (error) {
        if (this.stopped) return;
        if (error instanceof OutcomeUnknownError) {
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
          continue;
        }
        this.log.error({
          message: `a result could not be stored: ${(error as Error).message}`,
          requestId: finished.action.id,
        });
        if (attempt !== finished) {
          await this.forfeit(finished);
          return;
        }
        attempt = asUnstorable(finished);
      }
    }
  }

  private async forfeit({ action, leaseToken }: FinishedAction): Promise<void> {
    if (leaseToken === null) return;
    // Where even that cannot be written, the lease runs out under a process that lives, and it is tried again.
    await this.trials.forfeit([{ id: action.id, leaseToken }]).catch(() => undefined);
  }

  /** From now on what cannot be written is left to its lease. */
  stop(): void {
    this.stopped = true;
  }

  private async write(batch: readonly FinishedAction[]): Promise<null[]> {
    const receipts: FinishReceipt[] = [];
    try {
      await this.database.transaction(async (tx) => {
        for (const [dialect, finished] of groupByDialect(batch)) {
          receipts.push(await this.finishers.get(dialect).finish(tx, finished));
        }
        failpoint('finish.before-commit');
      });
    } catch (error) {
      for (const receipt of receipts) receipt.rolledBack();
      throw error;
    }
    failpoint('finish.after-commit');
    for (const receipt of receipts) receipt.committed();
    return batch.map(() => null);
  }
}

function groupByDialect(batch: readonly FinishedAction[]): Map<string, FinishedAction[]> {
  const groups = new Map<string, FinishedAction[]>();
  for (const finished of batch) {
    const group = groups.get(finished.action.dialect);
    if (group === undefined) groups.set(finished.action.dialect, [finished]);
    else group.push(finished);
  }
  return groups;
}

/** A value Postgres refuses must not cost the person their callback: it becomes a failure that can be stored. */
function asUnstorable(finished: FinishedAction): FinishedAction {
  return {
    ...finished,
    outcome: { kind: 'failure', errorCode: 'ENRICHMENT_FAILED', reason: 'the result could not be stored' },
    steps: [],
    note: 'the result could not be stored',
  };
}
