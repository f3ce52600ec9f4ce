import type { MigrationInterface, QueryRunner } from 'typeorm';

/** How far retention has walked. Kept, because a walk from the beginning passes over the index entries of all it removed. */
export class KeepRetentionCursors1764413000000 implements MigrationInterface {
  readonly name = 'KeepRetentionCursors1764413000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE retention_cursors (
        name     text PRIMARY KEY,
        after_id uuid NOT NULL DEFAULT '00000000-0000-0000-0000-000000000000',
        next_at  timestamptz NOT NULL DEFAULT now()
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE retention_cursors`);
  }
}
