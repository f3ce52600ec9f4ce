import fc from 'fast-check';
import { expect, it } from 'vitest';
import { ExchangesUnderWay } from './exchanges-under-way.js';
import { HttpExchange } from './http-exchange.js';

const newExchange = (): HttpExchange => new HttpExchange(() => undefined);

it('holds what a set would hold, whatever comes, goes, and goes twice', () => {
  const step = fc.record({ adds: fc.boolean(), which: fc.nat(1_000) });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 200 }), (steps) => {
      const underWay = new ExchangesUnderWay();
      const expected = new Set<HttpExchange>();
      const everything: HttpExchange[] = [];
      for (const { adds, which } of steps) {
        if (adds || everything.length === 0) {
          const exchange = newExchange();
          everything.push(exchange);
          underWay.add(exchange);
          expected.add(exchange);
        } else {
          const exchange = everything[which % everything.length] as HttpExchange;
          underWay.delete(exchange);
          expected.delete(exchange);
        }
        expect(underWay.size).toBe(expected.size);
        expect(new Set(underWay.all())).toEqual(expected);
      }
    }),
    { numRuns: 50 },
  );
});

it('may be emptied while it is walked', () => {
  const underWay = new ExchangesUnderWay();
  for (let count = 0; count < 5; count += 1) underWay.add(newExchange());
  for (const exchange of underWay.all()) underWay.delete(exchange);
  expect(underWay.size).toBe(0);
});
