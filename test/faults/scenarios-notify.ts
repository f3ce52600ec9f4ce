import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from './outcome.js';
import type { Rig } from './rig.js';
import type { Scenario } from './scenario.js';
import { inWorld, type World } from './world.js';

const LANES = 6;
const FAULT_MS = 4_000;
/** As in scenarios-redis.ts: no process is killed, so no lease may need to run out. */
const LONG_LEASES = { LEASE_ENRICH_MS: '120000', LEASE_DELIVERY_MS: '120000' };

/** What may happen to the rings of an api and two workers that meet in PostgreSQL alone. */
export const NOTIFY_SCENARIOS: readonly Scenario[] = [
  apart('the sessions that ring are ended again and again', (world) => endAgainAndAgain(world, 'notify')),
  apart('the sessions that listen are ended again and again', (world) => endAgainAndAgain(world, 'listen'), {
    form: 'both',
  }),
  apart('another database holds the lock of NOTIFY for four seconds', holdLock, { prepare: commitLocally }),
  apart('black hole for four seconds: rings are half-open', async (world) => {
    await world.postgresLine?.set({ kind: 'black-hole' });
    await sleep(FAULT_MS);
    await world.postgresLine?.set({ kind: 'pass' });
  }),
];

interface Apart {
  readonly form?: 'both';
  /** Before any process has started. */
  readonly prepare?: (world: World) => Promise<void>;
}

function apart(words: string, fault: (world: World) => Promise<void>, { form, prepare }: Apart = {}): Scenario {
  return {
    group: 'notify',
    fault: `Rings through PostgreSQL: ${words}`,
    ...(form === undefined ? {} : { form }),
    run: ({ rig }) => inThirds(rig, fault, prepare),
  };
}

function inThirds(rig: Rig, fault: (world: World) => Promise<void>, prepare: Apart['prepare']): Promise<Outcome> {
  return inWorld(rig, { postgresLine: true, env: LONG_LEASES }, async (world) => {
    await prepare?.(world);
    world.adobe.answer = () => sleep(Math.random() * 40).then(() => undefined);
    await Promise.all(['api', 'worker', 'worker'].map((ROLE, index) => world.start({ env: { ROLE } }, index)));
    const stream = world.submitter.stream({ lanes: LANES, pauseMs: 20 });
    await sleep(700);
    await fault(world);
    const since = performance.now();
    await sleep(1_000);
    await stream.stop();
    return world.verify({ since });
  });
}

async function endAgainAndAgain(world: World, purpose: string): Promise<void> {
  for (let time = 0; time < 20; time += 1) {
    await world.rig.asAdmin((admin) =>
      admin.query(
        `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
          WHERE datname = $1 AND application_name LIKE 'ricochet-%-' || $2`,
        [world.database, purpose],
      ),
    );
    await sleep(FAULT_MS / 20);
  }
}

/** The standby that {@link holdLock} misses is everybody's: the service's own commits are not what is tried here. */
async function commitLocally(world: World): Promise<void> {
  await world.rig.asAdmin((admin) => admin.query(`ALTER DATABASE "${world.database}" SET synchronous_commit = local`));
}

/** A prepared NOTIFY is no such thing, so the lock is held as it happens: by a commit that its standby does not answer. */
async function holdLock(world: World): Promise<void> {
  await world.rig.asAdmin(async (admin) => {
    await admin.query('CREATE TABLE IF NOT EXISTS fault_notify (at timestamptz)');
    await admin.query('BEGIN');
    await admin.query('INSERT INTO fault_notify VALUES (now())');
    await admin.query('NOTIFY fault_notify');
    await world.rig.asAdmin(async (other) => {
      await other.query('SET synchronous_commit = local');
      await other.query(`ALTER SYSTEM SET synchronous_standby_names = 'away'`);
      await other.query('SELECT pg_reload_conf()');
      await sleep(300);
      const commit = admin.query('COMMIT').catch(() => undefined);
      await sleep(FAULT_MS);
      await other.query('ALTER SYSTEM RESET synchronous_standby_names');
      await other.query('SELECT pg_reload_conf()');
      await commit;
    });
  });
}
