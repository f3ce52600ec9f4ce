import { clearLine, cursorTo } from 'node:readline';

export interface ProgressCounts {
  readonly total: number;
  readonly acknowledged: number;
  readonly settled: number;
}

const BAR_WIDTH = 30;

/** Shows a journey's progress: one live bar on a terminal, otherwise a plain line a second. */
export class Progress {
  private readonly timer: NodeJS.Timeout;
  private lastLine = '';

  constructor(
    private readonly stream: NodeJS.WriteStream,
    private readonly counts: () => ProgressCounts,
  ) {
    this.timer = setInterval(() => this.draw(), stream.isTTY ? 100 : 1000);
  }

  /** Draws the last state and leaves the cursor on a fresh line. */
  stop(): void {
    clearInterval(this.timer);
    this.draw();
    if (this.stream.isTTY) this.stream.write('\n');
  }

  private draw(): void {
    const line = progressLine(this.counts(), this.stream.isTTY);
    if (!this.stream.isTTY) {
      if (line !== this.lastLine) this.stream.write(`${line}\n`);
    } else {
      cursorTo(this.stream, 0);
      clearLine(this.stream, 1);
      this.stream.write(line.slice(0, Math.max(20, this.stream.columns - 1)));
    }
    this.lastLine = line;
  }
}

/** One state of a journey in words, with a bar before it if wanted. */
export function progressLine(counts: ProgressCounts, withBar: boolean): string {
  const { total, acknowledged, settled } = counts;
  const filled = total === 0 ? 0 : Math.floor((settled / total) * BAR_WIDTH);
  const bar = withBar ? `[${'='.repeat(filled)}${' '.repeat(BAR_WIDTH - filled)}] ` : '';
  return `${bar}${settled}/${total} done, ${acknowledged} acknowledged`;
}
