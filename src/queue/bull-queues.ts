import { BullModule, getQueueToken } from '@nestjs/bull';
import { type DynamicModule, Logger, Module, type Provider } from '@nestjs/common';
import type { Queue } from 'bull';
import { BullWorkQueue, buildQueueOptions, type RingJob } from './bull-work-queue.js';
import { RedisCondition } from './redis-condition.js';
import { StageConnections } from './redis-connections.js';
import { STAGES, WorkQueue } from './work-queue.js';

/** The part of the {@link ./queue.module.ts queue} that a process without Redis never loads: Bull and what it brings along. */
@Module({})
export class BullQueues {
  static register(): DynamicModule {
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
      module: BullQueues,
      // The factories of BullModule find the connections because this module is global.
      global: true,
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
      exports: [WorkQueue, StageConnections],
    };
  }
}
