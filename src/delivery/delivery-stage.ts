import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { timeOfId } from '../database/new-id.js';
import { AppConfig } from '../config/config.js';
import { failpoint } from '../config/failpoints.js';
import { MigrationStatus } from '../database/migration-status.js';
import { Drain } from '../queue/drain.js';
import { LeasedStage } from '../queue/leased-stage.js';
import { SuspectFloor } from '../queue/suspect-floor.js';
import { WorkQueue } from '../queue/work-queue.js';
import { tallies } from '../statistics/tallies.js';
import { remainingOf } from './delivery-attempt.js';
import type { DeliveryChannel, Preparation } from './delivery-channel.js';
import { DeliveryClaims } from './delivery-claims.js';
import { DeliveryDecisions } from './delivery-decisions.js';
import type { LeasedDelivery } from './delivery.js';
import { calledBackSeconds, lateTotal, settledTotal } from './delivery.metrics.js';
import { DestinationWatch } from './destination-watch.js';
import { traceOf } from './internal-failure.js';
import type { Settlement } from './settlement.js';
import { SettleWriter } from './settle-writer.js';
import { StoredDeliveryOutbox } from './stored-delivery-outbox.js';

/** Suspects that wait for a slow receiver no longer keep the others waiting. */
const SUSPECT_ALONE_MS = 1_000;

/** The delivery stage of this process: takes deliveries in memory or from the database, sends them, settles them. */
@Injectable()
export class DeliveryStage implements OnApplicationBootstrap {
  private readonly log = new Logger('Delivery');
  private readonly stage: LeasedStage<LeasedDelivery>;

  constructor(
    private readonly claims: DeliveryClaims,
    private readonly decisions: DeliveryDecisions,
    private readonly outbox: StoredDeliveryOutbox,
    private readonly writer: SettleWriter,
    private readonly watch: DestinationWatch,
    private readonly config: AppConfig,
    private readonly migrations: MigrationStatus,
    private readonly drain: Drain,
    private readonly queue: WorkQueue,
    floor: SuspectFloor,
  ) {
    this.stage = new LeasedStage<LeasedDelivery>(
      {
        stage: 'delivery',
        capacity: config.delivery.concurrency,
        leaseMs: config.delivery.leaseMs,
        pollMs: config.queue.pollMs,
        claim: (limit) => claims.claim(limit),
        findSuspicion: async () => ((await claims.hasSuspects()) ? { aloneMaxMs: SUSPECT_ALONE_MS } : null),
        claimSuspects: (limit, alone) => claims.claimSuspects(limit, alone),
        work: (deliveries) => this.take(deliveries),
        extend: (leases) => claims.extend(leases),
        lost: (ids) => this.log.warn(`lost the lease of ${ids.length} deliveries; another process has them`),
        giveBack: async (leases, started) => {
          await claims.giveBack(leases, started);
          queue.ring('delivery');
          await claims.giveBackProbes();
        },
        interrupt: () => decisions.interrupt(),
        inCompany: (deliveries) => claims.inCompany(deliveries),
      },
      queue,
      floor,
    );
  }

  onApplicationBootstrap(): void {
    this.drain.register(0, 'claims of deliveries', () => this.stage.stopClaiming());
    this.drain.register(2, 'delivery', (deadlineMs) => this.stop(deadlineMs));
    void this.migrations.whenReady().then(() => this.start());
  }

  /** Every role knows open and disabled destinations before anything is written or sent. */
  private async start(): Promise<void> {
    if (this.drain.draining) return;
    await this.watch.start();
    if (this.config.role === 'api' || this.drain.draining) return;
    this.outbox.attach(this.stage);
    this.stage.start();
  }

  private async stop(deadlineMs: number): Promise<void> {
    this.outbox.detach();
    await this.stage.drain(deadlineMs);
    this.writer.stop();
    await this.watch.stop();
  }

