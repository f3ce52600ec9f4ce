import { type QueryClient, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { ALL_CHANGED, changeOf, type LiveChange } from '../lib/live-topics.js';
import { type FollowingPage, LiveViews } from '../lib/live-views.js';

/** `polling`: the service or a proxy on the way offers no stream. */
export type LiveState = 'live' | 'reconnecting' | 'polling';

const PATH = '/admin/events';
const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 60_000;

const Context = createContext<LiveState>('polling');

export function useLiveState(): LiveState {
  return useContext(Context);
}

/** The event that causes the request which is being begun. */
let cause: string | null = null;

/** The id of the event that causes a request, at the moment when the request is begun; null: a person or a clock does. */
export function causingEvent(): string | null {
  return cause;
}

/** The views of the page, by the cache that holds them. */
function pageOf(client: QueryClient): FollowingPage {
  const cache = client.getQueryCache();
  return {
    shown: () =>
      cache
        .findAll({ type: 'active', predicate: ({ meta }) => meta?.['live'] === true })
        .map(({ queryHash, queryKey }) => ({ key: queryHash, path: String(queryKey[0]) })),
    ask: (key, after) => {
      const queryKey = cache.get(key)?.queryKey ?? [];
      cause = after;
      try {
        return client.refetchQueries({ queryKey, exact: true, type: 'active' }, { cancelRefetch: false });
      } finally {
        cause = null;
      }
    },
  };
}

/** One stream of changes for the tab, and the views that are asked for again by it. Only for people who are logged in. */
export function LiveProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>('polling');
  useEffect(() => {
    const views = new LiveViews(pageOf(client));
    const stream = new LiveStream(setState, (change, eventId) => views.change(change, eventId));
    const follow = (): void => {
      if (document.visibilityState === 'visible') stream.open();
      else stream.close();
    };
    document.addEventListener('visibilitychange', follow);
    follow();
    return () => {
      document.removeEventListener('visibilitychange', follow);
      stream.close();
      views.stop();
    };
  }, [client]);
  return <Context value={state}>{children}</Context>;
}

/**
 * The stream while the tab is seen. A browser has six connections for a host: tabs in the back that kept theirs would leave
 * none for the seventh.
 */
class LiveStream {
  private source: EventSource | null = null;
  private retry: ReturnType<typeof setTimeout> | null = null;
  private retryMs = FIRST_RETRY_MS;
  /** The stream was there before: changes may have been missed. */
  private wasOpen = false;

  constructor(
    private readonly tell: (state: LiveState) => void,
    private readonly change: (change: LiveChange, eventId: string | null) => void,
  ) {}

  open(): void {
    if (this.source !== null) return;
    this.clearRetry();
    const source = new EventSource(PATH);
    this.source = source;
    source.addEventListener('changed', ({ data, lastEventId }: MessageEvent<string>) =>
      this.change(changeOf(data), lastEventId),
    );
    source.addEventListener('resync', ({ lastEventId }: MessageEvent<string>) => this.change(ALL_CHANGED, lastEventId));
    source.onopen = () => {
      this.retryMs = FIRST_RETRY_MS;
      this.tell('live');
      if (this.wasOpen) this.change(ALL_CHANGED, null);
      this.wasOpen = true;
    };
    source.onerror = () => this.lose(source);
  }

  close(): void {
    this.clearRetry();
    this.source?.close();
    this.source = null;
    this.tell('polling');
  }

  /** The browser connects again by itself after a cut, and gives up after a refusal. */
  private lose(source: EventSource): void {
    if (source !== this.source) return;
    const isRefused = source.readyState === EventSource.CLOSED;
    this.tell(isRefused ? 'polling' : 'reconnecting');
    // The end of the session ends the stream, too: the answer to a view says so.
    if (this.wasOpen) this.change(ALL_CHANGED, null);
    if (!isRefused) return;
    this.source = null;
    this.retry = setTimeout(() => this.open(), this.retryMs * (0.5 + Math.random()));
    this.retryMs = Math.min(2 * this.retryMs, LONGEST_RETRY_MS);
  }

  private clearRetry(): void {
    if (this.retry !== null) clearTimeout(this.retry);
    this.retry = null;
  }
}
