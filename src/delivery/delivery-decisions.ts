import { Injectable } from '@nestjs/common';
import { deferred, prepareBatch } from './channel-preparations.js';
import { ChannelRegistry } from './channel-registry.js';
import type { LeasedDelivery } from './delivery.js';
import { ATTEMPT_MIN_MS, DeliveryAttempt, remainingOf } from './delivery-attempt.js';
import type { DeliveryChannel, Preparation } from './delivery-channel.js';
import { DestinationGuard } from './destination-guard.js';
import { OWN_REASONS } from './own-reasons.js';
import { type MarkedPreparation, SendingMarks } from './sending-marks.js';
import { expired, held, type Settlement } from './settlement.js';

const NOTHING_PREPARED: ReadonlyMap<string, MarkedPreparation> = new Map();
const NOT_PREPARED = deferred('the channel did not prepare it');

/** Says what becomes of a claimed delivery: it expires, it waits for its destination, or an attempt is made. Writes marks only. */
@Injectable()
export class DeliveryDecisions {
  constructor(
    private readonly channels: ChannelRegistry,
    private readonly attempt: DeliveryAttempt,
    private readonly marks: SendingMarks,
    private readonly guard: DestinationGuard,
  ) {}

  channelOf(key: string): DeliveryChannel | null {
    return this.channels.find(key);
  }

  /** Never rejects, and every delivery has an answer also after an error: no caller waits for this promise. */
  async prepare(
    channel: DeliveryChannel | null,
    deliveries: readonly LeasedDelivery[],
  ): Promise<(delivery: LeasedDelivery) => MarkedPreparation> {
    const prepared = await this.tryPrepare(channel, deliveries);
    return ({ id }) => prepared.get(id) ?? NOT_PREPARED;
  }

  /** @throws what the channel throws; {@link failed} makes an outcome of it. */
  decide(
    channel: DeliveryChannel | null,
    delivery: LeasedDelivery,
    preparation: Preparation,
  ): Settlement | Promise<Settlement> {
    if (remainingOf(delivery, performance.now()) < ATTEMPT_MIN_MS) return expired(delivery);
    if (channel === null) return held(delivery, `${OWN_REASONS.noChannel}"${delivery.channel}" in this process`);
    return this.guard.deferral(delivery) ?? this.attempt.make(channel, delivery, preparation);
  }

  /** The outcome of an error of this process's own. */
  failed(channel: DeliveryChannel | null, delivery: LeasedDelivery, startedAtMs: number, error: unknown): Settlement {
    return this.attempt.failed(channel, delivery, startedAtMs, error);
  }

  /** Ends requests under way: the process stops. */
  interrupt(): void {
    this.attempt.interrupt();
  }

  private async tryPrepare(
    channel: DeliveryChannel | null,
    deliveries: readonly LeasedDelivery[],
  ): Promise<ReadonlyMap<string, MarkedPreparation>> {
    try {
      if (channel === null) return NOTHING_PREPARED;
      // A delivery that has to wait needs no authorization: no token is asked for a destination that is away.
      const ready = deliveries.filter((delivery) => !this.guard.isBlocked(delivery));
      const preparations = await prepareBatch(channel, ready);
      // Last before a request: a delivery that is marked and then not sent would be dead after a crash.
      return channel.policy.atMostOnce ? await this.marks.mark(ready, preparations) : preparations;
    } catch (error) {
      return new Map(deliveries.map(({ id }) => [id, { kind: 'failed', error }]));
    }
  }
}
