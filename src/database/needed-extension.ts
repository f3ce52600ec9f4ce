import { DatabaseUnusableError } from './database.errors.js';
import { INSUFFICIENT_PRIVILEGE } from './sql-state.js';

/** Runs statements on one connection. */
interface Connection {
  query(sql: string): Promise<unknown>;
}

/** The registrations of a company must not overlap, which an index of this extension sees to. */
const NAME = 'btree_gist';
const CREATE = `CREATE EXTENSION ${NAME}`;
/** The server has no files of the extension. */
const UNAVAILABLE: ReadonlySet<string> = new Set(['0A000', '58P01']);

/**
 * Makes sure of the extension before the first migration runs: a database that lacks it, and may not have it, stays as
 * it is. PostgreSQL trusts the extension, so a role that may create in the database makes it here by itself.
 * @throws DatabaseUnusableError saying who has to do what.
 */
export async function ensureExtension(connection: Connection): Promise<void> {
  const found = (await connection.query(`SELECT 1 FROM pg_extension WHERE extname = '${NAME}'`)) as unknown[];
  if (found.length > 0) return;
  try {
    await connection.query(`CREATE EXTENSION IF NOT EXISTS ${NAME}`);
  } catch (error) {
    throw new DatabaseUnusableError(remedyOf(error), { cause: error });
  }
}

/** The sentences for a person who cannot see the server: what is missing, and who may mend it. */
function remedyOf(error: unknown): string {
  const { code = '', message } = error as { code?: string; message: string };
  const missing = `The PostgreSQL extension ${NAME} is needed and is not in this database`;
  if (code === INSUFFICIENT_PRIVILEGE) {
    return (
      `${missing}, and the role of DATABASE_URL may not create it: it lacks CREATE on the database. Let the owner of the ` +
      `database or a superuser connect to this database and run ${CREATE}; then start again. (Or let them GRANT CREATE ON ` +
      'DATABASE to the role: the extension is a trusted one.) Nothing was changed.'
    );
  }
  if (UNAVAILABLE.has(code)) {
    return (
      `${missing}, and the server has no files of it (${message}). Install PostgreSQL's contrib modules on the server ` +
      `(Debian: part of postgresql-15 and later; Red Hat: postgresql-contrib), or allow the extension where your provider ` +
      `keeps a list of them. Then let the owner of the database run ${CREATE}; and start again. Nothing was changed.`
    );
  }
  return (
    `${missing}, and could not be created (${message}). Let the owner of the database or a superuser run ${CREATE}; in ` +
    'this database, then start again. Nothing was changed.'
  );
}
