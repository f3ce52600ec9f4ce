import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Tables that administrators upload. One table holds the rows of all versions of all of them: a version becomes visible by
 * one UPDATE of `lookup_tables`, however large it is, and no process needs the right to create tables.
 */
export class CreateLookupTables1764400000000 implements MigrationInterface {
  readonly name = 'CreateLookupTables1764400000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE lookup_versions (
        id           integer GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        table_name   text NOT NULL,
        state        text NOT NULL DEFAULT 'loading'
          CONSTRAINT lookup_versions_state_check CHECK (state IN ('loading', 'ready', 'dropped')),
        number       integer,
        columns      text[] NOT NULL DEFAULT '{}',
        key_columns  text[] NOT NULL DEFAULT '{}',
        folds        text[] NOT NULL DEFAULT '{}',
        row_count    integer NOT NULL DEFAULT 0,
        bytes        bigint NOT NULL DEFAULT 0,
        bad_rows     integer NOT NULL DEFAULT 0,
        duplicates   integer NOT NULL DEFAULT 0,
        actor        text NOT NULL,
        started_at   timestamptz NOT NULL DEFAULT now(),
        touched_at   timestamptz NOT NULL DEFAULT now(),
        current_at   timestamptz
      )`);
    // One upload of a name at a time.
    await runner.query(
      `CREATE UNIQUE INDEX lookup_versions_loading ON lookup_versions (table_name) WHERE state = 'loading'`,
    );
    await runner.query(`CREATE INDEX lookup_versions_ready ON lookup_versions (table_name) WHERE state = 'ready'`);
    await runner.query(`CREATE INDEX lookup_versions_unready ON lookup_versions (id) WHERE state <> 'ready'`);
    await runner.query(`
      CREATE TABLE lookup_tables (
        name             text PRIMARY KEY,
        current_version  integer NOT NULL REFERENCES lookup_versions (id),
        last_number      integer NOT NULL,
        created_at       timestamptz NOT NULL DEFAULT now()
      )`);
    // No foreign key: it would look up and lock the version for each of five million rows.
    await runner.query(`
      CREATE TABLE lookup_rows (
        version_id  integer NOT NULL,
        key         uuid NOT NULL,
        line        integer NOT NULL,
        cells       text NOT NULL,
        PRIMARY KEY (version_id, key)
      ) WITH (autovacuum_vacuum_scale_factor = 0.05)`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE lookup_rows, lookup_tables, lookup_versions`);
  }
}
