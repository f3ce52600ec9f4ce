import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';
import { COMMIT_LOCALLY } from '../database/plans.js';
import { HOLDER_LENGTH } from './lease-tokens.js';

/** Seen at once, also while commits wait for a standby: a process that lives must not look as if it had ended. */
const BEAT: Statement = {
  name: 'processes.beat',
  commitsLocally: true,
  text: `INSERT INTO processes (id, role, lives_until)
    SELECT $1, $2, now() + $3 * interval '1 millisecond' FROM ${COMMIT_LOCALLY} WHERE level = 'local'
    ON CONFLICT (id) DO UPDATE SET beat_at = now(), lives_until = excluded.lives_until, ended_at = NULL, explained = false`,
};

const LEAVE: Statement = { name: 'processes.leave', text: `DELETE FROM processes WHERE id = $1` };

/** On trial: a suspect that was being worked on. Rows of other processes are told apart by the beginning of their lease. */
const onTrialIn = (table: string, state: string): string => `EXISTS (
  SELECT 1 FROM ${table} r WHERE ${state} AND r.on_trial AND r.crash_count > 0 AND left(r.lease_token::text, ${HOLDER_LENGTH}) = p.id)`;

const NOTE_ENDED: Statement = {
  name: 'processes.noteEnded',
  text: `WITH silent AS (
      SELECT id FROM processes WHERE ended_at IS NULL AND lives_until < now() FOR UPDATE SKIP LOCKED
    ), noted AS (
      UPDATE processes p SET ended_at = now(),
             explained = ${onTrialIn('actions', `r.state = 'enriching'`)} OR ${onTrialIn('deliveries', `r.status = 'delivering'`)}
        FROM silent WHERE p.id = silent.id RETURNING p.id
    ), forgotten AS (
      DELETE FROM processes WHERE ended_at < now() - interval '1 day'
    )
    SELECT id FROM noted`,
};

/** The signs of life of all processes that hold leases: who lives, who ended, and whether a suspect explains it. */
@Injectable()
export class ProcessBeatsRepository {
  constructor(private readonly database: Database) {}

  /** @param livesMs how long it counts as alive without another beat */
  async beat(id: string, role: string, livesMs: number): Promise<void> {
    await this.database.query(BEAT, [id, role, livesMs]);
  }

  /** It stops of its own accord: that is no end anybody has to explain. */
  async leave(id: string): Promise<void> {
    await this.database.query(LEAVE, [id]);
  }

  /** Notes which processes have gone silent. @returns their ids. */
  async noteEnded(): Promise<string[]> {
    const rows = await this.database.query<{ id: string }>(NOTE_ENDED, []);
    return rows.map((row) => row.id);
  }
}
