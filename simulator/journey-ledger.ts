import type { CallbackEvent } from './callback-endpoint.js';
import type { CallbackReading } from './callback-reading.js';
import type { Submission } from './submission.js';

/** Where one subject of a journey stands. Times are `performance.now()` milliseconds. */
export interface JourneyEntry {
  readonly submission: Submission;
  readonly submittedAtMs: number;
  acknowledgedAtMs: number | null;
  requestId: string | null;
  /** Why the service did not take it, or broke its word; a sentence. */
  refusal: string | null;
  /** When an accepted callback came first. */
  callbackAtMs: number | null;
  reading: CallbackReading | null;
  duplicates: number;
  /** A callback was answered 400, after which no other will come. */
  rejected: boolean;
  /** Sentences about every callback that broke the contract. */
  violations: string[];
}

/** Remembers everything submitted in one journey and what came back, by token. */
export class JourneyLedger {
  readonly entries: JourneyEntry[] = [];
  callbackRequests = 0;
  faults = 0;
  private readonly byToken = new Map<string, JourneyEntry>();
  private settledCount = 0;

  /** Called before the request is sent: a callback may overtake the acknowledgement. */
  add(submission: Submission): JourneyEntry {
    const entry: JourneyEntry = {
      submission,
      submittedAtMs: performance.now(),
      acknowledgedAtMs: null,
      requestId: null,
      refusal: null,
      callbackAtMs: null,
      reading: null,
      duplicates: 0,
      rejected: false,
      violations: [],
    };
    this.entries.push(entry);
    this.byToken.set(submission.token, entry);
    return entry;
  }

  find(token: string): JourneyEntry | null {
    return this.byToken.get(token) ?? null;
  }

  acknowledged(entry: JourneyEntry, requestId: string): void {
    entry.acknowledgedAtMs = performance.now();
    if (entry.requestId !== null && entry.requestId !== requestId) {
      entry.violations.push('header X-Request-Id of the callback is not the requestId of the acknowledgement');
    }
    entry.requestId = requestId;
  }

  /** The service would not take it. */
  refused(entry: JourneyEntry, reason: string): void {
    entry.refusal = reason;
    if (!isSettled(entry, false)) this.settledCount += 1;
  }

  received(event: CallbackEvent): void {
    this.callbackRequests += 1;
    if (event.fault !== null) this.faults += 1;
    const entry = event.token === null ? null : this.find(event.token);
    if (entry === null) return;
    entry.violations.push(...event.violations);
    const before = isSettled(entry, true);
    if (event.outcome === 'accepted') {
      entry.callbackAtMs = performance.now();
      entry.reading = event.reading;
      entry.requestId ??= event.requestId;
    }
    if (event.outcome === 'duplicate') entry.duplicates += 1;
    if (event.outcome === 'rejected') entry.rejected = true;
    if (!before && isSettled(entry, true)) this.settledCount += 1;
  }

  /** How many of the entries nothing more is awaited for. */
  get settled(): number {
    return this.settledCount;
  }

  get acknowledgedCount(): number {
    return this.entries.reduce((count, entry) => count + (entry.acknowledgedAtMs === null ? 0 : 1), 0);
  }
}

function isSettled(entry: JourneyEntry, countRefusal: boolean): boolean {
  return entry.callbackAtMs !== null || entry.rejected || (countRefusal && entry.refusal !== null);
}
