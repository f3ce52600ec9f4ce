import { Injectable } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import type { KeptLease } from '../queue/lease-keeper.js';
import type { Claimed } from '../queue/leased-stage.js';
import { LeaseTokens } from '../queue/lease-tokens.js';
import { Trials } from '../queue/trials.js';
import { ChannelRegistry } from './channel-registry.js';
import { DeliveriesRepository, type DeliveryRow } from './deliveries.repository.js';
import type { LeasedDelivery } from './delivery.js';
import { DeliverySuspectsRepository } from './delivery-suspects.repository.js';
import { DestinationGuard } from './destination-guard.js';
import { DestinationLoad } from './destination-load.js';
import { channelCap, inFlightCap } from './in-flight-cap.js';
import { ProbeClaims } from './probe-claims.js';

/** The leases of this process: claims deliveries within the caps, keeps them, counts them and gives them back. */
@Injectable()
export class DeliveryClaims {
  /** Suspects that are being sent: a crash counts against them. */
  readonly trials: Trials;

  constructor(
    private readonly repository: DeliveriesRepository,
    private readonly suspects: DeliverySuspectsRepository,
    private readonly channels: ChannelRegistry,
    private readonly load: DestinationLoad,
    private readonly guard: DestinationGuard,
    private readonly probes: ProbeClaims,
    private readonly tokens: LeaseTokens,
    private readonly config: AppConfig,
  ) {
    this.trials = new Trials('delivery', {
      begin: (leases) => suspects.beginTrials(leases),
      end: (ended) => suspects.endTrials(ended),
    });
  }

  async claim(limit: number): Promise<Claimed<LeasedDelivery>> {
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
    const rows = (await this.repository.claimDue(room, leaseToken, leaseMs)).map((row) => withLease(row, leaseToken));
    this.guard.noteClaimed(rows, askedAtMs);
    const probes = (await this.probes.claim(forProbes, leaseToken)).map((row) => withLease(row, leaseToken));
    for (const probe of probes) this.guard.noteProbe(probe);
    // A destination or a channel at its cap may have more due than it was given room for.
    const capped =
      channels.some(({ free }) => free === 0) ||
      this.load.max() >= Math.min(...channels.map(({ perDestination }) => perDestination));
    const claimed = [...rows, ...probes];
    return { rows: claimed, more: claimed.length > 0 || capped };
  }

  async claimSuspects(limit: number, alone: boolean): Promise<readonly LeasedDelivery[]> {
    const { concurrency, leaseMs } = this.config.delivery;
    const leaseToken = this.tokens.next();
    const channels = this.channels.all().map(({ key, policy }) => ({
      key,
      perDestination: inFlightCap(policy, concurrency),
    }));
    const rows = await this.suspects.claimSuspects({ limit, alone, channels }, leaseToken, leaseMs);
    return rows.map((row) => {
      const delivery = withLease(row, leaseToken);
      if (row.probing) this.guard.noteProbe(delivery);
      return delivery;
    });
  }

  hasSuspects(): Promise<boolean> {
    return this.suspects.hasSuspects();
  }

  extend(leases: readonly KeptLease[]): Promise<Set<string>> {
    return this.repository.extendLeases(leases, this.config.delivery.leaseMs);
  }

  /** On a graceful stop: they are due again. @param started whether a request may have been seen. */
  async giveBack(leases: readonly KeptLease[], started: boolean): Promise<void> {
    await this.repository.releaseLeases(leases, started);
  }

  /** Lets others probe what this process was probing. */
  async giveBackProbes(): Promise<void> {
    await this.probes.release(this.guard.probeTokens());
  }

  /** Leaves a delivery that cannot be settled to its lease, as if this process had ended: it comes back as a suspect. */
  async forfeit(delivery: LeasedDelivery): Promise<void> {
    await this.suspects.forfeitLeases([delivery]);
  }

  /** Others are beside them from now on: a crash is not theirs any more. */
  async inCompany(deliveries: readonly LeasedDelivery[]): Promise<void> {
    await this.suspects.endTrials(deliveries);
  }

  /** It is under way here from now on, and counts against the caps. */
  begin(delivery: LeasedDelivery): void {
    this.load.add(delivery);
  }

  /** It left this process, one way or another. */
  end(delivery: LeasedDelivery): void {
    this.guard.forget(delivery);
    this.load.remove(delivery);
  }
}

function withLease(row: DeliveryRow, leaseToken: string): LeasedDelivery {
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
