import { spawn, type ChildProcess } from 'node:child_process';
import { open, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { PostgresBinaries } from './postgres-binaries.js';
import type { PostgresOwner } from './postgres-owner.js';
import { isAlive, postmasterFile, readPostmasterFile, servesDirectory } from './postmaster-file.js';

const START_MS = 90_000;
const STOP_MS = 30_000;
const POLL_MS = 20;
const TRIES = 10;
/** A port may be taken for a moment by an outgoing connection. */
const TRIES_AT_LAST_PORT = 3;
const PORT_TAKEN = /could not bind|could not create any TCP\/IP sockets/;
/** Reasons that pass: the port was taken meanwhile; the last server's children are still going. */
const PASSING = /could not bind|could not create any TCP\/IP sockets|is still in use|another server might be running/;

/** Server settings by name, as on the command line. */
export type ServerSettings = Readonly<Record<string, string>>;

/** Full pages are logged as they are: see docs/adr/0015. */
const SETTINGS: ServerSettings = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_buffers: '256MB',
  max_wal_size: '2GB',
  fsync: 'on',
  synchronous_commit: 'on',
  max_connections: '200',
  password_encryption: 'scram-sha-256',
  timezone: 'UTC',
};

/**
 * The port of the server that already runs on the directory, waiting while it recovers; null when none does.
 * A pid file with a number of another program is removed: the server would refuse to start over it.
 */
export async function findPostmaster(directory: string): Promise<number | null> {
  const giveUpAt = Date.now() + START_MS;
  for (;;) {
    const file = await readPostmasterFile(directory);
    if (file === null) return null;
    if (!(await servesDirectory(file.pid, directory))) {
      await rm(postmasterFile(directory), { force: true });
      return null;
    }
    if (file.ready && file.port !== null) return file.port;
    if (Date.now() > giveUpAt) throw new Error(`PostgreSQL ${file.pid} on ${directory} neither starts nor ends`);
    await sleep(POLL_MS);
  }
}

/**
 * Starts a server in a session of its own, so that it survives this process, and resolves with its port once it
 * accepts connections: the one it had before, unless something else listens there by now.
 * @throws with the end of its log when it does not start.
 */
export async function startPostmaster(
  directory: string,
  logFile: string,
  binaries: PostgresBinaries,
  owner: PostgresOwner | null,
  settings: ServerSettings,
  lastPort: number | null = null,
): Promise<number> {
  let taken = 0;
  for (let attempt = 1; ; attempt += 1) {
    const port = lastPort !== null && taken < TRIES_AT_LAST_PORT ? lastPort : await freePort();
    const failure = await tryStart(directory, logFile, port, binaries, owner, settings);
    if (typeof failure === 'number') return failure;
    if (PORT_TAKEN.test(failure)) taken += 1;
    if (attempt === TRIES || !PASSING.test(failure)) {
      throw new Error(`The embedded PostgreSQL does not start (see ${logFile}):\n${failure}`);
    }
    await sleep(500);
  }
}

async function tryStart(
  directory: string,
  logFile: string,
  port: number,
  binaries: PostgresBinaries,
  owner: PostgresOwner | null,
  settings: ServerSettings,
): Promise<number | string> {
  const log = await open(logFile, 'a', 0o600);
  const { size } = await log.stat();
  try {
    const all = { ...SETTINGS, shared_preload_libraries: binaries.preload.join(','), ...settings };
    const flags = Object.entries(all).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    const child = spawn(binaries.postgres, ['-D', directory, '-p', String(port), ...flags], {
      cwd: directory,
      detached: true,
      stdio: ['ignore', log.fd, log.fd],
      env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' },
      ...owner,
    });
    child.unref();
    return await becameReady(child, directory, port, async () => (await readFile(logFile, 'utf8')).slice(size));
  } finally {
    await log.close();
  }
}

async function becameReady(
  child: ChildProcess,
  directory: string,
  port: number,
  readLog: () => Promise<string>,
): Promise<number | string> {
  let ended: string | null = null;
  child.once('error', (error) => (ended = error.message));
  child.once('exit', (code, signal) => (ended ??= `it ended with ${code ?? signal}`));
  const giveUpAt = Date.now() + START_MS;
  while (Date.now() < giveUpAt) {
    if (ended !== null) return `${await readLog()}\n${String(ended)}`;
    const file = await readPostmasterFile(directory);
    if (file?.ready && file.pid === child.pid) return port;
    await sleep(POLL_MS);
  }
  return `${await readLog()}\nit did not become ready within ${START_MS} ms`;
}

/** Ends the server after telling its sessions (a fast shutdown) and waits until its files are at rest. */
export async function stopPostmaster(directory: string): Promise<void> {
  const file = await readPostmasterFile(directory);
  if (file === null || !(await servesDirectory(file.pid, directory))) return;
  process.kill(file.pid, 'SIGINT');
  const giveUpAt = Date.now() + STOP_MS;
  // The pid file goes last; a zombie that is not reaped would look alive for ever.
  while (isAlive(file.pid) && (await readPostmasterFile(directory))?.pid === file.pid) {
    if (Date.now() > giveUpAt) throw new Error(`PostgreSQL ${file.pid} on ${directory} does not end`);
    await sleep(POLL_MS);
  }
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
