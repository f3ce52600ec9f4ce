import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Companies with the callbacks they register and the events published to them. Few rows and rarely written, so foreign
 * keys keep them together; deliveries belong to an event by id alone.
 */
export class CreateCompanies1763700400000 implements MigrationInterface {
  readonly name = 'CreateCompanies1763700400000';

  async up(runner: QueryRunner): Promise<void> {
    await createBtreeGist(runner);

    await runner.query(`
      CREATE TABLE companies (
        id             uuid PRIMARY KEY,
        company_id     text NOT NULL CONSTRAINT companies_company_id_key UNIQUE,
        username       text NOT NULL CONSTRAINT companies_username_key UNIQUE,
        password_hash  bytea NOT NULL,
        state          text NOT NULL DEFAULT 'active'
          CONSTRAINT companies_state_check CHECK (state IN ('active', 'disabled')),
        created_at     timestamptz NOT NULL DEFAULT now(),
        updated_at     timestamptz NOT NULL DEFAULT now()
      )`);

    // Dates have whole seconds, as on the wire: what a client reads and writes back is the same range. qualifier_key is
    // one spelling of the qualifier ('' for none), so that equal ones collide. An ended registration keeps its row.
    await runner.query(`
      CREATE TABLE company_callbacks (
        id               uuid PRIMARY KEY,
        company          uuid NOT NULL REFERENCES companies (id),
        callback_id      text NOT NULL CONSTRAINT company_callbacks_callback_id_key UNIQUE,
        event_type       text NOT NULL,
        qualifier        jsonb,
        qualifier_key    text NOT NULL,
        url              text NOT NULL,
        method           text NOT NULL CONSTRAINT company_callbacks_method_check CHECK (method IN ('POST', 'PUT')),
        content_type     text NOT NULL
          CONSTRAINT company_callbacks_content_type_check CHECK (content_type IN ('application/json', 'text/json')),
        start_date       timestamptz NOT NULL,
        end_date         timestamptz,
        destination_id   uuid NOT NULL CONSTRAINT company_callbacks_destination_key UNIQUE,
        signing_secrets  text,
        created_at       timestamptz NOT NULL,
        updated_at       timestamptz NOT NULL,
        CONSTRAINT company_callbacks_range_check CHECK (end_date >= start_date),
        CONSTRAINT company_callbacks_overlap EXCLUDE USING gist (
          company WITH =, event_type WITH =, qualifier_key WITH =, tstzrange(start_date, end_date, '[)') WITH &&)
      )`);
    await runner.query(`CREATE INDEX company_callbacks_company ON company_callbacks (company, id)`);

    await runner.query(`
      CREATE TABLE company_events (
        id            uuid PRIMARY KEY,
        company       uuid NOT NULL REFERENCES companies (id),
        event_type    text NOT NULL,
        origin        text NOT NULL
          CONSTRAINT company_events_origin_check CHECK (origin IN ('published', 'test', 'bridge')),
        deliveries    integer NOT NULL,
        published_at  timestamptz NOT NULL DEFAULT now()
      )`);
    await runner.query(`CREATE INDEX company_events_company ON company_events (company, id)`);

    // The deliveries of a registration, whatever its family, newest first. Adobe's are left out of both: theirs are the
    // hot path, and they are found by their action.
    await runner.query(`
      CREATE INDEX destinations_scope ON destinations (scope) WHERE channel <> 'adobe'`);
    await runner.query(`
      CREATE INDEX deliveries_of_registrations ON deliveries (destination_id, id) WHERE channel <> 'adobe'`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP INDEX deliveries_of_registrations`);
    await runner.query(`DROP INDEX destinations_scope`);
    // The extension stays: somebody else's indexes may need it by now.
    await runner.query(`DROP TABLE company_events, company_callbacks, companies`);
  }
}

async function createBtreeGist(runner: QueryRunner): Promise<void> {
  try {
    await runner.query(`CREATE EXTENSION IF NOT EXISTS btree_gist`);
  } catch (cause) {
    throw new Error(
      'The PostgreSQL extension btree_gist is needed and may not be created here: let an administrator of the database ' +
        'run CREATE EXTENSION btree_gist; (it is part of PostgreSQL: package postgresql-contrib), then start again.',
      { cause },
    );
  }
}
