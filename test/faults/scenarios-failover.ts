import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from 'pg';
import { request } from 'undici';
import { tokenKeyOf } from '../../src/actions/token-key.js';
import type { Outcome } from './outcome.js';
import { Rig } from './rig.js';
import type { RunContext, Scenario } from './scenario.js';
import { Standby } from './standby.js';
import { inWorld, type World } from './world.js';

/** Enough that some commit is always under way. */
const LOAD = { lanes: 16, pauseMs: 10 };
const BEFORE_MS = 1_500;
/** How long answers vanish before the primary ends. */
const MUTE_MS = 400;
/** What an asynchronous standby lacks in the end. */
const BEHIND_MS = 300;
/** Until somebody has noticed that the primary is gone. */
const NOTICED_MS = 3_000;

/** The primary ends under load, a standby takes its place, and the same address leads to it. */
export const FAILOVER_SCENARIOS: readonly Scenario[] = [
  {
    group: 'postgres',
    fault: 'PostgreSQL: commits whose answers are lost, then every connection reset',
    run: ({ rig }) => loseAnswers(rig),
  },
  failOver('kill -9 with commits unanswered, a synchronous standby is promoted', true, killed),
  failOver('silence, the address leads to a synchronous standby before it is promoted', true, silenced),
  failOver(`kill -9, an asynchronous standby ${BEHIND_MS} ms behind is promoted`, false, leftBehind),
];

interface Pair {
  readonly rig: Rig;
  readonly standby: Standby;
}

function failOver(
  words: string,
  synchronous: boolean,
  fault: (world: World, pair: Pair) => Promise<Outcome>,
): Scenario {
  return {
    group: 'postgres',
    fault: `PostgreSQL fails over: ${words}`,
    timeoutMs: 4 * 60_000,
    run: (context) => inPair(context, synchronous, fault),
  };
}

/** Two servers of its own: whoever is promoted is another server than the one of the run. */
async function inPair(
  { rig: shared }: RunContext,
  synchronous: boolean,
  fault: (world: World, pair: Pair) => Promise<Outcome>,
): Promise<Outcome> {
  const rig = await Rig.start({ fast: shared.fast, queue: shared.queue, name: '-primary' });
  let standby: Standby | null = null;
  try {
    standby = await Standby.start(rig, { synchronous });
    const pair = { rig, standby };
    return await inWorld(rig, { postgresLine: true }, async (world) => {
      world.adobe.answer = () => sleep(Math.random() * 40).then(() => undefined);
      return fault(world, pair);
    });
  } finally {
    await standby?.stop();
    await rig.stop();
  }
}

/** One server: it commits, and nobody hears of it. */
function loseAnswers(rig: Rig): Promise<Outcome> {
  return inWorld(rig, { postgresLine: true }, async (world) => {
    world.adobe.answer = () => sleep(Math.random() * 40).then(() => undefined);
    await world.start();
    const stream = world.submitter.stream(LOAD);
    await sleep(BEFORE_MS);
    let since = 0;
    for (let time = 0; time < 5; time += 1) {
      await world.postgresLine?.set({ kind: 'mute' });
      await sleep(MUTE_MS);
      // Whatever was sent has been committed by now, or was not sent.
      const stored = await findUnanswered(world, (text, values) => world.records.sql(text, values));
      await world.postgresLine?.set({ kind: 'reset' });
      await world.postgresLine?.set({ kind: 'pass' });
      since = performance.now();
      await expectSameIds(world, stored);
    }
    await stream.stop();
    return world.verify({ since });
  });
}

async function killed(world: World, { rig, standby }: Pair): Promise<Outcome> {
  await world.start();
  await world.start();
  const stream = world.submitter.stream(LOAD);
  await sleep(BEFORE_MS);
  await world.postgresLine?.set({ kind: 'mute' });
  await sleep(MUTE_MS);
  await rig.killServer();
  await sleep(NOTICED_MS);
  await promote(world, standby);
  const stored = await findUnanswered(world, (text, values) => ask(world, standby, text, values));
  await leadTo(world, standby);
  const since = performance.now();
  await expectSameIds(world, stored);
  await sleep(BEFORE_MS);
  await stream.stop();
  return world.verify({ since });
}

