import { Injectable, Logger } from '@nestjs/common';
import { Redis, type RedisOptions } from 'ioredis';
import { Secrets } from '../config/secrets.js';
import { QuietLog } from './quiet-log.js';
import { redisErrors } from './queue.metrics.js';
import { type ConnectionPurpose, type Stage, STAGES } from './work-queue.js';

/** Seconds a listener's blocking read waits before it asks again. */
export const BLOCK_SECONDS = 2;

/** Every connection of one Bull queue, so that all of them can be cut at once, whatever state they are in. */
export class RedisConnections {
  private readonly open = new Map<ConnectionPurpose, Redis>();

  constructor(
    private readonly url: string,
    private readonly log: QuietLog,
  ) {}

  /** Makes a connection; it connects in the background and never gives up. */
  create(purpose: ConnectionPurpose): Redis {
    const redis = new Redis(this.url, optionsFor(purpose));
    // Stays when Bull takes its own listener away, or a late error would be printed as unhandled.
    redis.on('error', (error: Error) => {
      redisErrors.inc({ connection: purpose });
      this.log.error('Redis is away; polls go on', error);
    });
    this.open.set(purpose, redis);
    return redis;
  }

  /** Whether rings can leave this process. */
  isReady(): boolean {
    return this.open.get('client')?.status === 'ready';
  }

  /** At once: nothing is sent, nothing is waited for. */
  cut(): void {
    for (const redis of this.open.values()) redis.disconnect();
  }
}

/** The connections of every stage's queue to the configured Redis. */
@Injectable()
export class StageConnections {
  private readonly byStage: ReadonlyMap<Stage, RedisConnections>;

  /** @throws when no Redis is configured. */
  constructor(secrets: Secrets) {
    const url = secrets.redisUrl;
    if (url === null) throw new Error('REDIS_URL is not set');
    const log = new QuietLog(new Logger('Redis'));
    this.byStage = new Map(STAGES.map((stage) => [stage, new RedisConnections(url, log)]));
  }

  get(stage: Stage): RedisConnections {
    const connections = this.byStage.get(stage);
    if (connections === undefined) throw new Error(`Stage ${stage} has no connections`);
    return connections;
  }
}

/**
 * A ring either leaves now or is lost: no offline queue and no retries for the client. `socketTimeout` is what notices
 * a half-open connection; it counts only while an answer is owed, so a blocking read must be allowed its whole wait.
 */
function optionsFor(purpose: ConnectionPurpose): RedisOptions {
  return {
    maxRetriesPerRequest: purpose === 'client' ? 0 : null,
    enableOfflineQueue: purpose !== 'client',
    enableReadyCheck: false,
    connectionName: `ricochet-${purpose}`,
    connectTimeout: 5_000,
    socketTimeout: purpose === 'client' ? 3_000 : BLOCK_SECONDS * 1_000 + 3_000,
    keepAlive: 10_000,
    retryStrategy: (times) => Math.min(50 * 2 ** Math.min(times, 10), 2_000) + Math.random() * 100,
  };
}
