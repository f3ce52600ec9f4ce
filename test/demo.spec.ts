import { spawn } from 'node:child_process';
import { text } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { compiled, machineEnvironment } from './support/service-process.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';
import { hasRedis, startRedis, type TestRedis } from './support/test-redis.js';

const PEOPLE = 12;
const ACCOUNTS = 4;
const GROUPS = 2;
const ALL = PEOPLE + ACCOUNTS + GROUPS;

interface Summary extends Record<string, unknown> {
  readonly paths: Readonly<Record<'lead' | 'account' | 'accountPerson', Record<string, number>>>;
}

/** Runs the demo as its command does. @returns its exit code, the last line of stdout as JSON, and its stderr. */
async function runDemo(
  environment: Record<string, string>,
  who = ['--people', `${PEOPLE}`, '--accounts', `${ACCOUNTS}`, '--groups', `${GROUPS}`],
): Promise<{ exitCode: number | null; summary: Summary; progress: string }> {
  const flags = ['--json', ...who];
  const demo = spawn(process.execPath, ['--enable-source-maps', compiled('simulator/demo.js'), ...flags], {
    env: { ...machineEnvironment(), ...environment },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const exited = new Promise<number | null>((resolve) => demo.once('close', resolve));
  const [stdout, progress] = await Promise.all([text(demo.stdout), text(demo.stderr)]);
  const exitCode = await exited;
  const last = stdout.trimEnd().split('\n').at(-1) ?? '';
  if (!last.startsWith('{')) throw new Error(`no summary (exit code ${String(exitCode)}):\n${progress}`);
  return { exitCode, summary: JSON.parse(last) as Summary, progress };
}

function expectClean({ exitCode, summary, progress }: Awaited<ReturnType<typeof runDemo>>): void {
  expect(summary, progress).toMatchObject({
    submitted: ALL,
    acknowledged: ALL,
    callbacks: ALL,
    valid: ALL,
    duplicates: 0,
    late: 0,
    failed: 0,
  });
  const taken = (type: keyof Summary['paths']): number =>
    Object.values(summary.paths[type]).reduce((sum, count) => sum + count, 0);
  expect(taken('lead')).toBe(PEOPLE);
  expect(taken('account')).toBe(ACCOUNTS);
  expect(taken('accountPerson')).toBeGreaterThanOrEqual(GROUPS);
  expect(Number(summary['p99Ms'])).toBeGreaterThanOrEqual(Number(summary['p50Ms']));
  expect(exitCode).toBe(0);
}

describe('the demo', () => {
  it('plays a whole journey on a bare machine', async () => {
    expectClean(await runDemo({}));
  }, 60_000);

  it('plays batches of a Marketo campaign', async () => {
    const { exitCode, summary, progress } = await runDemo({}, ['--dialect', 'marketo', '--batches', '12']);
    const all = { submitted: 12, acknowledged: 12, callbacks: 12, valid: 12, duplicates: 0 };
    expect(summary, progress).toMatchObject(all);
    expect(Number(summary['leads'])).toBeGreaterThan(Number(summary['leadsFailed']));
    expect(exitCode).toBe(0);
  }, 60_000);
});

describe.skipIf(!hasRedis())('the demo on Bull', () => {
  let redis: TestRedis;
  let database: TestDatabase;

  beforeAll(async () => {
    redis = await startRedis();
    database = await createTestDatabase();
  });
  afterAll(async () => {
    await redis.stop();
    await database.drop();
  });

  it('plays the same journey, on a database that exists already', async () => {
    expectClean(await runDemo({ REDIS_URL: redis.url, DATABASE_URL: database.url }));
  }, 60_000);
});
