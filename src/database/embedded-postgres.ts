import { mkdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { locatePostgresBinaries, type PostgresBinaries } from './postgres-binaries.js';
import { CLUSTER_USER, openCluster, type Cluster } from './postgres-cluster.js';
import { findPostgresOwner } from './postgres-owner.js';
import { findPostmaster, startPostmaster, stopPostmaster, type ServerSettings } from './postmaster.js';
import { withStartLock } from './start-lock.js';

const DATABASE = 'ricochet';
/** How long closed sessions may take to leave pg_stat_activity. */
const LINGER_MS = 1_000;

/** A PostgreSQL server of our own under a DATA_DIR, shared by every service on it. */
export interface EmbeddedPostgres {
  /** Of the database `ricochet`, password included: a secret. {@link revive} may change its port. */
  readonly url: string;
  /** True when the server was already running. */
  readonly adopted: boolean;
  /** The facts that the server writes about itself. */
  readonly logFile: string;
  /** Resolves when the session that marks this service as present has ended, also by {@link stop} and {@link release}. */
  whenLost(): Promise<void>;
  /**
   * Makes sure that the server runs and marks this service as present again. Several services may do so at once.
   * @returns whether it had to be started. @throws when it does not start.
   */
  revive(): Promise<'started' | 'running'>;
  /** Ends the server if no other service uses it; close your own pool first. */
  stop(): Promise<void>;
  /** Stops using the server and leaves it running. */
  release(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  readonly dataDir: string;
  readonly log: (message: string) => void;
  /** Over the settings of our own, e.g. `{ fsync: 'off' }` in tests. */
  readonly settings?: ServerSettings;
  /** Programs of another version, in tests; absent: those that npm installed. */
  readonly binaries?: PostgresBinaries;
}

/**
 * Starts the PostgreSQL of a DATA_DIR or adopts the one already running there (a killed service leaves one), and
 * makes the database `ricochet`. Safe to call from several processes at once.
 * @throws Error saying what is wrong and, where it helps, that DATABASE_URL is the way out.
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const dataDir = resolve(options.dataDir);
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const owner = await findPostgresOwner();
  const binaries = options.binaries ?? (await locatePostgresBinaries(owner));
  const lock = join(dataDir, 'postgres.lock');
  const logFile = join(dataDir, 'postgres.log');
  return withStartLock(lock, async () => {
    const cluster = await openCluster(dataDir, binaries, owner, options.log);
    const ensure = async (lastPort: number | null): Promise<{ port: number; started: boolean; presence: Presence }> => {
      const running = await findPostmaster(cluster.directory);
      const settings = options.settings ?? {};
      const port = running ?? (await startPostmaster(cluster.directory, logFile, binaries, owner, settings, lastPort));
      await makeDatabase(urlOf(cluster, port, 'postgres'));
      return { port, started: running === null, presence: await Presence.begin(urlOf(cluster, port, DATABASE)) };
    };
    let now = await ensure(null);
    const adopted = !now.started;
    options.log(`${adopted ? 'Adopted' : 'Started'} the embedded PostgreSQL on 127.0.0.1:${now.port}`);
    return {
      get url() {
        return urlOf(cluster, now.port, DATABASE);
      },
      adopted,
      logFile,
      whenLost: () => now.presence.ended,
      revive: async () => {
        now = await withStartLock(lock, () => ensure(now.port));
        return now.started ? 'started' : 'running';
      },
      stop: async () => {
        await now.presence.end();
        await withStartLock(lock, () => stopWhenLast(cluster, options.log));
      },
      release: () => now.presence.end(),
    };
  });
}

/** A session held for as long as a service uses the server: pools connect late and let idle connections go. */
class Presence {
  readonly ended: Promise<void>;

  private constructor(private readonly client: Client) {
    this.ended = new Promise((resolve) => client.once('end', resolve));
  }

  static async begin(url: string): Promise<Presence> {
    const client = newClient(url, 'ricochet-presence');
    const presence = new Presence(client);
    await client.connect();
    return presence;
  }

  end(): Promise<void> {
    return close(this.client);
  }
}

function urlOf(cluster: Cluster, port: number, database: string): string {
  return `postgresql://${CLUSTER_USER}:${cluster.password}@127.0.0.1:${port}/${database}`;
}

async function connect(url: string, applicationName: string): Promise<Client> {
  const client = newClient(url, applicationName);
  await client.connect();
  return client;
}

function newClient(url: string, applicationName: string): Client {
  const client = new Client({
    connectionString: url,
    application_name: applicationName,
    connectionTimeoutMillis: 10_000,
    query_timeout: 30_000,
    keepAlive: true,
  });
  // The server going away is the pool's to report.
  client.on('error', () => undefined);
  return client;
}

async function makeDatabase(url: string): Promise<void> {
  const client = await connect(url, 'ricochet-setup');
  try {
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [DATABASE]);
    if (rowCount === 0) await client.query(`CREATE DATABASE ${DATABASE}`);
  } finally {
    await client.end();
  }
}

async function stopWhenLast(cluster: Cluster, log: (message: string) => void): Promise<void> {
  const port = await findPostmaster(cluster.directory);
  if (port === null) return;
  const others = await countOthers(urlOf(cluster, port, 'postgres'));
  if (others > 0) {
    log(`The embedded PostgreSQL keeps running: ${others} connections of other services`);
    return;
  }
  await stopPostmaster(cluster.directory);
  log('Stopped the embedded PostgreSQL');
}

async function countOthers(url: string): Promise<number> {
  const client = await connect(url, 'ricochet-leaving');
  try {
    const giveUpAt = Date.now() + LINGER_MS;
    for (;;) {
      const { rows } = await client.query<{ count: number }>(
        `SELECT count(*)::int AS count FROM pg_stat_activity
         WHERE application_name LIKE 'ricochet%' AND pid <> pg_backend_pid()`,
      );
      const others = rows[0]?.count ?? 0;
      if (others === 0 || Date.now() > giveUpAt) return others;
      await sleep(50);
    }
  } finally {
    await close(client);
  }
}

async function close(client: Client): Promise<void> {
  await client.end().catch(() => undefined);
}
