import { Logger } from '@nestjs/common';

export interface RepeatedReadingOptions {
  /** The context of log lines. */
  readonly name: string;
  /** In the plural, for log lines: `destinations`. */
  readonly what: string;
  readonly everyMs: number;
  readonly read: () => Promise<void>;
}

/**
 * Reads something of the database again and again, one reading at a time. A database that is away is told once per
 * outage and made up for by the next reading.
 */
export class RepeatedReading {
  private readonly log: Logger;
  private timer: NodeJS.Timeout | null = null;
  private current: Promise<void> = Promise.resolve();
  private stopped = false;
  private failing = false;

  constructor(private readonly options: RepeatedReadingOptions) {
    this.log = new Logger(options.name);
  }

  get isStopped(): boolean {
    return this.stopped;
  }

  /** Reads now, after the reading under way. */
  now(): Promise<void> {
    this.current = this.current.then(() => this.look());
    return this.current;
  }

  /** Resolves when it was read once, or could not be; from then on it is read again after each pause. */
  async start(): Promise<void> {
    await this.now();
    this.schedule();
  }

  /** Resolves when the reading under way has ended; no other follows. */
  async stop(): Promise<void> {
    this.stopped = true;
    if (this.timer !== null) clearTimeout(this.timer);
    await this.current;
  }

  private schedule(): void {
    if (this.stopped) return;
    this.timer = setTimeout(() => {
      void this.now().then(() => this.schedule());
    }, this.options.everyMs);
    this.timer.unref();
  }

  private async look(): Promise<void> {
    if (this.stopped) return;
    const { what, read } = this.options;
    try {
      await read();
      if (this.failing) this.log.log(`${what} are read again`);
      this.failing = false;
    } catch (error) {
      if (!this.failing) this.log.warn(`${what} cannot be read, trying again: ${(error as Error).message}`);
      this.failing = true;
    }
  }
}
