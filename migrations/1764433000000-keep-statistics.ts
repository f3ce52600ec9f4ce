import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Counts per service and destination in steps of a minute, a quarter of an hour and two hours, which processes add to in
 * batches. A count never changes an indexed column, so its update stays on its page.
 */
export class KeepStatistics1764433000000 implements MigrationInterface {
  readonly name = 'KeepStatistics1764433000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE statistics (
        kind         text NOT NULL
          CONSTRAINT statistics_kind_check CHECK (kind IN ('all', 'service', 'destination')),
        subject      text NOT NULL,
        step_minutes smallint NOT NULL,
        at           timestamptz NOT NULL,
        name         text NOT NULL,
        count        bigint NOT NULL,
        PRIMARY KEY (kind, subject, step_minutes, at, name)
      ) WITH (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.1)`);
    await runner.query(`CREATE INDEX statistics_age ON statistics (step_minutes, at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE statistics`);
  }
}
