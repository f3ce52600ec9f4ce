import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from '@nestjs/common';
import type { EmbeddedPostgres } from './embedded-postgres.js';

/** A server that ran this long before it ended starts with a clean record. */
const STABLE_MS = 5 * 60_000;
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 60_000;

/**
 * Starts the embedded PostgreSQL again when it has ended under a living service: killed for its memory, by hand, by a full
 * disk. At once the first time, then after pauses that double up to a minute. Several services on one server agree by its
 * start lock: one starts it, the others find it running.
 */
export class EmbeddedKeeper {
  private readonly stopping = new AbortController();
  private readonly kept: Promise<void>;
  /** Ends and failed starts in a row. */
  private troubles = 0;

  constructor(
    private readonly server: EmbeddedPostgres,
    private readonly log: Logger,
    private readonly firstPauseMs = FIRST_PAUSE_MS,
  ) {
    this.kept = this.keep();
  }

  /** From now on an end is an end. */
  cease(): void {
    this.stopping.abort();
  }

  /** Ceases, and resolves when nothing is being started any more. */
  async stop(): Promise<void> {
    this.cease();
    await this.kept;
  }

  private async keep(): Promise<void> {
    const stopped = new Promise<void>((resolve) => {
      this.stopping.signal.addEventListener('abort', () => resolve());
    });
    for (;;) {
      const sinceMs = performance.now();
      await Promise.race([this.server.whenLost(), stopped]);
      if (this.stopping.signal.aborted) return;
      if (performance.now() - sinceMs > STABLE_MS) this.troubles = 0;
      if (this.troubles > 0) {
        this.log.warn(
          `The embedded PostgreSQL has ended ${this.troubles + 1} times in a row. It is started again in ` +
            `${this.pauseMs() / 1_000} s. If this lasts, look at ${this.server.logFile}`,
        );
      }
      while (!(await this.revive())) {
        if (this.stopping.signal.aborted) return;
      }
    }
  }

  /** @returns whether it runs. */
  private async revive(): Promise<boolean> {
    await this.pause();
    if (this.stopping.signal.aborted) return false;
    this.troubles += 1;
    try {
      const how = await this.server.revive();
      const { host } = new URL(this.server.url);
      if (how === 'started') {
        this.log.warn(
          `The embedded PostgreSQL had ended and was started again on ${host}. Requests got 503 meanwhile; what was ` +
            `answered 2xx is there. Why it ended is in ${this.server.logFile}`,
        );
      } else {
        this.log.log(`The connection to the embedded PostgreSQL had ended; it runs on ${host}`);
      }
      return true;
    } catch (error) {
      this.log.error(
        `The embedded PostgreSQL had ended and does not start: ${(error as Error).message}. It is tried again in ` +
          `${this.pauseMs() / 1_000} s. If this lasts, look at ${this.server.logFile} and at the disk.`,
      );
      return false;
    }
  }

  private async pause(): Promise<void> {
    const pauseMs = this.pauseMs();
    if (pauseMs === 0) return;
    const options = { signal: this.stopping.signal, ref: false };
    await sleep(pauseMs, undefined, options).catch(() => undefined);
  }

  private pauseMs(): number {
    return this.troubles === 0 ? 0 : Math.min(this.firstPauseMs * 2 ** (this.troubles - 1), LONGEST_PAUSE_MS);
  }
}
