import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import type { AppConfig } from '../config/config.js';
import { testConfig } from '../intake/intake.fixtures.js';
import { TrafficLog } from './traffic-log.js';

let written: string[];

beforeEach(() => {
  vi.useFakeTimers();
  written = [];
  vi.spyOn(process.stdout, 'write').mockImplementation((text) => {
    written.push(String(text));
    return true;
  });
});
afterEach(() => {
  vi.useRealTimers();
  vi.restoreAllMocks();
});

function configOf(operations: Partial<AppConfig['operations']>): AppConfig {
  const config = testConfig({ environment: 'production' });
  return { ...config, operations: { ...config.operations, logTraffic: true, logLevel: 'log', ...operations } };
}

it('writes what came in a tenth of a second at once, a JSON object a line', () => {
  const log = new TrafficLog(configOf({}));
  log.add('accepted', { requestId: 'a', journeyId: undefined });
  log.add('attempt', { requestId: 'a', status: 200, errorClass: null });
  expect(written).toEqual([]);
  vi.advanceTimersByTime(100);
  expect(written).toHaveLength(1);
  const lines = written.join('').trimEnd().split('\n');
  expect(lines.map((line) => JSON.parse(line) as unknown)).toEqual([
    {
      level: 'log',
      pid: process.pid,
      timestamp: expect.any(Number),
      message: 'accepted',
      context: 'Traffic',
      requestId: 'a',
    },
    expect.objectContaining({ message: 'attempt', requestId: 'a', status: 200, errorClass: null }),
  ]);
});

it('does not let lines pile up until the time is over', () => {
  const log = new TrafficLog(configOf({}));
  for (let count = 0; count < 1_000; count++) log.add('accepted', { requestId: String(count) });
  vi.advanceTimersByTime(100);
  expect(written.join('').trimEnd().split('\n')).toHaveLength(1_000);
  expect(written.length).toBeGreaterThan(3);
});

it('writes what is left when the process stops, and what still comes then', () => {
  const log = new TrafficLog(configOf({}));
  log.add('accepted', { requestId: 'a' });
  log.onApplicationShutdown();
  expect(written.join('')).toContain('"requestId":"a"');
  log.add('attempt', { requestId: 'b' });
  expect(written.join('')).toContain('"requestId":"b"');
});

it.each([{ logTraffic: false }, { logLevel: 'warn' as const }, { logLevel: 'fatal' as const }])(
  'writes nothing with %o',
  (operations) => {
    const log = new TrafficLog(configOf(operations));
    log.add('accepted', { requestId: 'a' });
    log.onApplicationShutdown();
    expect(log.enabled).toBe(false);
    expect(written).toEqual([]);
  },
);
