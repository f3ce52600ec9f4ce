import { setTimeout as sleep } from 'node:timers/promises';
import type { Outcome } from './outcome.js';
import type { RunContext, Scenario } from './scenario.js';
import { inWorld, LEASE_MS } from './world.js';

/** Few places, so that most rows are claimed from the database by whoever comes first, not handed over in memory. */
const RACING = {
  ENRICH_CONCURRENCY: '4',
  DELIVERY_CONCURRENCY: '24',
  // Nothing fails here: a lease that runs out because a machine is busy would be another scenario.
  LEASE_ENRICH_MS: '60000',
  LEASE_DELIVERY_MS: '60000',
};

/** Several processes over the same rows, one that freezes longer than its leases last, and processes that come and go. */
export const REPLICA_SCENARIOS: readonly Scenario[] = [
  raceWithStop(1_000),
  race(2, 10_000),
  race(5, 10_000),
  stall('enrich.mid', 'in enrichment', 'both'),
  stall('deliver.after-answer', 'after 2xx'),
  {
    group: 'stop',
    fault: 'SIGTERM under load, eight times in a row',
    timeoutMs: 5 * 60_000,
    run: (context) => stopAgainAndAgain(context, 8),
  },
];

function race(replicas: number, actions: number): Scenario {
  return {
    group: 'replicas',
    fault: `${replicas} replicas racing over ${actions} actions`,
    timeoutMs: 5 * 60_000,
    run: ({ rig }) =>
      inWorld(rig, { env: RACING }, async (world) => {
        await Promise.all(Array.from({ length: replicas }, (_, index) => world.start({}, index)));
        await world.submitter.submitMany(actions, 64);
        world.expect(
          world.services.every((service) => service.end === null),
          'a replica ended',
        );
        return onlyOnce(await world.verify({ withinMs: 120_000 }));
      }),
  };
}

/** The short form of both: starting a process is what costs most of its minute. */
function raceWithStop(actions: number): Scenario {
  return {
    group: 'replicas',
    fault: `2 replicas racing over ${actions} actions, one of which is stopped by SIGTERM on the way`,
    form: 'short',
    run: ({ rig }) =>
      inWorld(rig, { env: RACING }, async (world) => {
        const [first] = await Promise.all([world.start({}, 0), world.start({}, 1)]);
        const stream = world.submitter.stream({ lanes: 32, count: actions });
        await world.until(() => world.submitter.acknowledged.size > actions / 3);
        const end = await first.stop();
        world.expect(end.exitCode === 0, `the stop ended with ${end.exitCode ?? end.signal}, not 0`);
        await stream.done;
        return onlyOnce(await world.verify());
      }),
  };
}

/** Two replicas, one of which freezes: the other takes over, and the frozen one finds its fences when it wakes. */
function stall(place: 'enrich.mid' | 'deliver.after-answer', words: string, form?: 'both'): Scenario {
  return {
    group: 'replicas',
    fault: `an event loop stalls ${words} for longer than its leases (${place})`,
    ...(form === undefined ? {} : { form }),
    run: ({ rig }) =>
      inWorld(rig, {}, async (world) => {
        world.adobe.answer = () => sleep(Math.random() * 40).then(() => undefined);
        await Promise.all([world.start({ failpoints: `${place}=stall:${LEASE_MS * 2.5}@40` }, 0), world.start({}, 1)]);
        const stream = world.submitter.stream({ lanes: 6, pauseMs: 10 });
        await sleep(LEASE_MS * 3.5);
        const since = performance.now();
        await stream.stop();
        return world.verify({ since });
      }),
  };
}

function stopAgainAndAgain({ rig }: RunContext, times: number): Promise<Outcome> {
  return inWorld(rig, {}, async (world) => {
    world.adobe.answer = () => sleep(Math.random() * 60).then(() => undefined);
    const stream = world.submitter.stream({ lanes: 8, pauseMs: 10 });
    for (let time = 0; time < times; time += 1) {
      const service = await world.start({}, 0);
      await sleep(300 + Math.random() * 900);
      const end = await service.stop();
      world.expect(end.exitCode === 0, `a stop under load ended with ${end.exitCode ?? end.signal}, not 0`);
      const [left] = await world.records.sql<{ n: number }>(
        `SELECT (SELECT count(*) FROM actions WHERE state = 'enriching')::int
              + (SELECT count(*) FROM deliveries WHERE status = 'delivering')::int AS n`,
      );
      world.expect(left?.n === 0, `a stop left ${left?.n} rows under lease`);
    }
    await world.start({}, 0);
    const since = performance.now();
    await stream.stop();
    return onlyOnce(await world.verify({ since }));
  });
}

/** Where nobody crashes, at least once means once. */
function onlyOnce(outcome: Outcome): Outcome {
  return outcome.duplicated === 0
    ? outcome
    : { ...outcome, violations: [...outcome.violations, `${outcome.duplicated} callbacks came twice`] };
}
