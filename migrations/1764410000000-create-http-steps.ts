import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * What steps that ask other systems keep. Cached answers and tokens may be lost: they are asked for again. `asked` counts
 * the requests of a day that were wanted, which is what a budget allows and, on its last day, a few more.
 */
export class CreateHttpSteps1764410000000 implements MigrationInterface {
  readonly name = 'CreateHttpSteps1764410000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE step_cache (
        key uuid PRIMARY KEY,
        found boolean NOT NULL,
        status smallint NOT NULL,
        answer text,
        size integer NOT NULL,
        expires_at timestamptz NOT NULL
      )`);
    await runner.query(`CREATE INDEX step_cache_expiry ON step_cache (expires_at) INCLUDE (size)`);
    await runner.query(`
      CREATE TABLE step_budgets (
        name text NOT NULL,
        day date NOT NULL,
        asked bigint NOT NULL,
        PRIMARY KEY (name, day)
      )`);
    await runner.query(`
      CREATE TABLE step_secrets (
        id uuid PRIMARY KEY,
        name text NOT NULL UNIQUE,
        value text NOT NULL,
        updated_at timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`
      CREATE TABLE step_tokens (
        id uuid PRIMARY KEY,
        token text NOT NULL,
        expires_at timestamptz NOT NULL
      )`);
    await runner.query(`CREATE INDEX step_tokens_expiry ON step_tokens (expires_at)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE step_tokens, step_secrets, step_budgets, step_cache`);
  }
}
