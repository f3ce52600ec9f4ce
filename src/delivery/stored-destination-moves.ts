import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/database.js';
import { WorkQueue } from '../queue/work-queue.js';
import { ChannelRegistry } from './channel-registry.js';
import type { Destination } from './delivery.js';
import { settledTotal } from './delivery.metrics.js';
import { DeliveryMovesRepository, type LockedDestination, type Way } from './delivery-moves.repository.js';
import { changesTotal } from './destination.metrics.js';
import { DestinationMoves, type RegistrationChanges } from './destination-moves.js';
import { type EnableReceipt, NOTHING_RELEASED } from './destination-switch.js';
import { DestinationWatch } from './destination-watch.js';

/** A statement stays far below its time limit, however much waits. */
const ROWS_PER_STATEMENT = 5_000;
const LEFT_PER_SWEEP = 100;

/** Lets deliveries follow their registrations, in the owner's transaction or, what came too late for it, by a sweep. */
@Injectable()
export class StoredDestinationMoves extends DestinationMoves {
  constructor(
    private readonly database: Database,
    private readonly repository: DeliveryMovesRepository,
    private readonly channels: ChannelRegistry,
    private readonly watch: DestinationWatch,
    private readonly queue: WorkQueue,
  ) {
    super();
  }

  async apply(tx: Tx, { channel, addresses, removed = [], keepReason }: RegistrationChanges): Promise<EnableReceipt> {
    if (addresses.length === 0 && removed.length === 0) return NOTHING_RELEASED;
    if (addresses.length > 0) {
      await this.repository.insertDestinations(
        tx,
        addresses.map(({ destination }) => destination),
      );
    }
    const scopes = [...addresses.map(({ destination }) => destination.scope), ...removed];
    const locked = await this.repository.lock(tx, channel, scopes);
    const arrivals = new Set(addresses.map(({ destination }) => destination.id));
    const kept = new Set(
      locked.filter((row) => !row.isLeft && row.disabledReason === keepReason).map((row) => row.scope),
    );
    await this.repository.leave(
      tx,
      locked.filter(({ id }) => !arrivals.has(id)).map(({ id }) => id),
    );
    await this.repository.arrive(
      tx,
      addresses.map(({ destination: { id, scope } }) => ({ id, reason: kept.has(scope) ? keepReason : null })),
    );
    const released = await this.followAll(tx, waysOf(locked, addresses, kept));
    const gone = new Set(removed);
    const cancelled = await this.cancelAll(
      tx,
      locked.filter(({ scope }) => gone.has(scope)).map(({ id }) => id),
    );
    const committed = (): void => {
      if (cancelled > 0) settledTotal.inc({ channel, status: 'cancelled' }, cancelled);
      changesTotal.inc({ channel, change: 'enabled' }, locked.filter((row) => wasSwitchedOff(row, keepReason)).length);
      this.wake();
    };
    return { released, committed };
  }

  /**
   * Moves or cancels what still waits where no registration is called: attempts that were under way, and backlogs from
   * before. @returns whether there may be more.
   */
  async followLeft(): Promise<boolean> {
    let more = false;
    for (const destination of await this.repository.findLeft(LEFT_PER_SWEEP)) {
      const count = await this.database.transaction((tx) => this.followOne(tx, destination));
      more ||= count === ROWS_PER_STATEMENT;
    }
    return more;
  }

  private async followOne(tx: Tx, { id, channel, scope }: Destination): Promise<number> {
    const locked = await this.repository.lock(tx, channel, [scope]);
    // Read under the lock: a registration that moves back meanwhile has left it no more.
    if (!locked.some((row) => row.id === id && row.isLeft)) return 0;
    const addresses = await this.channels.find(channel)?.findAddresses?.(tx, [id]);
    if (addresses === undefined) return 0;
    const to = addresses.get(id);
    if (to === undefined) {
      const cancelled = await this.repository.cancel(tx, [id], ROWS_PER_STATEMENT);
      settledTotal.inc({ channel, status: 'cancelled' }, cancelled);
      return cancelled;
    }
    await this.repository.insertDestinations(tx, [to.destination]);
    const isOff = locked.some((row) => row.id === to.destination.id && row.disabledReason !== null);
    const moved = await this.repository.follow(tx, [{ from: id, to, isOff }], ROWS_PER_STATEMENT);
    if (moved.length > 0) this.queue.ring('delivery');
    return moved.length;
  }

  private async followAll(tx: Tx, ways: readonly Way[]): Promise<number> {
    if (ways.length === 0) return 0;
    let count = 0;
    for (;;) {
      const moved = await this.repository.follow(tx, ways, ROWS_PER_STATEMENT);
      count += moved.length;
      if (moved.length < ROWS_PER_STATEMENT) return count;
    }
  }

  private async cancelAll(tx: Tx, ids: readonly string[]): Promise<number> {
    if (ids.length === 0) return 0;
    let count = 0;
    for (;;) {
      const cancelled = await this.repository.cancel(tx, ids, ROWS_PER_STATEMENT);
      count += cancelled;
      if (cancelled < ROWS_PER_STATEMENT) return count;
    }
  }

  /** Elsewhere it is known within a second; here at once, or what rings would be sent back to wait. */
  private wake(): void {
    void this.watch.lookNow().then(() => this.queue.ring('delivery'));
  }
}

/** From every destination that a registration has or had to the address it has now. */
function waysOf(
  locked: readonly LockedDestination[],
  addresses: RegistrationChanges['addresses'],
  kept: ReadonlySet<string>,
): Way[] {
  const byScope = new Map(addresses.map((address) => [address.destination.scope, address]));
  return locked.flatMap(({ id, scope }) => {
    const to = byScope.get(scope);
    return to === undefined ? [] : [{ from: id, to, isOff: kept.has(scope) }];
  });
}

function wasSwitchedOff({ disabledReason }: LockedDestination, keepReason: string): boolean {
  return disabledReason !== null && disabledReason !== keepReason;
}