/** Nothing is closed, and the address comes too early: at a server that reads and does not write. */
async function silenced(world: World, { rig, standby }: Pair): Promise<Outcome> {
  for (const ROLE of ['api', 'worker']) await world.start({ env: { ROLE } });
  const stream = world.submitter.stream(LOAD);
  await sleep(BEFORE_MS);
  await world.postgresLine?.set({ kind: 'black-hole' });
  await rig.killServer();
  await sleep(NOTICED_MS);
  await leadTo(world, standby);
  const saysWhy = await world.until(async () => (await findReason(world)).includes('read-only'));
  world.expect(saysWhy, 'the probe does not say that the server is read-only');
  await promote(world, standby);
  const since = performance.now();
  await sleep(BEFORE_MS);
  await stream.stop();
  return world.verify({ since });
}

/** The ids that are gone are those that only the old primary has: nothing else is lost. */
async function leftBehind(world: World, { rig, standby }: Pair): Promise<Outcome> {
  await world.start();
  await world.start();
  const stream = world.submitter.stream(LOAD);
  await sleep(BEFORE_MS);
  await standby.line.set({ kind: 'black-hole' });
  await sleep(BEHIND_MS);
  await rig.killServer();
  await sleep(NOTICED_MS);
  await promote(world, standby);
  const taken = new Set(await readIds(rig.urlOf(world.database, standby.port)));
  await leadTo(world, standby);
  const since = performance.now();
  await sleep(BEFORE_MS);
  await stream.stop();
  const onPrimary = await rig.readBeside((url) => readIds(url(world.database)));
  const gone = new Set(onPrimary.filter((id) => !taken.has(id)));
  const lost = world.submitter.ids.filter((id) => gone.has(id));
  world.expect(lost.length > 0, 'the standby was not behind: nothing was tried');
  world.lostCommits = true;
  return world.verify({ since, goneWithPrimary: gone });
}

async function promote(world: World, standby: Standby): Promise<void> {
  await standby.promote();
  const { rows } = await standby.asAdmin((admin) =>
    admin.query<{ names: string }>(`SELECT current_setting('synchronous_standby_names') AS names`),
  );
  world.expect(rows[0]?.names === '', 'the promoted server waits for a standby');
}

/** As a virtual address or a name does that has moved. */
async function leadTo(world: World, standby: Standby): Promise<void> {
  world.rig.moveTo(standby.port);
  if (world.postgresLine === null) return;
  world.postgresLine.target = standby.port;
  await world.postgresLine.set({ kind: 'pass' });
}

type Ask = (text: string, values: readonly unknown[]) => Promise<Record<string, unknown>[]>;

/** Requests that no caller has been told of and that are stored all the same: the id of each, by its token. */
async function findUnanswered(world: World, askServer: Ask): Promise<Map<string, string>> {
  const tokens = [...world.submitter.underWay];
  const [of] = await askServer('SELECT service, tenant FROM actions LIMIT 1', []);
  const keys = tokens.map((token) => tokenKeyOf(String(of?.['service']), String(of?.['tenant']), token));
  const rows = await askServer(
    'SELECT k.at, t.action_id AS id FROM unnest($1::uuid[]) WITH ORDINALITY AS k(key, at) JOIN action_tokens t ON t.token_key = k.key',
    [keys],
  );
  return new Map(rows.map((row) => [tokens[Number(row['at']) - 1] ?? '', String(row['id'])]));
}

/** The caller that repeats its request gets the id of what was stored, not a second action. */
async function expectSameIds(world: World, stored: ReadonlyMap<string, string>): Promise<void> {
  world.expect(stored.size > 0, 'no commit was unanswered: nothing was tried');
  const { acknowledged } = world.submitter;
  const all = await world.until(() => [...stored.keys()].every((token) => acknowledged.has(token)), 30_000);
  world.expect(all, 'a request that was stored was never acknowledged');
  for (const [token, id] of stored) {
    const told = acknowledged.get(token);
    world.expect(told === undefined || told === id, `a request stored as ${id} was acknowledged as ${told}`);
  }
}

async function ask(
  world: World,
  standby: Standby,
  text: string,
  values: readonly unknown[],
): Promise<Record<string, unknown>[]> {
  return standby.asAdmin(
    async (admin) => (await admin.query<Record<string, unknown>>(text, [...values])).rows,
    world.database,
  );
}

async function readIds(url: string): Promise<string[]> {
  const client = new Client({ connectionString: url });
  client.on('error', () => undefined);
  await client.connect();
  try {
    return (await client.query<{ id: string }>('SELECT id FROM actions')).rows.map(({ id }) => id);
  } finally {
    await client.end();
  }
}

async function findReason(world: World): Promise<string> {
  const { body } = await request(`${world.services[0]?.url}/health/ready`);
  return body.text();
}
