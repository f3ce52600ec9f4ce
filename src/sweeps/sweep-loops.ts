import { Injectable } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import { MigrationStatus } from '../database/migration-status.js';
import { Drain } from '../queue/drain.js';
import type { SweepLoop } from './sweep-loop.js';

/** Starts the loops of all modules once the schema is there, and stops them together when the process drains. */
@Injectable()
export class SweepLoops {
  private readonly loops: SweepLoop[] = [];

  constructor(
    private readonly config: AppConfig,
    private readonly migrations: MigrationStatus,
    private readonly drain: Drain,
  ) {}

  /** To be called in `onApplicationBootstrap`. A process that serves the API alone runs no loop. */
  run(loops: readonly SweepLoop[]): void {
    if (this.config.role === 'api') return;
    // One step of the drain for all: steps follow each other, and each loop may have a sweep to end.
    if (this.loops.length === 0) this.drain.register(0, 'sweeps', () => this.stop());
    this.loops.push(...loops);
    void this.migrations.whenReady().then(() => {
      if (this.drain.draining) return;
      for (const loop of loops) loop.start();
    });
  }

  private async stop(): Promise<void> {
    await Promise.all(this.loops.map((loop) => loop.stop()));
  }
}
