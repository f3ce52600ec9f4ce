import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { clusterOptions, connectionOptions, readRedisUrl } from './redis-options.js';

describe('a Redis URL', () => {
  it.each([
    ['redis://h:1/2', 'redis://h:1/2', false],
    ['redis://h?cluster=true', 'redis://h', true],
    ['redis://h?CLUSTER=TRUE', 'redis://h', true],
    ['redis://h?family=6&cluster=true', 'redis://h?family=6', true],
    ['redis://h?cluster=false&family=6', 'redis://h?family=6', false],
    ['redis://h?mycluster=true', 'redis://h?mycluster=true', false],
  ])('%s is %s, cluster: %s', (text, url, isCluster) => {
    expect(readRedisUrl(text)).toEqual({ url, isCluster });
  });
});

describe('retries of a connection', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('grow to two seconds, whatever count ioredis brings, and are quick again after a good time', () => {
    const retry = connectionOptions('client').retryStrategy as (times: number) => number;
    const waits = Array.from({ length: 8 }, () => retry(1));
    expect(waits[0]).toBeLessThan(210);
    expect(waits.at(-1)).toBeGreaterThanOrEqual(2_000);
    vi.advanceTimersByTime(20_000);
    expect(retry(1)).toBeLessThan(210);
  });

  it('are each connection’s own', () => {
    const [one, other] = [connectionOptions('bclient'), clusterOptions('bclient', {})];
    for (let time = 0; time < 8; time += 1) one.retryStrategy?.(1);
    expect(other.clusterRetryStrategy?.(1)).toBeLessThan(210);
  });
});

describe('a command that is refused', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('renews the connection where that may help, at most every five seconds', () => {
    const renew = connectionOptions('client').reconnectOnError as (error: Error) => boolean;
    expect(renew(new Error("OOM command not allowed when used memory > 'maxmemory'."))).toBe(false);
    expect(renew(new Error("READONLY You can't write against a read only replica."))).toBe(true);
    expect(renew(new Error('NOAUTH Authentication required.'))).toBe(false);
    vi.advanceTimersByTime(5_000);
    expect(renew(new Error('ERR Error running script: -READONLY You can only read'))).toBe(true);
  });
});