  private take(deliveries: readonly LeasedDelivery[]): void {
    failpoint('deliver.claimed');
    const byChannel = new Map<string, LeasedDelivery[]>();
    for (const delivery of deliveries) {
      this.claims.begin(delivery);
      const group = byChannel.get(delivery.channel);
      if (group === undefined) byChannel.set(delivery.channel, [delivery]);
      else group.push(delivery);
    }
    for (const [key, group] of byChannel) void this.deliver(key, group);
  }

  private async deliver(key: string, deliveries: readonly LeasedDelivery[]): Promise<void> {
    const channel = this.decisions.channelOf(key);
    await this.beginTrials(deliveries);
    const preparationOf = await this.decisions.prepare(channel, deliveries);
    for (const delivery of deliveries) {
      const preparation = preparationOf(delivery);
      if (preparation.kind === 'lost') this.leave(delivery);
      else void this.deliverOne(channel, delivery, preparation);
    }
  }

  /** Suspects are on trial from here on, unless others were let in meanwhile. */
  private async beginTrials(deliveries: readonly LeasedDelivery[]): Promise<void> {
    const tried = deliveries.filter((delivery) => this.stage.isByItself(delivery));
    if (tried.length === 0) return;
    await Promise.all(tried.map((delivery) => this.claims.trials.begin(delivery)));
    const inCompany = tried.filter((delivery) => !this.stage.isByItself(delivery));
    await Promise.all(inCompany.map((delivery) => this.claims.trials.end(delivery)));
  }

  private async deliverOne(
    channel: DeliveryChannel | null,
    delivery: LeasedDelivery,
    preparation: Preparation,
  ): Promise<void> {
    const startedAtMs = performance.now();
    try {
      let settlement: Settlement;
      // Not a method of its own: a thousand wait here for their receivers, each with the frames of its callers.
      try {
        settlement = await this.decisions.decide(channel, delivery, preparation);
      } catch (error) {
        settlement = this.decisions.failed(channel, delivery, startedAtMs, error);
      }
      if (this.stage.isByItself(delivery)) {
        await this.claims.trials.end({ ...delivery, status: settlement.attempt?.answer.status ?? null });
      }
      await this.settle(settlement);
    } catch (error) {
      // Not even its end could be written: left to its lease, which is not renewed any more, as a suspect.
      this.log.error(`delivery ${delivery.id} could not be settled: ${traceOf(error)}`);
      await this.claims.forfeit(delivery).catch(() => undefined);
    } finally {
      this.leave(delivery);
    }
  }

  private leave(delivery: LeasedDelivery): void {
    try {
      this.claims.end(delivery);
    } finally {
      this.stage.done(delivery);
    }
  }

  private async settle(settlement: Settlement): Promise<void> {
    const written = await this.writer.settle(settlement);
    if (written === null) return;
    const { delivery, status, delayMs } = written;
    settledTotal.inc({ channel: delivery.channel, status });
    if (this.decisions.channelOf(delivery.channel)?.owner === 'event') tallyEvent(written);
    if (status === 'delivered' && delivery.trigger === 'auto') observeCalledBack(delivery);
    if (status === 'delivered' && remainingOf(delivery, performance.now()) < 0)
      lateTotal.inc({ channel: delivery.channel });
    if (status === 'pending') this.queue.ring('delivery', { delayMs: delayMs ?? 0 });
  }
}

/** Actions are counted where they move; an event has no state of its own, so the end of its callback is what is counted. */
function tallyEvent({ delivery, status, lastError }: Settlement): void {
  if (status === 'dead' || status === 'expired') tallies.eventFailed(lastError ?? status);
  if (status !== 'delivered') return;
  const madeAt = delivery.trigger === 'auto' ? timeOfId(delivery.ownerId) : null;
  tallies.eventDelivered(madeAt === null ? null : Math.max(Date.now() - madeAt, 0));
}

/** The owner's id was made when its request or event was accepted; clocks of several machines may differ a little. */
function observeCalledBack({ channel, ownerId }: LeasedDelivery): void {
  const acceptedAt = timeOfId(ownerId);
  if (acceptedAt === null) return;
  calledBackSeconds.observe({ channel }, Math.max(Date.now() - acceptedAt, 0) / 1_000);
}
