import { Injectable, Logger, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import { ActionReads } from './action-reads.repository.js';

/** Why new work is refused for the moment. */
export interface Overload {
  readonly reason: string;
  readonly retryAfterSeconds: number;
}

const MEASURE_EVERY_MS = 1_000;
/** An action that waited a quarter of its time without being looked at: the rest is needed to serve it. */
const OLDEST_SHARE_MAX = 0.25;

/**
 * Says whether accepting more would only make actions expire. It looks at the backlog once a second, off the hot path;
 * between looks the last answer holds.
 */
@Injectable()
export class BacklogGauge implements OnApplicationBootstrap, OnApplicationShutdown {
  private readonly log = new Logger('Backlog');
  private current: Overload | null = null;
  private timer: NodeJS.Timeout | null = null;
  private measuring = false;

  constructor(
    private readonly reads: ActionReads,
    private readonly config: AppConfig,
  ) {}

  overload(): Overload | null {
    return this.current;
  }

  onApplicationBootstrap(): void {
    if (this.config.role === 'worker') return;
    this.timer = setInterval(() => void this.measure(), MEASURE_EVERY_MS);
    this.timer.unref();
  }

  onApplicationShutdown(): void {
    if (this.timer !== null) clearInterval(this.timer);
  }

  private async measure(): Promise<void> {
    if (this.measuring) return;
    this.measuring = true;
    try {
      const backlog = await this.reads.measureBacklog(this.config.intake.backlogMax + 1);
      this.current = this.judge(backlog.due, backlog.oldestShare);
    } catch {
      // Postgres away: intake finds that out by itself and answers 503, which says more than 429.
      this.current = null;
    } finally {
      this.measuring = false;
    }
  }

  private judge(due: number, oldestShare: number): Overload | null {
    const before = this.current;
    let overload: Overload | null = null;
    if (due > this.config.intake.backlogMax) {
      overload = {
        reason: `more than ${this.config.intake.backlogMax} actions wait to be enriched`,
        retryAfterSeconds: 30,
      };
    } else if (oldestShare > OLDEST_SHARE_MAX) {
      overload = { reason: 'the oldest waiting action has used a quarter of its time', retryAfterSeconds: 30 };
    }
    if (overload !== null && before === null) this.log.warn(`intake refuses new work: ${overload.reason}`);
    if (overload === null && before !== null) this.log.log('intake accepts new work again');
    return overload;
  }
}
