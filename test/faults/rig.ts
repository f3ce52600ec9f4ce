import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, rmSync } from 'node:fs';
import { readFile, realpath } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import { Client } from 'pg';
import { buildDataSourceOptions } from '../../src/database/data-source.js';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/database/embedded-postgres.js';
import { servesDirectory } from '../../src/database/postmaster-file.js';
import { runMigrations } from '../../src/database/migrator.js';
import type { QueueKind } from '../../src/config/config.js';

const run = promisify(execFile);
const TEMPLATE = 'ricochet_template';

/**
 * The real PostgreSQL that the worlds of one fault run share, one database each: it may be stopped, killed and
 * restarted, because scenarios run one after the other. Nothing outside the run is connected to it.
 */
export class Rig {
  /** Where worlds find the server once another one has taken its place. */
  private promotedPort: number | null = null;

  private constructor(
    private readonly directory: string,
    readonly settings: Readonly<Record<string, string>>,
    readonly fast: boolean,
    /** How many times longer than promised a recovery may take: the short form shares its machine with other tests. */
    readonly patience: number,
    /** How processes ring where a scenario does not say. */
    readonly queue: QueueKind,
    private server: EmbeddedPostgres,
  ) {}

  /**
   * @param fast for the short form, without fsync: the faults end processes, never the machine, so nothing it guards against happens
   * @param name tells a second server of the run from the first
   */
  static async start({
    fast = true,
    queue = 'embedded',
    name = '',
  }: { fast?: boolean; queue?: QueueKind; name?: string } = {}): Promise<Rig> {
    // The prefix of test runs: what a killed run leaves behind, the next one ends.
    const directory = join(tmpdir(), `ricochet-test-${process.pid}${name}`);
    rmSync(directory, { recursive: true, force: true });
    mkdirSync(directory, { mode: 0o700 });
    const settings = { shared_buffers: '64MB', max_wal_size: '512MB', ...(fast ? { fsync: 'off' } : {}) };
    const server = await startEmbeddedPostgres({ dataDir: directory, log: () => undefined, settings });
    const rig = new Rig(directory, settings, fast, fast ? 4 : 1, queue, server);
    await rig.createDatabase(TEMPLATE, 'template0');
    const options = buildDataSourceOptions(rig.urlOf(TEMPLATE), {
      role: 'all',
      database: { embedded: false, poolSize: 2 },
    });
    await runMigrations(options, () => undefined);
    return rig;
  }

  /** Where the server listens now; a restart changes it, a proxy hides that from a service. */
  get port(): number {
    return this.promotedPort ?? Number(new URL(this.server.url).port);
  }

  /** Where the server keeps its files. */
  clusterDirectory(): Promise<string> {
    return realpath(join(this.directory, 'postgres'));
  }

  /** From now on another server is the one that worlds mean. */
  moveTo(port: number): void {
    this.promotedPort = port;
  }

  /** Of one database, password included. */
  urlOf(database: string, port = this.port): string {
    return Object.assign(new URL(this.server.url), { pathname: `/${database}`, port: String(port) }).href;
  }

  /** A new database, migrated or empty. @returns its name. */
  async makeDatabase({ migrated = true } = {}): Promise<string> {
    const name = `ricochet_fault_${randomBytes(6).toString('hex')}`;
    await this.createDatabase(name, migrated ? TEMPLATE : 'template0');
    return name;
  }

  async dropDatabase(name: string): Promise<void> {
    await this.asAdmin((admin) => admin.query(`DROP DATABASE IF EXISTS ${name} WITH (FORCE)`));
  }

  /** Runs statements as the superuser, outside every world's database. */
  async asAdmin<Result>(work: (admin: Client) => Promise<Result>): Promise<Result> {
    const admin = new Client({ connectionString: this.urlOf('postgres'), application_name: 'fault-admin' });
    admin.on('error', () => undefined);
    await admin.connect();
    try {
      return await work(admin);
    } finally {
      await admin.end();
    }
  }

  /** Of the server's first process. */
  async postmasterPid(): Promise<number> {
    return Number((await readFile(join(this.directory, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0]);
  }

  /** Process ids of the sessions of a database. */
  async backendPids(database: string): Promise<number[]> {
    return this.asAdmin(async (admin) => {
      const { rows } = await admin.query<{ pid: number }>('SELECT pid FROM pg_stat_activity WHERE datname = $1', [
        database,
      ]);
      return rows.map((row) => row.pid);
    });
  }

  /** Ends the server as a crash does: nothing is flushed, the next start recovers from the log. */
  async crash(): Promise<void> {
    const pid = await this.postmasterPid();
    process.kill(pid, 'SIGQUIT');
    while (isRunning(pid)) await sleep(20);
  }

  /** Ends every process of the server at once, as the end of its machine does. */
  async killServer(): Promise<void> {
    for (const pid of await this.serverPids()) signal(pid, 'SIGKILL');
    const postmaster = await this.postmasterPid();
    while (isRunning(postmaster)) await sleep(20);
  }

  /** The server's first process and all it has started. */
  async serverPids(): Promise<number[]> {
    const postmaster = await this.postmasterPid();
    const { stdout } = await run('ps', ['-o', 'pid=', '--ppid', String(postmaster)]);
    return [
      postmaster,
      ...stdout
        .split('\n')
        .map(Number)
        .filter((pid) => pid > 0),
    ];
  }

  /** Starts it again, on another port. */
  async restart(): Promise<void> {
    this.server = await startEmbeddedPostgres({
      dataDir: this.directory,
      log: () => undefined,
      settings: this.settings,
    });
  }

  /** Starts the killed server once more, apart from the worlds, to read what it had. */
  async readBeside<Result>(work: (urlOf: (database: string) => string) => Promise<Result>): Promise<Result> {
    const settings = this.settings;
    const server = await startEmbeddedPostgres({ dataDir: this.directory, log: () => undefined, settings });
    const { port } = new URL(server.url);
    try {
      return await work((database) => this.urlOf(database, Number(port)));
    } finally {
      await server.stop();
    }
  }

  async stop(): Promise<void> {
    await this.server.release();
    // Its number may be another program's by now.
    const pid = await this.postmasterPid().catch(() => 0);
    if (pid > 0 && (await servesDirectory(pid, await this.clusterDirectory()))) await this.crash();
    rmSync(this.directory, { recursive: true, force: true });
  }

  private createDatabase(name: string, template: string): Promise<unknown> {
    return this.asAdmin((admin) => admin.query(`CREATE DATABASE ${name} TEMPLATE ${template}`));
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // A session that ended meanwhile.
  }
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}
