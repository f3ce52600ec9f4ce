import { Logger } from '@nestjs/common';
import { classifyWriteError, isProgrammingError } from '../database/batcher.js';
import type { DeliveryChannel, Preparation } from './delivery-channel.js';
import type { LeasedDelivery } from './delivery.js';
import { OWN_REASONS } from './own-reasons.js';

/** When a channel cannot even prepare (Postgres away): its own fault, no attempt. */
const PREPARE_FAILED_DELAY_MS = 2_000;

const log = new Logger('Delivery');

/**
 * Authorization for a whole batch, before a connection is taken and under no row lock. Never rejects: what is away is
 * waited for, and a delivery at which the channel itself fails is found by halves, so that the others go out.
 */
export async function prepareBatch(
  channel: DeliveryChannel,
  deliveries: readonly LeasedDelivery[],
): Promise<ReadonlyMap<string, Preparation>> {
  if (deliveries.length === 0) return new Map();
  try {
    const prepared: unknown = await channel.prepare(deliveries);
    if (!(prepared instanceof Map)) throw new TypeError('a channel has to prepare a map');
    return prepared as ReadonlyMap<string, Preparation>;
  } catch (error) {
    if (!isProgrammingError(error) && classifyWriteError(error) !== 'bad-row') {
      const why = (error as Error).message;
      log.warn(`channel ${channel.key} could not prepare ${deliveries.length} deliveries: ${why}`);
      return new Map(deliveries.map(({ id }) => [id, deferred(OWN_REASONS.notPrepared)]));
    }
    const [first, second] = deliveries;
    if (first !== undefined && second === undefined) return new Map([[first.id, { kind: 'failed', error }]]);
    const half = deliveries.length >> 1;
    const halves = await Promise.all([
      prepareBatch(channel, deliveries.slice(0, half)),
      prepareBatch(channel, deliveries.slice(half)),
    ]);
    return new Map(halves.flatMap((prepared) => [...prepared]));
  }
}

/** Waits a moment at the price of no attempt. */
export function deferred(reason: string): Preparation {
  return { kind: 'deferred', delayMs: PREPARE_FAILED_DELAY_MS, reason };
}
