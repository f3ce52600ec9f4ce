import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';
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

  /** Leaves rows to their lease that this process cannot finish for a reason of their own: as if they had ended it. */
  async forfeit(held: readonly HeldLease[]): Promise<void> {
    await this.database.query(FORFEIT_LEASES, leaseArrays(held));
  }
}
