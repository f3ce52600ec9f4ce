import { Injectable } from '@nestjs/common';
import { AppConfig } from '../config/config.js';

/**
 * Counts what runs in this process: pipelines that work take places of ENRICH_CONCURRENCY, those that wait for another
 * system's answer do not, up to ENRICH_IO_CONCURRENCY of them. An action that waits beyond that keeps its place, so that no
 * more are begun.
 */
@Injectable()
export class PipelinePlaces {
  private running = 0;
  private outside = 0;
  private onFree: () => void = () => undefined;
  /** Steps of an action that wait: of a batch several may, side by side. */
  private readonly waiting = new WeakMap<object, number>();

  constructor(private readonly config: AppConfig) {}

  /** Whether another pipeline may begin. */
  get isFree(): boolean {
    return this.running < this.config.enrichment.concurrency;
  }

  /** Actions that wait for another system's answer and take no place. */
  get waitingOutside(): number {
    return this.outside;
  }

  /** Calls back whenever a place became free. */
  whenFree(listener: () => void): void {
    this.onFree = listener;
  }

  take(): void {
    this.running += 1;
  }

  leave(): void {
    this.running -= 1;
    this.onFree();
  }

  /**
   * Lets an action's place go while `work` waits. Afterwards it works on at once, beyond the limit if need be: what has its
   * answer is nearly done, and one thread does all the work anyway.
   */
  async wait<Result>(action: object, work: () => Promise<Result>): Promise<Result> {
    const others = this.waiting.get(action) ?? 0;
    if (others === 0 && this.outside >= this.config.enrichment.ioConcurrency) return work();
    this.waiting.set(action, others + 1);
    if (others === 0) {
      this.outside += 1;
      this.leave();
    }
    try {
      return await work();
    } finally {
      const left = (this.waiting.get(action) ?? 1) - 1;
      this.waiting.set(action, left);
      if (left === 0) {
        this.outside -= 1;
        this.take();
      }
    }
  }
}
