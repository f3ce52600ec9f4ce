import { DatabaseUnusableError } from './database.errors.js';
import { PooledClient } from './pooled-client.js';

const PATIENCE_MS = 5_000;
/** Poolers that take turns between their connections show it within a few questions. */
const QUESTIONS = 3;
const BACKEND = 'SELECT pg_backend_pid() AS pid';

/**
 * Whether a connection has a server process to itself. A pooler in transaction mode lends one for a transaction: statements
 * prepared in it, its settings and its locks are then another's. Two connections tell: the second opens a transaction,
 * which takes the process the first has just used, or makes the first use another.
 * @throws DatabaseUnusableError when processes are shared. Connections that cannot be had prove nothing and pass.
 */
export async function refuseSharedSessions(url: string): Promise<void> {
  const [first, second] = [newClient(url), newClient(url)];
  try {
    if (await isShared(first, second).catch(isStatementMode)) {
      throw new DatabaseUnusableError(
        'DATABASE_URL leads to a pooler in transaction mode (or statement mode), which lends every transaction another ' +
          'session. The service keeps prepared statements, settings and locks in its sessions. Set pool_mode=session for ' +
          'this database, or let DATABASE_URL lead to PostgreSQL itself.',
      );
    }
  } finally {
    await Promise.all([first, second].map((client) => client.end().catch(() => undefined)));
  }
}

async function isShared(first: PooledClient, second: PooledClient): Promise<boolean> {
  await first.connect();
  const own = await backendOf(first);
  for (let question = 1; question < QUESTIONS; question += 1) {
    if ((await backendOf(first)) !== own) return true;
  }
  await second.connect();
  await second.query('BEGIN');
  // Before the first one asks again: it would wait for a process that the second one keeps.
  return (await backendOf(second)) === own || (await backendOf(first)) !== own;
}

async function backendOf(client: PooledClient): Promise<number | undefined> {
  const { rows } = await client.query<{ pid: number }>(BACKEND);
  return rows[0]?.pid;
}

/** PgBouncer in statement mode takes no BEGIN. Every other error is for the pool to meet and to report. */
function isStatementMode(error: unknown): boolean {
  return /statement pooling/i.test((error as Error).message);
}

function newClient(url: string): PooledClient {
  return new PooledClient({
    connectionString: url,
    application_name: 'ricochet-check',
    connectionTimeoutMillis: PATIENCE_MS,
    query_timeout: PATIENCE_MS,
  });
}
