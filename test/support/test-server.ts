import { mkdirSync, readdirSync, rmSync, writeFileSync, existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startEmbeddedPostgres, type EmbeddedPostgres } from '../../src/database/embedded-postgres.js';
import { binariesOfFolder } from './other-postgres.js';

const PREFIX = 'ricochet-test-';
const KEPT = 'kept';
const OTHER_POSTGRES = process.env['TEST_POSTGRES_BIN'];

/** A directory for the databases of one test run; its name says which process it belongs to. */
export function makeRunDirectory(): string {
  const directory = join(tmpdir(), `${PREFIX}${process.pid}`);
  rmSync(directory, { recursive: true, force: true });
  mkdirSync(directory, { mode: 0o700 });
  return directory;
}

/** The run's server, started by whoever needs it first. fsync is off: a test's machine may crash, its data is void. */
export function openTestServer(directory: string): Promise<EmbeddedPostgres> {
  return startEmbeddedPostgres({
    dataDir: directory,
    log: () => undefined,
    // `npm run test:postgres15` runs the same tests on the oldest version that the service promises.
    ...(OTHER_POSTGRES !== undefined && { binaries: binariesOfFolder(OTHER_POSTGRES) }),
    settings: { fsync: 'off', full_page_writes: 'off', max_wal_size: '512MB', shared_buffers: '64MB' },
  });
}

/** Leaves the server and its databases in place until the next run: a failed file wants to be looked at. */
export function keepRun(directory: string): void {
  writeFileSync(join(directory, KEPT), '');
}

/** Ends a run's server and removes its files, unless a failed test asked to keep them. */
export async function endRun(directory: string, { force = false } = {}): Promise<void> {
  if (existsSync(join(directory, KEPT)) && !force) return;
  if (existsSync(join(directory, 'postgres', 'postmaster.pid'))) await (await openTestServer(directory)).stop();
  rmSync(directory, { recursive: true, force: true });
}

/** Ends what runs of processes that are gone have left behind. */
export async function endAbandonedRuns(): Promise<void> {
  for (const name of readdirSync(tmpdir())) {
    const pid = name.startsWith(PREFIX) ? Number(name.slice(PREFIX.length)) : 0;
    if (pid > 0 && !existsSync(`/proc/${pid}`) && existsSync('/proc/self')) {
      await endRun(join(tmpdir(), name), { force: true }).catch(() => undefined);
    }
  }
}
