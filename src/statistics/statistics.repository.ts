import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';
import { COMMIT_LOCALLY } from '../database/plans.js';
import { type Tally, type TallyKind, TOTALS } from './tallies.js';
import { STATISTICS_WINDOWS, STEP_MINUTES, type StatisticsWindow, WINDOW_HOURS } from './windows.js';

/** A count of one step of time; without `at`, of the whole window. */
export interface CountRow {
  readonly subject: string;
  readonly at: Date;
  readonly name: string;
  readonly count: number;
}

const STEPS = Object.values(STEP_MINUTES);

/**
 * Every tally goes into one row for each length of step. In the order of the key, so that two processes never wait for
 * each other in a circle. The step is that of the database's clock: all processes agree on it.
 */
const ADD: Statement = {
  name: 'statistics.add',
  commitsLocally: true,
  text: `INSERT INTO statistics AS s (kind, subject, step_minutes, at, name, count)
    SELECT t.kind, t.subject, w.step, date_bin(w.step * interval '1 minute', now(), 'epoch'), t.name, t.count
      FROM unnest($1::text[], $2::text[], $3::text[], $4::int8[]) AS t(kind, subject, name, count)
     CROSS JOIN unnest($5::int2[]) AS w(step) CROSS JOIN ${COMMIT_LOCALLY}
     WHERE level = 'local'
     ORDER BY 1, 2, 3, 4, 5
    ON CONFLICT (kind, subject, step_minutes, at, name) DO UPDATE SET count = s.count + excluded.count`,
};

/** Along the primary key: as many rows as there are steps in the window, for each subject and name. */
const READ_STEPS: Statement = {
  name: 'statistics.readSteps',
  text: `SELECT subject, at, name, count::float8 AS count FROM statistics
          WHERE kind = $1 AND subject = ANY($2::text[]) AND step_minutes = $3 AND at > now() - $4 * interval '1 hour'
          ORDER BY subject, at`,
};

/** All in one snapshot: what all services did is the sum of what each did. */
const READ_OVERVIEW: Statement = {
  name: 'statistics.readOverview',
  text: `SELECT 'steps' AS part, subject, at, name, count::float8 AS count FROM statistics
          WHERE kind = 'all' AND subject = ANY($4::text[]) AND step_minutes = $2 AND at > now() - $3 * interval '1 hour'
         UNION ALL
         (SELECT 'services', subject, max(at), name, sum(count)::float8 FROM statistics
           WHERE kind = 'service' AND subject = ANY($1::text[]) AND step_minutes = $2 AND at > now() - $3 * interval '1 hour'
           GROUP BY subject, name)
         UNION ALL
         (SELECT 'attempts', subject, max(at), name, sum(count)::float8 FROM statistics
           WHERE kind = 'all' AND subject = ANY($5::text[]) AND step_minutes = $2 AND at > now() - $3 * interval '1 hour'
           GROUP BY subject, name)
          ORDER BY part, subject, at`,
};
const IN_STEPS = [TOTALS.actions, TOTALS.events];
const ATTEMPTS = [TOTALS.actionAttempts, TOTALS.eventAttempts];

/** The counts behind the overview. */
export interface OverviewRows {
  /** Of actions and of callbacks of events, in steps. */
  readonly steps: readonly CountRow[];
  /** Of each service, added up. */
  readonly services: readonly CountRow[];
  /** Of attempts at callbacks, added up. */
  readonly attempts: readonly CountRow[];
}

const READ_TOTALS: Statement = {
  name: 'statistics.readTotals',
  text: `SELECT subject, max(at) AS at, name, sum(count)::float8 AS count FROM statistics
          WHERE kind = $1 AND subject = ANY($2::text[]) AND step_minutes = $3 AND at > now() - $4 * interval '1 hour'
          GROUP BY subject, name`,
};

/** Index: statistics_age. A step more than the window is kept, because the first one shown is begun. */
const FORGET: Statement = {
  name: 'statistics.forget',
  text: `DELETE FROM statistics WHERE (kind, subject, step_minutes, at, name) IN (
      SELECT kind, subject, step_minutes, at, name FROM statistics
       WHERE step_minutes = $1 AND at < now() - ($2 * interval '1 hour' + $1 * interval '1 minute') LIMIT $3) RETURNING 1`,
};
const FORGET_PAGE = 5_000;

/** Keeps the counts behind the charts; reads them by subject, never by scanning what they count. */
@Injectable()
export class StatisticsRepository {
  constructor(private readonly database: Database) {}

  async add(tallies: readonly Tally[]): Promise<void> {
    await this.database.query(ADD, [
      tallies.map(({ kind }) => kind),
      tallies.map(({ subject }) => subject),
      tallies.map(({ name }) => name),
      tallies.map(({ count }) => count),
      STEPS,
    ]);
  }

  readSteps(kind: TallyKind, subjects: readonly string[], window: StatisticsWindow): Promise<CountRow[]> {
    return this.database.query<CountRow>(READ_STEPS, [kind, subjects, STEP_MINUTES[window], WINDOW_HOURS[window]]);
  }

  async readOverview(services: readonly string[], window: StatisticsWindow): Promise<OverviewRows> {
    const values = [services, STEP_MINUTES[window], WINDOW_HOURS[window], IN_STEPS, ATTEMPTS];
    const rows = await this.database.query<CountRow & { readonly part: keyof OverviewRows }>(READ_OVERVIEW, values);
    const of = (wanted: keyof OverviewRows): CountRow[] => rows.filter(({ part }) => part === wanted);
    return { steps: of('steps'), services: of('services'), attempts: of('attempts') };
  }

  readTotals(kind: TallyKind, subjects: readonly string[], window: StatisticsWindow): Promise<CountRow[]> {
    return this.database.query<CountRow>(READ_TOTALS, [kind, subjects, STEP_MINUTES[window], WINDOW_HOURS[window]]);
  }

  /** @returns whether there is more to forget. */
  async forget(): Promise<boolean> {
    let more = false;
    for (const window of STATISTICS_WINDOWS) {
      const values = [STEP_MINUTES[window], WINDOW_HOURS[window], FORGET_PAGE];
      const gone = await this.database.query(FORGET, values);
      more ||= gone.length === FORGET_PAGE;
    }
    return more;
  }
}
