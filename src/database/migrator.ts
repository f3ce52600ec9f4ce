import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { failpoint } from '../config/failpoints.js';
import { ensureExtension } from './needed-extension.js';
import { settlePatientSession } from './session-settings.js';

/** Any constant: it only has to be the same in every process. */
const LOCK_KEY = 7_316_204_411;
const POLL_MS = 250;
/** PostgreSQL's choice of a victim in a deadlock. */
const DEADLOCK = '40P01';
const DEADLOCKS_MAX = 20;
const DEADLOCK_PAUSE_MS = 1_000;

/**
 * Brings the database up to date under one session lock, so that processes starting together migrate once.
 * Runs on connections of its own: migrations may take longer than a request's statement may.
 * @returns the names of the migrations it ran.
 * @throws DatabaseUnusableError when an extension is missing that this role may not create.
 */
export async function runMigrations(
  options: DataSourceOptions & { readonly type: 'postgres' },
  log: (message: string) => void,
): Promise<string[]> {
  const patient = { connectionTimeoutMillis: 5_000, keepAlive: true, max: 2, onConnect: settlePatientSession };
  const dataSource = new DataSource({
    ...options,
    applicationName: 'ricochet-migrate',
    poolSize: 2,
    extra: patient,
  });
  await dataSource.initialize();
  try {
    const runner = dataSource.createQueryRunner();
    // Polled: a session blocked in pg_advisory_lock holds a snapshot, which CREATE INDEX CONCURRENTLY waits for.
    for (let told = false; !(await tryLock(runner)); told = true) {
      if (!told) log('Another process is migrating: waiting for it');
      await sleep(POLL_MS);
    }
    await ensureExtension(runner);
    failpoint('migrate');
    // Ending the session gives the lock back.
    const ran = await runEach(dataSource, log);
    failpoint('migrate');
    if (ran.length > 0) log(`Ran ${ran.length} migrations: ${ran.join(', ')}`);
    return ran;
  } finally {
    await dataSource.destroy();
  }
}

/**
 * A migration locks several tables while an older version goes on writing to them in an order of its own. PostgreSQL
 * ends one of two that wait for each other, and rolls a migration back whole: it is run again.
 */
async function runEach(dataSource: DataSource, log: (message: string) => void): Promise<string[]> {
  const pending = await findPendingMigrations(dataSource);
  for (let deadlocks = 1; ; deadlocks += 1) {
    try {
      await dataSource.runMigrations({ transaction: 'each' });
      return pending;
    } catch (error) {
      if (!isDeadlock(error) || deadlocks === DEADLOCKS_MAX) throw error;
      log('A migration and a process that is serving waited for each other: the migration is run again');
      await sleep(Math.random() * DEADLOCK_PAUSE_MS);
    }
  }
}

async function tryLock(runner: { query(sql: string, values: unknown[]): Promise<unknown> }): Promise<boolean> {
  const rows = (await runner.query('SELECT pg_try_advisory_lock($1) AS locked', [LOCK_KEY])) as { locked: boolean }[];
  return rows[0]?.locked === true;
}

/** PostgreSQL's own code, wherever TypeORM wraps it. */
function isDeadlock(error: unknown): boolean {
  return (error as { readonly code?: unknown } | null)?.code === DEADLOCK;
}

/** How many migrations of the DataSource the database has not seen. Changes nothing. */
export async function countPendingMigrations(dataSource: DataSource): Promise<number> {
  return (await findPendingMigrations(dataSource)).length;
}

async function findPendingMigrations(dataSource: DataSource): Promise<string[]> {
  const names = dataSource.migrations.map(({ name, constructor }) => name ?? constructor.name);
  const [table] = await dataSource.query<{ present: boolean }[]>(
    `SELECT to_regclass('migrations') IS NOT NULL AS present`,
  );
  if (table?.present !== true) return names;
  const done = await dataSource.query<{ name: string }[]>('SELECT name FROM migrations WHERE name = ANY($1)', [names]);
  const seen = new Set(done.map(({ name }) => name));
  return names.filter((name) => !seen.has(name));
}
