import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../../database/database.js';
import type { ScopeOwnerName } from '../../delivery/delivery-channel.js';
import type { StoredCallback } from './eqp-callback-list.js';

/** A callback as it was registered, and whether its receiver said that it is gone. */
export interface CallbackRow extends StoredCallback {
  readonly destinationId: string;
  readonly disabledReason: string | null;
}

/** A callback as it is written. */
export interface CallbackWrite extends Omit<StoredCallback, 'password'> {
  /** Sealed; null leaves what the row has. */
  readonly password: string | null;
  readonly destinationId: string;
}

/** Where an event goes. */
export interface CallbackTarget {
  readonly id: string;
  readonly url: string;
}

/** The credentials of a delivery. */
export interface CallbackCredentials {
  readonly id: string;
  /** Which it was asked for; the callback may have another by now. */
  readonly askedFor: string;
  /** Of its url as it is now. */
  readonly destinationId: string;
  readonly url: string;
  readonly username: string;
  /** Sealed. */
  readonly password: string;
  readonly userState: 'active' | 'disabled';
}

const LIST: Statement = {
  name: 'eqp.listCallbacks',
  text: `SELECT id, name, url, username, password, destination_id AS "destinationId", disabled_reason AS "disabledReason"
           FROM eqp_callbacks WHERE user_id = $1 ORDER BY position`,
};

const DELETE_OTHERS: Statement = {
  name: 'eqp.deleteOtherCallbacks',
  text: `DELETE FROM eqp_callbacks WHERE user_id = $1 AND id <> ALL($2::uuid[])`,
};

/** A kept password is not written at all: a rotation of keys may be sealing it anew meanwhile. */
const UPSERT: Statement = {
  name: 'eqp.upsertCallbacks',
  text: `WITH input AS (
      SELECT * FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::uuid[])
        WITH ORDINALITY AS t(id, name, url, username, password, destination_id, place)
    ), kept AS (
      UPDATE eqp_callbacks c SET position = i.place - 1, name = i.name, url = i.url, username = i.username,
             password = coalesce(i.password, c.password), destination_id = i.destination_id
        FROM input i WHERE c.id = i.id AND c.user_id = $1 RETURNING c.id
    )
    INSERT INTO eqp_callbacks (id, user_id, position, name, url, username, password, destination_id)
    SELECT i.id, $1, i.place - 1, i.name, i.url, i.username, i.password, i.destination_id
      FROM input i WHERE NOT EXISTS (SELECT 1 FROM kept k WHERE k.id = i.id)`,
};

/** In the order of destinations: two events to one user then write theirs in one order, and never wait crosswise. */
const TARGETS: Statement = {
  name: 'eqp.callbackTargets',
  text: `SELECT id, url FROM eqp_callbacks WHERE user_id = $1 ORDER BY destination_id`,
};

/**
 * One select for a whole batch: by the destinations deliveries were made for, the callbacks as they are now. Nearly always
 * that is the callback's own, by eqp_callbacks_destination_key; one it has left names the callback by its scope.
 */
const FIND_CREDENTIALS: Statement = {
  name: 'eqp.findCredentials',
  text: `SELECT c.id, asked.id AS "askedFor", c.destination_id AS "destinationId", c.url, c.username, c.password, u.state AS "userState"
           FROM unnest($1::uuid[]) AS asked(id)
           CROSS JOIN LATERAL (
             SELECT o.* FROM eqp_callbacks o WHERE o.destination_id = asked.id
             UNION ALL
             SELECT m.* FROM destinations t JOIN eqp_callbacks m ON m.id = t.scope::uuid WHERE t.id = asked.id AND t.channel = 'eqp'
             LIMIT 1
           ) c JOIN eqp_users u ON u.id = c.user_id`,
};

/** By `mage_id`, as administrators know the users. */
const FIND_NAMES: Statement = {
  name: 'eqp.findNames',
  text: `SELECT c.id, u.mage_id AS name FROM eqp_callbacks c JOIN eqp_users u ON u.id = c.user_id WHERE c.id = ANY($1::uuid[])`,
};

const DISABLE: Statement = {
  name: 'eqp.disableCallback',
  text: `UPDATE eqp_callbacks SET disabled_reason = $2 WHERE destination_id = $1`,
};

const ENABLE: Statement = {
  name: 'eqp.enableCallbacks',
  text: `UPDATE eqp_callbacks SET disabled_reason = NULL WHERE id = ANY($1::uuid[])`,
};

/** Reads and writes registered callbacks; passwords go in and out sealed. */
@Injectable()
export class EqpCallbacksRepository {
  constructor(private readonly database: Database) {}

  /** In the user's order. */
  list(userId: string, tx: Tx = this.database): Promise<CallbackRow[]> {
    return tx.query<CallbackRow>(LIST, [userId]);
  }

  /** Replaces the list; rows with a known id stay the rows they are. */
  async replace(tx: Tx, userId: string, rows: readonly CallbackWrite[]): Promise<void> {
    await tx.query(DELETE_OTHERS, [userId, rows.map((row) => row.id)]);
    if (rows.length === 0) return;
    await tx.query(UPSERT, [
      userId,
      rows.map((row) => row.id),
      rows.map((row) => row.name),
      rows.map((row) => row.url),
      rows.map((row) => row.username),
      rows.map((row) => row.password),
      rows.map((row) => row.destinationId),
    ]);
  }

  findTargets(tx: Tx, userId: string): Promise<CallbackTarget[]> {
    return tx.query<CallbackTarget>(TARGETS, [userId]);
  }

  /** By keys; those that are gone are left out. */
  findNames(ids: readonly string[]): Promise<ScopeOwnerName[]> {
    return this.database.query<ScopeOwnerName>(FIND_NAMES, [ids]);
  }

  findCredentials(destinationIds: readonly string[], tx: Tx = this.database): Promise<CallbackCredentials[]> {
    return tx.query<CallbackCredentials>(FIND_CREDENTIALS, [destinationIds]);
  }

  async disable(tx: Tx, destinationId: string, reason: string): Promise<void> {
    await tx.query(DISABLE, [destinationId, reason]);
  }

  async enable(tx: Tx, ids: readonly string[]): Promise<void> {
    await tx.query(ENABLE, [ids]);
  }
}
