import { execFileSync, spawn } from 'node:child_process';
import { chmodSync, existsSync } from 'node:fs';
import { chown, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { freePort } from '../../simulator/free-port.js';
import { findPostgresOwner } from '../../src/database/postgres-owner.js';

export type PoolMode = 'session' | 'transaction' | 'statement';

/** A PgBouncer in front of one database. */
export interface TestPgBouncer {
  /** The database through the pooler. */
  readonly url: string;
  stop(): Promise<void>;
}

/**
 * Whether suites that need PgBouncer can run; says loudly when they cannot, and fails where CI is set.
 * Use with `describe.skipIf(!hasPgBouncer())`.
 */
export function hasPgBouncer(): boolean {
  if (findPgBouncer() !== null) return true;
  const message =
    'NO PGBOUNCER: the suites on poolers are skipped. Put pgbouncer on the PATH (Debian: apt-get install).';
  if (process.env['CI'] !== undefined) throw new Error(message);
  console.error(`\n*** ${message} ***\n`);
  return false;
}

/** Starts one on a free port of 127.0.0.1; `settings` are lines of its section [pgbouncer]. */
export async function startPgBouncer(
  databaseUrl: string,
  mode: PoolMode,
  settings: readonly string[] = [],
): Promise<TestPgBouncer> {
  const binary = findPgBouncer();
  if (binary === null) throw new Error('There is no PgBouncer to test with');
  const target = new URL(databaseUrl);
  const port = await freePort();
  const folder = await mkdtemp(join(tmpdir(), 'ricochet-pgbouncer-'));
  const [user, password] = [decodeURIComponent(target.username), decodeURIComponent(target.password)];
  const lines = [
    '[databases]',
    `* = host=${target.hostname} port=${target.port} user=${user} password='${password}'`,
    '[pgbouncer]',
    `listen_addr = 127.0.0.1`,
    `listen_port = ${port}`,
    'unix_socket_dir =',
    'auth_type = any',
    `logfile = ${join(folder, 'log')}`,
    `pool_mode = ${mode}`,
    ...settings,
  ];
  await writeFile(join(folder, 'pgbouncer.ini'), `${lines.join('\n')}\n`);
  // It does not run as root, no more than PostgreSQL does.
  const owner = await findPostgresOwner();
  chmodSync(folder, 0o755);
  if (owner !== null) await chown(folder, owner.uid, owner.gid);
  const child = spawn(binary, [join(folder, 'pgbouncer.ini')], { stdio: 'ignore', ...owner });
  const killWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', killWithUs);
  const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  for (let attempt = 0; !(await listens(port)); attempt += 1) {
    if (child.exitCode !== null || attempt === 250) {
      child.kill('SIGKILL');
      throw new Error(`pgbouncer does not listen: ${await readFile(join(folder, 'log'), 'utf8').catch(() => '')}`);
    }
    await sleep(20);
  }
  return {
    url: Object.assign(new URL(databaseUrl), { port: String(port) }).href,
    stop: async () => {
      child.kill('SIGKILL');
      await ended;
      process.removeListener('exit', killWithUs);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('close', () => socket.destroy());
    socket.once('connect', () => socket.end());
  });
}

let found: string | null | undefined;

function findPgBouncer(): string | null {
  found ??= onPath() ?? installWithApt();
  return found;
}

function onPath(): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin'];
  return folders.map((folder) => join(folder, 'pgbouncer')).find((file) => existsSync(file)) ?? null;
}

/** Root on Debian may install what is missing; anybody else is told. */
function installWithApt(): string | null {
  if (process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return null;
  try {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const flags = ['-o', 'DPkg::Lock::Timeout=120', 'install', '-y', '--no-install-recommends', 'pgbouncer'];
    execFileSync('apt-get', flags, { stdio: 'ignore', timeout: 120_000, env });
  } catch {
    return null;
  }
  return onPath();
}
