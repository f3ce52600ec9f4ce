import { setTimeout as sleep } from 'node:timers/promises';
import type { RedisConnections } from './redis-connections.js';

const HEALTHY_MS = 5_000;
const TROUBLED_MS = 2_000;
const ANSWERS_WITHIN_MS = 3_000;
/** A key that a dead process leaves behind is gone soon. */
const KEY_MS = 60_000;
const WRITE = "return redis.call('SET', KEYS[1], '1', 'PX', ARGV[1])";

/** The commands of a ring, tried when there is nothing to ring. */
export interface RingTrial {
  /** The connection that rings leave by. Bull's types know another major of ioredis. */
  readonly client: { eval(script: string, keys: number, key: string, argument: number): Promise<unknown> };
  /** Of the same slot as the queue's own keys. */
  readonly key: string;
  /** Reads as a ring does; rejects with the refusal. */
  readonly count: () => Promise<unknown>;
  /** Sends an empty ring. Tried only after a ring has failed. */
  readonly ring: () => Promise<unknown>;
}

/**
 * Asks, every five seconds and after every connect, whether rings can leave: by a script that writes. A server that
 * is full, read-only or forbids us still answers PING, and its connection is `ready`.
 */
export class RedisProbe {
  private timer: NodeJS.Timeout | undefined;
  private underway = false;
  private closed = false;
  private ringFailed = false;

  constructor(
    private readonly connections: RedisConnections,
    private readonly trial: RingTrial,
  ) {
    connections.onClientReady = () => void this.run();
    this.schedule();
  }

  /** A ring of this process did not get through: the next probe sends one, too. */
  ringRefused(error: unknown): void {
    this.ringFailed = true;
    this.connections.condition.failed(this.connections.probeSource, error);
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
  }

  private async run(): Promise<void> {
    if (this.closed || this.underway) return;
    const { condition, probeSource } = this.connections;
    this.underway = true;
    try {
      await Promise.race([this.ask(), failLater()]);
      condition.worked(probeSource);
    } catch (error) {
      if (!this.isClosed()) condition.failed(probeSource, error);
    } finally {
      this.underway = false;
      this.schedule();
    }
  }

  private async ask(): Promise<void> {
    const { client, key, count, ring } = this.trial;
    await client.eval(WRITE, 1, key, KEY_MS);
    await count();
    if (!this.ringFailed) return;
    await ring();
    this.ringFailed = false;
  }

  private schedule(): void {
    clearTimeout(this.timer);
    if (this.closed) return;
    const pauseMs = this.connections.condition.isGood() ? HEALTHY_MS : TROUBLED_MS;
    this.timer = setTimeout(() => void this.run(), pauseMs).unref();
  }

  private isClosed(): boolean {
    return this.closed;
  }
}

async function failLater(): Promise<never> {
  await sleep(ANSWERS_WITHIN_MS, undefined, { ref: false });
  throw new Error(`Timed out: no answer within ${ANSWERS_WITHIN_MS} ms`);
}
