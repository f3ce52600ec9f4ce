import { type BeforeApplicationShutdown, Injectable, Logger } from '@nestjs/common';
import { AppConfig } from '../config/config.js';

/** Stops taking work, then resolves when what is under way has ended or was given back. */
export type DrainStep = (deadlineMs: number) => Promise<void> | void;

/** Kept for what comes after a stage's time is up: settling what it interrupts, closing the server and the pool. */
const RESERVE_MS = 4_000;
/** The same, where the whole grace is short. */
const RESERVE_SHARE = 0.5;

/**
 * The order in which a process stops: the way data flows, so that what one stage finishes the next can still take.
 * Readiness fails from the first moment on.
 */
@Injectable()
export class Drain implements BeforeApplicationShutdown {
  private readonly log = new Logger('Drain');
  private readonly steps: { readonly order: number; readonly name: string; readonly step: DrainStep }[] = [];
  private readonly beginning = new AbortController();

  constructor(private readonly config: AppConfig) {}

  get draining(): boolean {
    return this.beginning.signal.aborted;
  }

  /** Aborts when the process begins to stop: for waits that a stopping process has no time for. */
  get signal(): AbortSignal {
    return this.beginning.signal;
  }

  /** Makes readiness fail before anything stops. */
  begin(): void {
    this.beginning.abort();
  }

  /** @param step gets the `performance.now()` by which it must be done. */
  register(order: number, name: string, step: DrainStep): void {
    this.steps.push({ order, name, step });
    this.steps.sort((a, b) => a.order - b.order);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.begin();
    const graceMs = this.config.operations.shutdownGraceMs;
    const deadlineMs = performance.now() + graceMs - Math.min(RESERVE_MS, graceMs * RESERVE_SHARE);
    for (const { name, step } of this.steps) {
      try {
        await step(deadlineMs);
      } catch (error) {
        this.log.error(`${name} did not drain: ${(error as Error).message}`);
      }
    }
  }
}
