import { type Query, type QueryClient, useQueryClient } from '@tanstack/react-query';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { Coalesced } from '../lib/coalesced.js';
import { type Topic, TOPICS } from '../../../src/live/topics.js';
import { followingOf, topicsOf } from '../lib/live-topics.js';

/** `polling`: the service or a proxy on the way offers no stream. */
export type LiveState = 'live' | 'reconnecting' | 'polling';

const PATH = '/admin/events';
const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 60_000;

const Context = createContext<LiveState>('polling');

export function useLiveState(): LiveState {
  return useContext(Context);
}

/** One stream of changes for the tab, and the views that are asked for again by it. Only for people who are logged in. */
export function LiveProvider({ children }: { readonly children: ReactNode }): ReactNode {
  const client = useQueryClient();
  const [state, setState] = useState<LiveState>('polling');
  useEffect(() => {
    const views = new LiveViews(client);
    const stream = new LiveStream(setState, (topics) => views.change(topics));
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
    private readonly change: (topics: readonly Topic[]) => void,
  ) {}

  open(): void {
    if (this.source !== null) return;
    this.clearRetry();
    const source = new EventSource(PATH);
    this.source = source;
    source.addEventListener('changed', ({ data }: MessageEvent<string>) => this.change(topicsOf(data)));
    source.addEventListener('resync', () => this.change(TOPICS));
    source.onopen = () => {
      this.retryMs = FIRST_RETRY_MS;
      this.tell('live');
      if (this.wasOpen) this.change(TOPICS);
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
    if (this.wasOpen) this.change(TOPICS);
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

/** Asks again for the views on the page that a change is about, each at most once in its time. */
class LiveViews {
  private readonly requests = new Map<string, Coalesced>();
  private readonly later = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(private readonly client: QueryClient) {}

  change(topics: readonly Topic[]): void {
    const shown = this.client.getQueryCache().findAll({ type: 'active' });
    this.forgetOthers(new Set(shown.map(({ queryHash }) => queryHash)));
    for (const query of shown) {
      const following = query.meta?.['live'] === true ? followingOf(String(query.queryKey[0])) : null;
      if (following === null || !following.topics.some((topic) => topics.includes(topic))) continue;
      const request = this.requestOf(query, following.gapMs);
      request.request();
      if (following.laterMs !== undefined) this.requestLater(query.queryHash, request, following.laterMs);
    }
  }

  stop(): void {
    this.forgetOthers(new Set());
  }

  private requestOf({ queryHash, queryKey }: Query, gapMs: number): Coalesced {
    let request = this.requests.get(queryHash);
    if (request === undefined) {
      const fetch = (): Promise<void> =>
        this.client.refetchQueries({ queryKey, exact: true, type: 'active' }, { cancelRefetch: false });
      request = new Coalesced(fetch, gapMs);
      this.requests.set(queryHash, request);
    }
    return request;
  }

  /** Counted from the first change: a steady flow of them must not put it off. */
  private requestLater(hash: string, request: Coalesced, ms: number): void {
    if (this.later.has(hash)) return;
    const timer = setTimeout(() => {
      this.later.delete(hash);
      request.request();
    }, ms);
    this.later.set(hash, timer);
  }

  private forgetOthers(hashes: ReadonlySet<string>): void {
    for (const [hash, request] of this.requests) {
      if (hashes.has(hash)) continue;
      request.stop();
      this.requests.delete(hash);
      clearTimeout(this.later.get(hash));
      this.later.delete(hash);
    }
  }
}
