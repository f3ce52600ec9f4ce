import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Says of every cached answer which steps use it and whom it was asked about, as digests: a step's answers can be cleared,
 * and an erased person's are found. Rows of the version before have neither, and are over within their time.
 */
export class TagStepAnswers1764412000000 implements MigrationInterface {
  readonly name = 'TagStepAnswers1764412000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      ALTER TABLE step_cache
        ADD COLUMN steps text[] NOT NULL DEFAULT '{}',
        ADD COLUMN subjects uuid[] NOT NULL DEFAULT '{}'`);
    await runner.query(`CREATE INDEX step_cache_subjects ON step_cache USING gin (subjects)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE step_cache DROP COLUMN steps, DROP COLUMN subjects`);
  }
}
