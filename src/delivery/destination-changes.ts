import { Injectable, Logger } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import { changes as liveChanges } from '../live/changes.js';
import { runHook } from './channel-hook.js';
import { ChannelRegistry } from './channel-registry.js';
import type { DestinationChange } from './destination-change.js';
import { DestinationWatch } from './destination-watch.js';
import { type AppliedChanges, DestinationsRepository } from './destinations.repository.js';
import { traceOf } from './internal-failure.js';
import { StaleAnswers } from './stale-answers.js';

/** The changes that attempts made to their destinations. */
export interface WrittenChanges {
  readonly changes: readonly DestinationChange[];
  readonly applied: AppliedChanges;
}

/** Writes what answers say of their destinations, in the settling transaction, and notes it once it is committed. */
@Injectable()
export class DestinationChanges {
  private readonly log = new Logger('Destinations');

  constructor(
    private readonly destinations: DestinationsRepository,
    private readonly stale: StaleAnswers,
    private readonly channels: ChannelRegistry,
    private readonly watch: DestinationWatch,
  ) {}

  /** Destinations are the last to be locked, after deliveries and owners. */
  async write(tx: Tx, given: readonly DestinationChange[]): Promise<WrittenChanges> {
    await this.destinations.lock(tx, [...new Set(given.map((change) => change.destinationId))]);
    const changes = await this.stale.dropStale(tx, given);
    const applied = await this.destinations.apply(tx, changes);
    for (const row of applied.destinations) {
      if (row.disabled_reason === null || !applied.disabled.includes(row.id)) continue;
      const { id, channel, disabled_reason: reason } = row;
      await runHook(tx, async (own) => this.channels.find(channel)?.onDisabled?.(own, id, reason));
    }
    return { changes, applied };
  }

  /** After the commit. Never throws: an error here is no reason to write it again. */
  note({ changes, applied }: WrittenChanges): void {
    liveChanges.mark('destinations');
    if (applied.disabled.length > 0) liveChanges.mark('registrations');
    try {
      this.watch.noteApplied(changes, applied);
    } catch (error) {
      this.log.error(`changes of destinations could not be noted: ${traceOf(error)}`);
    }
  }
}
