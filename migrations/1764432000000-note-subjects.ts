import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Which subject of a batch was run when the process ended, and which are left out for it. Both are null in every other
 * row: a column more that is null costs a row nothing.
 */
export class NoteSubjects1764432000000 implements MigrationInterface {
  readonly name = 'NoteSubjects1764432000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE actions ADD COLUMN tried_subject integer, ADD COLUMN blamed_subjects integer[]`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`ALTER TABLE actions DROP COLUMN tried_subject, DROP COLUMN blamed_subjects`);
  }
}
