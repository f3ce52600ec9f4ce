import { keepPreviousData, useQuery, type UseQueryResult } from '@tanstack/react-query';
import { ApiError, call, type Query } from './client.js';
import type { Json } from './json.js';

const POLL_MS = 5_000;
const RETRIES = 2;

/** Reads a view of the service, and again every few seconds if it is live and the tab is seen. */
export function useView<View>(
  path: string,
  query: Query = {},
  { live = false, enabled = true, everyMs = POLL_MS }: { live?: boolean; enabled?: boolean; everyMs?: number } = {},
): UseQueryResult<Json<View>> {
  return useQuery({
    queryKey: [path, query],
    // The first request of a page is a person's doing; those that follow are the page's.
    queryFn: ({ signal, client, queryKey }) =>
      call<Json<View>>('GET', path, { query, signal, isPoll: client.getQueryData(queryKey) !== undefined }),
    enabled,
    placeholderData: keepPreviousData,
    refetchInterval: live ? everyMs : false,
    retry: (count, error) =>
      count < RETRIES && !(error instanceof ApiError && error.status >= 400 && error.status < 500),
  });
}
