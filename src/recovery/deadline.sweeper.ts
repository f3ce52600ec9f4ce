import { Injectable, Logger } from '@nestjs/common';
import { type ActionRow, ActionsRepository } from '../actions/actions.repository.js';
import { failpoint } from '../config/failpoints.js';
import { Database, type Tx } from '../database/database.js';
import { ChannelRegistry } from '../delivery/channel-registry.js';
import { DeliveriesRepository } from '../delivery/deliveries.repository.js';
import { timedOutTotal } from './recovery.metrics.js';
import { SweepFinisher } from './sweep-finisher.js';
import { settleEnded, tallyEnded } from './settle-ended.js';

const ROWS_PER_SWEEP = 200;

/**
 * Keeps the promise of a deadline: an action that is not enriched in time still calls back, as a TIMEOUT, before its
 * deadline; what can no longer arrive is recorded as expired.
 */
@Injectable()
export class DeadlineSweeper {
  private readonly log = new Logger('Deadlines');

  constructor(
    private readonly actions: ActionsRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly channels: ChannelRegistry,
    private readonly database: Database,
    private readonly finisher: SweepFinisher,
  ) {}

  /** @returns whether a full batch was found, so that there may be more. */
  async sweep(): Promise<boolean> {
    const timedOut = await this.finishPastMargin();
    const held = await this.expireWaiting();
    const stranded = await this.expireStranded();
    return Math.max(timedOut, held, stranded) === ROWS_PER_SWEEP;
  }

  /** Also past the deadline itself: its delivery is then born expired and takes the action along. */
  private async finishPastMargin(): Promise<number> {
    const count = await this.finisher.finish((tx) => this.lockPastMargin(tx), {
      errorCode: 'TIMEOUT',
      reason: 'the time of the action was up before the enrichment ended',
      note: 'the deadline came near',
    });
    if (count > 0) {
      failpoint('sweep.deadlines');
      this.log.warn(`${count} actions were not enriched in time`);
      timedOutTotal.inc(count);
    }
    return count;
  }

  private async lockPastMargin(tx: Tx): Promise<readonly ActionRow[]> {
    const rows = await this.actions.lockPastMargin(tx, ROWS_PER_SWEEP);
    if (rows.length > 0) failpoint('sweep.deadlines');
    return rows;
  }

  private async expireWaiting(): Promise<number> {
    const rows = await this.database.transaction(async (tx) => {
      const expired = await this.deliveries.expireWaiting(tx, ROWS_PER_SWEEP);
      await settleEnded(tx, this.channels, expired);
      return expired;
    });
    tallyEnded(this.channels, rows);
    return rows.length;
  }

  private expireStranded(): Promise<number> {
    return this.database.transaction(async (tx) => {
      const ids = await this.actions.lockStranded(tx, ROWS_PER_SWEEP);
      const rows = ids.map((id) => ({ id, leaseToken: null, note: 'no delivery of it was left' }));
      await this.actions.transition(tx, 'calling_back', 'expired', rows);
      if (ids.length > 0) this.log.error(`${ids.length} actions waited for deliveries that do not exist`);
      return ids.length;
    });
  }
}
