import { Coalesced, REAL_TIMERS, type Timers } from './coalesced.js';
import { followingOf, type LiveChange, LONGEST_GAP_MS } from './live-topics.js';

/** A view that a page shows. */
export interface ShownView {
  /** Names the view and its filters. */
  readonly key: string;
  readonly path: string;
}

/** The page that follows changes. */
export interface FollowingPage {
  /** The views that it shows at the moment, without those that follow nothing. */
  readonly shown: () => readonly ShownView[];
  /** Asks for a view again. @param after the id of the newest event that the page knows of */
  readonly ask: (key: string, after: string | null) => Promise<unknown>;
}

/** Asks again for the views on the page that a change is about, each at most once in its time. */
export class LiveViews {
  private readonly requests = new Map<string, Coalesced>();
  private readonly later = new Map<string, () => void>();
  private after: string | null = null;

  constructor(
    private readonly page: FollowingPage,
    private readonly timers: Timers = REAL_TIMERS,
  ) {}

  /** @param eventId of the event that tells of the change; null: no event does */
  change({ topics, changed }: LiveChange, eventId: string | null): void {
    this.after = eventId;
    const shown = this.page.shown();
    this.forgetOthers(new Set(shown.map(({ key }) => key)));
    for (const { key, path } of shown) {
      const following = followingOf(path);
      if (following === null || !following.topics.some((topic) => topics.includes(topic))) continue;
      const request = this.requestOf(key, following.gapMs);
      request.request(changed);
      if (following.laterMs !== undefined) this.requestLater(key, request, following.laterMs);
    }
  }

  stop(): void {
    this.forgetOthers(new Set());
  }

  private requestOf(key: string, gapMs: number): Coalesced {
    let request = this.requests.get(key);
    if (request === undefined) {
      const gap = { gapMs, longestGapMs: Math.max(gapMs, LONGEST_GAP_MS) };
      request = new Coalesced(() => this.page.ask(key, this.after), gap, this.timers);
      this.requests.set(key, request);
    }
    return request;
  }

  /** Counted from the first change: a steady flow of them must not put it off. */
  private requestLater(key: string, request: Coalesced, ms: number): void {
    if (this.later.has(key)) return;
    const cancel = this.timers.after(ms, () => {
      this.later.delete(key);
      request.request();
    });
    this.later.set(key, cancel);
  }

  private forgetOthers(keys: ReadonlySet<string>): void {
    for (const [key, request] of this.requests) {
      if (keys.has(key)) continue;
      request.stop();
      this.requests.delete(key);
      this.later.get(key)?.();
      this.later.delete(key);
    }
  }
}
