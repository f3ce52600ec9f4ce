import { Injectable, Logger } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import { failpoint } from '../config/failpoints.js';
import { BadRowError } from '../database/bad-row.error.js';
import { Batcher, isProgrammingError, OutcomeUnknownError } from '../database/batcher.js';
import { Database, type Tx } from '../database/database.js';
import { changes } from '../live/changes.js';
import type { LogFields } from '../logging/log-line.js';
import { TrafficLog } from '../logging/traffic-log.js';
import { tracing } from '../telemetry/current-tracing.js';
import { runHook } from './channel-hook.js';
import { ChannelRegistry } from './channel-registry.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import type { SettledDelivery } from './delivery-channel.js';
import { DeliveryMovesRepository, type LeasedMove } from './delivery-moves.repository.js';
import type { DestinationChange } from './destination-change.js';
import { DestinationChanges } from './destination-changes.js';
import { DeliverySuspectsRepository } from './delivery-suspects.repository.js';
import { DestinationGuard } from './destination-guard.js';
import { nameOf, traceOf } from './internal-failure.js';
import { held, type Settlement } from './settlement.js';
import { StaleAnswers } from './stale-answers.js';

const RETRY_MS = 500;
/** No caller waits for this write: at half load half the pause cost Postgres a third more per delivery. */
const PACE_MS = 30;

/** A settlement with what it changes about its destination, counted once however often it is written. */
interface Counted extends Settlement {
  readonly change: DestinationChange | null;
}

/** The ways tried in turn when a settlement cannot be written, each alone: as it is, without its texts, held. */
const FALLBACKS: readonly ((counted: Counted, error: unknown) => Counted)[] = [
  (counted) => counted,
  withoutTexts,
  keptHeld,
];

/**
 * Settles attempts in sets: attempt, delivery and owner in one transaction, and keeps trying while Postgres is away. A
 * settlement that Postgres or its owner refuses is written in a plainer form: every attempt that was made is recorded.
 */
@Injectable()
export class SettleWriter {
  private readonly log = new Logger('Delivery');
  private readonly batcher: Batcher<Counted, Settlement | null>;
  /** For what cannot be written with others. */
  private readonly single: Batcher<Counted, Settlement | null>;
  /** Settlements given and not yet written, those that are tried again included. */
  waiting = 0;
  private stopped = false;

  constructor(
    private readonly database: Database,
    private readonly repository: DeliveriesRepository,
    private readonly suspects: DeliverySuspectsRepository,
    private readonly channels: ChannelRegistry,
    private readonly destinations: DestinationChanges,
    private readonly guard: DestinationGuard,
    private readonly moves: DeliveryMovesRepository,
    private readonly stale: StaleAnswers,
    private readonly traffic: TrafficLog,
    config: AppConfig,
  ) {
    const options = {
      key: (settlement: Counted) => settlement.delivery.id,
      write: (settlements: readonly Counted[]) => this.write(settlements),
    };
    this.batcher = new Batcher({ ...options, max: config.batchMax, paceMs: PACE_MS });
    this.single = new Batcher({ ...options, max: 1 });
  }

  /** @returns what was written; null when the delivery was another's, or has to be left to its lease. */
  async settle(settlement: Settlement): Promise<Settlement | null> {
    const counted: Counted = { ...settlement, change: this.count(settlement) };
    this.waiting += 1;
    try {
      return await this.writeUntilTaken(counted);
    } finally {
      this.waiting -= 1;
    }
  }

  private async writeUntilTaken(counted: Counted): Promise<Settlement | null> {
    let form = counted;
    for (let refused = 0; ;) {
      try {
        return await (refused === 0 ? this.batcher : this.single).submit(form);
      } catch (error) {
        if (this.stopped) return null;
        if (error instanceof OutcomeUnknownError) {
          await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
          continue;
        }
        const cause: unknown = error instanceof BadRowError ? error.cause : error;
        this.log.error(`delivery ${counted.delivery.id} could not be settled: ${traceOf(cause)}`);
        const fallback = FALLBACKS[refused];
        if (fallback === undefined) {
          await this.suspects.forfeitLeases([counted.delivery]).catch(() => undefined);
          return null;
        }
        form = fallback(counted, cause);
        refused += 1;
      }
    }
  }

  /** A count that fails costs a breaker its count, not the delivery its outcome. */
  private count(settlement: Settlement): DestinationChange | null {
    try {
      return this.guard.count(settlement);
    } catch (error) {
      this.log.error(`an attempt could not be counted: ${traceOf(error)}`);
      return null;
    }
  }

  /** From now on what cannot be written is left to its lease. */
  stop(): void {
    this.stopped = true;
  }

