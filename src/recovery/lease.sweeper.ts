import { Injectable, Logger } from '@nestjs/common';
import { ActionTrialsRepository } from '../actions/action-trials.repository.js';
import { ActionsRepository } from '../actions/actions.repository.js';
import { failpoint } from '../config/failpoints.js';
import { Database } from '../database/database.js';
import { ChannelRegistry } from '../delivery/channel-registry.js';
import { DeliveriesRepository } from '../delivery/deliveries.repository.js';
import { DeliverySuspectsRepository } from '../delivery/delivery-suspects.repository.js';
import { CRASHES_UNTIL_BLAMED } from '../queue/crash-verdict.js';
import { ProcessBeatsRepository } from '../queue/process-beats.repository.js';
import { WorkQueue } from '../queue/work-queue.js';
import { quarantinedTotal, reclaimedTotal } from './recovery.metrics.js';
import { SweepFinisher, type SweepVerdict } from './sweep-finisher.js';
import { settleEnded, tallyEnded } from './settle-ended.js';

const ROWS_PER_SWEEP = 500;

/** Takes back what processes left behind: due again as suspects, or ended when it crashed them too often. */
@Injectable()
export class LeaseSweeper {
  private readonly log = new Logger('Leases');

  constructor(
    private readonly actions: ActionsRepository,
    private readonly deliveries: DeliveriesRepository,
    private readonly suspects: DeliverySuspectsRepository,
    private readonly channels: ChannelRegistry,
    private readonly database: Database,
    private readonly finisher: SweepFinisher,
    private readonly queue: WorkQueue,
    private readonly beats: ProcessBeatsRepository,
    private readonly trials: ActionTrialsRepository,
  ) {}

  /** @returns whether a full batch was found, so that there may be more. */
  async sweep(): Promise<boolean> {
    // First: what ended is known before it is decided who is to blame.
    const ended = await this.beats.noteEnded();
    if (ended.length > 0) this.log.warn(`${ended.length} processes ended without having given their leases back`);
    const actions = await this.reclaimActions();
    const subjects = await this.blameSubjects();
    const quarantined = await this.quarantineActions();
    const deliveries = await this.reclaimDeliveries();
    return Math.max(actions, subjects, quarantined, deliveries) === ROWS_PER_SWEEP;
  }

  private async reclaimActions(): Promise<number> {
    const ids = await this.actions.reclaimExpired(ROWS_PER_SWEEP);
    if (ids.length > 0) {
      this.log.warn(`took ${ids.length} actions back after their lease ran out`);
      reclaimedTotal.inc({ stage: 'enrichment' }, ids.length);
      this.queue.ring('enrichment');
    }
    return ids.length;
  }

  private async blameSubjects(): Promise<number> {
    const blamed = await this.trials.blameSubjects(ROWS_PER_SWEEP);
    for (const { id, subject } of blamed) {
      this.log.error({ message: `subject ${subject} of a batch ends the process: it is left out`, requestId: id });
    }
    if (blamed.length > 0) this.queue.ring('enrichment');
    return blamed.length;
  }

  private async quarantineActions(): Promise<number> {
    const ending: SweepVerdict = {
      errorCode: 'ENRICHMENT_FAILED',
      reason: `quarantined after ${CRASHES_UNTIL_BLAMED} crashes`,
      note: 'quarantined: its process ended again and again, at last while it was enriched alone',
    };
    const proven = await this.finisher.finish((tx) => this.actions.lockQuarantined(tx, ROWS_PER_SWEEP), ending);
    const count = proven + (await this.finisher.finish((tx) => this.actions.lockConvicted(tx, ROWS_PER_SWEEP), ending));
    if (count > 0) {
      this.log.error(`quarantined ${count} actions: their enrichment ends the process`);
      quarantinedTotal.inc({ stage: 'enrichment' }, count);
    }
    return count;
  }

  private async reclaimDeliveries(): Promise<number> {
    const rows = await this.database.transaction(async (tx) => {
      const reclaimed = await this.deliveries.reclaimExpired(tx, ROWS_PER_SWEEP);
      reclaimed.push(...(await this.suspects.convict(tx, ROWS_PER_SWEEP)));
      await settleEnded(tx, this.channels, reclaimed);
      if (reclaimed.length > 0) failpoint('sweep.leases');
      return reclaimed;
    });
    tallyEnded(this.channels, rows);
    const due = rows.filter((row) => row.status === 'pending');
    if (due.length > 0) {
      this.log.warn(`took ${due.length} deliveries back after their lease ran out`);
      reclaimedTotal.inc({ stage: 'delivery' }, due.length);
      this.queue.ring('delivery');
    }
    if (rows.length > due.length) quarantinedTotal.inc({ stage: 'delivery' }, rows.length - due.length);
    return rows.length;
  }
}
