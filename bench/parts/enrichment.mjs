// What the providers cost: CPU per lead of contact-quality, and the memory that its lists take once they are used.
import { join } from 'node:path';
import { BEFORE, beforeRounds, compareToBefore } from '../before.mjs';
import { Child } from '../child.mjs';
import { alternate } from '../rounds.mjs';
import { START_FLAGS } from '../start-flags.mjs';

const FILE = join(import.meta.dirname, '..', 'enrichment-child.mjs');
const MIB = 1024 * 1024;
/** Every list of every provider is asked by then. */
const FIRST_LEADS = 1_000;
const ANSWER_WITHIN_MS = 300_000;

/**
 * Each build in a process of its own, asked in turns: the pipelines run there, without HTTP and without a database.
 * @returns sides as in {@link alternate}, `memory` of this build and `memoryBefore` of the other one in MB, and with another
 *   build `beforeRatio`: CPU per lead before / now
 */
export async function measureEnrichmentPart(world, { leadCount, sideRounds }) {
  const starting = [() => start(world, world.dist, [...START_FLAGS, ...world.levers.nodeFlags])];
  if (world.before !== null) starting.push(() => start(world, world.before.dist, world.before.startFlags));
  return world.with(starting, async (now, before) => {
    const memory = await measureMemory(now);
    const memoryBefore = before === undefined ? null : await measureMemory(before);
    // Both builds get the same leads in a turn, and none twice.
    const measure = (child, turn) => measureRound(child, FIRST_LEADS + turn * leadCount, leadCount);
    for (const child of [now, before]) if (child !== undefined) await measure(child, 0);
    const turns = { now: 1, before: 1 };
    const rounds = before === undefined ? sideRounds : beforeRounds(sideRounds);
    const { sides, results } = await alternate(world, rounds, {
      ricochet: () => measure(now, turns.now++),
      ...(before !== undefined && { [BEFORE]: () => measure(before, turns.before++) }),
    });
    return {
      sides,
      memory,
      memoryBefore,
      ...(before !== undefined && { beforeRatio: compareToBefore(results.ricochet, results[BEFORE], costRatio) }),
    };
  });
}

async function start(world, dist, flags) {
  const child = Child.fork('enrichment', FILE, [dist], { execArgv: [...flags, '--expose-gc'] });
  child.signal = world.signal;
  await child.next('ready');
  return child;
}

/** Lists are loaded by the first lead that needs them: what is alive before and after the first leads. */
async function measureMemory(child) {
  const idle = await child.ask({ kind: 'memory' }, 'memory');
  await child.ask({ kind: 'run', first: 0, count: FIRST_LEADS }, 'done');
  const used = await child.ask({ kind: 'memory' }, 'memory');
  const megabytes = (bytes) => bytes / MIB;
  return {
    idleHeapMb: megabytes(idle.heapBytes),
    usedHeapMb: megabytes(used.heapBytes),
    listsMb: megabytes(used.heapBytes - idle.heapBytes),
    idleRssMb: megabytes(idle.rssBytes),
    usedRssMb: megabytes(used.rssBytes),
  };
}

async function measureRound(child, first, count) {
  const { cpuMs, wallMs, failed } = await child.ask({ kind: 'run', first, count }, 'done', ANSWER_WITHIN_MS);
  return {
    perSecond: (count / wallMs) * 1000,
    elapsedMs: wallMs,
    msPerAction: cpuMs / count,
    cores: cpuMs / wallMs,
    machineBusy: 0,
    saturated: cpuMs / wallMs >= 0.9,
    problems: failed === 0 ? [] : [`${failed} of ${count} leads failed`],
  };
}

/** Above 1 where this build costs less, so that it reads like a ratio of rates. */
function costRatio(now, before) {
  return before.msPerAction / now.msPerAction;
}
