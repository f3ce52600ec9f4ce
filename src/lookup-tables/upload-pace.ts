import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/** Work is done in stretches of about so long. */
const STRETCH_MS = 10;
/** Share of the loop that others use, and how much longer than it worked an upload then rests. */
const RESTS: readonly (readonly [busy: number, rest: number])[] = [
  [0.6, 5],
  [0.3, 2.5],
  [0.1, 1],
  [0, 0.2],
];

/** Bytes parsed in one go: of good rows about three milliseconds. */
const PIECE_BYTES = 16 * 1024;
const PIECE_LEAST_BYTES = 512;
/** A piece that takes longer is followed by smaller ones: a bad row costs the parser as much as twenty good ones. */
const PIECE_MS = 4;

/** Leaves the process to those who have to be answered: an upload works when little else does, and little when much does. */
export class UploadPace {
  /** Most bytes to parse in one go. */
  pieceBytes = PIECE_BYTES;
  private workedMs = 0;
  private rest = 1;

  /** Counts the work on a piece, and rests when it is time. */
  async worked(ms: number): Promise<void> {
    if (ms > PIECE_MS) this.pieceBytes = Math.max(this.pieceBytes / 2, PIECE_LEAST_BYTES);
    else if (ms < PIECE_MS / 4) this.pieceBytes = Math.min(this.pieceBytes * 2, PIECE_BYTES);
    this.workedMs += ms;
    if (this.workedMs < STRETCH_MS) return;
    const before = performance.eventLoopUtilization();
    await sleep(Math.ceil(this.workedMs * this.rest));
    const { utilization } = performance.eventLoopUtilization(before);
    this.rest = RESTS.find(([busy]) => utilization >= busy)?.[1] ?? 1;
    this.workedMs = 0;
  }
}
