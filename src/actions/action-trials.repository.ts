import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';
import { awaitsVerdict, CRASHES_UNTIL_BLAMED, isQuietSince } from '../queue/crash-verdict.js';
import { filterOnly, HELD_LEASES, leaseArrays } from '../database/plans.js';
import type { HeldLease } from './actions.repository.js';

const BEGIN_TRIALS: Statement = {
  name: 'actions.beginTrials',
  text: `UPDATE actions a SET on_trial = true FROM ${HELD_LEASES}
          WHERE a.id = t.id AND ${filterOnly('a.state')} = 'enriching' AND a.lease_token = t.lease_token`,
};

const END_TRIALS: Statement = {
  name: 'actions.endTrials',
  text: `UPDATE actions a SET on_trial = false FROM ${HELD_LEASES}
          WHERE a.id = t.id AND ${filterOnly('a.state')} = 'enriching' AND a.lease_token = t.lease_token`,
};

/** A lease that names no process, and a row on trial: when it runs out, it counts as a crash although the process lives. */
const FORFEIT_LEASES: Statement = {
  name: 'actions.forfeitLeases',
  text: `UPDATE actions a SET lease_token = gen_random_uuid(), on_trial = true FROM ${HELD_LEASES}
          WHERE a.id = t.id AND ${filterOnly('a.state')} = 'enriching' AND a.lease_token = t.lease_token`,
};

/** Before the subject's pipeline begins: if the process ends in it, this is the one. */
const NOTE_SUBJECT: Statement = {
  name: 'actions.noteSubject',
  text: `UPDATE actions SET tried_subject = $3 WHERE id = $1 AND ${filterOnly('state')} = 'enriching' AND lease_token = $2 RETURNING id`,
};

/** They crashed alone, like those of {@link ActionsRepository.lockConvicted}: the subject is to blame, and the rest runs. */
const BLAME_SUBJECTS: Statement = {
  name: 'actions.blameSubjects',
  text: `WITH blamed AS (
      SELECT a.id, a.tried_subject FROM actions a
       WHERE a.state = 'received' AND a.crash_count > 0 AND a.tried_subject IS NOT NULL
         AND ${awaitsVerdict('a')} AND ${isQuietSince('a')}
       ORDER BY a.deadline_at LIMIT $1 FOR UPDATE OF a SKIP LOCKED
    )
    UPDATE actions a SET blamed_subjects = array_append(coalesce(a.blamed_subjects, '{}'), blamed.tried_subject),
           tried_subject = NULL, tried_at = NULL, crash_count = ${CRASHES_UNTIL_BLAMED - 1}
      FROM blamed WHERE a.id = blamed.id RETURNING a.id, blamed.tried_subject AS subject`,
};

/** Notes which suspects are being worked on: only then does a crash count against them. */
@Injectable()
export class ActionTrialsRepository {
  constructor(private readonly database: Database) {}

  /** From now on a crash counts against them. */
  async begin(held: readonly HeldLease[]): Promise<void> {
    await this.database.query(BEGIN_TRIALS, leaseArrays(held));
  }

  /** Their work is done, or others are beside them: a crash is not theirs any more. */
  async end(held: readonly HeldLease[]): Promise<void> {
    await this.database.query(END_TRIALS, leaseArrays(held));
  }

  /** @returns whether the row is still held: another process may have it by now. */
  async noteSubject({ id, leaseToken }: HeldLease, subject: number | null): Promise<boolean> {
    return (await this.database.query(NOTE_SUBJECT, [id, leaseToken, subject])).length > 0;
  }

  /** Leaves out, from now on, the subjects of batches that ended their process. */
  async blameSubjects(limit: number): Promise<readonly { readonly id: string; readonly subject: number }[]> {
    return this.database.query(BLAME_SUBJECTS, [limit]);
  }

  /** Leaves rows to their lease that this process cannot finish for a reason of their own: as if they had ended it. */
  async forfeit(held: readonly HeldLease[]): Promise<void> {
    await this.database.query(FORFEIT_LEASES, leaseArrays(held));
  }
}
