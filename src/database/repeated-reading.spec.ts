import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RepeatedReading } from './repeated-reading.js';

const EVERY_MS = 1_000;
let read: ReturnType<typeof vi.fn<() => Promise<void>>>;
let reading: RepeatedReading;
let told: string[];

beforeEach(() => {
  vi.useFakeTimers();
  told = [];
  const tell = (message: unknown): void => void told.push(String(message));
  vi.spyOn(Logger.prototype, 'warn').mockImplementation(tell);
  vi.spyOn(Logger.prototype, 'log').mockImplementation(tell);
  read = vi.fn(() => Promise.resolve());
  reading = new RepeatedReading({ name: 'Things', what: 'things', everyMs: EVERY_MS, read });
});
afterEach(async () => {
  await reading.stop();
  vi.useRealTimers();
  vi.restoreAllMocks();
});

it('reads at once, and after each pause', async () => {
  await reading.start();
  expect(read).toHaveBeenCalledTimes(1);
  await vi.advanceTimersByTimeAsync(2 * EVERY_MS);
  expect(read).toHaveBeenCalledTimes(3);
});

it('tells an outage once, and its end', async () => {
  read.mockRejectedValueOnce(new Error('away')).mockRejectedValueOnce(new Error('away'));
  await reading.start();
  await vi.advanceTimersByTimeAsync(3 * EVERY_MS);
  expect(told).toEqual(['things cannot be read, trying again: away', 'things are read again']);
});

it('reads one after the other', async () => {
  let [underWay, most] = [0, 0];
  read.mockImplementation(async () => {
    most = Math.max(most, (underWay += 1));
    await Promise.resolve();
    underWay -= 1;
  });
  await Promise.all([reading.now(), reading.now(), reading.now()]);
  expect([read.mock.calls.length, most]).toEqual([3, 1]);
});

it('reads no more once it is stopped', async () => {
  await reading.start();
  await reading.stop();
  await vi.advanceTimersByTimeAsync(3 * EVERY_MS);
  await reading.now();
  expect([read.mock.calls.length, reading.isStopped]).toEqual([1, true]);
});
