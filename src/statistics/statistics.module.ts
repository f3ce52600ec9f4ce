import { Global, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { SweepLoop } from '../sweeps/sweep-loop.js';
import { SweepLoops } from '../sweeps/sweep-loops.js';
import { Statistics } from './statistics.js';
import { StatisticsRepository } from './statistics.repository.js';
import { StatisticsWriter } from './statistics-writer.js';

const FORGET_EVERY_MS = 10 * 60 * 1_000;

/** Counts of what happened, per service and destination. Global: views of several features show them. */
@Global()
@Module({ providers: [StatisticsRepository, StatisticsWriter, Statistics], exports: [Statistics, StatisticsWriter] })
export class StatisticsModule implements OnApplicationBootstrap {
  constructor(
    private readonly sweeps: SweepLoops,
    private readonly repository: StatisticsRepository,
  ) {}

  onApplicationBootstrap(): void {
    const sweep = (): Promise<boolean> => this.repository.forget();
    this.sweeps.run([new SweepLoop({ name: 'StatisticsRetention', everyMs: FORGET_EVERY_MS, sweep })]);
  }
}
