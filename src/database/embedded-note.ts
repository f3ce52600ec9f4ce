import type { AppConfig } from '../config/config.js';

/**
 * The first line of a command about the database where nobody named one: run without the environment of a service, it
 * succeeds on an empty database of this folder, and may be taken for done. Null where DATABASE_URL names a server.
 */
export function embeddedNote({ database, dataDir }: Pick<AppConfig, 'database' | 'dataDir'>): string | null {
  if (!database.embedded) return null;
  return `DATABASE_URL is not set: this is about the embedded PostgreSQL in ${dataDir}, not about a server of yours`;
}
