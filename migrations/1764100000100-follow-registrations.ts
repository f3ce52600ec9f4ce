import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Deliveries follow their registration to the address it has now. Attempts say which address they used, and a destination
 * says when its registration left it: from then on it is neither opened nor switched off, so that nothing waits there.
 */
export class FollowRegistrations1764100000100 implements MigrationInterface {
  readonly name = 'FollowRegistrations1764100000100';

  async up(runner: QueryRunner): Promise<void> {
    // Null: the url of the delivery. Adobe's deliveries never move, and their attempts are the hot path.
    await runner.query(`ALTER TABLE delivery_attempts ADD COLUMN url text`);
    await runner.query(`ALTER TABLE destinations ADD COLUMN left_at timestamptz`);
    await runner.query(`CREATE INDEX destinations_left ON destinations (left_at) WHERE left_at IS NOT NULL`);
    // Registrations that moved or went before: what waits at their old destinations is found by the sweep of those left.
    await runner.query(`
      UPDATE destinations t SET left_at = now(), disabled_reason = NULL, opened_until = NULL, open_count = 0,
             probing_until = NULL, probe_token = NULL, throttled_until = NULL
       WHERE t.channel = 'companies'
         AND NOT EXISTS (SELECT 1 FROM company_callbacks c WHERE c.id = t.scope::uuid AND c.destination_id = t.id)`);
    await runner.query(`
      UPDATE destinations t SET left_at = now(), disabled_reason = NULL, opened_until = NULL, open_count = 0,
             probing_until = NULL, probe_token = NULL, throttled_until = NULL
       WHERE t.channel = 'eqp'
         AND NOT EXISTS (SELECT 1 FROM eqp_callbacks c WHERE c.id = t.scope::uuid AND c.destination_id = t.id)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX destinations_left`);
    await runner.query(`ALTER TABLE destinations DROP COLUMN left_at`);
    await runner.query(`ALTER TABLE delivery_attempts DROP COLUMN url`);
  }
}
