import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** Work is done in stretches of about so long. */
const STRETCH_MS = 15;
/** Share of the loop that others use, and how much longer than it worked an upload then rests. */
const RESTS: readonly (readonly [busy: number, rest: number])[] = [
  [0.6, 5],
  [0.3, 2.5],
  [0.1, 1],
  [0, 0.2],
];

/** Leaves the process to those who have to be answered: an upload works when little else does, and little when much does. */
export class UploadPace {
  private workedMs = 0;
  private rest = 1;

  /** Counts work, and rests when it is time. */
  async worked(ms: number): Promise<void> {
    this.workedMs += ms;
    if (this.workedMs < STRETCH_MS) return;
    const before = performance.eventLoopUtilization();
    await sleep(Math.ceil(this.workedMs * this.rest));
    const { utilization } = performance.eventLoopUtilization(before);
    this.rest = RESTS.find(([busy]) => utilization >= busy)?.[1] ?? 1;
    this.workedMs = 0;
  }
}
