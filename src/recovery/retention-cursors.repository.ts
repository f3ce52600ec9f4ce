import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../database/database.js';
import { FIRST_ID } from '../database/id-bound.js';

/** The walks there are. Those that begin again look for what an earlier pass could not remove. */
export type RetentionWalk = 'payloads' | 'rows' | 'payloads again' | 'rows again';

/** A batch takes a tenth of a second. If its process ends meanwhile, another one goes on after this time. */
const TAKEN_MINUTES = 1;

/** One replica at a time: two on the same stretch would wait for each other's rows, and begin again. */
const TAKE: Statement = {
  name: 'retentionCursors.take',
  text: `INSERT INTO retention_cursors AS c (name, next_at) VALUES ($1, now() + $2 * interval '1 minute')
         ON CONFLICT (name) DO UPDATE SET next_at = excluded.next_at WHERE c.next_at <= now()
         RETURNING c.after_id AS "afterId"`,
};

const MOVE: Statement = {
  name: 'retentionCursors.move',
  text: `UPDATE retention_cursors SET after_id = $2, next_at = now() + $3 * interval '1 hour' WHERE name = $1`,
};

const GIVE_BACK: Statement = {
  name: 'retentionCursors.giveBack',
  text: `UPDATE retention_cursors SET next_at = now() WHERE name = $1`,
};

/** Keeps how far each walk of retention is, for all replicas: moved by the transaction that removes the last before it. */
@Injectable()
export class RetentionCursorsRepository {
  constructor(private readonly database: Database) {}

  /** @returns where the walk goes on; null when another replica walks, or the walk rests. */
  async take(walk: RetentionWalk): Promise<string | null> {
    const rows = await this.database.query<{ afterId: string }>(TAKE, [walk, TAKEN_MINUTES]);
    return rows[0]?.afterId ?? null;
  }

  async move(tx: Tx, walk: RetentionWalk, afterId: string): Promise<void> {
    await tx.query(MOVE, [walk, afterId, 0]);
  }

  /** The walk begins again after so many hours. */
  async end(tx: Tx, walk: RetentionWalk, hours: number): Promise<void> {
    await tx.query(MOVE, [walk, FIRST_ID, hours]);
  }

  /** The walk stays where it was. */
  async giveBack(walk: RetentionWalk): Promise<void> {
    await this.database.query(GIVE_BACK, [walk]);
  }
}
