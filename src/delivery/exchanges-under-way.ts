import type { HttpExchange } from './http-exchange.js';

/**
 * Exchanges that have not ended: an array in which the last one fills the gap of whoever leaves. What lost: a Set. Its
 * tables, outgrown every few dozen requests, each hold the next one and what was in it: once one of them was promoted,
 * ended exchanges with their bodies stayed until a full collection, and every scavenge copied them.
 */
export class ExchangesUnderWay {
  private readonly exchanges: HttpExchange[] = [];

  get size(): number {
    return this.exchanges.length;
  }

  add(exchange: HttpExchange): void {
    exchange.place = this.exchanges.length;
    this.exchanges.push(exchange);
  }

  /** One that is not there is no error. */
  delete(exchange: HttpExchange): void {
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
}
