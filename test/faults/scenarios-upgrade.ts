import { setTimeout as sleep } from 'node:timers/promises';
import { leadRequest } from '../support/requests.js';
import type { OtherBuild, ServiceProcess } from '../support/service-process.js';
import { startRedis } from '../support/test-redis.js';
import type { Outcome } from './outcome.js';
import type { Scenario } from './scenario.js';
import { inWorld, type World, type WorldOptions } from './world.js';

const LOAD = { lanes: 6, pauseMs: 10 };
/** How long each step of an upgrade is under load. */
const STEP_MS = 1_500;
/** How many requests are sent again to the other version. */
const REPEATED = 25;
/** As in scenarios-redis.ts: where no process is killed, no lease may need to run out. */
const LONG_LEASES = { LEASE_ENRICH_MS: '120000', LEASE_DELIVERY_MS: '120000' };

/** Another build and this one on one database, in the order of a rolling update and of the way back. */
export function upgradeScenarios(builds: readonly OtherBuild[]): Scenario[] {
  return builds.flatMap((build) => {
    const scenario = (words: string, run: Scenario['run']): Scenario => ({
      group: 'upgrade',
      fault: `Upgrade from ${build.name}: ${words}`,
      timeoutMs: 5 * 60_000,
      run,
    });
    return [
      scenario('both versions side by side, then SIGTERM to the old processes one by one', ({ rig }) =>
        inOldWorld(rig, { env: LONG_LEASES }, (world) => rollOver(world, build)),
      ),
      scenario('both versions side by side, then kill -9 for one old process and SIGTERM for the other', ({ rig }) =>
        inOldWorld(rig, {}, (world) => killOver(world, build)),
      ),
      scenario('and back to the old version, and to the new one again', ({ rig }) =>
        inOldWorld(rig, { env: LONG_LEASES }, (world) => goBack(world, build)),
      ),
      scenario('an api and a worker of each, on one Redis, then kill -9 for the old worker', async ({ rig }) => {
        const redis = await startRedis();
        try {
          return await inOldWorld(rig, { redisUrl: redis.url }, (world) => rollRoles(world, build));
        } finally {
          await redis.stop();
        }
      }),
    ];
  });
}

/** An empty database, which the old version migrates. */
function inOldWorld(
  rig: Parameters<typeof inWorld>[0],
  options: WorldOptions,
  run: (world: World) => Promise<Outcome>,
): Promise<Outcome> {
  return inWorld(rig, { ...options, migrated: false }, async (world) => {
    world.adobe.answer = () => sleep(Math.random() * 40).then(() => undefined);
    const outcome = await run(world);
    return { ...outcome, violations: [...outcome.violations, ...(await findOthers(world))] };
  });
}

async function rollOver(world: World, build: OtherBuild): Promise<Outcome> {
  const old = await startTwo(world, build);
  const stream = world.submitter.stream(LOAD);
  await sleep(STEP_MS);
  await world.migrate();
  await sleep(STEP_MS);
  // Its token may come from either side of the upgrade: the new version has to know both.
  const earlier = [...world.submitter.acknowledged.keys()].slice(0, REPEATED);
  const first = await world.start({}, 2);
  await repeatTo(world, first, earlier);
  await sleep(STEP_MS);
  await stopInTurn(world, old.slice(0, 1));
  await world.start({}, 3);
  await sleep(STEP_MS);
  await stopInTurn(world, old.slice(1));
  const since = performance.now();
  await sleep(STEP_MS);
  await stream.stop();
  await repeatTo(world, first, earlier);
  return onlyOnce(await world.verify({ since }));
}

async function killOver(world: World, build: OtherBuild): Promise<Outcome> {
  const [killed, stopped] = await startTwo(world, build);
  const stream = world.submitter.stream(LOAD);
  await sleep(STEP_MS);
  await world.migrate();
  await world.start({}, 2);
  await world.start({}, 3);
  await sleep(STEP_MS);
  await killed.kill();
  await sleep(STEP_MS);
  await stopInTurn(world, [stopped]);
  const since = performance.now();
  await sleep(STEP_MS);
  await stream.stop();
  return world.verify({ since });
}

/** As docs/operations.md says it: no migration is undone, and the new version goes on where it stopped. */
async function goBack(world: World, build: OtherBuild): Promise<Outcome> {
  const old = await startTwo(world, build);
  const stream = world.submitter.stream(LOAD);
  await sleep(STEP_MS);
  await world.migrate();
  const one = await world.start({}, 2);
  await stopInTurn(world, old);
  await sleep(STEP_MS);
  const back = await world.start({ build }, 0);
  await stopInTurn(world, [one]);
  await sleep(STEP_MS);
  await world.start({}, 2);
  await stopInTurn(world, [back]);
  const since = performance.now();
  await sleep(STEP_MS);
  await stream.stop();
  return onlyOnce(await world.verify({ since }));
}

async function rollRoles(world: World, build: OtherBuild): Promise<Outcome> {
  const [api, worker] = [{ ROLE: 'api' }, { ROLE: 'worker' }];
  const oldApi = await world.start({ build, env: api }, 0);
  const oldWorker = await world.start({ build, env: worker }, 1);
  const stream = world.submitter.stream(LOAD);
  await sleep(STEP_MS);
  await world.migrate();
  await world.start({ env: api }, 2);
  await world.start({ env: worker }, 3);
  await sleep(STEP_MS);
  await oldWorker.kill();
  await sleep(STEP_MS);
  await stopInTurn(world, [oldApi]);
  const since = performance.now();
  await sleep(STEP_MS);
  await stream.stop();
  return world.verify({ since });
}

async function startTwo(world: World, build: OtherBuild): Promise<[ServiceProcess, ServiceProcess]> {
  // In turn: the first one migrates.
  const first = await world.start({ build }, 0);
  return [first, await world.start({ build }, 1)];
}

async function stopInTurn(world: World, services: readonly ServiceProcess[]): Promise<void> {
  for (const service of services) {
    const end = await service.stop();
    world.expect(end.exitCode === 0, `a stop under load ended with ${end.exitCode ?? end.signal}, not 0`);
  }
}

/** The same token gets the same id, whichever version stored it. */
async function repeatTo(world: World, service: ServiceProcess, tokens: readonly string[]): Promise<void> {
  for (const token of tokens) {
    const body = leadRequest({ token, callbackUrl: world.receiver.url('/callback') });
    const { status, body: answer } = await service.submit(body);
    const id = world.submitter.acknowledged.get(token);
    world.expect(
      status === 200 && answer['requestId'] === id,
      `a token of ${id} was answered ${status} with ${String(answer['requestId'])}`,
    );
  }
}

/** Every request became one action: a second one of the same token would be an action that no caller knows. */
async function findOthers(world: World): Promise<string[]> {
  const rows = await world.records.sql<{ id: string }>('SELECT id FROM actions WHERE NOT id = ANY($1::uuid[])', [
    world.submitter.ids,
  ]);
  // A caller that gave up may have left one.
  return rows.length <= world.submitter.givenUp.length
    ? []
    : [
        `${rows.length} actions that nobody was told of: ${rows
          .map(({ id }) => id)
          .slice(0, 5)
          .join(', ')}`,
      ];
}

/** Where nobody crashes, at least once means once. */
function onlyOnce(outcome: Outcome): Outcome {
  return outcome.duplicated === 0
    ? outcome
    : { ...outcome, violations: [...outcome.violations, `${outcome.duplicated} callbacks came twice`] };
}
