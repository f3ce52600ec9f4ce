import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a client calls a call by, to be told with its result. Nullable and without a default: no row is rewritten. */
export class AddCorrelationIds1764200000200 implements MigrationInterface {
  readonly name = 'AddCorrelationIds1764200000200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE async_calls ADD COLUMN correlation_id text`);
    await runner.query(`ALTER TABLE result_messages ADD COLUMN correlation_id text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE result_messages DROP COLUMN correlation_id`);
    await runner.query(`ALTER TABLE async_calls DROP COLUMN correlation_id`);
  }
}