  private async write(given: readonly Counted[]): Promise<(Settlement | null)[]> {
    const { results, destinations } = await this.database
      .transaction(async (tx) => {
        const settlements = await this.stale.rescue(tx, given);
        await this.move(tx, settlements);
        const ours = await this.repository.settle(tx, settlements);
        await this.tellOwners(
          tx,
          settlements.filter((settlement) => ours.has(settlement.delivery.id)),
        );
        // An answer counts even if its delivery is another's by now.
        const changes = given.flatMap(({ change }) => (change === null ? [] : [change]));
        const destinations = changes.length === 0 ? null : await this.destinations.write(tx, changes);
        failpoint('settle.before-commit');
        return { results: settlements.map((one) => (ours.has(one.delivery.id) ? one : null)), destinations };
      })
      .catch((error: unknown) => {
        // A row that cannot even be put into words is alone to blame.
        throw isProgrammingError(error) ? new BadRowError(error) : error;
      });
    failpoint('settle.after-commit');
    for (const { delivery } of given) changes.mark('deliveries', delivery.id);
    if (destinations !== null) this.destinations.note(destinations);
    if (this.traffic.enabled) this.tell(given, results);
    return results;
  }

  /** Rows that go elsewhere from now on; while they are ours, only we write them. */
  private async move(tx: Tx, settlements: readonly Settlement[]): Promise<void> {
    const moves = settlements.flatMap(({ delivery: { id, leaseToken }, movesTo }): LeasedMove[] =>
      movesTo === undefined ? [] : [{ id, leaseToken, to: movesTo }],
    );
    if (moves.length === 0) return;
    const destinations = new Map(moves.map(({ to: { destination } }) => [destination.id, destination]));
    await this.moves.insertDestinations(tx, [...destinations.values()]);
    await this.moves.readdress(tx, moves);
  }

  private tell(settlements: readonly Settlement[], written: readonly (Settlement | null)[]): void {
    settlements.forEach((settlement, index) => {
      if (settlement.attempt !== null) this.traffic.add('attempt', attemptFields(settlement, written[index] ?? null));
    });
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
    for (const [channel, settled] of ended) {
      await runHook(tx, async (own) => this.channels.find(channel)?.onSettled(own, settled));
    }
  }
}

/** The owner is the action, or the event that a registration is called back about: its id is the one to follow. */
/** @param written what became of it; null when the delivery was another's by then. */
function attemptFields({ delivery, attempt }: Settlement, written: Settlement | null): LogFields {
  return {
    requestId: delivery.ownerId,
    deliveryId: delivery.id,
    channel: delivery.channel,
    // Paths and queries may hold keys.
    origin: originOf(attempt?.url ?? delivery.url),
    attempt: delivery.attemptNumber,
    trigger: delivery.trigger,
    status: attempt?.answer.status,
    errorClass: attempt?.errorClass,
    ms: Math.round(attempt?.answer.timing.totalMs ?? 0),
    delivery: written?.status ?? 'fenced',
    nextInMs: written?.status === 'pending' ? written.delayMs : undefined,
    ...tracing?.attemptFieldsOf(delivery.ownerId, delivery),
  };
}

function originOf(url: string): string {
  return /^https?:\/\/[^/?#@]*/i.exec(url)?.[0] ?? '';
}

function toSettled(settlement: Settlement): SettledDelivery | null {
  const { delivery, status } = settlement;
  // Only registered callbacks are cancelled, and their events have no state of their own.
  if (status === 'pending' || status === 'held' || status === 'cancelled') return null;
  return {
    id: delivery.id,
    ownerId: delivery.ownerId,
    status,
    late: status === 'delivered' && delivery.expiresAtMs !== null && performance.now() > delivery.expiresAtMs,
    lastStatus: settlement.attempt?.answer.status ?? delivery.lastStatus,
    lastError: settlement.lastError,
  };
}

/** The same outcome, told in words of ours alone; its destination is left as it is. */
function withoutTexts(counted: Counted, error: unknown): Counted {
  const { attempt } = counted;
  const why = `its details could not be stored (${nameOf(error)})`;
  if (attempt === null) return { ...counted, change: null, lastError: why };
  const answer = { ...attempt.answer, headers: null, excerpt: null, error: why };
  const lastError = counted.lastError === null ? null : `${attempt.errorClass ?? counted.status}; ${why}`;
  return { ...counted, change: null, lastError, attempt: { ...attempt, answer, requestBody: null } };
}

/**
 * An outcome that its owner cannot take: kept, visible and not sent until a person looks at it. Sending it again
 * instead would knock at a receiver that may have answered 2xx, for as long as the owner's error lasts.
 */
function keptHeld(counted: Counted, error: unknown): Counted {
  const plain = withoutTexts(counted, error);
  const lastError = `internal: ${nameOf(error)}; its outcome (${counted.status}) could not be recorded, see the log`;
  const attempt = plain.attempt === null ? null : { ...plain.attempt, errorClass: 'internal' as const };
  return { ...plain, ...held(counted.delivery, lastError, attempt) };
}
