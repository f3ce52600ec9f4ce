import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import type { Outcome } from './outcome.js';
import type { Rig } from './rig.js';
import type { Scenario } from './scenario.js';
import type { LineState } from './tcp-proxy.js';
import { inWorld, LEASE_MS, type World } from './world.js';

const LANES = 6;
/** Longer than any time limit of a statement. */
const STANDBY_LOST_MS = 15_000;
/** Longer than a lease and a poll. */
const FAULT_MS = LEASE_MS * 2;

/** What may happen to the database, or on the way to it, under load. */
export const POSTGRES_SCENARIOS: readonly Scenario[] = [
  {
    group: 'postgres',
    fault: 'PostgreSQL: sessions terminated, five times',
    form: 'both',
    run: ({ rig }) =>
      underLoad(rig, async (world) => {
        for (let time = 0; time < 5; time += 1) {
          await terminateSessions(world);
          await sleep(300);
        }
      }),
  },
  {
    group: 'postgres',
    fault: 'PostgreSQL: a backend dies by kill -9, all sessions end, the server recovers',
    run: ({ rig }) =>
      underLoad(rig, async (world) => {
        const [pid] = await rig.backendPids(world.database);
        if (pid !== undefined) process.kill(pid, 'SIGKILL');
        await untilAnswers(rig);
      }),
  },
  {
    group: 'postgres',
    fault: 'PostgreSQL: immediate shutdown, restarted after four seconds',
    run: ({ rig }) =>
      underLoad(rig, async (world) => {
        await rig.crash();
        await sleep(FAULT_MS);
        await rig.restart();
        if (world.postgresLine !== null) world.postgresLine.target = rig.port;
      }),
  },
  {
    group: 'postgres',
    fault: 'PostgreSQL: stopped by SIGSTOP for four seconds, continued',
    run: ({ rig }) =>
      underLoad(rig, async () => {
        const pids = await rig.serverPids();
        for (const pid of pids) signal(pid, 'SIGSTOP');
        try {
          await sleep(FAULT_MS);
        } finally {
          for (const pid of pids) signal(pid, 'SIGCONT');
        }
      }),
  },
  {
    group: 'postgres',
    fault: `PostgreSQL: commits wait ${STANDBY_LOST_MS / 1_000} s for a synchronous standby that is lost`,
    run: ({ rig }) => underLoad(rig, (world) => loseStandby(world)),
  },
  line('black hole for four seconds: half-open, nothing is closed', { kind: 'black-hole' }),
  line('unreachable for four seconds: connections are refused', { kind: 'refuse' }),
  line('every connection reset for four seconds', { kind: 'reset' }),
  line('100 ms slower in each direction for four seconds', { kind: 'delay', ms: 100 }),
  line('throttled to 50 kB/s for four seconds', { kind: 'throttle', bytesPerSecond: 50_000 }),
  line('connections cut in the middle of an answer for four seconds', { kind: 'cut', afterBytes: 3_000 }),
  {
    group: 'postgres',
    fault: 'PostgreSQL: read-only for four seconds',
    run: ({ rig }) =>
      underLoad(rig, async (world) => {
        await setReadOnly(world, true);
        await sleep(FAULT_MS);
        await setReadOnly(world, false);
      }),
  },
];

function line(words: string, state: LineState): Scenario {
  return {
    group: 'postgres',
    fault: `PostgreSQL: ${words}`,
    run: ({ rig }) =>
      underLoad(rig, async (world) => {
        await world.postgresLine?.set(state);
        await sleep(FAULT_MS);
        await world.postgresLine?.set({ kind: 'pass' });
      }),
  };
}

/** One service under load before, while and after the fault; nobody is killed, so every attempt must be on record. */
function underLoad(rig: Rig, fault: (world: World) => Promise<void>): Promise<Outcome> {
  return inWorld(rig, { postgresLine: true }, async (world) => {
    world.adobe.answer = () => sleep(Math.random() * 40).then(() => undefined);
    await world.start();
    const stream = world.submitter.stream({ lanes: LANES, pauseMs: 10 });
    await sleep(700);
    await fault(world);
    const since = performance.now();
    // What comes in after the fault must go through as well; callers that wait for an answer may take their time.
    await sleep(1_000);
    await stream.stop();
    return world.verify({ since });
  });
}

/** Nobody ended, so nobody is a suspect; the probe says why it fails, and sessions do not pile up. */
async function loseStandby(world: World): Promise<void> {
  const opened = (await world.rig.backendPids(world.database)).length;
  await setStandby(world.rig, 'nobody');
  try {
    await sleep(STANDBY_LOST_MS);
    const [service] = world.services;
    const ready = await request(`${service?.url}/health/ready`);
    world.expect(ready.statusCode === 503, `ready while nothing can be committed: ${ready.statusCode}`);
    world.expect((await ready.body.text()).includes('synchronous standby'), 'the probe does not say why');
    const left = (await world.rig.backendPids(world.database)).length;
    world.expect(left <= opened + 10, `${left} sessions, ${opened} before`);
  } finally {
    await setStandby(world.rig, '');
  }
  await sleep(LEASE_MS * 3);
  const [counted] = await world.records.sql<{ suspects: number; ended: number }>(
    `SELECT (SELECT count(*) FROM actions WHERE crash_count > 0)::int + (SELECT count(*) FROM deliveries WHERE crash_count > 0)::int AS suspects,
            (SELECT count(*) FROM processes WHERE ended_at IS NOT NULL)::int AS ended`,
  );
  world.expect(counted?.suspects === 0 && counted.ended === 0, `suspects without a crash: ${JSON.stringify(counted)}`);
}

/** Without superuser's WAL: the setting itself waits for nobody. */
async function setStandby(rig: Rig, name: string): Promise<void> {
  await rig.asAdmin(async (admin) => {
    await admin.query(`ALTER SYSTEM SET synchronous_standby_names = '${name}'`);
    await admin.query('SELECT pg_reload_conf()');
  });
}

function terminateSessions(world: World): Promise<unknown> {
  return world.rig.asAdmin((admin) =>
    admin.query('SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = $1', [world.database]),
  );
}

/** For new sessions; those that stand are ended, so that every session is a new one. */
async function setReadOnly(world: World, on: boolean): Promise<void> {
  await world.rig.asAdmin((admin) =>
    admin.query(`ALTER DATABASE ${world.database} SET default_transaction_read_only = ${on ? 'on' : 'off'}`),
  );
  await terminateSessions(world);
}

async function untilAnswers(rig: Rig): Promise<void> {
  for (;;) {
    try {
      await rig.asAdmin((admin) => admin.query('SELECT 1'));
      return;
    } catch {
      // Still recovering.
      await sleep(50);
    }
  }
}

function signal(pid: number, name: NodeJS.Signals): void {
  try {
    process.kill(pid, name);
  } catch {
    // A session that ended meanwhile.
  }
}
