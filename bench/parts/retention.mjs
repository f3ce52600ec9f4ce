// What removing finished actions costs PostgreSQL: first requests and bodies, as after RETENTION_PAYLOAD_DAYS, then the rows,
// as after RETENTION_ROW_DAYS. Every round has a copy of one filled database, so that all of them do the same work.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { BEFORE, compareToBefore } from '../before.mjs';
import { Child } from '../child.mjs';
import { serviceEnvironment, startService } from '../contenders.mjs';
import { insertFinishedActions } from '../finished-actions.mjs';
import { cpuMsOfFamily } from '../proc.mjs';
import { alternate } from '../rounds.mjs';
import { START_FLAGS } from '../start-flags.mjs';
import { median } from '../statistics.mjs';

const FILE = join(import.meta.dirname, '..', 'retention-child.mjs');
/** All of them are older than a day, which is the shortest time there is to keep anything. */
const OLDER_THAN_DAYS = 2;
const NEVER_DAYS = 3_650;
const TABLES = ['actions', 'action_payloads', 'action_tokens', 'action_history', 'deliveries', 'delivery_attempts'];
const FORGOTTEN_WITHIN_MS = 600_000;
const READY_WITHIN_MS = 60_000;

/**
 * @returns sides as in {@link alternate}, `costs` by side, `actions`, `walBytesPerAction` of this build, and with another build
 *   `beforeRatio`: CPU of PostgreSQL before / now, VACUUM left out
 */
export async function measureRetentionPart(world, { retentionRows: count, retentionRounds }) {
  const template = await fill(world, count);
  const now = { dist: world.dist, flags: [...START_FLAGS, ...world.levers.nodeFlags], env: world.levers.env };
  const before = world.before && { dist: world.before.dist, flags: world.before.startFlags, env: {} };
  const measure = (build) => measureRound(world, build, template, count);
  try {
    const { sides, results } = await alternate(world, retentionRounds, {
      ricochet: () => measure(now),
      ...(before !== null && { [BEFORE]: () => measure(before) }),
    });
    const costs = Object.fromEntries(Object.entries(results).map(([name, rounds]) => [name, summarizeCosts(rounds)]));
    return {
      actions: count,
      sides,
      costs,
      walBytesPerAction: costs.ricochet.walBytes,
      ...(before !== null && { beforeRatio: compareToBefore(results.ricochet, results[BEFORE], costRatio) }),
    };
  } finally {
    await world.dropDatabase(template);
  }
}

/** A database that the rounds copy. Its tables are not vacuumed by themselves: that would fall into one round or another. */
async function fill(world, count) {
  const service = await startService(world, { queue: 'embedded' });
  await service.stop();
  const { databaseUrl } = service;
  await insertFinishedActions(world, databaseUrl, count, OLDER_THAN_DAYS);
  for (const table of TABLES) {
    await world.query(databaseUrl, `ALTER TABLE ${table} SET (autovacuum_enabled = off)`);
  }
  await world.query(databaseUrl, 'VACUUM ANALYZE');
  return databaseUrl;
}

async function measureRound(world, build, template, count) {
  const name = `bench_forget_${world.nextEpoch()}`;
  const source = new URL(template).pathname.slice(1);
  // As files: the copy is the same on every side, and its pages are written before the round begins.
  await world.query(world.postgresUrl, `CREATE DATABASE ${name} TEMPLATE ${source} STRATEGY file_copy`);
  const url = new URL(template);
  url.pathname = `/${name}`;
  const databaseUrl = url.href;
  try {
    const startedAtMs = performance.now();
    const payload = await forget(world, build, databaseUrl, { RETENTION_PAYLOAD_DAYS: '1' });
    // Two months lie between in earnest: the rows that the first stage left behind have been vacuumed by then.
    const vacuum = await measured(world, () => world.query(databaseUrl, 'VACUUM'));
    const row = await forget(world, build, databaseUrl, { RETENTION_PAYLOAD_DAYS: '1', RETENTION_ROW_DAYS: '1' });
    const vacuumAgain = await measured(world, () => world.query(databaseUrl, 'VACUUM'));
    const per = (value) => value / count;
    const elapsedMs = payload.wallMs + row.wallMs;
    return {
      perSecond: (count / elapsedMs) * 1_000,
      elapsedMs: performance.now() - startedAtMs,
      msPerAction: per(payload.cpuMs + row.cpuMs),
      cores: (payload.cpuMs + row.cpuMs) / elapsedMs,
      machineBusy: 0,
      saturated: true,
      payloadMs: per(payload.cpuMs),
      rowMs: per(row.cpuMs),
      vacuumMs: per(vacuum.cpuMs + vacuumAgain.cpuMs),
      walBytes: per(payload.walBytes + row.walBytes),
      problems: await findLeft(world, databaseUrl),
    };
  } finally {
    await world.dropDatabase(databaseUrl);
  }
}

/** One process of the build, with other times of retention than the service has by itself. */
async function forget(world, build, databaseUrl, days) {
  const folder = join(world.folder, `forget-${world.nextEpoch()}`);
  await mkdir(folder);
  const env = {
    ...serviceEnvironment(world),
    LOG_LEVEL: 'error',
    ROLE: 'api',
    REDIS_URL: world.nextRedisUrl(),
    DATABASE_URL: databaseUrl,
    DATA_DIR: folder,
    RETENTION_PAYLOAD_DAYS: String(NEVER_DAYS),
    RETENTION_ROW_DAYS: String(NEVER_DAYS),
    ...days,
    ...build.env,
  };
  const child = Child.fork('retention', FILE, [build.dist], { cwd: folder, env, execArgv: build.flags });
  child.signal = world.signal;
  return world.with([async () => child], async () => {
    await child.next('ready', READY_WITHIN_MS);
    await world.query(databaseUrl, 'CHECKPOINT');
    return measured(world, () => child.ask({ kind: 'forget' }, 'forgotten', FORGOTTEN_WITHIN_MS));
  });
}

/** What PostgreSQL, with all of its processes, used meanwhile. */
async function measured(world, work) {
  const before = { cpuMs: cpuMsOfFamily(world.postgresPid), wal: await walBytes(world), atMs: performance.now() };
  await work();
  const wallMs = performance.now() - before.atMs;
  return {
    cpuMs: cpuMsOfFamily(world.postgresPid) - before.cpuMs,
    wallMs,
    walBytes: (await walBytes(world)) - before.wal,
  };
}

async function walBytes(world) {
  const [{ bytes }] = await world.query(
    world.postgresUrl,
    `SELECT pg_wal_lsn_diff(pg_current_wal_insert_lsn(), '0/0')::float8 AS bytes`,
  );
  return bytes;
}

/** A round that left something did less work than the others. */
async function findLeft(world, databaseUrl) {
  const problems = [];
  for (const table of TABLES) {
    const [{ left }] = await world.query(databaseUrl, `SELECT count(*)::int AS left FROM ${table}`);
    if (left > 0) problems.push(`${left} rows left in ${table}`);
  }
  return problems;
}

function summarizeCosts(rounds) {
  const counted = rounds.filter(({ problems }) => problems.length === 0);
  const middle = (name) => median(counted.map((round) => round[name]));
  return Object.fromEntries(
    ['payloadMs', 'rowMs', 'vacuumMs', 'walBytes', 'perSecond'].map((name) => [name, middle(name)]),
  );
}

/** Above 1 where this build costs less, so that it reads like a ratio of rates. */
function costRatio(now, before) {
  return before.msPerAction / now.msPerAction;
}
