import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../database/database.js';
import type { Destination } from '../delivery/delivery.js';

/** The reason on a destination's switch while an administrator keeps its deliveries back. */
export const PAUSE_REASON = 'paused by an administrator';

/** A receiver that is gone stays marked as gone. Writers lock in id order. */
const PAUSE: Statement = {
  name: 'destinationPauses.pause',
  text: `INSERT INTO destinations (id, channel, scope, origin, disabled_reason)
    SELECT t.id, t.channel, t.scope, t.origin, $5 FROM unnest($1::uuid[], $2::text[], $3::text[], $4::text[]) AS t(id, channel, scope, origin)
     ORDER BY t.id
    ON CONFLICT (id) DO UPDATE SET disabled_reason = coalesce(destinations.disabled_reason, excluded.disabled_reason)
      WHERE destinations.left_at IS NULL`,
};

/** Index: destinations_of_scope. */
const FIND_OF: Statement = {
  name: 'destinationPauses.findOf',
  text: `SELECT id, channel, scope, origin, disabled_reason AS "offReason" FROM destinations
          WHERE scope = $2 AND channel = $1 ORDER BY id`,
};

/** Locked, so that a registration does not leave it meanwhile. */
const LOCK: Statement = {
  name: 'destinationPauses.lock',
  text: `SELECT id, channel, scope, origin, disabled_reason AS "offReason", left_at IS NOT NULL AS "isLeft"
           FROM destinations WHERE id = $1 FOR UPDATE`,
};

/** Any destination, also of an action's callback. */
export interface KnownDestination extends ScopedDestination {
  /** Its registration has another address by now. */
  readonly isLeft: boolean;
}

/** A destination a registration has or had, and why it is off. */
export interface ScopedDestination extends Destination {
  readonly offReason: string | null;
}

/**
 * Keeps the deliveries of registrations back by switching their destinations off: they are then held, not lost, and
 * every process knows within a second. {@link ../delivery/destination-switch.ts} switches them on again.
 */
@Injectable()
export class DestinationPauses {
  constructor(private readonly database: Database) {}

  isPause(reason: string): boolean {
    return reason === PAUSE_REASON;
  }

  async pause(tx: Tx, destinations: readonly Destination[]): Promise<void> {
    await tx.query(PAUSE, [
      destinations.map(({ id }) => id),
      destinations.map(({ channel }) => channel),
      destinations.map(({ scope }) => scope),
      destinations.map(({ origin }) => origin),
      PAUSE_REASON,
    ]);
  }

  async lock(tx: Tx, id: string): Promise<KnownDestination | null> {
    return (await tx.query<KnownDestination>(LOCK, [id]))[0] ?? null;
  }

  /** Destinations of a registration, also of URLs it had before. */
  findOf(channel: string, registrationId: string, tx: Tx = this.database): Promise<ScopedDestination[]> {
    return tx.query<ScopedDestination>(FIND_OF, [channel, registrationId]);
  }
}
