import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What recovery keeps of its longer work: bulk jobs, how far the orphan checks are, and one erase job per person. */
export class AddRecoveryJobs1763720000000 implements MigrationInterface {
  readonly name = 'AddRecoveryJobs1763720000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE bulk_jobs (
        id               uuid PRIMARY KEY,
        filter           jsonb NOT NULL,
        filter_key       text NOT NULL,
        force            boolean NOT NULL,
        actor            text NOT NULL,
        state            text NOT NULL DEFAULT 'running'
          CONSTRAINT bulk_jobs_state_check CHECK (state IN ('running', 'done', 'cancelled')),
        rate_per_second  integer NOT NULL CHECK (rate_per_second > 0),
        after_id         uuid NOT NULL,
        before_id        uuid NOT NULL,
        matched          integer NOT NULL,
        resent           integer NOT NULL DEFAULT 0,
        skipped          integer NOT NULL DEFAULT 0,
        failed           integer NOT NULL DEFAULT 0,
        skips            jsonb NOT NULL DEFAULT '{}',
        budget           double precision NOT NULL DEFAULT 0,
        budget_at        timestamptz NOT NULL DEFAULT now(),
        next_page_at     timestamptz NOT NULL DEFAULT now(),
        started_at       timestamptz NOT NULL DEFAULT now(),
        finished_at      timestamptz
      )`);
    // Refuses the same job twice at a time, and finds the running ones among all there ever were.
    await runner.query(`CREATE UNIQUE INDEX bulk_jobs_running ON bulk_jobs (filter_key) WHERE state = 'running'`);
    // What can be recovered, in the order it is recovered in. Deliveries that go well never enter it.
    await runner.query(`
      CREATE INDEX deliveries_failed ON deliveries (id) WHERE status IN ('dead', 'expired', 'held')`);

    await runner.query(`
      CREATE TABLE orphan_checks (
        kind       text PRIMARY KEY,
        after_id   uuid,
        pages      integer NOT NULL DEFAULT 0,
        found      integer NOT NULL DEFAULT 0,
        last_found integer NOT NULL DEFAULT 0,
        next_at    timestamptz NOT NULL DEFAULT now(),
        passed_at  timestamptz
      )`);

    // Two jobs about one person would do the work twice; the older one visits whatever the younger one would.
    await runner.query(`
      UPDATE erase_jobs SET state = 'done', entity_id = NULL, finished_at = now()
       WHERE state = 'running' AND EXISTS (
         SELECT 1 FROM erase_jobs older WHERE older.state = 'running' AND older.tenant = erase_jobs.tenant
            AND older.entity_id = erase_jobs.entity_id AND older.id < erase_jobs.id)`);
    await runner.query(`
      CREATE UNIQUE INDEX erase_jobs_running ON erase_jobs (tenant, entity_id) WHERE state = 'running'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX erase_jobs_running`);
    await runner.query(`DROP TABLE orphan_checks`);
    await runner.query(`DROP INDEX deliveries_failed`);
    await runner.query(`DROP TABLE bulk_jobs`);
  }
}
