import type { MigrationInterface, QueryRunner } from 'typeorm';

/** Processes with open streams of events: the others tell their changes only while there is one. */
export class WatchChanges1764440000000 implements MigrationInterface {
  readonly name = 'WatchChanges1764440000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE live_watchers (process_id uuid PRIMARY KEY, watches_until timestamptz NOT NULL)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE live_watchers`);
  }
}
