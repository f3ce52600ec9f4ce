import { Logger } from '@nestjs/common';

export interface SweepLoopOptions {
  readonly name: string;
  readonly everyMs: number;
  /** Share of the interval added at random, so that replicas do not sweep in step. */
  readonly jitter?: number;
  /**
   * One sweep; safe beside any number of others. @returns whether there is more to do at once; null: nothing was looked at,
   * which says nothing about an outage.
   */
  readonly sweep: () => Promise<boolean | null>;
}

/** Repeats a sweep with pauses, one at a time; a failing one is told once per outage and tried again. */
export class SweepLoop {
  private readonly log: Logger;
  private timer: NodeJS.Timeout | null = null;
  private current: Promise<void> = Promise.resolve();
  private stopped = false;
  private failing = false;

  constructor(private readonly options: SweepLoopOptions) {
    this.log = new Logger(options.name);
  }

  start(): void {
    this.schedule(this.pauseMs());
  }

  /** Resolves when the sweep in progress has ended. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.current;
  }

  private schedule(delayMs: number): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      this.current = this.run();
    }, delayMs);
    this.timer.unref();
  }

  private async run(): Promise<void> {
    let more: boolean | null = false;
    try {
      more = await this.options.sweep();
      if (this.failing && more !== null) {
        this.log.log('sweeps again');
        this.failing = false;
      }
    } catch (error) {
      if (!this.failing) this.log.error(`sweep failed, trying again: ${(error as Error).message}`);
      this.failing = true;
    }
    this.schedule(more === true ? 0 : this.pauseMs());
  }

  private pauseMs(): number {
    return this.options.everyMs * (1 + Math.random() * (this.options.jitter ?? 0.2));
  }
}
