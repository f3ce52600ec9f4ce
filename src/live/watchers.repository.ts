import { Injectable } from '@nestjs/common';
import { COMMIT_LOCALLY } from '../database/plans.js';
import { Database, type Statement } from '../database/database.js';

/** Renewed three times in this time, so that one lost write costs nothing. */
const WATCHES_SECONDS = 30;

const OTHERS_WATCH: Statement = {
  name: 'live.othersWatch',
  text: `SELECT EXISTS (SELECT 1 FROM live_watchers WHERE process_id <> $1 AND watches_until > now()) AS watch`,
};

const WATCH: Statement = {
  name: 'live.watch',
  commitsLocally: true,
  text: `INSERT INTO live_watchers AS w (process_id, watches_until)
    SELECT $1::uuid, now() + ${WATCHES_SECONDS} * interval '1 second' FROM ${COMMIT_LOCALLY} WHERE level = 'local'
    ON CONFLICT (process_id) DO UPDATE SET watches_until = excluded.watches_until`,
};

/** With those of processes that ended without a word. */
const LEAVE: Statement = {
  name: 'live.leave',
  commitsLocally: true,
  text: `DELETE FROM live_watchers w USING ${COMMIT_LOCALLY}
          WHERE level = 'local' AND (w.process_id = $1 OR w.watches_until < now() - interval '1 minute')`,
};

/** Knows which processes have streams open: the others tell their changes only while there is one. */
@Injectable()
export class WatchersRepository {
  constructor(private readonly database: Database) {}

  async othersWatch(processId: string): Promise<boolean> {
    const [row] = await this.database.query<{ watch: boolean }>(OTHERS_WATCH, [processId]);
    return row?.watch ?? false;
  }

  async watch(processId: string): Promise<void> {
    await this.database.query(WATCH, [processId]);
  }

  async leave(processId: string): Promise<void> {
    await this.database.query(LEAVE, [processId]);
  }
}
