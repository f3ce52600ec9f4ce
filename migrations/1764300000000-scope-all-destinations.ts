import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Destinations are found by their registration whatever their channel: the index that left one channel out had to be
 * repeated in every statement. The rows it gains are few, one per tenant and origin.
 */
export class ScopeAllDestinations1764300000000 implements MigrationInterface {
  readonly name = 'ScopeAllDestinations1764300000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX destinations_of_scope ON destinations (scope, channel)`);
    await runner.query(`DROP INDEX destinations_scope`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE INDEX destinations_scope ON destinations (scope) WHERE channel <> 'adobe'`);
    await runner.query(`DROP INDEX destinations_of_scope`);
  }
}
