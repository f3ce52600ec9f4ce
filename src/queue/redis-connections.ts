import { Injectable } from '@nestjs/common';
import { Cluster, Redis } from 'ioredis';
import { Secrets } from '../config/secrets.js';
import { redisErrors } from './queue.metrics.js';
import { RedisCondition } from './redis-condition.js';
import { clusterOptions, connectionOptions, readRedisUrl } from './redis-options.js';
import { type ConnectionPurpose, type Stage, STAGES } from './work-queue.js';

/** A connection to one server, or the connections to the nodes of a cluster. */
export type Connection = Redis | Cluster;

/** Every connection of one Bull queue, so that all of them can be cut at once, in any state. */
export class RedisConnections {
  private readonly open = new Map<ConnectionPurpose, Connection>();
  /** Called whenever the client has connected. */
  onClientReady: () => void = () => undefined;

  constructor(
    private readonly url: string,
    readonly stage: Stage,
    readonly condition: RedisCondition,
  ) {
    condition.expect(this.probeSource);
  }

  /** Under this name the condition knows whether rings can leave. */
  get probeSource(): string {
    return `${this.stage} probe`;
  }

  /** Under this name the condition knows whether rings are heard. */
  get listenSource(): string {
    return `${this.stage} listener`;
  }

  /** Makes a connection; it connects in the background and never gives up. */
  create(purpose: ConnectionPurpose): Connection {
    const connection = this.connect(purpose);
    // Stays when Bull takes its own listener away, or a late error would be printed as unhandled.
    connection.on('error', (error: Error) => {
      redisErrors.inc({ connection: purpose });
      if (purpose === 'client') this.condition.failed(this.probeSource, error);
      else this.condition.failed(this.listenSource, error, { passes: true });
    });
    if (purpose === 'client') {
      connection.on('ready', () => this.onClientReady());
      connection.on('close', () => this.condition.expect(this.probeSource));
    }
    this.open.set(purpose, connection);
    return connection;
  }

  /** Whether every connection is there: it may be refused all the same, which the condition knows. */
  isReady(): boolean {
    return this.open.has('client') && [...this.open.values()].every(({ status }) => status === 'ready');
  }

  /** At once: nothing is sent, nothing is waited for. */
  cut(): void {
    for (const connection of this.open.values()) connection.disconnect();
  }

  /** A cluster client per purpose: a shared one leaves commands without an answer while another one blocks. */
  private connect(purpose: ConnectionPurpose): Connection {
    const { url, isCluster } = readRedisUrl(this.url);
    const options = connectionOptions(purpose);
    if (!isCluster) return lookAfter(new Redis(url, options), purpose);
    // Never connected: it reads the URL as a single connection would.
    const { host, port, username, password, tls } = new Redis(url, { lazyConnect: true }).options;
    const login = { username, password, ...(tls === undefined ? {} : { tls }) };
    const seeds = [{ host: host ?? '127.0.0.1', port: port ?? 6379 }];
    const cluster = new Cluster(seeds, clusterOptions(purpose, login));
    cluster.on('+node', (node: Redis) => lookAfter(node, purpose));
    return cluster;
  }
}

/** Does for one socket what ioredis leaves undone. */
function lookAfter(redis: Redis, purpose: ConnectionPurpose): Redis {
  redis.on('ready', () => {
    // CLIENT LIST shows the name. A server may forbid to set it, which matters to no ring.
    void redis.client('SETNAME', `ricochet-${purpose}`).catch(() => undefined);
  });
  redis.on('close', () => {
    // The timer of `socketTimeout` outlives its socket, and would end the next one while that works.
    const inner = redis as unknown as { socketTimeoutTimer: NodeJS.Timeout | undefined };
    clearTimeout(inner.socketTimeoutTimer);
    inner.socketTimeoutTimer = undefined;
  });
  return redis;
}

/** The connections of every stage's queue to the configured Redis. */
@Injectable()
export class StageConnections {
  private readonly byStage: ReadonlyMap<Stage, RedisConnections>;

  /** @throws when no Redis is configured. */
  constructor(secrets: Secrets, condition: RedisCondition) {
    const url = secrets.redisUrl;
    if (url === null) throw new Error('REDIS_URL is not set');
    this.byStage = new Map(STAGES.map((stage) => [stage, new RedisConnections(url, stage, condition)]));
  }

  get(stage: Stage): RedisConnections {
    const connections = this.byStage.get(stage);
    if (connections === undefined) throw new Error(`Stage ${stage} has no connections`);
    return connections;
  }
}
