import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Whether a company's callbacks carry a `traceparent`. Null, as for every registration that is there already, is no:
 * a receiver is told of a trace only where its registration asks for it. A column without a default is no rewrite.
 */
export class TellReceiversOfTraces1764441000000 implements MigrationInterface {
  readonly name = 'TellReceiversOfTraces1764441000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE company_callbacks ADD COLUMN tells_trace boolean`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE company_callbacks DROP COLUMN tells_trace`);
  }
}
