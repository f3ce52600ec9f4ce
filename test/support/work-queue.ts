import { setTimeout as sleep } from 'node:timers/promises';
import { Global, Module } from '@nestjs/common';
import { Test, type TestingModule } from '@nestjs/testing';
import { DataSource } from 'typeorm';
import { expect, vi } from 'vitest';
import { AppConfig, type QueueKind, type Role } from '../../src/config/config.js';
import { Secrets } from '../../src/config/secrets.js';
import { buildDataSourceOptions } from '../../src/database/data-source.js';
import { QueueModule } from '../../src/queue/queue.module.js';
import { RedisCondition } from '../../src/queue/redis-condition.js';
import { type Stage, WorkQueue } from '../../src/queue/work-queue.js';

const CLOSES_WITHIN_MS = 2_500;
/** After an outage a probe rings as well: by then it was heard. */
const PROBED_MS = 200;

/** Listens for a stage and counts what it hears. */
export class Ear {
  rings = 0;

  constructor(
    queue: WorkQueue,
    private readonly stage: Stage = 'enrichment',
  ) {
    queue.listen(stage, () => void (this.rings += 1));
  }

  /** Waits until one ring of that process is heard. */
  async expectRing(ringer: WorkQueue): Promise<void> {
    const before = this.rings;
    ringer.ring(this.stage);
    await vi.waitFor(() => expect(this.rings).toBeGreaterThan(before), { timeout: 5_000 });
  }

  /** The same where rings may be lost at first: rings until one is heard. */
  async expectRingWithin(timeoutMs: number, ringer: WorkQueue): Promise<void> {
    await sleep(PROBED_MS);
    const before = this.rings;
    await vi.waitFor(
      () => {
        ringer.ring(this.stage);
        expect(this.rings).toBeGreaterThan(before);
      },
      { timeout: timeoutMs, interval: 200 },
    );
  }
}

/** The queues of one test, each as a process gets it. */
export class QueueProcesses {
  private readonly processes: TestingModule[] = [];

  /**
   * @param url of the Redis or the PostgreSQL to ring through; null: within the process
   * @param log gets what is said about Redis, one line each.
   */
  async open(url: string | null, log: string[] = [], role: Role = 'worker'): Promise<WorkQueue> {
    const queueConfig = { kind: kindOf(url), pollMs: 1_000 };
    const config = { queue: queueConfig, operations: { shutdownGraceMs: 5_000 } };
    @Global()
    @Module({
      providers: [
        { provide: AppConfig, useValue: config },
        { provide: Secrets, useValue: { redisUrl: url } },
        {
          provide: DataSource,
          useValue: { options: url === null ? {} : buildDataSourceOptions(url, databaseOf(role)) },
        },
      ],
      exports: [AppConfig, Secrets, DataSource],
    })
    class ConfigModule {}
    const queue = QueueModule.register({ role, queue: queueConfig });
    const say = (line: string): void => void log.push(line);
    const process = await Test.createTestingModule({ imports: [ConfigModule, queue] })
      .overrideProvider(RedisCondition)
      .useValue(new RedisCondition({ warn: say, log: say }))
      .compile();
    process.useLogger(false);
    await process.init();
    this.processes.push(process);
    return process.get(WorkQueue);
  }

  /** The same, once rings can leave it. */
  async openConnected(url: string | null, log: string[] = []): Promise<WorkQueue> {
    const queue = await this.open(url, log);
    await vi.waitFor(() => expect(queue.isConnected()).toBe(true), { timeout: 10_000 });
    return queue;
  }

  /** Ends all of them. Fails when one takes long. */
  async close(): Promise<void> {
    const startedAt = performance.now();
    await Promise.all(this.processes.splice(0).map((process) => process.close()));
    expect(performance.now() - startedAt).toBeLessThan(CLOSES_WITHIN_MS);
  }
}

function kindOf(url: string | null): QueueKind {
  if (url === null) return 'embedded';
  return url.startsWith('redis') ? 'redis' : 'postgres';
}

function databaseOf(role: Role): Parameters<typeof buildDataSourceOptions>[1] {
  return { role, database: { embedded: false, poolSize: 1 } };
}
