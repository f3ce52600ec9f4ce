import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Jobs that send deliveries again can be paused. A paused one keeps others of its filter away, as a running one does. */
export class PauseBulkJobs1764440000001 implements MigrationInterface {
  readonly name = 'PauseBulkJobs1764440000001';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE bulk_jobs DROP CONSTRAINT bulk_jobs_state_check,
        ADD CONSTRAINT bulk_jobs_state_check CHECK (state IN ('running', 'paused', 'done', 'cancelled'))`);
    // Beside that of the running ones, which processes of the version before name in their statements.
    await runner.query(
      `CREATE UNIQUE INDEX bulk_jobs_open ON bulk_jobs (filter_key) WHERE state IN ('running', 'paused')`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`UPDATE bulk_jobs SET state = 'cancelled', finished_at = now() WHERE state = 'paused'`);
    await runner.query(`DROP INDEX bulk_jobs_open`);
    await runner.query(`
      ALTER TABLE bulk_jobs DROP CONSTRAINT bulk_jobs_state_check,
        ADD CONSTRAINT bulk_jobs_state_check CHECK (state IN ('running', 'done', 'cancelled'))`);
  }
}
