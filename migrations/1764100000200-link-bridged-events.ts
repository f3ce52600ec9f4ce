import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Which action an event of the bridge was made from. Rows written before, or by an older process meanwhile, have no
 * link: they share their time with the history row of their transaction, and the second index finds them by it. New rows
 * never enter that index, and events that no bridge made enter neither.
 */
export class LinkBridgedEvents1764100000200 implements MigrationInterface {
  readonly name = 'LinkBridgedEvents1764100000200';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE company_events ADD COLUMN action_id uuid`);
    await runner.query(`
      CREATE INDEX company_events_action ON company_events (action_id) WHERE action_id IS NOT NULL`);
    await runner.query(`
      CREATE INDEX company_events_unlinked ON company_events (published_at)
        WHERE origin = 'bridge' AND action_id IS NULL`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX company_events_unlinked`);
    await runner.query(`ALTER TABLE company_events DROP COLUMN action_id`);
  }
}
