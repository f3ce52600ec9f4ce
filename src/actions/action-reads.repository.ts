import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';

const MEASURE_BACKLOG: Statement = {
  name: 'actions.measureBacklog',
  // Bounded twice: counting stops at the brake, and the share is looked for among the most urgent 2,000, so that fresh
  // actions with short timeouts do not hide an old one with a long timeout.
  text: `SELECT (SELECT count(*) FROM (SELECT 1 FROM actions WHERE state = 'received' LIMIT $1) due)::int AS due,
                coalesce((SELECT max(share) FROM (
                  SELECT extract(epoch FROM now() - received_at) / nullif(extract(epoch FROM deadline_at - received_at), 0) AS share
                    FROM actions WHERE state = 'received' ORDER BY deadline_at LIMIT 2000) urgent), 0)::float8 AS "oldestShare"`,
};

const OLDEST_DUE_AGE: Statement = {
  name: 'actions.oldestDueAge',
  text: `SELECT coalesce((SELECT extract(epoch FROM now() - received_at) FROM actions
                           WHERE state = 'received' ORDER BY deadline_at LIMIT 1), 0)::float8 AS seconds`,
};

const COUNT_UNFINISHED: Statement = {
  name: 'actions.countUnfinished',
  text: `SELECT state, count(*)::int AS count FROM actions
          WHERE state IN ('received', 'enriching', 'calling_back') GROUP BY state`,
};

/** Small, bounded questions about actions that the spine's own brakes and gauges ask. */
@Injectable()
export class ActionReads {
  constructor(private readonly database: Database) {}

  /** `due` is counted up to `limit`; `oldestShare` is the largest share of its time that a due action has used. */
  async measureBacklog(limit: number): Promise<{ readonly due: number; readonly oldestShare: number }> {
    const rows = await this.database.query<{ due: number; oldestShare: number }>(MEASURE_BACKLOG, [limit]);
    return rows[0] ?? { due: 0, oldestShare: 0 };
  }

  /** Seconds the most urgent due action has waited. */
  async oldestDueAgeSeconds(): Promise<number> {
    const rows = await this.database.query<{ seconds: number }>(OLDEST_DUE_AGE, []);
    return rows[0]?.seconds ?? 0;
  }

  async countUnfinished(): Promise<ReadonlyMap<string, number>> {
    const rows = await this.database.query<{ state: string; count: number }>(COUNT_UNFINISHED, []);
    return new Map(rows.map((row) => [row.state, row.count]));
  }
}
