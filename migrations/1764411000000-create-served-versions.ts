import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Which version of the services each process serves. Apart from `processes`: that one is about leases, has no rows of
 * processes without them, and a row that falls silent there is looked into.
 */
export class CreateServedVersions1764411000000 implements MigrationInterface {
  readonly name = 'CreateServedVersions1764411000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE served_versions (
        process       text PRIMARY KEY,
        host          text NOT NULL,
        role          text NOT NULL,
        version       text NOT NULL,
        since         timestamptz NOT NULL,
        refused_since timestamptz,
        seen_at       timestamptz NOT NULL DEFAULT now()
      ) WITH (fillfactor = 50)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE served_versions`);
  }
}
