import { setTimeout as sleep } from 'node:timers/promises';

const LOOK_MS = 1_000;
/** Under load V8 collects by itself before long: these looks are for a process that waits. */
const LOOKS_MAX = 60;
/** Share of a look that the event loop may have been busy. */
const IDLE_MAX = 0.1;

/**
 * Gives back the memory that loading the application took and serving it does not need: V8 would keep it, a third of an
 * idle process, until the first full collection under load. That takes two tenths of a second, a tenth of the whole start, so
 * it comes once the service is ready and has had nothing to do for a second.
 * @returns whether it was done; a process that has work all the time is left alone
 */
export async function shedBootGarbage(
  collect: () => Promise<void> = collectAll,
  lookMs: number = LOOK_MS,
): Promise<boolean> {
  let last = performance.eventLoopUtilization();
  for (let look = 0; look < LOOKS_MAX; look += 1) {
    await sleep(lookMs, undefined, { ref: false });
    const { utilization } = performance.eventLoopUtilization(last);
    if (utilization <= IDLE_MAX) {
      await collect();
      return true;
    }
    last = performance.eventLoopUtilization();
  }
  return false;
}

/** The inspector's collection is the one that shrinks the young generation too; `gc()` leaves it as large as it has grown. */
async function collectAll(): Promise<void> {
  try {
    const { Session } = await import('node:inspector/promises');
    const session = new Session();
    session.connect();
    try {
      await session.post('HeapProfiler.collectGarbage');
    } finally {
      session.disconnect();
    }
  } catch {
    // A Node built without inspector: it only keeps the memory.
  }
}
