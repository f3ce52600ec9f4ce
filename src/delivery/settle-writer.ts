import { Injectable, Logger } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import { failpoint } from '../config/failpoints.js';
import { Batcher, OutcomeUnknownError } from '../database/batcher.js';
import { Database, type Tx } from '../database/database.js';
import type { LogFields } from '../logging/log-line.js';
import { TrafficLog } from '../logging/traffic-log.js';
import { ChannelRegistry } from './channel-registry.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import type { SettledDelivery } from './delivery-channel.js';
import type { DestinationChange } from './destination-change.js';
import { DestinationGuard } from './destination-guard.js';
import { DestinationWatch } from './destination-watch.js';
import { type AppliedChanges, DestinationsRepository } from './destinations.repository.js';
import type { Settlement } from './settlement.js';

const RETRY_MS = 500;
/** Nobody waits for this write: at half load half the pause cost Postgres a third more per delivery. */
const PACE_MS = 30;

/** A settlement with what it changes about its destination, counted once however often it is written. */
interface Counted extends Settlement {
  readonly change: DestinationChange | null;
}

/** Settles attempts in sets: attempt, delivery and owner in one transaction, and keeps trying while Postgres is away. */
@Injectable()
export class SettleWriter {
  private readonly log = new Logger('Delivery');
  private readonly batcher: Batcher<Counted, boolean>;
  private stopped = false;

  constructor(
    private readonly database: Database,
    private readonly repository: DeliveriesRepository,
    private readonly channels: ChannelRegistry,
    private readonly destinations: DestinationsRepository,
    private readonly guard: DestinationGuard,
    private readonly watch: DestinationWatch,
    private readonly traffic: TrafficLog,
    config: AppConfig,
  ) {
    this.batcher = new Batcher({
      max: config.batchMax,
      paceMs: PACE_MS,
      key: (settlement) => settlement.delivery.id,
      write: (settlements) => this.write(settlements),
    });
  }

  /** @returns whether the delivery was still ours; false also when it has to be left to its lease. */
  async settle(settlement: Settlement): Promise<boolean> {
    const counted: Counted = { ...settlement, change: this.guard.count(settlement) };
    for (;;) {
      try {
        return await this.batcher.submit(counted);
      } catch (error) {
        if (this.stopped) return false;
        if (!(error instanceof OutcomeUnknownError)) {
          this.log.error(`delivery ${settlement.delivery.id} could not be settled: ${(error as Error).message}`);
          return false;
        }
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
  }

  /** From now on what cannot be written is left to its lease. */
  stop(): void {
    this.stopped = true;
  }

  private async write(settlements: readonly Counted[]): Promise<boolean[]> {
    const changes = settlements.flatMap(({ change }) => (change === null ? [] : [change]));
    const { results, applied } = await this.database.transaction(async (tx) => {
      const ours = await this.repository.settle(tx, settlements);
      await this.tellOwners(
        tx,
        settlements.filter((settlement) => ours.has(settlement.delivery.id)),
      );
      const applied = changes.length === 0 ? null : await this.changeDestinations(tx, changes);
      failpoint('settle.before-commit');
      return { results: settlements.map((settlement) => ours.has(settlement.delivery.id)), applied };
    });
    failpoint('settle.after-commit');
    if (applied !== null) this.watch.noteApplied(changes, applied);
    if (this.traffic.enabled) this.tell(settlements, results);
    return results;
  }

  private tell(settlements: readonly Settlement[], ours: readonly boolean[]): void {
    settlements.forEach((settlement, index) => {
      if (settlement.attempt !== null) this.traffic.add('attempt', attemptFields(settlement, ours[index] === true));
    });
  }

  /** The last to be locked, after deliveries and owners. An answer counts even if its delivery is another's by now. */
  private async changeDestinations(tx: Tx, changes: readonly DestinationChange[]): Promise<AppliedChanges> {
    const applied = await this.destinations.apply(tx, changes);
    for (const row of applied.destinations) {
      if (row.disabled_reason === null || !applied.disabled.includes(row.id)) continue;
      await this.channels.find(row.channel)?.onDisabled?.(tx, row.id, row.disabled_reason);
    }
    return applied;
  }

  /** Deliveries are locked by now, owners follow: the order that everybody keeps. */
  private async tellOwners(tx: Tx, settlements: readonly Settlement[]): Promise<void> {
    const ended = new Map<string, SettledDelivery[]>();
    for (const settlement of settlements) {
      const settled = toSettled(settlement);
      if (settled === null) continue;
      const group = ended.get(settlement.delivery.channel);
      if (group === undefined) ended.set(settlement.delivery.channel, [settled]);
      else group.push(settled);
    }
    for (const [channel, settled] of ended) await this.channels.find(channel)?.onSettled(tx, settled);
  }
}

/** The owner is the action, or the event that a registration is called back about: its id is the one to follow. */
function attemptFields({ delivery, status, delayMs, attempt }: Settlement, ours: boolean): LogFields {
  return {
    requestId: delivery.ownerId,
    deliveryId: delivery.id,
    channel: delivery.channel,
    // Paths and queries may hold keys.
    origin: originOf(delivery.url),
    attempt: delivery.attemptNumber,
    trigger: delivery.trigger,
    status: attempt?.answer.status,
    errorClass: attempt?.errorClass,
    ms: Math.round(attempt?.answer.timing.totalMs ?? 0),
    delivery: ours ? status : 'fenced',
    nextInMs: ours && status === 'pending' ? delayMs : undefined,
  };
}

function originOf(url: string): string {
  return /^https?:\/\/[^/?#@]*/i.exec(url)?.[0] ?? '';
}

function toSettled(settlement: Settlement): SettledDelivery | null {
  const { delivery, status } = settlement;
  if (status === 'pending' || status === 'held') return null;
  return {
    id: delivery.id,
    ownerId: delivery.ownerId,
    status,
    late: status === 'delivered' && delivery.expiresAtMs !== null && performance.now() > delivery.expiresAtMs,
    lastStatus: settlement.attempt?.answer.status ?? delivery.lastStatus,
    lastError: settlement.lastError,
  };
}
