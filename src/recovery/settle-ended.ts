import type { Tx } from '../database/database.js';
import type { ChannelRegistry } from '../delivery/channel-registry.js';
import type { SweptRow } from '../delivery/deliveries.repository.js';
import type { SettledDelivery } from '../delivery/delivery-channel.js';
import { tallies } from '../statistics/tallies.js';

/** Tells the owners of deliveries that a sweeper ended, channel by channel, rows in id order; rows due again are passed over. */
export async function settleEnded(tx: Tx, channels: ChannelRegistry, rows: readonly SweptRow[]): Promise<void> {
  const groups = new Map<string, SettledDelivery[]>();
  for (const row of [...rows].sort((a, b) => (a.owner_id < b.owner_id ? -1 : 1))) {
    if (row.status === 'pending') continue;
    const settled: SettledDelivery = {
      id: row.id,
      ownerId: row.owner_id,
      status: row.status,
      late: false,
      lastStatus: row.last_status,
      lastError: row.last_error,
    };
    const group = groups.get(row.channel);
    if (group === undefined) groups.set(row.channel, [settled]);
    else group.push(settled);
  }
  for (const [channel, settled] of groups) await channels.find(channel)?.onSettled(tx, settled);
}

/** Counts the callbacks of events among them. After the commit: a transaction that fails is swept again. */
export function tallyEnded(channels: ChannelRegistry, rows: readonly SweptRow[]): void {
  for (const { channel, status, last_error: lastError } of rows) {
    if (status === 'pending' || channels.find(channel)?.owner !== 'event') continue;
    tallies.eventFailed(lastError ?? status);
  }
}
