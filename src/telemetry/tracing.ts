import type { Attributes, Span } from '@opentelemetry/api';
import { readTraceParent, rootSpanIdOf, type TraceParent, traceIdOf, writeTraceParent } from './trace-ids.js';

/** The role of a span between two systems. */
export type SpanRole = 'server' | 'client' | 'internal';

/** A span to begin. */
export interface NewSpan {
  readonly name: string;
  readonly role: SpanRole;
  readonly traceId: string;
  /** Null: a root, of which the trace has one. */
  readonly parentSpanId: string | null;
  /** Of a root; null: a random one. */
  readonly spanId: string | null;
  /** `performance.now()` at its beginning; absent: now. */
  readonly startedAtMs?: number;
  readonly attributes: Attributes;
  /** The caller's span, in its own trace. */
  readonly link: TraceParent | null;
}

/** The SDK behind the traces, as {@link ./start-telemetry.ts} makes it. */
export interface TracingSdk {
  readonly linksCallers: boolean;
  /** @param id of a trace, or of the request that it is made of */
  samples(id: string): boolean;
  newTraceId(): string;
  begin(span: NewSpan): Span;
  /** @param failed whether the span is to stand out as a failure */
  end(span: Span, attributes: Attributes, failed: boolean): void;
  /** Sends what is left, for at most so long. Never rejects. */
  close(withinMs: number): Promise<void>;
}

/** A span of a request, in words that need no library. */
export type SpanOf = Pick<NewSpan, 'name' | 'role' | 'attributes' | 'startedAtMs'>;

/** Called only for what is sampled: with one request in a hundred, spans that are not begun cost next to nothing. */
type MakeSpan = () => SpanOf;

/** Members of a log line; null for an id without a trace. */
export type TraceFields = { readonly trace_id: string; readonly span_id: string };

/**
 * The traces of requests and events over all processes. Nothing is stored: ids of a trace are made of the request's own
 * id, and whether it is sampled is decided by that id, so that every process decides alike. A column for it lost: each
 * insert would carry it, and with one request in a hundred traced it would be empty in the others.
 */
export class Tracing {
  /** By action, the innermost span that runs here: the lines of its log name it. */
  private readonly inner = new Map<string, Span>();
  /** Those of attempts; several deliveries may belong to one owner. */
  private readonly attempts = new WeakMap<object, Span>();

  constructor(private readonly sdk: TracingSdk) {}

  /** Begins the span that all others of the request belong to; null where it is not sampled. */
  beginRoot(id: string, span: MakeSpan, traceparent?: string | string[]): Span | null {
    const traceId = this.sampledTraceOf(id);
    if (traceId === null) return null;
    const link = this.readLink(traceparent);
    return this.sdk.begin({ ...span(), traceId, parentSpanId: null, spanId: rootSpanIdOf(traceId), link });
  }

  /**
   * Begins a span of a request; null where it is not sampled.
   * @param parent absent: the request's own span, whichever process made it; null: none, for owners that no request made
   */
  begin(id: string, span: MakeSpan, parent?: Span | null, traceparent?: string | string[]): Span | null {
    const traceId = this.sampledTraceOf(id);
    if (traceId === null) return null;
    const parentSpanId = parent === undefined ? rootSpanIdOf(traceId) : (parent?.spanContext().spanId ?? null);
    return this.sdk.begin({ ...span(), traceId, parentSpanId, spanId: null, link: this.readLink(traceparent) });
  }

  /** Begins the span of a request that was refused: it has no id, so its trace has one of its own. */
  beginRefused(span: MakeSpan, traceparent?: string | string[]): Span | null {
    const traceId = this.sdk.newTraceId();
    if (!this.sdk.samples(traceId)) return null;
    return this.sdk.begin({ ...span(), traceId, parentSpanId: null, spanId: null, link: this.readLink(traceparent) });
  }

  end(span: Span, attributes: Attributes = {}, failed = false): void {
    this.sdk.end(span, attributes, failed);
  }

  /** The innermost span of an action that runs here. */
  innerOf(actionId: string): Span | null {
    return this.inner.get(actionId) ?? null;
  }

  /** @param span null: none runs here any more. */
  setInner(actionId: string, span: Span | null): void {
    if (span === null) this.inner.delete(actionId);
    else this.inner.set(actionId, span);
  }

  noteAttempt(delivery: object, span: Span): void {
    this.attempts.set(delivery, span);
  }

  /** The ids that a line about a request carries: of what runs here for it, or of the request itself. */
  fieldsOf(id: unknown): TraceFields | null {
    return typeof id === 'string' ? this.toFields(id, this.innerOf(id)) : null;
  }

  /** The same for the line that says that it was taken. */
  rootFieldsOf(id: string): TraceFields | null {
    return this.toFields(id, null);
  }

  /** The same for a line about an attempt. */
  attemptFieldsOf(ownerId: string, delivery: object): TraceFields | null {
    return this.toFields(ownerId, this.attempts.get(delivery) ?? null);
  }

  close(withinMs: number): Promise<void> {
    return this.sdk.close(withinMs);
  }

  private sampledTraceOf(id: string): string | null {
    // The question first: it is asked seven times about a request, and the answer is no for most.
    return this.sdk.samples(id) ? traceIdOf(id) : null;
  }

  private toFields(id: string, span: Span | null): TraceFields | null {
    const traceId = this.sampledTraceOf(id);
    if (traceId === null) return null;
    return { trace_id: traceId, span_id: span?.spanContext().spanId ?? rootSpanIdOf(traceId) };
  }

  private readLink(traceparent: string | string[] | undefined): TraceParent | null {
    return this.sdk.linksCallers ? readTraceParent(traceparent) : null;
  }
}

/** The `traceparent` that tells a receiver of a span. */
export function headerOf(span: Span): string {
  return writeTraceParent(span.spanContext());
}
