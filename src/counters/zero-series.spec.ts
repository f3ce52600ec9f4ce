import { Counter, Histogram, Registry } from 'prom-client';
import { expect, it } from 'vitest';
import { startAtZero, startTimesAtZero } from './zero-series.js';

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

it('begins the times of a histogram once, and takes no observation back', async () => {
  const metric = new Histogram({
    name: 'took_seconds',
    help: 'x',
    labelNames: ['channel'],
    registers: [new Registry()],
  });
  const counts = async (): Promise<unknown[]> =>
    (await metric.get()).values
      .filter(({ metricName }) => metricName === 'took_seconds_count')
      .map(({ labels, value }) => [labels.channel, value]);
  startTimesAtZero(metric, { channel: ['a'] });
  metric.observe({ channel: 'a' }, 0.2);
  startTimesAtZero(metric, { channel: ['a', 'b'] });
  expect(await counts()).toEqual([
    ['a', 1],
    ['b', 0],
  ]);
});
