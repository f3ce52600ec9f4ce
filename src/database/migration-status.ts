import { Injectable, Logger, type OnApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { DataSource } from 'typeorm';
import { countPendingMigrations } from './migrator.js';

const POLL_MS = 500;

/**
 * Whether the database has the tables this build expects. The api runs migrations before it is constructed; a worker
 * waits here for the api, without holding up its own bootstrap: it serves /health meanwhile.
 */
@Injectable()
export class MigrationStatus implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('Database');
  private announce: () => void = () => undefined;
  private readonly ready = new Promise<void>((resolve) => (this.announce = resolve));
  private timer: NodeJS.Timeout | undefined;
  private up = false;
  private closed = false;
  private told = false;

  constructor(@InjectDataSource() private readonly dataSource: DataSource) {}

  /** Looks once before the bootstrap goes on, so that what is ready is never reported as waiting. */
  async onModuleInit(): Promise<void> {
    await this.look();
  }

  isReady(): boolean {
    return this.up;
  }

  /** Resolves once the tables are there; stays pending while they are not, also over a shutdown. */
  whenReady(): Promise<void> {
    return this.ready;
  }

  onApplicationShutdown(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private async look(): Promise<void> {
    try {
      const pending = await countPendingMigrations(this.dataSource);
      if (pending === 0) {
        this.becomeReady();
        return;
      }
      this.tell(`${pending} migrations are pending: waiting for a process that runs them`);
    } catch (error) {
      this.tell(`Cannot tell whether migrations are pending: ${(error as Error).message}`);
    }
    if (!this.closed) this.timer = setTimeout(() => void this.look(), POLL_MS);
  }

  private becomeReady(): void {
    if (this.told) this.logger.log('The database is up to date');
    this.up = true;
    this.announce();
  }

  private tell(message: string): void {
    if (!this.told) this.logger.warn(message);
    this.told = true;
  }
}
