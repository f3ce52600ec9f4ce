import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../database/database.js';

/** The life of a key, in hours. */
export const KEY_LIFE_HOURS = 24;

/** A request that brought a key, for the first time or again. */
export interface IdempotentRequest {
  /** Made of actor, route and key. */
  readonly id: string;
  readonly requestId: string;
  /** Tells another body from the same one. */
  readonly bodyMac: Buffer;
}

/** The first request with a key, as it stands. */
export interface EarlierRequest {
  readonly bodyMac: Buffer;
  /** Its work was committed. */
  readonly isDone: boolean;
  /** A process says that it works on it. */
  readonly isUnderWay: boolean;
  /** Null until it was answered. */
  readonly status: number | null;
  /** Sealed. */
  readonly answer: string | null;
}

/**
 * One row decides between any number of processes. A key that is over is taken anew, and so is one of which the process
 * died before anything was committed; the same body alone may do that.
 */
const BEGIN: Statement = {
  name: 'idempotent.begin',
  text: `INSERT INTO idempotent_requests AS r (id, request_id, body_mac, locked_until)
         VALUES ($1, $2, $3, now() + $4 * interval '1 second')
         ON CONFLICT (id) DO UPDATE SET request_id = excluded.request_id, body_mac = excluded.body_mac,
           locked_until = excluded.locked_until, created_at = now(), done_at = NULL, status = NULL, answer = NULL
         WHERE r.created_at < now() - $5 * interval '1 hour'
            OR (r.done_at IS NULL AND r.locked_until < now() AND r.body_mac = excluded.body_mac)
         RETURNING id`,
};

const FIND: Statement = {
  name: 'idempotent.find',
  text: `SELECT body_mac AS "bodyMac", done_at IS NOT NULL AS "isDone", locked_until >= now() AS "isUnderWay", status, answer
           FROM idempotent_requests WHERE id = $1`,
};

/** In the transaction of the work. A request that another has taken over meanwhile finds nothing, and must not commit. */
const NOTE_DONE: Statement = {
  name: 'idempotent.noteDone',
  text: `UPDATE idempotent_requests SET done_at = coalesce(done_at, now()) WHERE id = $1 AND request_id = $2 RETURNING id`,
};

const KEEP_ANSWER: Statement = {
  name: 'idempotent.keepAnswer',
  text: `UPDATE idempotent_requests SET status = $3, answer = $4, done_at = coalesce(done_at, now())
          WHERE id = $1 AND request_id = $2`,
};

const FORGET: Statement = {
  name: 'idempotent.forget',
  text: `DELETE FROM idempotent_requests WHERE id = $1 AND request_id = $2 AND done_at IS NULL`,
};

const RELEASE: Statement = {
  name: 'idempotent.release',
  text: `UPDATE idempotent_requests SET locked_until = '-infinity' WHERE id = $1 AND request_id = $2`,
};

/** Index: idempotent_requests_age. */
const DELETE_OLD: Statement = {
  name: 'idempotent.deleteOld',
  text: `DELETE FROM idempotent_requests WHERE id = ANY(ARRAY(
      SELECT id FROM idempotent_requests WHERE created_at < now() - $1 * interval '1 hour'
       ORDER BY created_at LIMIT $2 FOR UPDATE SKIP LOCKED
    )) RETURNING id`,
};

/** Reads and writes requests that brought an `Idempotency-Key`; the key itself is in none of them. */
@Injectable()
export class IdempotentRequestsRepository {
  constructor(private readonly database: Database) {}

  /** @returns whether the request is the one to do the work. */
  async begin({ id, requestId, bodyMac }: IdempotentRequest, lockSeconds: number): Promise<boolean> {
    return (await this.database.query(BEGIN, [id, requestId, bodyMac, lockSeconds, KEY_LIFE_HOURS])).length > 0;
  }

  async find(id: string): Promise<EarlierRequest | null> {
    return (await this.database.query<EarlierRequest>(FIND, [id]))[0] ?? null;
  }

  /** @returns false when another request has taken the key over. */
  async noteDone(tx: Tx, id: string, requestId: string | null): Promise<boolean> {
    return (await tx.query(NOTE_DONE, [id, requestId])).length > 0;
  }

  async keepAnswer({ id, requestId }: IdempotentRequest, status: number, sealed: string): Promise<void> {
    await this.database.query(KEEP_ANSWER, [id, requestId, status, sealed]);
  }

  /** The key is free again, also for another body: nothing was done. */
  async forget({ id, requestId }: IdempotentRequest): Promise<void> {
    await this.database.query(FORGET, [id, requestId]);
  }

  /** No process works on it any more; whether something was done stands in the row. */
  async release({ id, requestId }: IdempotentRequest): Promise<void> {
    await this.database.query(RELEASE, [id, requestId]);
  }

  /** @returns how many. */
  async deleteOld(limit: number): Promise<number> {
    return (await this.database.query(DELETE_OLD, [KEY_LIFE_HOURS, limit])).length;
  }
}
