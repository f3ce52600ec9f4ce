import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Two partial indexes hold the deliveries that wait, and by estimate they are equally small. Planned by luck, claims
 * sorted the whole backlog at every hop, and the sweep of what expires read all of it. The expression is what
 * `filterOnly` writes: claims cannot use this index, and the sweep can use no other.
 */
export class NarrowExpiringDeliveries1764000000000 implements MigrationInterface {
  readonly name = 'NarrowExpiringDeliveries1764000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX deliveries_expiring`);
    await runner.query(`
      CREATE INDEX deliveries_expiring ON deliveries (expires_at) WHERE (status || '') IN ('pending', 'held')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX deliveries_expiring`);
    await runner.query(`
      CREATE INDEX deliveries_expiring ON deliveries (expires_at) WHERE status IN ('pending', 'held')`);
  }
}
