import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { timeOfId } from '../database/new-id.js';
import { AppConfig } from '../config/config.js';
import { failpoint } from '../config/failpoints.js';
import { MigrationStatus } from '../database/migration-status.js';
import { Drain } from '../queue/drain.js';
import { type Claimed, LeasedStage } from '../queue/leased-stage.js';
import { LeaseTokens } from '../queue/lease-tokens.js';
import { SuspectFloor } from '../queue/suspect-floor.js';
import { Trials } from '../queue/trials.js';
import { WorkQueue } from '../queue/work-queue.js';
import { deferred, prepareBatch } from './channel-preparations.js';
import { ChannelRegistry } from './channel-registry.js';
import { DeliveriesRepository, type DeliveryRow } from './deliveries.repository.js';
import { ATTEMPT_MIN_MS, DeliveryAttempt, expired, remainingOf } from './delivery-attempt.js';
import type { DeliveryChannel, Preparation } from './delivery-channel.js';
import { DeliveryClient } from './delivery-client.js';
import { DeliveryInbox } from './delivery-inbox.js';
import type { LeasedDelivery } from './delivery.js';
import { calledBackSeconds, lateTotal, settledTotal } from './delivery.metrics.js';
import { DeliverySuspectsRepository } from './delivery-suspects.repository.js';
import { DestinationGuard } from './destination-guard.js';
import { DestinationLoad } from './destination-load.js';
import { DestinationWatch } from './destination-watch.js';
import { channelCap, inFlightCap } from './in-flight-cap.js';
import { ProbeClaims } from './probe-claims.js';
import { traceOf } from './internal-failure.js';
import { type MarkedPreparation, SendingMarks } from './sending-marks.js';
import { OWN_REASONS } from './own-reasons.js';
import type { Settlement } from './settlement.js';
import { SettleWriter } from './settle-writer.js';

const NOTHING_PREPARED: ReadonlyMap<string, MarkedPreparation> = new Map();
/** Suspects that wait for a slow receiver no longer keep the others waiting. */
const SUSPECT_ALONE_MS = 1_000;

/** The delivery stage of this process: takes deliveries in memory or from the database, sends them, settles them. */
@Injectable()
export class DeliveryStage implements OnApplicationBootstrap {
  private readonly log = new Logger('Delivery');
  private readonly stage: LeasedStage<LeasedDelivery>;
  private readonly trials: Trials;

