import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { CommitWaitsRepository } from './commit-waits.repository.js';
import { Database } from './database.js';
import { commitsWaiting, writesRefusedTotal } from './database.metrics.js';
import { type WriteGuard, WritesWaitError } from './write-guard.js';

const EVERY_MS = 500;
/** A write that takes longer is looked into; one that waits longer for a standby is believed to wait for a lost one. */
const SUSPICIOUS_MS = 2_000;

const REASON =
  'commits wait for a synchronous standby that does not answer: bring the standby back, or take it out of synchronous_standby_names and reload';

interface Followed {
  readonly sinceMs: number;
  readonly giveUp: (error: Error) => void;
}

/**
 * The breaker in front of the pool. A commit that waits for a lost synchronous standby is ended by no time limit of the
 * server; the client's own only leaves the session behind and opens the next. So once one of ours waits, those under way
 * are answered, no further write is sent, and the server is asked twice a second whether it is over.
 */
@Injectable()
export class CommitWatch implements WriteGuard, OnModuleInit, OnApplicationShutdown {
  private readonly log = new Logger('Database');
  private readonly followed = new Set<Followed>();
  private timer: NodeJS.Timeout | null = null;
  private looking = false;
  private waiting = false;

  constructor(
    private readonly database: Database,
    private readonly repository: CommitWaitsRepository,
  ) {}

  onModuleInit(): void {
    this.database.guardWrites(this);
    commitsWaiting.set(0);
    this.timer = setInterval(() => void this.tick(), EVERY_MS);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  /** Why writes are refused, in words for an operator; null: they are not. */
  get reason(): string | null {
    return this.waiting ? REASON : null;
  }

  refusal(): Error | null {
    if (!this.waiting) return null;
    writesRefusedTotal.inc();
    return new WritesWaitError(REASON);
  }

  follow<Result>(write: Promise<Result>): Promise<Result> {
    return new Promise<Result>((resolve, reject) => {
      const followed: Followed = { sinceMs: performance.now(), giveUp: reject };
      this.followed.add(followed);
      write.then(
        (result) => {
          this.followed.delete(followed);
          resolve(result);
        },
        (error: unknown) => {
          this.followed.delete(followed);
          reject(error instanceof Error ? error : new Error(String(error)));
        },
      );
    });
  }

  /** Looks now rather than at the next turn. */
  async look(): Promise<void> {
    const longestMs = await this.repository.findWait();
    if (this.waiting) {
      if (longestMs === null) this.open();
    } else if (longestMs !== null && longestMs > SUSPICIOUS_MS) this.close();
  }

  private async tick(): Promise<void> {
    if (this.looking || !(this.waiting || this.isSlow())) return;
    this.looking = true;
    try {
      await this.look();
    } catch {
      // Away altogether: the statements under way say so themselves.
    } finally {
      this.looking = false;
    }
  }

  private isSlow(): boolean {
    // In the order in which they began: the first is the oldest.
    for (const { sinceMs } of this.followed) return performance.now() - sinceMs > SUSPICIOUS_MS;
    return false;
  }

  private close(): void {
    this.waiting = true;
    commitsWaiting.set(1);
    this.log.error(`No writes are sent: ${REASON}`);
    for (const { giveUp } of this.followed) giveUp(new WritesWaitError(REASON));
    this.followed.clear();
  }

  private open(): void {
    this.waiting = false;
    commitsWaiting.set(0);
    this.log.log('Commits come to an end again: writes are sent');
  }
}
