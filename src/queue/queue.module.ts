import { type DynamicModule, Module, type OnApplicationShutdown } from '@nestjs/common';
import type { AppConfig } from '../config/config.js';
import { Drain } from './drain.js';
import { EmbeddedWorkQueue } from './embedded-work-queue.js';
import { LeaseTokens } from './lease-tokens.js';
// Its series stand at 0 without a Redis, too: a rule about them must not be silent for want of one.
import './queue.metrics.js';
import { SuspectFloor } from './suspect-floor.js';
import { WorkQueue } from './work-queue.js';

/** Provides {@link WorkQueue} everywhere: over Bull when a Redis is configured, within the process otherwise. */
@Module({})
export class QueueModule implements OnApplicationShutdown {
  static register(config: Pick<AppConfig, 'queue'>): DynamicModule {
    const own = [Drain, SuspectFloor, LeaseTokens];
    if (!config.queue.embedded) {
      // Loaded only here: Bull is a twentieth of the modules of a start.
      const bull = import('./bull-queues.js').then(({ BullQueues }) => BullQueues.register());
      return { module: QueueModule, global: true, imports: [bull], providers: own, exports: own };
    }
    const embedded = { provide: WorkQueue, useClass: EmbeddedWorkQueue };
    return { module: QueueModule, global: true, providers: [...own, embedded], exports: [...own, WorkQueue] };
  }

  constructor(private readonly queue: WorkQueue) {}

  onApplicationShutdown(): Promise<void> {
    return this.queue.close();
  }
}
