import { Logger } from '@nestjs/common';
import { overdueExchangesTotal } from './delivery.metrics.js';
import type { ExchangeHolder, HttpExchange } from './http-exchange.js';
import { traceOf } from './internal-failure.js';

/** How late an exchange that takes too long may be ended. */
const TICK_MS = 50;

/**
 * Exchanges that have not ended: an array in which the last one fills the gap of one that leaves, looked through twenty
 * times a second for those that take too long. A Set lost: its tables, outgrown every few dozen requests, each
 * hold the next one and what was in it: once one of them was promoted, ended exchanges with their bodies stayed until a
 * full collection. And timers: an AbortSignal per exchange cost a third of the client's throughput, undici's own left
 * three dead ones per request for the collector to carry.
 */
export class ExchangesUnderWay implements ExchangeHolder {
  private readonly log = new Logger('Delivery');
  private readonly exchanges: HttpExchange[] = [];
  private ticking: NodeJS.Timeout | null = null;

  get size(): number {
    return this.exchanges.length;
  }

  add(exchange: HttpExchange): void {
    exchange.underWay = this;
    exchange.place = this.exchanges.length;
    this.exchanges.push(exchange);
    // A socket keeps the process alive while an exchange waits; this interval does not.
    this.ticking ??= setInterval(() => this.tick(), TICK_MS).unref();
  }

  /** One that is not there is no error. */
  release(exchange: HttpExchange): void {
    const { place } = exchange;
    if (this.exchanges[place] !== exchange) return;
    const last = this.exchanges.pop();
    if (last !== undefined && last !== exchange) {
      this.exchanges[place] = last;
      last.place = place;
    }
    exchange.place = -1;
  }

  /** A copy, because an interrupted exchange leaves at once. */
  all(): HttpExchange[] {
    return [...this.exchanges];
  }

  /** From the end: the one that fills a gap has been looked at. */
  private tick(): void {
    const nowMs = performance.now();
    for (let place = this.exchanges.length - 1; place >= 0; place -= 1) {
      const exchange = this.exchanges[place];
      if (exchange !== undefined) this.endIfDue(exchange, nowMs);
    }
    if (this.exchanges.length > 0 || this.ticking === null) return;
    clearInterval(this.ticking);
    this.ticking = null;
  }

  /** One that cannot be ended in the usual way keeps neither the others nor its delivery waiting. */
  private endIfDue(exchange: HttpExchange, nowMs: number): void {
    try {
      exchange.endIfDue(nowMs);
      if (exchange.place < 0 || !exchange.isOverdue(nowMs)) return;
      this.abandon(exchange, new OverdueError());
    } catch (error) {
      this.log.error(`an exchange could not be ended: ${traceOf(error)}`);
      if (exchange.place >= 0 && exchange.isOverdue(nowMs)) this.abandon(exchange, error);
    }
  }

  private abandon(exchange: HttpExchange, error: unknown): void {
    overdueExchangesTotal.inc();
    this.log.error('an exchange outlived its time by a second and was ended');
    this.release(exchange);
    try {
      exchange.abandon(error);
    } catch (failure) {
      this.log.error(`an exchange could not be aborted: ${traceOf(failure)}`);
    }
  }
}

class OverdueError extends Error {
  override readonly name = 'OverdueError';
}
