import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Credentials for organisations of Adobe, and which organisation each service serves. A removed credential stays as a row
 * without its secrets: it holds the callbacks of its organisation. Every change counts `organisation_version` up, which
 * tells processes to read both tables again.
 */
export class CreateOrganisations1764431000000 implements MigrationInterface {
  readonly name = 'CreateOrganisations1764431000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE organisation_version (
        id      smallint PRIMARY KEY CONSTRAINT organisation_version_id_check CHECK (id = 1),
        version bigint NOT NULL
      )`);
    await runner.query(`
      CREATE TABLE adobe_credentials (
        id             uuid PRIMARY KEY,
        ims_org_id     text NOT NULL CONSTRAINT adobe_credentials_ims_org_id_key UNIQUE,
        client_id      text NOT NULL,
        client_secrets text,
        secret_count   smallint NOT NULL,
        secrets_at     timestamptz NOT NULL DEFAULT now(),
        scopes         text[] NOT NULL,
        api_key        text,
        created_at     timestamptz NOT NULL DEFAULT now(),
        updated_at     timestamptz NOT NULL DEFAULT now(),
        removed_at     timestamptz,
        refused_error  text,
        refused_at     timestamptz
      )`);
    await runner.query(`
      CREATE TABLE service_tenants (
        service    text NOT NULL,
        ims_org_id text NOT NULL,
        access     text NOT NULL CONSTRAINT service_tenants_access_check CHECK (access IN ('allow', 'deny')),
        updated_at timestamptz NOT NULL DEFAULT now(),
        PRIMARY KEY (service, ims_org_id)
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE service_tenants, adobe_credentials, organisation_version`);
  }
}
