import { BullModule, getQueueToken } from '@nestjs/bull';
import { type DynamicModule, Logger, Module, type OnApplicationShutdown, type Provider } from '@nestjs/common';
import type { Queue } from 'bull';
import type { AppConfig } from '../config/config.js';
import { BullWorkQueue, buildQueueOptions, type RingJob } from './bull-work-queue.js';
import { Drain } from './drain.js';
import { EmbeddedWorkQueue } from './embedded-work-queue.js';
import { RedisCondition } from './redis-condition.js';
import { LeaseTokens } from './lease-tokens.js';
import { StageConnections } from './redis-connections.js';
import { SuspectFloor } from './suspect-floor.js';
import { STAGES, WorkQueue } from './work-queue.js';

/** Provides {@link WorkQueue} everywhere: over Bull when a Redis is configured, within the process otherwise. */
@Module({})
export class QueueModule implements OnApplicationShutdown {
  static register(config: Pick<AppConfig, 'queue'>): DynamicModule {
    const { imports = [], providers = [], exports = [] } = config.queue.embedded ? embedded() : bull();
    return {
      module: QueueModule,
      global: true,
      imports,
      providers: [Drain, SuspectFloor, LeaseTokens, ...providers],
      exports: [Drain, SuspectFloor, LeaseTokens, ...exports],
    };
  }

  constructor(private readonly queue: WorkQueue) {}

  onApplicationShutdown(): Promise<void> {
    return this.queue.close();
  }
}

function embedded(): Omit<DynamicModule, 'module'> {
  return { providers: [{ provide: WorkQueue, useClass: EmbeddedWorkQueue }], exports: [WorkQueue] };
}

function bull(): Omit<DynamicModule, 'module'> {
  const workQueue: Provider = {
    provide: WorkQueue,
    inject: [StageConnections, ...STAGES.map((stage) => getQueueToken(stage))],
    useFactory: (connections: StageConnections, ...queues: Queue<RingJob>[]) =>
      new BullWorkQueue(
        new Map(
          queues.map((queue, index) => {
            const stage = STAGES[index] as (typeof STAGES)[number];
            return [stage, { queue, connections: connections.get(stage) }];
          }),
        ),
      ),
  };
  return {
    imports: STAGES.map((stage) =>
      BullModule.registerQueueAsync({
        name: stage,
        inject: [StageConnections],
        useFactory: (connections: StageConnections) => buildQueueOptions(connections.get(stage)),
      }),
    ),
    providers: [
      { provide: RedisCondition, useFactory: () => new RedisCondition(new Logger('Redis')) },
      StageConnections,
      workQueue,
    ],
    // The factories of BullModule find the connections because this module is global.
    exports: [WorkQueue, StageConnections],
  };
}
