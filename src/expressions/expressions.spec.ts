import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { AppConfig } from '../config/config.js';
import { Expressions } from './expressions.js';

/** For a machine on which everything takes ten times as long. */
const LIMITS = { timeoutMs: 80_000 };
/** Takes a thread for longer than it takes to renew. */
const LONG = '$count($map([1..300000], function($i) { $string($i) }))';

let expressions: Expressions;

beforeEach(() => {
  const limits = { threads: 1, timeoutMs: 80_000, heapMb: 64, resultMaxBytes: 1_000_000 };
  expressions = new Expressions({ expressions: limits } as unknown as AppConfig);
});
afterEach(() => expressions.onApplicationShutdown());

const run = (source: string) => expressions.evaluateMany(expressions.compile(source, 'a test'), [{ a: 1 }], LIMITS);

it('has no threads before the first evaluation', async () => {
  expect(expressions.threads).toBe(0);
  expressions.renew();
  expect(await run('$sum([a, 1])')).toEqual([{ kind: 'value', value: 2 }]);
  expect(expressions.threads).toBe(1);
});

it('lets evaluations end on the threads that leave, and begins others on new ones', async () => {
  const before = run(LONG);
  expressions.renew();
  expect(await run('$sum([a, 2])')).toEqual([{ kind: 'value', value: 3 }]);
  expect(await before).toEqual([{ kind: 'value', value: 300_000 }]);
  await vi.waitFor(() => expect(expressions.threads).toBe(1), { timeout: 10_000 });
}, 100_000);

it('keeps no thread of those that left, however often they are renewed', async () => {
  for (let round = 0; round < 5; round += 1) {
    expect(await run(`$sum([a, ${round}])`)).toEqual([{ kind: 'value', value: 1 + round }]);
    expressions.renew();
    expressions.renew();
  }
  await vi.waitFor(() => expect(expressions.threads).toBe(0), { timeout: 10_000 });
});
