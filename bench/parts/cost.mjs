// What an action costs: CPU of the service and of Postgres, statements, write-ahead log, memory.
import { BEFORE, beforeRounds, compareToBefore, cpuRatio } from '../before.mjs';
import { startService, startServiceBefore } from '../contenders.mjs';
import { residentBytes } from '../proc.mjs';
import { alternateAfresh, measureEndToEnd } from '../rounds.mjs';

const MEMORY_LOOK_MS = 250;
const IDLE_MS = 3_000;
/** V8 gives the pages of a collection back to the system a while after it. */
const GIVEN_BACK_MS = 6_000;
const MIB = 1024 * 1024;
const TOP = 12;

/** The costs of this build and, where another one was named, what an action costs of both, in turns. */
export async function measureCostPart(world, sizes) {
  const cost = await measureCost(world, sizes);
  return world.before === null ? cost : { ...cost, ...(await measureBeside(world, sizes)) };
}

/** A round takes as many actions as one of `end-to-end`: a long one shows no more, and drifts. */
async function measureBeside(world, sizes) {
  const { sides, results } = await alternateAfresh(world, beforeRounds(sizes.sideRounds), sizes, {
    ricochet: () => startService(world),
    [BEFORE]: () => startServiceBefore(world),
  });
  return { sides, beforeRatio: compareToBefore(results.ricochet, results[BEFORE], cpuRatio) };
}

/** One fresh ROLE=all process, `costCount` actions without a pause. */
async function measureCost(world, { costCount, connections }) {
  return world.with([() => startService(world)], async (service) => {
    const [process] = service.children;
    const { databaseUrl } = service;
    await world.query(databaseUrl, 'CREATE EXTENSION IF NOT EXISTS pg_stat_statements');
    await world.pause(IDLE_MS);
    const idle = await measureAtRest(world, process);
    const before = await counters(world, databaseUrl);
    await world.query(databaseUrl, STATEMENTS_RESET);
    const peak = watchMemory(process.pid);
    const round = await measureEndToEnd(world, service, { count: costCount, connections });
    const loadedRssMb = peak.stop() / MIB;
    const { statements, top } = await readStatements(world, databaseUrl);
    const after = await counters(world, databaseUrl);
    await world.pause(IDLE_MS);
    const rested = await measureAtRest(world, process);
    if (round.problems.length > 0) throw new Error(`cost: the round does not count: ${round.problems.join('; ')}`);
    const per = (value) => value / costCount;
    return {
      actions: costCount,
      perSecond: round.perSecond,
      serviceMsPerAction: per(round.cpu.serviceMs),
      postgresMsPerAction: per(round.cpu.postgresMs),
      redisMsPerAction: per(round.cpu.redisMs),
      loadMsPerAction: per(round.cpu.loadMs),
      sinkMsPerAction: per(round.cpu.sinkMs),
      statementsPerAction: per(statements),
      transactionsPerAction: per(after.transactions - before.transactions),
      walBytesPerAction: per(after.walBytes - before.walBytes),
      databaseBytesPerAction: per(after.databaseBytes - before.databaseBytes),
      statements: top.map(({ calls, ms, text }) => ({ calls, perAction: per(calls), msPerAction: per(ms), text })),
      memory: {
        idleRssMb: idle.rssMb,
        loadedRssMb,
        afterRssMb: rested.rssMb,
        growth: rested.rssMb / idle.rssMb,
        idleHeapMb: idle.heapMb,
        afterHeapMb: rested.heapMb,
      },
    };
  });
}

/** After a collection, and what it freed given back. */
async function measureAtRest(world, process) {
  const { heapUsed } = await process.ask('measure', 'memory');
  await world.pause(GIVEN_BACK_MS);
  return { heapMb: heapUsed / MIB, rssMb: residentBytes(process.pid) / MIB };
}

const STATEMENTS_RESET = `SELECT pg_stat_statements_reset(0, (SELECT oid FROM pg_database WHERE datname = current_database()), 0)`;

/** BEGIN and COMMIT count: each is a trip to the server. */
const STATEMENTS = `SELECT calls::float8 AS calls, total_exec_time AS ms, left(regexp_replace(query, '\\s+', ' ', 'g'), 160) AS text
  FROM pg_stat_statements WHERE dbid = (SELECT oid FROM pg_database WHERE datname = current_database())
   AND query NOT LIKE '%pg_stat_statements%' ORDER BY total_exec_time DESC`;

async function readStatements(world, databaseUrl) {
  const rows = await world.query(databaseUrl, STATEMENTS);
  return { statements: rows.reduce((sum, { calls }) => sum + calls, 0), top: rows.slice(0, TOP) };
}

async function counters(world, databaseUrl) {
  const [row] = await world.query(
    databaseUrl,
    `SELECT pg_wal_lsn_diff(pg_current_wal_lsn(), '0/0')::float8 AS "walBytes",
            (SELECT (xact_commit + xact_rollback)::float8 FROM pg_stat_database WHERE datname = current_database()) AS transactions,
            pg_database_size(current_database())::float8 AS "databaseBytes"`,
  );
  return row;
}

function watchMemory(pid) {
  let most = 0;
  const timer = setInterval(() => (most = Math.max(most, residentBytes(pid))), MEMORY_LOOK_MS);
  return {
    stop: () => {
      clearInterval(timer);
      return most;
    },
  };
}
