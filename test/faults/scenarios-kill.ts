import { setTimeout as sleep } from 'node:timers/promises';
import type { Failpoint } from '../../src/config/failpoints.js';
import type { Outcome } from './outcome.js';
import { randomFrom } from './random.js';
import type { RunContext, Scenario } from './scenario.js';
import { SCRIPTED_SERVICES, scriptedLead } from '../support/scripted-services.js';
import { inWorld, type World } from './world.js';

/** At which passage a service under load dies: far enough in that rows are in every state. */
const UNDER_LOAD: readonly (readonly [Failpoint, number, string])[] = [
  ['intake.before-commit', 8, 'before an insert'],
  ['intake.after-commit', 8, 'after an insert, before the answer and the handover'],
  ['enrich.claimed', 8, 'with actions claimed'],
  ['enrich.mid', 25, 'in the middle of an enrichment'],
  ['finish.before-commit', 8, 'before a result is committed'],
  ['finish.after-commit', 8, 'after a result, before its callback is handed over'],
  ['deliver.claimed', 8, 'with deliveries claimed'],
  ['deliver.before-send', 25, 'before a request is sent'],
  ['deliver.mid-http', 25, 'while a request is under way'],
  ['deliver.after-answer', 25, 'after 2xx, before it is settled'],
  ['settle.before-commit', 8, 'before a settlement is committed'],
  ['settle.after-commit', 8, 'after a settlement'],
];

/** Which of them the short form takes, all in one world. */
const SHORT: readonly Failpoint[] = ['finish.before-commit', 'deliver.after-answer'];
const RANDOM_KILLS = 200;
const STORM_KILLS = 30;
const LANES = 6;
/** Who is blamed is seen here, not how soon: what was under way in several kills runs alone in the end, one by one. */
const STORM = { lanes: 8, pauseMs: 10, withinMs: 90_000 };

/** kill -9 at every place where work can be lost or doubled, then at random times. */
export const KILL_SCENARIOS: readonly Scenario[] = [
  ...UNDER_LOAD.map(([name, passage, words]) => ({
    group: 'kill' as const,
    fault: `kill -9 ${words} (${name})`,
    run: (context: RunContext) => killAt(context, [[name, passage]]),
  })),
  {
    group: 'kill',
    fault: `kill -9 at ${SHORT.join(', ')}, one after the other`,
    form: 'short',
    run: (context) =>
      killAt(
        context,
        UNDER_LOAD.filter(([name]) => SHORT.includes(name)).map(([name, passage]) => [name, passage] as const),
      ),
  },
  { group: 'kill', fault: 'kill -9 with hundreds of callbacks under way', run: killCrowded },
  {
    group: 'kill',
    fault: `kill -9 at random times, ${RANDOM_KILLS} times`,
    timeoutMs: 20 * 60_000,
    run: (context) => killAtRandom(context, RANDOM_KILLS),
  },
  {
    group: 'kill',
    fault: `kill -9 at random times under load, ${STORM_KILLS} times: no innocent is blamed`,
    timeoutMs: 10 * 60_000,
    run: (context) => killAtRandom(context, STORM_KILLS, STORM),
  },
  {
    group: 'kill',
    fault: 'kill -9 eight times after an answer, before it is settled: no innocent is blamed',
    timeoutMs: 5 * 60_000,
    run: (context) =>
      killAt(
        context,
        Array.from({ length: 8 }, () => ['settle.before-commit', 1] as const),
      ),
  },
  {
    group: 'kill',
    fault: 'kill -9 eight times with deliveries claimed, before they are worked on: no innocent is blamed',
    timeoutMs: 5 * 60_000,
    run: (context) =>
      killAt(
        context,
        Array.from({ length: 8 }, () => ['deliver.claimed', 1] as const),
      ),
  },
  {
    group: 'kill',
    fault:
      'an action that ends its process after longer than suspects have to themselves at first: it is found out, and no other',
    timeoutMs: 5 * 60_000,
    run: endSlowly,
  },
  { group: 'kill', fault: 'kill -9 at random times, twice', form: 'short', run: (context) => killAtRandom(context, 2) },
];

