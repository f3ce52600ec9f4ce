import { Injectable, Logger } from '@nestjs/common';
import type { Preparation } from './delivery-channel.js';
import type { LeasedDelivery } from './delivery.js';
import { OWN_REASONS } from './own-reasons.js';
import { SendingMarksRepository } from './sending-marks.repository.js';

/** Postgres is away: our own fault, no attempt. */
const MARK_FAILED_DELAY_MS = 2_000;

/** The permission for a prepared delivery; `lost`: another process has it, or had it. */
export type MarkedPreparation = Preparation | { readonly kind: 'lost' };

/**
 * Keeps the word of channels that send at most once: what is ready is marked in one statement right before the
 * requests, and nothing unmarked is sent. Until then a deferral costs nothing.
 */
@Injectable()
export class SendingMarks {
  private readonly log = new Logger('Delivery');

  constructor(private readonly repository: SendingMarksRepository) {}

  async mark(
    deliveries: readonly LeasedDelivery[],
    preparations: ReadonlyMap<string, Preparation>,
  ): Promise<ReadonlyMap<string, MarkedPreparation>> {
    const ready = deliveries.filter((delivery) => preparations.get(delivery.id)?.kind === 'ready');
    if (ready.length === 0) return preparations;
    const marked = new Map<string, MarkedPreparation>(preparations);
    try {
      const ours = await this.repository.markSending(ready);
      for (const { id } of ready) if (!ours.has(id)) marked.set(id, { kind: 'lost' });
    } catch (error) {
      // Whether the marks were written is unknown; that nothing was sent is not, so settling takes them off again.
      this.log.warn(`${ready.length} deliveries could not be marked as being sent: ${(error as Error).message}`);
      const reason = OWN_REASONS.notMarked;
      for (const { id } of ready) marked.set(id, { kind: 'deferred', delayMs: MARK_FAILED_DELAY_MS, reason });
    }
    return marked;
  }
}
