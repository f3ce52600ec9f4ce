import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';
import { COMMIT_LOCALLY } from '../database/plans.js';

/** The version of the services that a process says it serves. */
export interface ServedVersionRow {
  readonly process: string;
  readonly host: string;
  readonly role: string;
  readonly version: string;
  readonly since: Date;
  /** Null: the process found no mistake in its folder. */
  readonly refusedSince: Date | null;
}

/** Seen at once, also while commits wait for a standby, and lost with a server without harm. */
const REPORT: Statement = {
  name: 'servedVersions.report',
  commitsLocally: true,
  text: `WITH forgotten AS (
      DELETE FROM served_versions WHERE seen_at < now() - interval '1 hour'
    )
    INSERT INTO served_versions (process, host, role, version, since, refused_since)
    SELECT $1, $2, $3, $4, $5::timestamptz, $6::timestamptz FROM ${COMMIT_LOCALLY} WHERE level = 'local'
    ON CONFLICT (process) DO UPDATE SET seen_at = now(), version = excluded.version, since = excluded.since,
           refused_since = excluded.refused_since`,
};

const LEAVE: Statement = { name: 'servedVersions.leave', text: `DELETE FROM served_versions WHERE process = $1` };

const FIND: Statement = {
  name: 'servedVersions.find',
  text: `SELECT process, host, role, version, since, refused_since AS "refusedSince" FROM served_versions
          WHERE seen_at > now() - $1 * interval '1 millisecond' ORDER BY role, host, process LIMIT 1000`,
};

/** Which version of the services each process serves. */
@Injectable()
export class ServedVersionsRepository {
  constructor(private readonly database: Database) {}

  async report({ process, host, role, version, since, refusedSince }: ServedVersionRow): Promise<void> {
    await this.database.query(REPORT, [process, host, role, version, since, refusedSince]);
  }

  /** The process stops. */
  async leave(process: string): Promise<void> {
    await this.database.query(LEAVE, [process]);
  }

  /** Processes that have reported within so long. */
  find(withinMs: number): Promise<ServedVersionRow[]> {
    return this.database.query<ServedVersionRow>(FIND, [withinMs]);
  }
}