  constructor(
    private readonly repository: DeliveriesRepository,
    private readonly suspects: DeliverySuspectsRepository,
    private readonly inbox: DeliveryInbox,
    private readonly channels: ChannelRegistry,
    private readonly attempt: DeliveryAttempt,
    private readonly marks: SendingMarks,
    private readonly client: DeliveryClient,
    private readonly writer: SettleWriter,
    private readonly load: DestinationLoad,
    private readonly guard: DestinationGuard,
    private readonly watch: DestinationWatch,
    private readonly probes: ProbeClaims,
    private readonly config: AppConfig,
    private readonly migrations: MigrationStatus,
    private readonly drain: Drain,
    private readonly queue: WorkQueue,
    private readonly tokens: LeaseTokens,
    floor: SuspectFloor,
  ) {
    const { leaseMs, concurrency } = config.delivery;
    this.trials = new Trials('delivery', {
      begin: (leases) => suspects.beginTrials(leases),
      end: (ended) => suspects.endTrials(ended),
    });
    this.stage = new LeasedStage<LeasedDelivery>(
      {
        stage: 'delivery',
        capacity: concurrency,
        leaseMs,
        pollMs: config.queue.pollMs,
        claim: (limit) => this.claim(limit),
        hasSuspects: () => suspects.hasSuspects(),
        claimSuspects: (limit, alone) => this.claimSuspects(limit, alone),
        work: (deliveries) => this.take(deliveries),
        extend: (leases) => repository.extendLeases(leases, leaseMs),
        lost: (ids) => this.log.warn(`lost the lease of ${ids.length} deliveries; another process has them`),
        giveBack: async (leases, started) => {
          this.queue.ring('delivery', await repository.releaseLeases(leases, started));
          await this.probes.release(this.guard.probeTokens());
        },
        interrupt: () => this.client.interrupt(),
        aloneMaxMs: SUSPECT_ALONE_MS,
        inCompany: (deliveries) => suspects.endTrials(deliveries),
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

  /** What is open or disabled is known, in every role, before anything is written or sent. */
  private async start(): Promise<void> {
    if (this.drain.draining) return;
    await this.watch.start();
    if (this.config.role === 'api' || this.drain.draining) return;
    this.inbox.attach(this.stage);
    this.stage.start();
  }

  private async stop(deadlineMs: number): Promise<void> {
    this.inbox.detach();
    await this.stage.drain(deadlineMs);
    this.writer.stop();
    await this.watch.stop();
  }

  private async claim(limit: number): Promise<Claimed<LeasedDelivery>> {
    const leaseToken = this.tokens.next();
    const { concurrency, leaseMs } = this.config.delivery;
    const channels = this.channels.all().map(({ key, policy }) => ({
      key,
      perDestination: inFlightCap(policy, concurrency),
      free: Math.max(channelCap(policy, concurrency) - this.load.ofChannel(key), 0),
    }));
    const forProbes = this.probes.wanted(limit);
    const room = { limit: limit - forProbes, channels, busy: this.load.entries() };
    const askedAtMs = performance.now();
    const rows = (await this.repository.claimDue(room, leaseToken, leaseMs)).map((row) => toLeased(row, leaseToken));
    this.guard.noteClaimed(rows, askedAtMs);
    const probes = (await this.probes.claim(forProbes, leaseToken)).map((row) => toLeased(row, leaseToken));
    for (const probe of probes) this.guard.noteProbe(probe);
    // A destination or a channel at its cap may have more due than it was given room for.
    const capped =
      channels.some(({ free }) => free === 0) ||
      this.load.max() >= Math.min(...channels.map(({ perDestination }) => perDestination));
    const claimed = [...rows, ...probes];
    return { rows: claimed, more: claimed.length > 0 || capped };
  }

  private async claimSuspects(limit: number, alone: boolean): Promise<readonly LeasedDelivery[]> {
    const { concurrency, leaseMs } = this.config.delivery;
    const leaseToken = this.tokens.next();
    const channels = this.channels.all().map(({ key, policy }) => ({
      key,
      perDestination: inFlightCap(policy, concurrency),
    }));
    const rows = await this.suspects.claimSuspects({ limit, alone, channels }, leaseToken, leaseMs);
    return rows.map((row) => {
      const delivery = toLeased(row, leaseToken);
      if (row.probing) this.guard.noteProbe(delivery);
      return delivery;
    });
  }

  private take(deliveries: readonly LeasedDelivery[]): void {
    failpoint('deliver.claimed');
    const byChannel = new Map<string, LeasedDelivery[]>();
    for (const delivery of deliveries) {
      this.load.add(delivery);
      const group = byChannel.get(delivery.channel);
      if (group === undefined) byChannel.set(delivery.channel, [delivery]);
      else group.push(delivery);
    }
    for (const [key, group] of byChannel) void this.deliver(key, group);
  }

  private async deliver(key: string, deliveries: readonly LeasedDelivery[]): Promise<void> {
    const channel = this.channels.find(key);
    await this.beginTrials(deliveries);
    const marked = await this.tryPrepare(channel, deliveries);
    for (const delivery of deliveries) {
      const preparation = marked.get(delivery.id) ?? deferred('the channel did not prepare it');
      if (preparation.kind === 'lost') this.leave(delivery);
      else void this.deliverOne(channel, delivery, preparation);
    }
  }

  /** Suspects are on trial from here on, unless others were let in meanwhile. */
  private async beginTrials(deliveries: readonly LeasedDelivery[]): Promise<void> {
    const tried = deliveries.filter((delivery) => this.stage.isByItself(delivery));
    if (tried.length === 0) return;
    await Promise.all(tried.map((delivery) => this.trials.begin(delivery)));
    const inCompany = tried.filter((delivery) => !this.stage.isByItself(delivery));
    await Promise.all(inCompany.map((delivery) => this.trials.end(delivery)));
  }

  /** Whatever is thrown, every delivery has an answer: nobody waits for this promise. */
  private async tryPrepare(
    channel: DeliveryChannel | null,
    deliveries: readonly LeasedDelivery[],
  ): Promise<ReadonlyMap<string, MarkedPreparation>> {
    try {
      if (channel === null) return NOTHING_PREPARED;
      // What has to wait needs no authorization: no token is asked for on behalf of a destination that is away.
      const ready = deliveries.filter((delivery) => !this.guard.isBlocked(delivery));
      const preparations = await prepareBatch(channel, ready);
      // Last of all that comes before a request: what is marked and then not sent would be dead after a crash.
      return channel.policy.atMostOnce ? await this.marks.mark(ready, preparations) : preparations;
    } catch (error) {
      return new Map(deliveries.map(({ id }) => [id, { kind: 'failed', error }]));
    }
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
        settlement = await this.decide(channel, delivery, preparation);
      } catch (error) {
        settlement = this.attempt.failed(channel, delivery, startedAtMs, error);
      }
      if (this.stage.isByItself(delivery)) {
        await this.trials.end({ ...delivery, status: settlement.attempt?.answer.status ?? null });
      }
      await this.settle(settlement);
    } catch (error) {
      // Not even its end could be written: left to its lease, which nobody renews any more, as a suspect.
      this.log.error(`delivery ${delivery.id} could not be settled: ${traceOf(error)}`);
      await this.suspects.forfeitLeases([delivery]).catch(() => undefined);
    } finally {
      this.leave(delivery);
    }
  }

  private leave(delivery: LeasedDelivery): void {
    try {
      this.guard.forget(delivery);
      this.load.remove(delivery);
    } finally {
      this.stage.done(delivery);
    }
  }

  private decide(
    channel: DeliveryChannel | null,
    delivery: LeasedDelivery,
    preparation: Preparation,
  ): Settlement | Promise<Settlement> {
    if (remainingOf(delivery, performance.now()) < ATTEMPT_MIN_MS) return expired(delivery);
    if (channel === null) {
      const lastError = `${OWN_REASONS.noChannel}"${delivery.channel}" in this process`;
      return { delivery, status: 'held', delayMs: null, lastError, attempt: null };
    }
    return this.guard.deferral(delivery) ?? this.attempt.make(channel, delivery, preparation);
  }

  private async settle(settlement: Settlement): Promise<void> {
    const written = await this.writer.settle(settlement);
    if (written === null) return;
    const { delivery, status, delayMs } = written;
    settledTotal.inc({ channel: delivery.channel, status });
    if (status === 'delivered' && delivery.trigger === 'auto') observeCalledBack(delivery);
    if (status === 'delivered' && remainingOf(delivery, performance.now()) < 0)
      lateTotal.inc({ channel: delivery.channel });
    if (status === 'pending') this.queue.ring('delivery', [delivery.id], { delayMs: delayMs ?? 0 });
  }
}

/** The owner's id was made when its request or event was accepted; clocks of several machines may differ a little. */
function observeCalledBack({ channel, ownerId }: LeasedDelivery): void {
  const acceptedAt = timeOfId(ownerId);
  if (acceptedAt === null) return;
  calledBackSeconds.observe({ channel }, Math.max(Date.now() - acceptedAt, 0) / 1_000);
}

function toLeased(row: DeliveryRow, leaseToken: string): LeasedDelivery {
  return {
    id: row.id,
    channel: row.channel,
    ownerId: row.owner_id,
    destinationId: row.destination_id,
    eventId: row.event_id,
    method: row.method,
    url: row.url,
    contentType: row.content_type,
    body: row.body ?? '',
    leaseToken,
    attemptNumber: row.attempt_number,
    attemptCount: row.attempt_count,
    trigger: row.next_trigger,
    lastStatus: row.last_status,
    crashCount: row.crash_count,
    expiresAtMs: row.remaining_ms === null ? null : performance.now() + row.remaining_ms,
  };
}
