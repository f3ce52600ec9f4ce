import { Injectable } from '@nestjs/common';
import type { Statement, Tx } from '../database/database.js';
import { FIRST_ID } from '../database/id-bound.js';

/** Any constant that no other advisory lock has. */
const LOCK_KEY = 7_316_204_412;

/** The walks there are. Those that begin again look for what an earlier pass could not remove. */
export type RetentionWalk = 'payloads' | 'rows' | 'payloads again' | 'rows again';

/** One replica at a time: two would walk the same ids, wait for each other's rows, and count them twice. */
const TAKE: Statement = {
  name: 'retentionCursors.take',
  text: `SELECT pg_try_advisory_xact_lock($2) AS locked, c.after_id AS "afterId", c.next_at <= now() AS due
           FROM (SELECT $1::text AS name) wanted LEFT JOIN retention_cursors c ON c.name = wanted.name`,
};

const MOVE: Statement = {
  name: 'retentionCursors.move',
  text: `INSERT INTO retention_cursors AS c (name, after_id, next_at) VALUES ($1, $2, now() + $3 * interval '1 hour')
         ON CONFLICT (name) DO UPDATE SET after_id = excluded.after_id, next_at = excluded.next_at`,
};

interface CursorRow {
  readonly locked: boolean;
  readonly afterId: string | null;
  readonly due: boolean | null;
}

/** Keeps how far each walk of retention is, for all replicas: moved by the transaction that removes what lies before. */
@Injectable()
export class RetentionCursorsRepository {
  /** @returns where the walk goes on; null when another replica walks, or the walk is not due. */
  async take(tx: Tx, walk: RetentionWalk): Promise<string | null> {
    const [row] = await tx.query<CursorRow>(TAKE, [walk, LOCK_KEY]);
    if (row?.locked !== true || row.due === false) return null;
    return row.afterId ?? FIRST_ID;
  }

  async move(tx: Tx, walk: RetentionWalk, afterId: string): Promise<void> {
    await tx.query(MOVE, [walk, afterId, 0]);
  }

  /** The walk begins again after so many hours. */
  async end(tx: Tx, walk: RetentionWalk, hours: number): Promise<void> {
    await tx.query(MOVE, [walk, FIRST_ID, hours]);
  }
}
