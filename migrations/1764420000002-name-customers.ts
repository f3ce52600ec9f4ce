import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Names that administrators give to companies and EQP users; and the moment a company was deleted. Its row stays until its
 * events are gone, because what is held about a person is found by them.
 */
export class NameCustomers1764420000002 implements MigrationInterface {
  readonly name = 'NameCustomers1764420000002';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE companies ADD COLUMN name text, ADD COLUMN deleted_at timestamptz`);
    await runner.query(`CREATE INDEX companies_deleted ON companies (deleted_at) WHERE deleted_at IS NOT NULL`);
    await runner.query(`ALTER TABLE eqp_users ADD COLUMN name text`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE eqp_users DROP COLUMN name`);
    await runner.query(`DROP INDEX companies_deleted`);
    await runner.query(`ALTER TABLE companies DROP COLUMN name, DROP COLUMN deleted_at`);
  }
}
