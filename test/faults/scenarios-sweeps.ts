import { join } from 'node:path';
import { call, TEST_ADMIN_KEY } from '../support/app.js';
import { leadRequest } from '../support/requests.js';
import { Gate, SCRIPTED_SERVICES, scriptedLead } from '../support/scripted-services.js';
import type { Outcome } from './outcome.js';
import type { Rig } from './rig.js';
import type { Scenario } from './scenario.js';
import { inWorld, type World } from './world.js';

const RETENTION_SERVICE = join(import.meta.dirname, 'retention-service.mjs');
const TENANT = 'TESTORG@AdobeOrg';
const HUNDRED_DAYS_MS = 100 * 24 * 60 * 60 * 1_000;
const TABLES = [
  ['actions', 'id'],
  ['action_tokens', 'action_id'],
  ['action_payloads', 'action_id'],
  ['action_history', 'action_id'],
  ['deliveries', 'owner_id'],
] as const;

/** kill -9 inside the loops that mend, and in the migration: whoever repairs may die as well. */
export const SWEEP_SCENARIOS: readonly Scenario[] = [
  {
    group: 'kill',
    fault: 'kill -9 in the lease sweeper, before its commit (sweep.leases)',
    run: ({ rig }) =>
      inWorld(rig, {}, async (world) => {
        const stream = world.submitter.stream({ lanes: 6 });
        await world.untilKilled(await world.start({ failpoints: 'deliver.after-answer=kill@20' }));
        await world.untilKilled(await world.start({ failpoints: 'sweep.leases=kill' }, 0));
        await world.start({}, 0);
        const since = performance.now();
        await stream.stop();
        return world.verify({ since });
      }),
  },
  ...(['', '@2'] as const).map((passage) => ({
    group: 'kill' as const,
    fault: `kill -9 in the deadline sweeper, ${passage === '' ? 'before' : 'after'} its commit (sweep.deadlines)`,
    run: ({ rig }: { rig: Rig }) => killedAtDeadline(rig, `sweep.deadlines=kill${passage}`),
  })),
  {
    group: 'kill',
    fault: 'kill -9 in the retention sweeper, between payloads and rows (sweep.retention)',
    run: ({ rig }) => inWorld(rig, { entry: RETENTION_SERVICE }, killedInRetention),
  },
  {
    group: 'kill',
    fault: 'kill -9 in an erase job, before its commit (sweep.erase)',
    run: ({ rig }) => inWorld(rig, {}, killedInErasure),
  },
  ...([1, 2] as const).map((passage) => ({
    group: 'kill' as const,
    fault: `kill -9 holding the migration lock, ${passage === 1 ? 'before' : 'after'} the migrations (migrate)`,
    run: ({ rig }: { rig: Rig }) =>
      inWorld(rig, { migrated: false }, async (world) => {
        await world.start({ failpoints: `migrate=kill@${passage}` });
        world.expect(world.kills === 1, 'the failpoint was not reached');
        return afterMigration(world);
      }),
  })),
  {
    group: 'kill',
    fault: 'kill -9 in the middle of a migration, on a fresh database',
    form: 'both',
    run: ({ rig }) => inWorld(rig, { migrated: false }, killedInMigration),
  },
];

/** Actions held in their enrichment come near their deadline; the sweeper that ends them dies. */
async function killedAtDeadline(rig: Rig, failpoints: string): Promise<Outcome> {
  const gate = new Gate();
  const makeBody = (options: { token: string; callbackUrl: string }): object => scriptedLead(options, { gate });
  try {
    return await inWorld(rig, { env: SCRIPTED_SERVICES, makeBody }, async (world) => {
      const service = await world.start({ failpoints });
      await world.submitter.submitMany(10);
      // An hour's margin is a minute: with forty seconds left the sweeper ends them, with time for the callbacks.
      await world.records.sql(
        `UPDATE actions SET deadline_at = now() + interval '40 seconds',
                received_at = now() + interval '40 seconds' - (deadline_at - received_at)`,
      );
      await world.untilKilled(service);
      await world.start({}, 0);
      const outcome = await world.verify();
      const timeouts = world.adobe.requests.filter((request) => request.body.includes('"TIMEOUT"'));
      return withExtra(outcome, timeouts.length >= 10, `${timeouts.length} TIMEOUT callbacks for 10 actions`);
    });
  } finally {
    gate.remove();
  }
}

