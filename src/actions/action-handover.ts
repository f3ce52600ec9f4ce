import { Injectable } from '@nestjs/common';
import { WorkQueue } from '../queue/work-queue.js';
import type { LeasedAction } from './action.js';

/** At full load every batch has rows without a place; a ring for each was a twentieth of the work. */
const OTHERS_DELAY_MS = 100;

/** The enrichment stage of this process, if it has one. */
export interface ActionConsumer {
  /** How many of `wanted` actions it takes right now; what it grants it keeps a place for. */
  reserve(wanted: number): number;
  /** Gives unused places back. */
  release(count: number): void;
  /** Takes actions with reserved places; their lease is this process's. */
  accept(actions: readonly LeasedAction[]): void;
}

/**
 * Passes new actions to this process's enrichment in memory, born leased: no claim, no ring, no second read.
 * Where this process does not enrich, or is full, the doorbell wakes another.
 */
@Injectable()
export class ActionHandover {
  private consumer: ActionConsumer | null = null;
  private detached = false;

  constructor(private readonly queue: WorkQueue) {}

  attach(consumer: ActionConsumer): void {
    this.consumer = consumer;
  }

  /**
   * From now on nothing is born leased here. A row that has a place is still passed on: its insert may be under way,
   * and a row that no process takes would look like a crash.
   */
  detach(): void {
    this.detached = true;
  }

  reserve(wanted: number): number {
    return this.detached ? 0 : (this.consumer?.reserve(wanted) ?? 0);
  }

  release(count: number): void {
    if (count > 0) this.consumer?.release(count);
  }

  accept(actions: readonly LeasedAction[]): void {
    if (actions.length > 0) this.consumer?.accept(actions);
  }

  /** This process's own stage knows what it had no place for; the others hear of it a moment later, in one ring. */
  ring(): void {
    const knows = this.consumer !== null && !this.detached;
    this.queue.ring('enrichment', knows ? { delayMs: OTHERS_DELAY_MS } : {});
  }
}
