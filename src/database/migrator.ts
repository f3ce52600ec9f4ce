import { setTimeout as sleep } from 'node:timers/promises';
import { DataSource, type DataSourceOptions } from 'typeorm';
import { failpoint } from '../config/failpoints.js';
import { ensureExtension } from './needed-extension.js';
import { settlePatientSession } from './session-settings.js';

/** Any constant: it only has to be the same in every process. */
const LOCK_KEY = 7_316_204_411;
const POLL_MS = 250;

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
    const ran = (await dataSource.runMigrations({ transaction: 'each' })).map(({ name }) => name);
    failpoint('migrate');
    if (ran.length > 0) log(`Ran ${ran.length} migrations: ${ran.join(', ')}`);
    return ran;
  } finally {
    await dataSource.destroy();
  }
}

async function tryLock(runner: { query(sql: string, values: unknown[]): Promise<unknown> }): Promise<boolean> {
  const rows = (await runner.query('SELECT pg_try_advisory_lock($1) AS locked', [LOCK_KEY])) as { locked: boolean }[];
  return rows[0]?.locked === true;
}

/** How many migrations of the DataSource the database has not seen. Changes nothing. */
export async function countPendingMigrations(dataSource: DataSource): Promise<number> {
  const names = dataSource.migrations.map(({ name, constructor }) => name ?? constructor.name);
  const [table] = await dataSource.query<{ present: boolean }[]>(
    `SELECT to_regclass('migrations') IS NOT NULL AS present`,
  );
  if (table?.present !== true) return names.length;
  const done = await dataSource.query<{ name: string }[]>('SELECT name FROM migrations WHERE name = ANY($1)', [names]);
  return names.length - new Set(done.map(({ name }) => name)).size;
}
