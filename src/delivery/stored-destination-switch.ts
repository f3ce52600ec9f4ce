import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { WorkQueue } from '../queue/work-queue.js';
import { changesTotal } from './destination.metrics.js';
import { DestinationHoldsRepository } from './destination-holds.repository.js';
import { DestinationSwitch, type EnableReceipt, NOTHING_RELEASED } from './destination-switch.js';
import { DestinationWatch } from './destination-watch.js';

/** Switches destinations on in the owner's transaction, and wakes everybody after its commit. */
@Injectable()
export class StoredDestinationSwitch extends DestinationSwitch {
  constructor(
    private readonly holds: DestinationHoldsRepository,
    private readonly watch: DestinationWatch,
    private readonly queue: WorkQueue,
  ) {
    super();
  }

  async enable(tx: Tx, destinationId: string): Promise<EnableReceipt> {
    const enabled = await this.holds.enable(tx, destinationId);
    if (enabled === null) return NOTHING_RELEASED;
    const { channel, ids } = enabled;
    const committed = (): void => {
      changesTotal.inc({ channel, change: 'enabled' });
      this.wake();
    };
    return { released: ids.length, committed };
  }

  /** Elsewhere it is known within a second; here at once, or what rings would be sent back to wait. */
  private wake(): void {
    void this.watch.lookNow().then(() => this.queue.ring('delivery'));
  }
}
