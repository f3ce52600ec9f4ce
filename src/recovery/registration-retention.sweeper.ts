import { Injectable, Logger } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import { FIRST_ID, firstIdOfDaysAgo } from '../database/id-bound.js';
import { ChannelRegistry } from '../delivery/channel-registry.js';
import { DeliveryRetentionRepository, type RemovedPage } from '../delivery/delivery-retention.repository.js';
import { retiredTotal } from './recovery.metrics.js';
import { RegistrationRetentionRepository } from './registration-retention.repository.js';

const ROWS_PER_BATCH = 1_000;

/** Forgets what was sent to registrations, after the same times as what belongs to actions. */
@Injectable()
export class RegistrationRetentionSweeper {
  private readonly log = new Logger('Retention');
  private bodyCursor = FIRST_ID;

  constructor(
    private readonly events: RegistrationRetentionRepository,
    private readonly deliveries: DeliveryRetentionRepository,
    private readonly channels: ChannelRegistry,
    private readonly config: AppConfig,
  ) {}

  /** @returns whether there is more to forget at once. */
  async sweep(): Promise<boolean> {
    const { payloadDays, rowDays } = this.config.retention;
    const page = { limit: ROWS_PER_BATCH, ownedByActions: this.channels.keysOwnedBy('action') };
    const bodies = await this.deliveries.emptyEnded({
      ...page,
      afterId: this.bodyCursor,
      beforeId: firstIdOfDaysAgo(payloadDays),
    });
    this.bodyCursor = bodies.last ?? this.bodyCursor;
    const rows = await this.deliveries.deleteEnded({ ...page, afterId: FIRST_ID, beforeId: firstIdOfDaysAgo(rowDays) });
    if (rows.count < ROWS_PER_BATCH) await this.events.deleteEvents(firstIdOfDaysAgo(rowDays));
    this.note(bodies, 'registration body');
    this.note(rows, 'registration delivery');
    return bodies.count === ROWS_PER_BATCH || rows.count === ROWS_PER_BATCH;
  }

  private note(page: RemovedPage, kind: string): void {
    if (page.count === 0) return;
    retiredTotal.inc({ kind }, page.count);
    this.log.log(`retention: ${page.count} of kind ${kind}`);
  }
}
