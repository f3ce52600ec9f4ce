import type { ExchangeHolder, HttpExchange } from './http-exchange.js';

/** How late an exchange that takes too long may be ended. */
const TICK_MS = 50;

/**
 * Exchanges that have not ended: an array in which the last one fills the gap of whoever leaves, looked through twenty
 * times a second for those that take too long. What lost: a Set, whose tables, outgrown every few dozen requests, each
 * hold the next one and what was in it: once one of them was promoted, ended exchanges with their bodies stayed until a
 * full collection. And timers: an AbortSignal per exchange cost a third of the client's throughput, undici's own left
 * three dead ones per request for the collector to carry.
 */
export class ExchangesUnderWay implements ExchangeHolder {
  private readonly exchanges: HttpExchange[] = [];
  private ticking: NodeJS.Timeout | null = null;

  get size(): number {
    return this.exchanges.length;
  }

  add(exchange: HttpExchange): void {
    exchange.underWay = this;
    exchange.place = this.exchanges.length;
    this.exchanges.push(exchange);
    // What waits is a socket's affair; the interval keeps no process alive.
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

  /** A copy: whoever is interrupted leaves at once. */
  all(): HttpExchange[] {
    return [...this.exchanges];
  }

  /** From the end: whoever fills a gap has been looked at. */
  private tick(): void {
    const nowMs = performance.now();
    for (let place = this.exchanges.length - 1; place >= 0; place -= 1) this.exchanges[place]?.endIfDue(nowMs);
    if (this.exchanges.length > 0 || this.ticking === null) return;
    clearInterval(this.ticking);
    this.ticking = null;
  }
}
