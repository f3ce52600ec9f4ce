import type { ClusterOptions, RedisOptions } from 'ioredis';
import { isMendedByReconnecting } from './redis-refusal.js';
import type { ConnectionPurpose } from './work-queue.js';

/** Seconds a listener's blocking read waits before it asks again. */
export const BLOCK_SECONDS = 2;

/** Between two connections that are renewed because a server refused a command. */
const RENEW_MS = 5_000;
const FIRST_RETRY_MS = 100;
const LONGEST_RETRY_MS = 2_000;
/** A connection that held this long has worked: the next retry is quick again. */
const HELD_MS = 15_000;
/** A command to a cluster is tried this often, 100 ms apart; a ring must not wait for longer. */
const REDIRECTIONS = 5;

/** The URL as ioredis takes it, and whether it names a node of a cluster (`?cluster=true`). */
export function readRedisUrl(text: string): { readonly url: string; readonly isCluster: boolean } {
  const [address = text, query] = text.split('?', 2);
  if (query === undefined) return { url: text, isCluster: false };
  const parameters = query.split('&');
  const others = parameters.filter((parameter) => !/^cluster=/i.test(parameter));
  return {
    url: others.length === 0 ? address : `${address}?${others.join('&')}`,
    isCluster: parameters.some((parameter) => /^cluster=true$/i.test(parameter)),
  };
}

/**
 * A ring either leaves now or is lost: no offline queue and no retries for the client. `socketTimeout` is what notices
 * a half-open connection; it counts only while an answer is owed, so a blocking read must be allowed its whole wait.
 */
export function connectionOptions(purpose: ConnectionPurpose): RedisOptions {
  return {
    maxRetriesPerRequest: purpose === 'client' ? 0 : null,
    enableOfflineQueue: purpose !== 'client',
    // INFO may be forbidden, and says nothing about writing: a probe does.
    enableReadyCheck: false,
    // ioredis sends by itself when a connection opens. That delays its `ready` until after a close that comes at once
    // (too many clients): it stays `ready` without a socket, for ever. The name is sent by us.
    disableClientInfo: true,
    connectTimeout: 5_000,
    socketTimeout: purpose === 'client' ? 3_000 : BLOCK_SECONDS * 1_000 + 3_000,
    keepAlive: 10_000,
    retryStrategy: patientRetries(),
    reconnectOnError: renewals(),
  };
}

/** The same towards every node of a cluster. */
export function clusterOptions(
  purpose: ConnectionPurpose,
  login: Pick<RedisOptions, 'username' | 'password' | 'tls'>,
): ClusterOptions {
  const { retryStrategy, enableOfflineQueue, ...perNode } = connectionOptions(purpose);
  return {
    // A lost node is forgotten and found again by its slots; losing all of them is what is retried.
    redisOptions: { ...perNode, ...login },
    clusterRetryStrategy: retryStrategy,
    enableOfflineQueue: enableOfflineQueue ?? true,
    maxRedirections: purpose === 'client' ? REDIRECTIONS : 16,
    slotsRefreshTimeout: 3_000,
    slotsRefreshInterval: 10_000,
    // The name reaches the socket, so that certificates fit and every connection asks DNS again.
    dnsLookup: (address, done) => done(null, address),
  };
}

/**
 * Counts for itself: ioredis forgets its count with every connection that opens, and one with a refused password
 * opens, too. Without this a wrong password was sent ten times a second by every connection.
 */
function patientRetries(): () => number {
  let tries = 0;
  let lastMs = -Infinity;
  return () => {
    const nowMs = performance.now();
    tries = nowMs - lastMs > HELD_MS ? 0 : tries + 1;
    lastMs = nowMs;
    return Math.min(FIRST_RETRY_MS * 2 ** Math.min(tries, 10), LONGEST_RETRY_MS) + Math.random() * 100;
  };
}

/** A refused login happens only while connecting, and after a failover the name leads to another server. */
function renewals(): (error: Error) => boolean {
  let lastMs = -Infinity;
  return (error) => {
    const nowMs = performance.now();
    if (!isMendedByReconnecting(error) || nowMs - lastMs < RENEW_MS) return false;
    lastMs = nowMs;
    return true;
  };
}
