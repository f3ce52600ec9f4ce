import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { PingRepository } from './ping.repository.js';

const PATIENCE_MS = 1_000;
/** Several probes ask every process at once; one answer does for all of them. */
const ANSWER_LASTS_MS = 500;

/**
 * Whether Postgres answers within a second. At most one question is ever under way: while it hangs, everybody is told
 * "no" instead of taking another connection out of the pool.
 */
@Injectable()
export class PostgresProbe {
  private flight: { readonly startedAtMs: number; readonly answer: Promise<boolean> } | null = null;
  private last = { answer: false, untilMs: 0 };

  constructor(private readonly repository: PingRepository) {}

  async isReachable(): Promise<boolean> {
    const nowMs = performance.now();
    if (this.flight === null && nowMs < this.last.untilMs) return this.last.answer;
    this.flight ??= { startedAtMs: nowMs, answer: this.ask() };
    const patienceMs = Math.max(this.flight.startedAtMs + PATIENCE_MS - nowMs, 0);
    return Promise.race([this.flight.answer, sleep(patienceMs, false, { ref: false })]);
  }

  private async ask(): Promise<boolean> {
    let answer = true;
    try {
      await this.repository.ping();
    } catch {
      // The body says that Postgres is away; why is for the log of whoever needed it.
      answer = false;
    }
    this.last = { answer, untilMs: performance.now() + ANSWER_LASTS_MS };
    this.flight = null;
    return answer;
  }
}
