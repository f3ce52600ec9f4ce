import { Readable } from 'node:stream';
import type { LiveEvent } from './live-event.js';

/** Bytes that wait in the stream itself, beside those of the connection. */
const BUFFER_BYTES = 4 * 1_024;
/** As many as the ring keeps, so that a client may go on from each of them. The texts are shared by all streams. */
const PENDING_MAX = 1_000;
const PENDING_MAX_BYTES = 256 * 1_024;
/** A client that takes nothing for this long is gone or stuck. */
const STALLED_MS = 60_000;
/** For the bytes that wait in an ended stream. */
const FAREWELL_MS = 1_000;

export interface EventStreamOptions {
  /** Goes out before everything else. */
  readonly greeting: string;
  /** An event that stands for all that were lost up to the given one. */
  readonly resync: (number: number) => LiveEvent;
  readonly onOverflow?: () => void;
}

/**
 * The events of one client. A client that reads slower than events come gets one `resync` instead of those that wait: its
 * memory is bounded, and it looks at everything anew.
 */
export class EventStream extends Readable {
  private pending: string[];
  private pendingBytes = 0;
  private wanted = false;
  private over = false;
  private waitsSinceMs: number | null = null;

  constructor(private readonly options: EventStreamOptions) {
    super({ highWaterMark: BUFFER_BYTES });
    this.pending = [options.greeting];
  }

  send(event: LiveEvent): void {
    if (this.pending.length >= PENDING_MAX || this.pendingBytes + event.text.length > PENDING_MAX_BYTES) {
      this.pending = [this.options.resync(event.number).text];
      this.pendingBytes = this.pending[0]?.length ?? 0;
      this.options.onOverflow?.();
      this.forward();
      return;
    }
    this.add(event.text);
  }

  /** A line without meaning, which keeps proxies from closing the connection. A client with events to take needs none. */
  beat(): void {
    if (this.pending.length === 0) this.add(':\n\n');
  }

  /** Whether its client has taken nothing for a minute, though there is something. */
  isStalled(nowMs: number): boolean {
    return this.waitsSinceMs !== null && nowMs - this.waitsSinceMs >= STALLED_MS;
  }

  /** Nothing more is sent: what waits may no longer be for its client. */
  finish(): void {
    if (this.destroyed || this.over) return;
    this.over = true;
    this.pending = [];
    this.push(null);
    setTimeout(() => this.destroy(), FAREWELL_MS).unref();
  }

  override _read(): void {
    this.wanted = true;
    this.forward();
  }

  private add(text: string): void {
    this.pending.push(text);
    this.pendingBytes += text.length;
    this.forward();
  }

  private forward(): void {
    // A push after the end would be an error without a listener.
    if (this.destroyed || this.over) return;
    let took = false;
    while (this.wanted) {
      const text = this.pending.shift();
      if (text === undefined) break;
      this.pendingBytes = Math.max(this.pendingBytes - text.length, 0);
      this.wanted = this.push(text);
      took = true;
    }
    if (this.pending.length === 0) this.waitsSinceMs = null;
    else if (took || this.waitsSinceMs === null) this.waitsSinceMs = performance.now();
  }
}
