import { type DynamicModule, Module, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import { DataSource } from 'typeorm';
import type { AppConfig } from '../config/config.js';
import { connectionsBeside } from '../database/own-connection.js';
import { Drain } from './drain.js';
import { EmbeddedWorkQueue } from './embedded-work-queue.js';
import { LeaseTokens } from './lease-tokens.js';
import { NotifyWorkQueue } from './notify-work-queue.js';
import { PendingWrites } from './pending-writes.js';
// Its series stand at 0 without a Redis, too: a rule about them must not be silent for want of one.
import './queue.metrics.js';
import { SuspectFloor } from './suspect-floor.js';
import { WorkQueue } from './work-queue.js';

/** Provides {@link WorkQueue} everywhere: over Bull, over PostgreSQL or within the process (`QUEUE`). */
@Module({})
export class QueueModule implements OnApplicationShutdown {
  static register(config: Pick<AppConfig, 'queue' | 'role'>): DynamicModule {
    const own = [Drain, SuspectFloor, LeaseTokens, PendingWrites];
    if (config.queue.kind === 'redis') {
      // Loaded only here: Bull is a twentieth of the modules of a start.
      const bull = import('./bull-queues.js').then(({ BullQueues }) => BullQueues.register());
      return { module: QueueModule, global: true, imports: [bull], providers: own, exports: own };
    }
    const workQueue: Provider =
      config.queue.kind === 'postgres'
        ? { provide: WorkQueue, inject: [DataSource], useFactory: (source: DataSource) => overPostgres(source, config) }
        : { provide: WorkQueue, useClass: EmbeddedWorkQueue };
    return { module: QueueModule, global: true, providers: [...own, workQueue], exports: [...own, WorkQueue] };
  }

  constructor(private readonly queue: WorkQueue) {}

  onApplicationShutdown(): Promise<void> {
    return this.queue.close();
  }
}

function overPostgres(source: Pick<DataSource, 'options'>, { role }: Pick<AppConfig, 'role'>): WorkQueue {
  return new NotifyWorkQueue({
    openNotifier: connectionsBeside(source, 'notify'),
    openListener: connectionsBeside(source, 'listen'),
    listens: role !== 'api',
  });
}
