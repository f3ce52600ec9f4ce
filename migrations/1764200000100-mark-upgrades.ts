import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * When a change of meaning came to rows that were there already. The organisation joins the key of a token: keys that an
 * earlier version stored are looked up too, until payload retention has removed the last of them. An empty database
 * has no such keys and gets no mark.
 */
export class MarkUpgrades1764200000100 implements MigrationInterface {
  readonly name = 'MarkUpgrades1764200000100';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`CREATE TABLE upgrades (name text PRIMARY KEY, at timestamptz NOT NULL DEFAULT now())`);
    await runner.query(
      `INSERT INTO upgrades (name) SELECT 'organisation_in_token_key' WHERE EXISTS (SELECT 1 FROM action_tokens)`,
    );
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE upgrades`);
  }
}
