import { Counter, Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { startAtZero } from './zero-series.js';

function counter(): Counter<'channel' | 'result'> {
  return new Counter({
    name: 'tried_total',
    help: 'x',
    labelNames: ['channel', 'result'],
    registers: [new Registry()],
  });
}

async function seriesOf(metric: Counter<'channel' | 'result'>): Promise<unknown[]> {
  return (await metric.get()).values.map(({ labels, value }) => [labels.channel, labels.result, value]);
}

it('has every combination of the known labels at 0', async () => {
  const metric = counter();
  startAtZero(metric, { channel: ['a', 'b'], result: ['good', 'bad'] });
  expect(await seriesOf(metric)).toEqual([
    ['a', 'good', 0],
    ['a', 'bad', 0],
    ['b', 'good', 0],
    ['b', 'bad', 0],
  ]);
});

it('leaves what was counted already, and counts on', async () => {
  const metric = counter();
  metric.inc({ channel: 'a', result: 'good' }, 3);
  startAtZero(metric, { channel: ['a'], result: ['good', 'bad'] });
  metric.inc({ channel: 'a', result: 'bad' });
  expect(await seriesOf(metric)).toEqual([
    ['a', 'good', 3],
    ['a', 'bad', 1],
  ]);
});

it('has nothing where a label has no known value', async () => {
  const metric = counter();
  startAtZero(metric, { channel: [], result: ['good'] });
  expect(await seriesOf(metric)).toEqual([]);
});
