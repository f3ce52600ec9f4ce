import { Injectable } from '@nestjs/common';
import { Database, type Statement } from './database.js';

/** Sessions of this service in this database; those of others may wait by their own wish (`synchronous_commit`). */
const FIND_WAIT: Statement = {
  name: 'commitWaits.find',
  text: `SELECT (extract(epoch FROM max(clock_timestamp() - query_start)) * 1000)::float8 AS longest
           FROM pg_stat_activity
          WHERE wait_event = 'SyncRep' AND datname = current_database() AND usename = current_user
            AND application_name LIKE 'ricochet-%'`,
};

const WRITE: Statement = {
  name: 'commitWaits.write',
  text: `INSERT INTO write_probes (process) VALUES ($1) ON CONFLICT (process) DO UPDATE SET at = now()`,
};

const FORGET: Statement = {
  name: 'commitWaits.forget',
  text: `DELETE FROM write_probes WHERE process = $1 OR at < now() - interval '1 day'`,
};

/** Asks PostgreSQL whether commits come to an end. */
@Injectable()
export class CommitWaitsRepository {
  constructor(private readonly database: Database) {}

  /** Milliseconds the longest of our commits has waited for a synchronous standby; null: none waits. */
  async findWait(): Promise<number | null> {
    const rows = await this.database.query<{ longest: number | null }>(FIND_WAIT, []);
    return rows[0]?.longest ?? null;
  }

  /** Writes as every other statement writes: resolves when it is committed. */
  async write(process: string): Promise<void> {
    await this.database.query(WRITE, [process]);
  }

  /** Removes what a process that stops has written, and what others left behind. */
  async forget(process: string): Promise<void> {
    await this.database.query(FORGET, [process]);
  }
}
