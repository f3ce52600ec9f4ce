import { Injectable } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { ChannelRegistry } from './channel-registry.js';
import type { DestinationChange } from './destination-change.js';
import { REMOVED_SENTENCE, type RegisteredAddress } from './registered-address.js';
import { cancelled, type Settlement, waits } from './settlement.js';

/** The values that the answers of one channel are compared with. */
interface Asked {
  readonly channel: string;
  readonly destinationId: string;
  readonly url: string;
}

/**
 * Tells answers of addresses that their registration left while the request was under way. That answer says nothing
 * of the new address: it neither ends the delivery, nor keeps it waiting, nor switches anything off. Costs a select per
 * batch in which a registered address failed, and nothing otherwise.
 */
@Injectable()
export class StaleAnswers {
  constructor(private readonly channels: ChannelRegistry) {}

  /** A delivery that failed at an address of the past goes on to the current one at once, or ends without one. */
  async rescue<Settled extends Settlement>(tx: Tx, settlements: readonly Settled[]): Promise<readonly Settled[]> {
    const asked = settlements.flatMap((one) => askedOf(one) ?? []);
    if (asked.length === 0) return settlements;
    const current = await this.findCurrent(tx, asked);
    return settlements.map((settlement) => {
      const one = askedOf(settlement);
      if (one === null) return settlement;
      const { delivery, status, attempt } = settlement;
      const movesTo = current.get(one.destinationId);
      if (movesTo === undefined) {
        return status === 'dead' ? settlement : { ...settlement, ...cancelled(delivery, REMOVED_SENTENCE, attempt) };
      }
      if (movesTo.url === one.url) return settlement;
      const lastError = `${settlement.lastError ?? 'no answer'} (from the url before: its registration has another one now)`;
      return { ...settlement, ...waits(delivery, 0, lastError, attempt), movesTo };
    });
  }

  /** Changes that still concern the address their registration has; their destinations are locked by now. */
  async dropStale(tx: Tx, changes: readonly DestinationChange[]): Promise<readonly DestinationChange[]> {
    const asked = changes.flatMap(({ channel, destinationId, url }) =>
      url === null ? [] : [{ channel, destinationId, url }],
    );
    if (asked.length === 0) return changes;
    const current = await this.findCurrent(tx, asked);
    return changes.filter(({ destinationId, url }) => url === null || current.get(destinationId)?.url === url);
  }

  private async findCurrent(tx: Tx, asked: readonly Asked[]): Promise<ReadonlyMap<string, RegisteredAddress>> {
    const ids = new Map<string, Set<string>>();
    for (const { channel, destinationId } of asked) {
      const known = ids.get(channel);
      if (known === undefined) ids.set(channel, new Set([destinationId]));
      else known.add(destinationId);
    }
    const found = new Map<string, RegisteredAddress>();
    for (const [channel, destinationIds] of ids) {
      const addresses = await this.channels.find(channel)?.findAddresses?.(tx, [...destinationIds]);
      for (const [id, address] of addresses ?? []) found.set(id, address);
    }
    return found;
  }
}

/** Of a registered address that failed; what was interrupted here is due again at once anyway. */
function askedOf({ delivery, status, attempt }: Settlement): Asked | null {
  if (status !== 'dead' && status !== 'pending') return null;
  if (attempt?.url == null || attempt.errorClass === 'interrupted') return null;
  return { channel: delivery.channel, destinationId: delivery.destinationId, url: attempt.url };
}
