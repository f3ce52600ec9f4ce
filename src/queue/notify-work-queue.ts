import { Logger } from '@nestjs/common';
import { Listener } from '../database/listener.js';
import { Notifier } from '../database/notifier.js';
import type { OpenConnection } from '../database/own-connection.js';
import { Bell } from './bell.js';
import { QuietLog } from './quiet-log.js';
import { lostRings } from './queue.metrics.js';
import { OutageLog } from './outage-log.js';
import { type RingHandler, type Stage, STAGES, WorkQueue } from './work-queue.js';

/**
 * Between two rings of one stage and process. Every listening process claims at every ring, so forty a second and stage is
 * the most that a busy process asks of the others.
 */
const GAP_MS = 25;

export interface NotifyWorkQueueOptions {
  readonly openNotifier: OpenConnection;
  readonly openListener: OpenConnection;
  /** Listens from the start: a stage that is listened to later misses no ring in between. */
  readonly listens: boolean;
  readonly log?: Pick<Logger, 'warn' | 'log'>;
}

/**
 * Rings through PostgreSQL's LISTEN and NOTIFY: processes meet in the database alone. A ring is said after the commit that it
 * tells of, on a connection of its own. Every listening process hears it; claims skip the rows that another one takes.
 */
export class NotifyWorkQueue extends WorkQueue {
  private readonly log = new QuietLog(new Logger('WorkQueue'));
  private readonly notifier: Notifier;
  private readonly listener: Listener;
  /** Rings on their way out. */
  private readonly bells: ReadonlyMap<Stage, Bell>;
  /** Rings that were heard: they become one while a listener looks. */
  private readonly ears = new Map<Stage, Bell>();
  /** Stages with rings that did not get out: rung once it works again. */
  private readonly lost = new Set<Stage>();
  private closing: Promise<unknown> | undefined;

  constructor({ openNotifier, openListener, listens, log = new Logger('Queue') }: NotifyWorkQueueOptions) {
    super();
    const outage = new OutageLog(log);
    this.notifier = new Notifier({
      open: openNotifier,
      onWorks: () => {
        outage.over('NOTIFY');
        this.ringAgain();
      },
      onTrouble: (error) => outage.begins('NOTIFY', error),
    });
    this.listener = new Listener({
      open: openListener,
      onWorks: () => outage.over('LISTEN'),
      onTrouble: (error) => outage.begins('LISTEN', error),
    });
    this.bells = new Map(
      STAGES.map((stage) => [
        stage,
        new Bell({ send: () => this.send(stage), gapMs: GAP_MS, onError: () => undefined }),
      ]),
    );
    if (listens) for (const stage of STAGES) this.hear(stage);
  }

  ring(stage: Stage, { delayMs = 0 }: { readonly delayMs?: number } = {}): void {
    const bell = this.bells.get(stage);
    if (delayMs > 0) bell?.ringLater(delayMs);
    else bell?.ring();
  }

  listen(stage: Stage, handler: RingHandler): void {
    if (this.ears.has(stage)) throw new Error(`Stage ${stage} already has a listener in this process`);
    const onError = (error: unknown): void => this.log.error(`A listener of ${stage} failed`, error);
    this.ears.set(stage, new Bell({ send: handler, gapMs: 0, onError }));
    this.hear(stage);
  }

  isConnected(): boolean {
    return this.notifier.isWorking && this.listener.isWorking;
  }

  /** Resolves within two seconds, even if PostgreSQL answers nothing any more. */
  async close(): Promise<void> {
    for (const bell of [...this.bells.values(), ...this.ears.values()]) bell.close();
    this.closing ??= Promise.all([this.notifier.close(), this.listener.close()]);
    await this.closing;
  }

  private hear(stage: Stage): void {
    if (!this.listener.isListeningTo(channelOf(stage))) {
      this.listener.listen(channelOf(stage), () => this.ears.get(stage)?.ring());
    }
  }

  private async send(stage: Stage): Promise<void> {
    try {
      await this.notifier.notify(channelOf(stage));
      // The others hear it; this process does not just now.
      if (!this.listener.isWorking) this.ears.get(stage)?.ring();
    } catch {
      // The outage is told by the connection.
      if (this.closing !== undefined) return;
      lostRings.inc({ stage });
      this.lost.add(stage);
      this.ears.get(stage)?.ring();
    }
  }

  private ringAgain(): void {
    for (const stage of this.lost) this.ring(stage);
    this.lost.clear();
  }
}

function channelOf(stage: Stage): string {
  return `ricochet_${stage}`;
}
