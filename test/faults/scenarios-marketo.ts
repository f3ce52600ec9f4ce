import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { TEST_KEY } from '../support/app.js';
import { marketoBatch, MarketoFolder, marketoLead } from '../support/marketo-world.js';
import type { Outcome } from './outcome.js';
import { randomFrom } from './random.js';
import type { RunContext, Scenario } from './scenario.js';
import { inWorld, RECOVERED_WITHIN_MS, type World } from './world.js';

const BATCHES = 12;
const LEADS = 60;
const KILLS = 3;
/** Longer than a claim, short enough that a kill meets it in the middle. */
const LEAD_MS = 150;

/** kill -9 in the middle of Marketo's batches: one callback each with every lead once, or again with the same bytes. */
export const MARKETO_SCENARIOS: readonly Scenario[] = [
  {
    group: 'kill',
    fault: `kill -9 in the middle of batches of ${LEADS} leads, ${KILLS} times: every lead has one result`,
    timeoutMs: 4 * 60_000,
    run: (context) => withBatches(context, killedInBatches),
  },
  {
    group: 'kill',
    fault: 'a lead of a batch that ends the process: it fails alone, the others have their results',
    timeoutMs: 4 * 60_000,
    run: (context) => withBatches(context, poisonedBatch),
  },
];

async function withBatches(
  { rig, seed }: RunContext,
  run: (world: World, random: () => number) => Promise<Outcome>,
): Promise<Outcome> {
  const folder = new MarketoFolder();
  try {
    return await inWorld(rig, { env: folder.env }, (world) => run(world, randomFrom(seed)));
  } finally {
    folder.remove();
  }
}

async function killedInBatches(world: World, random: () => number): Promise<Outcome> {
  const paths: string[] = [];
  let since = 0;
  for (let kill = 0; kill <= KILLS; kill += 1) {
    const service = await world.start({}, 0);
    since = performance.now();
    for (let count = 0; count < BATCHES / (KILLS + 1); count += 1) {
      const fields = { do: 'wait', ms: LEAD_MS };
      paths.push(
        await submit(
          world,
          service.url,
          Array.from({ length: LEADS }, (_, at) => marketoLead({ id: at + 1, fields })),
        ),
      );
    }
    if (kill === KILLS) break;
    await sleep(200 + random() * 800);
    await service.kill();
  }
  await untilCalledBack(world, paths, RECOVERED_WITHIN_MS * 2);
  const outcome = await world.verify({ since, ids: [...world.actionsByPath.values()] });
  return { ...outcome, violations: [...outcome.violations, ...paths.flatMap((path) => check(world, path, []))] };
}

async function poisonedBatch(world: World): Promise<Outcome> {
  const poison = 7;
  const service = await world.start({}, 0);
  const leads = Array.from({ length: 20 }, (_, at) =>
    marketoLead({ id: at + 1, fields: at + 1 === poison ? { do: 'die' } : {} }),
  );
  const path = await submit(world, service.url, leads);
  let since = performance.now();
  let running = service;
  for (let start = 0; start < 8 && !isCalledBack(world, path); start += 1) {
    await Promise.race([running.exited, world.until(() => isCalledBack(world, path)).catch(() => undefined)]);
    if (isCalledBack(world, path)) break;
    running = await world.start({}, 0);
    since = performance.now();
  }
  await untilCalledBack(world, [path], RECOVERED_WITHIN_MS);
  const outcome = await world.verify({ since, ids: [...world.actionsByPath.values()] });
  return { ...outcome, violations: [...outcome.violations, ...check(world, path, [poison])] };
}

async function submit(world: World, url: string, leads: readonly unknown[]): Promise<string> {
  const path = `/marketo/${randomUUID()}`;
  const answer = await request(`${url}/services/scoring/submitAsyncAction`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-api-key': TEST_KEY },
    body: JSON.stringify(marketoBatch(world.receiver.url(path), leads)),
  });
  const text = await answer.body.text();
  world.expect(answer.statusCode === 201, `a batch was answered ${answer.statusCode}: ${text.slice(0, 200)}`);
  if (answer.statusCode === 201) world.actionsByPath.set(path, (JSON.parse(text) as { requestId: string }).requestId);
  return path;
}

function isCalledBack(world: World, path: string): boolean {
  return world.receiver.requests.some((seen) => seen.path === path);
}

async function untilCalledBack(world: World, paths: readonly string[], withinMs: number): Promise<void> {
  const giveUpAt = performance.now() + withinMs;
  while (performance.now() < giveUpAt && !paths.every((path) => isCalledBack(world, path))) await sleep(100);
}

/** @param failed numbers of the leads that may fail, and must. */
function check(world: World, path: string, failed: readonly number[]): string[] {
  const bodies = world.receiver.requests.filter((seen) => seen.path === path).map(({ body }) => body);
  const [first] = bodies;
  if (first === undefined) return [`${path} was acknowledged and never called back`];
  if (bodies.some((body) => body !== first)) return [`${path} was called back with different bytes`];
  const { objectData } = JSON.parse(first) as {
    objectData: { leadData: { id: number }; activityData: { success: boolean } }[];
  };
  const ids = objectData.map(({ leadData }) => leadData.id);
  const wrong = objectData.filter(
    ({ leadData, activityData }) => activityData.success === failed.includes(leadData.id),
  );
  return [
    ...(ids.every((id, at) => id === at + 1) ? [] : [`${path}: leads are missing, doubled or in another order`]),
    ...wrong.map(({ leadData }) => `${path}: lead ${leadData.id} has the wrong outcome`),
  ];
}
