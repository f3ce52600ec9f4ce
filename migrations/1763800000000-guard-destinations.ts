import type { MigrationInterface, QueryRunner } from 'typeorm';

/** What a destination's breaker, throttle and switch need, and the index that expires what waits behind them. */
export class GuardDestinations1763800000000 implements MigrationInterface {
  readonly name = 'GuardDestinations1763800000000';

  async up(runner: QueryRunner): Promise<void> {
    // The fence of half-open: whoever set probe_token probes, until probing_until at the latest.
    await runner.query(`
      ALTER TABLE destinations
        ADD COLUMN open_count     smallint NOT NULL DEFAULT 0,
        ADD COLUMN probing_until  timestamptz,
        ADD COLUMN probe_token    uuid`);
    // Every process reads these rows every second; healthy destinations are not among them.
    await runner.query(`
      CREATE INDEX destinations_guarded ON destinations (id)
        WHERE opened_until IS NOT NULL OR throttled_until IS NOT NULL OR disabled_reason IS NOT NULL`);
    // Rows held with their destination come back with it; those held for a secret do not.
    await runner.query(`
      ALTER TABLE deliveries
        ADD COLUMN held_for text CONSTRAINT deliveries_held_for_check CHECK (held_for IN ('destination'))`);
    // Nobody claims what waits for a closed destination, so its end has to be found by its time. Rows born leased
    // never enter this index.
    await runner.query(`
      CREATE INDEX deliveries_expiring ON deliveries (expires_at) WHERE status IN ('pending', 'held')`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX deliveries_expiring`);
    await runner.query(`ALTER TABLE deliveries DROP COLUMN held_for`);
    await runner.query(`DROP INDEX destinations_guarded`);
    await runner.query(
      `ALTER TABLE destinations DROP COLUMN open_count, DROP COLUMN probing_until, DROP COLUMN probe_token`,
    );
  }
}
