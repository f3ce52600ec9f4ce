import { type BeforeApplicationShutdown, Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import { MigrationStatus } from '../database/migration-status.js';
import { StatisticsRepository } from './statistics.repository.js';
import { tallies } from './tallies.js';

const EVERY_MS = 5_000;
/** A statement of thousands of rows would make others wait for the same minute. */
const BATCH = 2_000;

/** Writes what this process counted, every few seconds and once more when it stops. No request waits for it. */
@Injectable()
export class StatisticsWriter implements OnApplicationBootstrap, BeforeApplicationShutdown {
  private readonly log = new Logger('Statistics');
  private timer: NodeJS.Timeout | null = null;
  private failing = false;
  private current: Promise<void> = Promise.resolve();

  constructor(
    private readonly repository: StatisticsRepository,
    private readonly migrations: MigrationStatus,
  ) {}

  onApplicationBootstrap(): void {
    void this.migrations.whenReady().then(() => {
      this.timer = setInterval(() => void this.flush(), EVERY_MS).unref();
    });
  }

  /** One at a time: two of one process would only wait for each other. */
  flush(): Promise<void> {
    this.current = this.current.then(() => this.write());
    return this.current;
  }

  async beforeApplicationShutdown(): Promise<void> {
    if (this.timer !== null) clearInterval(this.timer);
    await this.flush();
  }

  private async write(): Promise<void> {
    const taken = tallies.take();
    for (let at = 0; at < taken.length; at += BATCH) {
      try {
        await this.repository.add(taken.slice(at, at + BATCH));
        this.failing = false;
      } catch (error) {
        tallies.putBack(taken.slice(at));
        if (!this.failing) this.log.warn(`Statistics wait to be written: ${(error as Error).message}`);
        this.failing = true;
        return;
      }
    }
  }
}