/** Kills one service after the other at the given places, under load; the last one lives. */
function killAt({ rig }: RunContext, places: readonly (readonly [Failpoint, number])[]): Promise<Outcome> {
  return inWorld(rig, {}, async (world) => {
    answerSlowly(world, Math.random);
    // Paced: what is under way in several kills runs alone in the end, one by one, and that is not what is measured here.
    const stream = world.submitter.stream({ lanes: LANES, pauseMs: 40 });
    for (const [name, passage] of places) {
      await world.untilKilled(await world.start({ failpoints: `${name}=kill@${passage}` }, 0));
    }
    await world.start({}, 0);
    const since = performance.now();
    await stream.stop();
    return world.verify({ since });
  });
}

/** As in a deployment whose pod goes away at full load: what it leaves behind is many, and none of it is to blame. */
function killCrowded({ rig }: RunContext): Promise<Outcome> {
  return inWorld(rig, {}, async (world) => {
    world.adobe.answer = () => sleep(200).then(() => undefined);
    const service = await world.start({}, 0);
    const stream = world.submitter.stream({ lanes: 32, pauseMs: 0 });
    await sleep(2_500);
    await service.kill();
    await world.start({}, 0);
    const since = performance.now();
    await stream.stop();
    return world.verify({ since });
  });
}

function killAtRandom(
  { rig, seed }: RunContext,
  kills: number,
  load: { readonly lanes: number; readonly pauseMs: number; readonly withinMs?: number } = { lanes: 3, pauseMs: 60 },
): Promise<Outcome> {
  return inWorld(rig, {}, async (world) => {
    const random = randomFrom(seed);
    answerSlowly(world, random);
    const stream = world.submitter.stream(load);
    for (let kill = 0; kill < kills; kill += 1) {
      const service = await world.spawn({}, 0);
      // Every fifth is not given the time to become ready: it dies while it starts or looks for suspects.
      if (kill % 5 !== 4) await service.ready();
      await sleep(random() * 2_500);
      await service.kill();
    }
    await world.start({}, 0);
    const since = performance.now();
    await stream.stop();
    return world.verify({ since, ...(load.withinMs !== undefined && { withinMs: load.withinMs }) });
  });
}

/** The suspect gets company before it ends its process, which then proves nothing: its time alone has to grow. */
function endSlowly({ rig }: RunContext): Promise<Outcome> {
  return inWorld(rig, { env: SCRIPTED_SERVICES, makeBody: scriptedLead }, async (world) => {
    await world.start({}, 0);
    const callbackUrl = world.receiver.url('/callback');
    const body = scriptedLead({ callbackUrl, leadId: 13, token: 'slow-poison' }, { endAfterMs: 1_500 });
    const id = await world.submitter.submit({ body, token: 'slow-poison' });
    const stream = world.submitter.stream({ lanes: 2, pauseMs: 200 });
    const isOver = async (): Promise<boolean> => (await world.records.countUnfinished([id ?? ''])) === 0;
    for (let crashes = 0; crashes < 12 && !(await isOver()); crashes += 1) {
      const service = await world.start({}, 0);
      await world.until(async () => service.end !== null || (await isOver()), 30_000);
    }
    if (world.services[0]?.end !== null) await world.start({}, 0);
    const since = performance.now();
    await stream.stop();
    const blamed = await world.records.sql<{ id: string }>(
      `SELECT id FROM actions WHERE outcome = 'failure' AND reason LIKE 'quarantined%'`,
    );
    world.expect(blamed.length === 1 && blamed[0]?.id === id, `blamed: ${JSON.stringify(blamed)} instead of ${id}`);
    return world.verify({ since });
  });
}

/** Keeps requests under way long enough for a kill to meet some. */
function answerSlowly(world: World, random: () => number): void {
  world.adobe.answer = () => sleep(random() * 60).then(() => undefined);
}
