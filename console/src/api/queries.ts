import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { followingOf } from '../lib/live-topics.js';
import { ApiError, call, type Query } from './client.js';
import type { Json } from './json.js';
import { causingEvent, useLiveState } from './live.js';

const POLL_MS = 5_000;
/** Beside the stream of changes: for changes that no event tells of, such as time that runs out. */
const SLOW_POLL_MS = 60_000;
const RETRIES = 2;

/**
 * Reads a view of the service. A live one is read again while the tab is seen: when an event tells of a change, or every few
 * seconds while there is no stream.
 */
export function useView<View>(
  path: string,
  query: Query = {},
  { live = false, enabled = true, everyMs = POLL_MS }: { live?: boolean; enabled?: boolean; everyMs?: number } = {},
): UseQueryResult<Json<View>> {
  const isTold = useLiveState() === 'live' && followingOf(path) !== null;
  return useQuery({
    queryKey: [path, query],
    // The first request of a page is a person's doing; those that follow are the page's.
    queryFn: ({ signal, client, queryKey }) =>
      call<Json<View>>('GET', path, {
        query,
        signal,
        isPoll: client.getQueryData(queryKey) !== undefined,
        after: causingEvent(),
      }),
    enabled,
    placeholderData: keepPreviousData,
    meta: { live },
    refetchInterval: live ? (isTold ? Math.max(SLOW_POLL_MS, everyMs) : everyMs) : false,
    retry: (count, error) =>
      count < RETRIES && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
  });
}
