import { Logger } from '@nestjs/common';
import { Bell } from './bell.js';
import { QuietLog } from './quiet-log.js';
import { type RingHandler, type Stage, WorkQueue } from './work-queue.js';

/** Rings within this process; without a listener a ring is nothing. */
export class EmbeddedWorkQueue extends WorkQueue {
  private readonly bells = new Map<Stage, Bell>();
  private readonly log = new QuietLog(new Logger('WorkQueue'));

  ring(stage: Stage, { delayMs = 0 }: { readonly delayMs?: number } = {}): void {
    const bell = this.bells.get(stage);
    if (delayMs > 0) bell?.ringLater(delayMs);
    else bell?.ring();
  }

  listen(stage: Stage, handler: RingHandler): void {
    if (this.bells.has(stage)) throw new Error(`Stage ${stage} already has a listener in this process`);
    this.bells.set(
      stage,
      new Bell({
        send: handler,
        gapMs: 0,
        onError: (error) => this.log.error(`A listener of ${stage} failed`, error),
      }),
    );
  }

  isConnected(): boolean {
    return true;
  }

  close(): Promise<void> {
    for (const bell of this.bells.values()) bell.close();
    return Promise.resolve();
  }
}
