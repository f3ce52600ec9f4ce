import type { MigrationInterface, QueryRunner } from 'typeorm';

/**
 * Clients that get access tokens, their secrets as hashes, and the keys that sign tokens. A key that was replaced stays
 * until the last token that it signed is over.
 */
export class CreateOauthClients1764430000000 implements MigrationInterface {
  readonly name = 'CreateOauthClients1764430000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query(`
      CREATE TABLE oauth_clients (
        id          uuid PRIMARY KEY,
        name        text NOT NULL,
        created_by  text NOT NULL,
        created_at  timestamptz NOT NULL DEFAULT now(),
        updated_at  timestamptz NOT NULL DEFAULT now(),
        disabled_at timestamptz
      )`);
    await runner.query(`CREATE UNIQUE INDEX oauth_clients_name ON oauth_clients (lower(name))`);
    await runner.query(`
      CREATE TABLE oauth_client_secrets (
        id           uuid PRIMARY KEY,
        client_id    uuid NOT NULL REFERENCES oauth_clients (id) ON DELETE CASCADE,
        secret_hash  bytea NOT NULL,
        created_at   timestamptz NOT NULL DEFAULT now(),
        last_used_at timestamptz
      )`);
    await runner.query(`CREATE INDEX oauth_client_secrets_client ON oauth_client_secrets (client_id)`);
    await runner.query(`
      CREATE TABLE oauth_signing_keys (
        id          uuid PRIMARY KEY,
        public_key  jsonb NOT NULL,
        private_key text NOT NULL,
        created_at  timestamptz NOT NULL DEFAULT now(),
        retires_at  timestamptz
      )`);
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query(`DROP TABLE oauth_signing_keys`);
    await runner.query(`DROP TABLE oauth_client_secrets`);
    await runner.query(`DROP TABLE oauth_clients`);
  }
}