/** Rows made a hundred days old are on their way out when the sweeper dies between its two statements. */
async function killedInRetention(world: World): Promise<Outcome> {
  const first = await world.start();
  await world.submitter.submitMany(60);
  await world.until(async () => (await world.records.countUnfinished(world.submitter.ids)) === 0);
  await first.stop();
  const oldPrefix = (Date.now() - HUNDRED_DAYS_MS).toString(16).padStart(12, '0');
  for (const [table, column] of TABLES) {
    await world.records.sql(
      `UPDATE ${table} SET ${column} = ($1::text || substr(replace(${column}::text, '-', ''), 13))::uuid`,
      [oldPrefix],
    );
  }
  // What was made old is not looked for any more; what comes now must stay.
  world.submitter.acknowledged.clear();
  world.adobe.requests.length = 0;
  const service = await world.start({ failpoints: 'sweep.retention=kill' }, 0);
  await world.untilKilled(service);
  const [half] = await world.records.sql<{ n: number }>(
    'SELECT count(*)::int AS n FROM actions a WHERE NOT EXISTS (SELECT 1 FROM action_payloads p WHERE p.action_id = a.id)',
  );
  world.expect((half?.n ?? 0) > 0, 'the kill came before any payload was removed');
  await world.start({}, 0);
  const since = performance.now();
  await world.submitter.submitMany(10);
  const ids = world.submitter.ids;
  const gone = await world.until(async () => {
    const left = await world.records.sql('SELECT id FROM actions WHERE id <> ALL($1::uuid[])', [ids]);
    return left.length === 0;
  });
  world.expect(gone, 'rows that are over age were left');
  return world.verify({ since });
}

async function killedInErasure(world: World): Promise<Outcome> {
  const service = await world.start({ failpoints: 'sweep.erase=kill' });
  const callbackUrl = world.receiver.url('/callback');
  for (let index = 0; index < 20; index += 1) {
    const token = `erase-${index}`;
    await world.submitter.submit({
      token,
      body: leadRequest({ token, callbackUrl, leadId: index < 10 ? 4711 : index }),
    });
  }
  await world.until(async () => (await world.records.countUnfinished(world.submitter.ids)) === 0);
  const headers = { authorization: `Bearer ${TEST_ADMIN_KEY}` };
  const body = { tenant: TENANT, entityId: '4711' };
  const ordered = await call('POST', `${service.url}/admin/erase`, headers, body);
  world.expect(ordered.status === 202, `the erase job was answered ${ordered.status}`);
  await world.untilKilled(service);
  await world.start({}, 0);
  const since = performance.now();
  const done = await world.until(async () => {
    const [job] = await world.records.sql<{ state: string; erased: number }>('SELECT state, erased FROM erase_jobs');
    return job?.state === 'done' && job.erased === 10;
  });
  world.expect(done, 'the erase job did not end with ten actions erased');
  const [left] = await world.records.sql<{ n: number }>('SELECT count(*)::int AS n FROM action_payloads');
  world.expect(left?.n === 10, `${left?.n} payloads are left, of ten people who were not to be forgotten`);
  return world.verify({ since });
}

/** A table of ours in an open transaction makes the migration wait in its middle; there it is killed. */
async function killedInMigration(world: World): Promise<Outcome> {
  const client = await world.records.connect();
  try {
    await client.query('BEGIN');
    await client.query('CREATE TABLE deliveries (id uuid)');
    const service = await world.spawn();
    const waiting = await world.until(async () => {
      const rows = await world.records.sql(
        `SELECT 1 FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%CREATE TABLE deliveries%'`,
      );
      return rows.length > 0;
    }, 60_000);
    world.expect(waiting, 'the migration did not get to its middle');
    await service.kill();
    await client.query('ROLLBACK');
  } finally {
    await client.end();
  }
  return afterMigration(world);
}

async function afterMigration(world: World): Promise<Outcome> {
  await world.start({}, 0);
  const since = performance.now();
  await world.submitter.submitMany(20);
  return world.verify({ since });
}

function withExtra(outcome: Outcome, holds: boolean, otherwise: string): Outcome {
  return holds ? outcome : { ...outcome, violations: [...outcome.violations, otherwise] };
}
