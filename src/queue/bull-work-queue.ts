import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import type { Queue, QueueOptions } from 'bull';
import { Bell } from './bell.js';
import { QuietLog } from './quiet-log.js';
import { lostRings } from './queue.metrics.js';
import type { RedisConnections } from './redis-connections.js';
import { BLOCK_SECONDS } from './redis-options.js';
import { RedisProbe } from './redis-probe.js';
import { readTrouble } from './redis-refusal.js';
import { type ConnectionPurpose, type RingHandler, type Stage, WorkQueue } from './work-queue.js';

/**
 * Between two rings of one stage and process. A job is eight commands of Redis all told: a hundred a second were 7 % of a
 * busy process.
 */
const GAP_MS = 25;
/** Bull's words when the job of a ring was forgotten by Redis while its listener looked. The ring did its work. */
const FORGOTTEN = /^Missing (?:key|lock) for job /;
const CLOSE_MS = 1_500;
/** Braces are a cluster's hash tag: all keys of the queue live in one slot, or its scripts are refused (CROSSSLOT). */
const PREFIX = '{ricochet}';

/** The body of a ring's job: a ring says that work may be due, and nothing else. */
export type RingJob = Record<string, never>;

/** A Bull queue and the connections it was given. */
export interface StageQueue {
  readonly queue: Queue<RingJob>;
  readonly connections: RedisConnections;
}

/**
 * How the Bull queue of a stage is set up: every connection is ours (see {@link RedisConnections}), a job is tried
 * once and leaves no trace, and a job of a dead listener is rung once more.
 */
export function buildQueueOptions(connections: RedisConnections): QueueOptions {
  return {
    prefix: PREFIX,
    // Bull's types know another major of ioredis.
    createClient: (purpose: ConnectionPurpose) => connections.create(purpose),
    defaultJobOptions: { attempts: 1, removeOnComplete: true, removeOnFail: true },
    // INFO may be forbidden, and every Redis that is still maintained is new enough. Bull's types lack it.
    ...{ skipVersionCheck: true },
    settings: { drainDelay: BLOCK_SECONDS, retryProcessDelay: 500, guardInterval: 30_000 },
  };
}

/** Rings through Redis. Errors there are counted, logged once, and never reach a caller. */
export class BullWorkQueue extends WorkQueue {
  private readonly log = new QuietLog(new Logger('WorkQueue'));
  private readonly bells: ReadonlyMap<Stage, Bell>;
  private readonly probes: ReadonlyMap<Stage, RedisProbe>;
  /** Listeners of this process, rung directly while Redis is away. */
  private readonly handlers = new Map<Stage, RingHandler>();
  private closing: Promise<void> | undefined;

  constructor(private readonly queues: ReadonlyMap<Stage, StageQueue>) {
    super();
    this.bells = new Map(
      [...queues.keys()].map((stage) => [
        stage,
        new Bell({
          send: () => this.send(stage),
          gapMs: GAP_MS,
          onError: (error) => this.log.error(`A listener of ${stage} failed`, error),
        }),
      ]),
    );
    this.probes = new Map([...queues].map(([stage, { connections }]) => [stage, this.makeProbe(stage, connections)]));
    for (const { queue, connections } of queues.values()) {
      Object.assign(queue, {
        // @nestjs/bull gives every queue a hook that waits for Redis without an end.
        onApplicationShutdown: () => this.close(),
        // Bull leaves this promise alone: closing while Redis is away would end the process by its rejection.
        setWorkerName: () => undefined,
        // Bull subscribes to delayed jobs, of which there are none. One refused SUBSCRIBE ended listening for good.
        _registerEvent: () => Promise.resolve(),
      });
      const { condition, listenSource } = connections;
      // With words: a command of the listener failed. Without: a connection did, which reports by itself.
      queue.on('error', (error: Error, during?: string) => {
        if (during === undefined || this.closing !== undefined || readTrouble(error).isConsequence) return;
        if (FORGOTTEN.test(error.message)) return;
        condition.failed(listenSource, error, { passes: true });
      });
    }
  }

  ring(stage: Stage, { delayMs = 0 }: { readonly delayMs?: number } = {}): void {
    const bell = this.bells.get(stage);
    if (delayMs > 0) bell?.ringLater(delayMs);
    else bell?.ring();
  }

  listen(stage: Stage, handler: RingHandler): void {
    if (this.handlers.has(stage)) throw new Error(`Stage ${stage} already has a listener in this process`);
    this.handlers.set(stage, handler);
    const { queue, connections } = this.queueOf(stage);
    queue
      .process(1, () => this.look(stage))
      // Nothing that Redis answers comes here: Bull tries again by itself, and tells by `error`.
      .catch((error: unknown) => {
        if (this.closing === undefined) connections.condition.failed(connections.listenSource, error);
      });
  }

  isConnected(): boolean {
    return [...this.queues.values()].every(
      ({ connections }) => connections.isReady() && connections.condition.isGood(),
    );
  }

  /** Resolves within two seconds, even if Redis answers nothing any more. */
  close(): Promise<void> {
    this.closing ??= this.shut();
    return this.closing;
  }

  private async send(stage: Stage): Promise<void> {
    const { connections } = this.queueOf(stage);
    try {
      await this.add(stage);
      // Others may hear it; the listener of this process is refused.
      if (!connections.condition.isWorking(connections.listenSource)) this.ringHere(stage);
    } catch (error) {
      if (this.closing !== undefined) return;
      lostRings.inc({ stage });
      this.probes.get(stage)?.ringRefused(error);
      this.ringHere(stage);
    }
  }

  /** Not awaited: a busy listener answers late, and the next ring has to try Redis again. */
  private ringHere(stage: Stage): void {
    void this.look(stage);
  }

  /** A failed job would only be a log line in Redis. */
  private async look(stage: Stage): Promise<void> {
    try {
      await this.handlers.get(stage)?.();
    } catch (error) {
      this.log.error(`A listener of ${stage} failed`, error);
    }
  }

  /** A waiting job says that every listener is looking: the first one that has looked takes it, and a second would say nothing new. */
  private async add(stage: Stage): Promise<void> {
    const { queue } = this.queueOf(stage);
    if ((await countWaiting(queue)) === 0) await queue.add({});
  }

  private makeProbe(stage: Stage, connections: RedisConnections): RedisProbe {
    const { queue } = this.queueOf(stage);
    return new RedisProbe(connections, {
      client: queue.client,
      key: `${PREFIX}:${stage}:probe`,
      count: () => countWaiting(queue),
      ring: () => this.add(stage),
    });
  }

  private async shut(): Promise<void> {
    for (const bell of this.bells.values()) bell.close();
    for (const probe of this.probes.values()) probe.close();
    const queues = [...this.queues.values()];
    // Bull waits for jobs and says good-bye; a silent Redis would make that minutes.
    const farewell = Promise.allSettled(queues.map(({ queue }) => queue.close(true)));
    await Promise.race([farewell, sleep(CLOSE_MS, undefined, { ref: false })]);
    for (const { connections } of queues) {
      connections.condition.close();
      connections.cut();
    }
  }

  private queueOf(stage: Stage): StageQueue {
    const found = this.queues.get(stage);
    if (found === undefined) throw new Error(`Stage ${stage} has no queue`);
    return found;
  }
}

/** One command. Bull's own count is four, with a list for paused queues, which ours never are. */
function countWaiting(queue: Queue<RingJob>): Promise<number> {
  return queue.client.llen(queue.toKey('wait'));
}
