import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { PostgresBinaries } from '../../src/database/postgres-binaries.js';

/** Where Debian puts the oldest version that the service promises. */
const DEBIAN = '/usr/lib/postgresql/15/bin';

/** The programs of a PostgreSQL that lies in a folder, as packages put them there. */
export function binariesOfFolder(folder: string): PostgresBinaries {
  return {
    initdb: join(folder, 'initdb'),
    postgres: join(folder, 'postgres'),
    preload: existsSync(join(folder, '..', 'lib', 'pg_stat_statements.so')) ? ['pg_stat_statements'] : [],
  };
}

/** The folder of PostgreSQL 15's programs; null where it is not installed. */
export function findPostgres15(): string | null {
  const folder = process.env['TEST_POSTGRES_BIN'] ?? DEBIAN;
  return existsSync(join(folder, 'postgres')) && existsSync(join(folder, 'initdb')) ? folder : null;
}
