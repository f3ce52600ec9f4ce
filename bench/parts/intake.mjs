// Durable acknowledgements a second, beside what Nest and Fastify do without a database and Postgres without batches.
import { join } from 'node:path';
import { Child } from '../child.mjs';
import { startEcho, startService } from '../contenders.mjs';
import { profileRound } from '../profiling.mjs';
import { alternate, measureIntake } from '../rounds.mjs';

const SINGLE_CONNECTIONS = 16;

/** A ROLE=api process: it validates, stores and acknowledges, and nobody works off what it stored. */
export async function measureIntakePart(world, { rounds, intakeCount, warmUpCount, connections }) {
  const databaseUrl = await world.createDatabase('bench_singles');
  const startSingles = async () =>
    Child.fork('single inserts', join(import.meta.dirname, '../peers/single-inserts.mjs'));
  return world.with(
    [() => startService(world, { roles: ['api'] }), () => startEcho(world), startSingles],
    async (service, echo, singles) => {
      singles.signal = world.signal;
      await singles.next('ready');
      const measure = (contender, count) => measureIntake(world, contender, { count, connections });
      const measureSingles = (count) => measureSingleInserts(world, singles, { count, databaseUrl });
      for (const contender of [service, echo]) await measure(contender, warmUpCount);
      await measureSingles(warmUpCount / 4);
      const { sides, ratios } = await alternate(world, rounds, {
        ricochet: () => measure(service, intakeCount),
        'nest echo': () => measure(echo, intakeCount),
        'single inserts': () => measureSingles(Math.round(intakeCount / 2)),
      });
      await profileRound(world, service, 'intake', () => measure(service, intakeCount));
      return { sides, ratio: ratios['nest echo'], ratioToSingleInserts: ratios['single inserts'] };
    },
  );
}

async function measureSingleInserts(world, singles, { count, databaseUrl }) {
  const order = { kind: 'run', epoch: world.nextEpoch(), count, connections: SINGLE_CONNECTIONS, databaseUrl };
  const { startedAtMs, endedAtMs } = await singles.ask(order, 'done', 600_000);
  const perSecond = (count / (endedAtMs - startedAtMs)) * 1000;
  return { perSecond, msPerAction: 0, cores: 0, machineBusy: 0, saturated: true, problems: [] };
}
