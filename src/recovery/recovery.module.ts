import { Module, type OnApplicationBootstrap } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import { MigrationStatus } from '../database/migration-status.js';
import { Drain } from '../queue/drain.js';
import { DeadlineSweeper } from './deadline.sweeper.js';
import { EraseRepository } from './erase.repository.js';
import { EraseSweeper } from './erase.sweeper.js';
import { LeaseSweeper } from './lease.sweeper.js';
import { RetentionRepository } from './retention.repository.js';
import { RetentionSweeper } from './retention.sweeper.js';
import { SweepFinisher } from './sweep-finisher.js';
import { SweepLoop } from './sweep-loop.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** The loops that mend: each in its own file, each safe beside any number of replicas. */
@Module({
  providers: [
    SweepFinisher,
    LeaseSweeper,
    DeadlineSweeper,
    RetentionRepository,
    RetentionSweeper,
    EraseRepository,
    EraseSweeper,
  ],
})
export class RecoveryModule implements OnApplicationBootstrap {
  private readonly loops: SweepLoop[];

  constructor(
    private readonly config: AppConfig,
    private readonly migrations: MigrationStatus,
    private readonly drain: Drain,
    leases: LeaseSweeper,
    deadlines: DeadlineSweeper,
    retention: RetentionSweeper,
    erase: EraseSweeper,
  ) {
    const leaseMs = Math.min(config.enrichment.leaseMs, config.delivery.leaseMs);
    this.loops = [
      new SweepLoop({ name: 'Leases', everyMs: Math.min(SECOND, leaseMs / 3), sweep: () => leases.sweep() }),
      new SweepLoop({ name: 'Deadlines', everyMs: SECOND, sweep: () => deadlines.sweep() }),
      new SweepLoop({ name: 'Retention', everyMs: 10 * MINUTE, sweep: () => retention.sweep() }),
      new SweepLoop({ name: 'Erase', everyMs: 2 * SECOND, sweep: () => erase.sweep() }),
    ];
  }

  onApplicationBootstrap(): void {
    if (this.config.role === 'api') return;
    this.drain.register(0, 'recovery', async () => {
      await Promise.all(this.loops.map((loop) => loop.stop()));
    });
    void this.migrations.whenReady().then(() => {
      if (this.drain.draining) return;
      for (const loop of this.loops) loop.start();
    });
  }
}
