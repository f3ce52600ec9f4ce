import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import { freePort } from '../../simulator/free-port.js';

/** A Redis of one test file, empty when it starts. */
export interface TestRedis {
  readonly url: string;
  /** False for a Redis named by REDIS_URL, which is not ours to kill. */
  readonly ours: boolean;
  /** At once, without saving. */
  kill(): Promise<void>;
  /** On the same port, empty. */
  restart(): Promise<void>;
  stop(): Promise<void>;
}

/**
 * Whether suites that need Redis can run; says loudly when they cannot, and fails where CI is set.
 * Use with `describe.skipIf(!hasRedis())`.
 */
export function hasRedis(): boolean {
  if (process.env['REDIS_URL'] || findServer() !== null) return true;
  const message = 'NO REDIS: the suites on Bull are skipped. Set REDIS_URL or put redis-server on the PATH.';
  if (process.env['CI'] !== undefined) throw new Error(message);
  console.error(`\n*** ${message} ***\n`);
  return false;
}

/** Whether a redis-server of our own can be started, with its own settings. */
export function hasOwnRedis(): boolean {
  return hasRedis() && findServer() !== null;
}

/** Starts a redis-server on a free port; with REDIS_URL set and nothing on the PATH, connects to that one. */
export async function startRedis(): Promise<TestRedis> {
  const binary = findServer();
  if (binary !== null) return startOwn(binary, await freePort());
  const url = process.env['REDIS_URL'];
  if (!url) throw new Error('There is no Redis to test with');
  const notOurs = (): Promise<void> => Promise.reject(new Error('REDIS_URL is not ours to kill'));
  return { url, ours: false, kill: notOurs, restart: notOurs, stop: () => Promise.resolve() };
}

/** Starts a redis-server of our own on that port. @param settings further flags, e.g. `--maxclients 10`. */
export async function startRedisOn(port: number, settings: readonly string[] = []): Promise<TestRedis> {
  const binary = findServer();
  if (binary === null) throw new Error('redis-server is not on the PATH');
  return startOwn(binary, port, settings);
}

async function startOwn(binary: string, port: number, settings: readonly string[] = []): Promise<TestRedis> {
  const directory = await mkdtemp(join(tmpdir(), 'ricochet-redis-'));
  const url = `redis://127.0.0.1:${port}`;
  let child = await launch(binary, port, directory, settings);
  return {
    url,
    ours: true,
    kill: () => end(child, 'SIGKILL'),
    restart: async () => {
      await end(child, 'SIGKILL');
      child = await launch(binary, port, directory, settings);
    },
    stop: async () => {
      await end(child, 'SIGKILL');
      await rm(directory, { recursive: true, force: true });
    },
  };
}

async function launch(
  binary: string,
  port: number,
  directory: string,
  settings: readonly string[],
): Promise<ChildProcess> {
  const flags = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--dir', directory];
  const child = spawn(binary, [...flags, ...settings], { stdio: 'ignore' });
  // A test process that is killed must not leave its server behind.
  const killWithUs = (): void => void child.kill('SIGKILL');
  process.once('exit', killWithUs);
  child.once('exit', () => process.removeListener('exit', killWithUs));
  for (let attempt = 0; attempt < 250; attempt += 1) {
    if (child.exitCode !== null) throw new Error(`redis-server ended with ${child.exitCode}`);
    if (await answers(port)) return child;
    await sleep(20);
  }
  child.kill('SIGKILL');
  throw new Error('redis-server does not answer');
}

async function answers(port: number): Promise<boolean> {
  const redis = new Redis({ port, lazyConnect: true, retryStrategy: () => null, maxRetriesPerRequest: 0 });
  redis.on('error', () => undefined);
  try {
    await redis.connect();
    return (await redis.ping()) === 'PONG';
  } catch {
    return false;
  } finally {
    redis.disconnect();
  }
}

async function end(child: ChildProcess, signal: NodeJS.Signals): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await ended;
}

let found: string | null | undefined;

function findServer(): string | null {
  // Undefined: not looked for yet; null: looked for and not found.
  if (found === undefined) found = onPath('redis-server') ?? installWithApt();
  return found;
}

function onPath(program: string): string | null {
  const folders = (process.env['PATH'] ?? '').split(delimiter);
  return folders.map((folder) => join(folder, program)).find((file) => existsSync(file)) ?? null;
}

/** Root on Debian may install what is missing; anybody else is told. */
function installWithApt(): string | null {
  if (process.env['REDIS_URL'] || process.getuid?.() !== 0 || !existsSync('/etc/debian_version')) return null;
  try {
    const options = {
      stdio: 'ignore',
      timeout: 120_000,
      env: { ...process.env, DEBIAN_FRONTEND: 'noninteractive' },
    } as const;
    execFileSync('apt-get', ['-o', 'DPkg::Lock::Timeout=120', 'install', '-y', 'redis-server'], options);
  } catch {
    return null;
  }
  return onPath('redis-server');
}
