import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * A crash counts against a row only with proof. `processes` says which process holds a lease (its id is the beginning of
 * the lease token) and whether it lives; `on_trial` says that a suspect is being worked on at this moment. Both columns
 * are constants for the rows that are there, so no table is rewritten. `write_probes` is where readiness writes.
 */
export class WatchProcesses1764100000300 implements MigrationInterface {
  readonly name = 'WatchProcesses1764100000300';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE processes (
        id          text PRIMARY KEY,
        role        text NOT NULL,
        started_at  timestamptz NOT NULL DEFAULT now(),
        beat_at     timestamptz NOT NULL DEFAULT now(),
        lives_until timestamptz NOT NULL,
        ended_at    timestamptz,
        explained   boolean NOT NULL DEFAULT false
      ) WITH (fillfactor = 50)`);
    await runner.query(`
      CREATE TABLE write_probes (
        process text PRIMARY KEY,
        at      timestamptz NOT NULL DEFAULT now()
      ) WITH (fillfactor = 50)`);
    await runner.query(`
      ALTER TABLE actions ADD COLUMN on_trial boolean NOT NULL DEFAULT false, ADD COLUMN suspect_since timestamptz, ADD COLUMN tried_at timestamptz`);
    await runner.query(`
      ALTER TABLE deliveries ADD COLUMN on_trial boolean NOT NULL DEFAULT false, ADD COLUMN suspect_since timestamptz, ADD COLUMN tried_at timestamptz,
                             ADD COLUMN answered_2xx smallint NOT NULL DEFAULT 0`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE deliveries DROP COLUMN answered_2xx, DROP COLUMN tried_at, DROP COLUMN suspect_since, DROP COLUMN on_trial`);
    await runner.query(`ALTER TABLE actions DROP COLUMN tried_at, DROP COLUMN suspect_since, DROP COLUMN on_trial`);
    await runner.query(`DROP TABLE write_probes`);
    await runner.query(`DROP TABLE processes`);
  }
}
