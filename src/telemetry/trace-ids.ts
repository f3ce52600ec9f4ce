/** The trace that another system said it was in. */
export interface TraceParent {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
}

const UUID_LENGTH = 36;
const VERSION_PLACE = 14;
const SPAN_ID_LENGTH = 16;
const TRACE_PARENT = /^([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?$/;
const ZEROS = /^0+$/;

/**
 * The trace of a request or an event: its id without hyphens. Every process knows it without being told, and so does a
 * person who has a request id. Null for an id that is no uuidv7: nothing of that kind has a trace.
 */
export function traceIdOf(id: string): string | null {
  return id.length === UUID_LENGTH && id[VERSION_PLACE] === '7' ? id.replaceAll('-', '') : null;
}

/** The span that all others of a trace belong to: the last half of its id, which is random and never all zeros. */
export function rootSpanIdOf(traceId: string): string {
  return traceId.slice(-SPAN_ID_LENGTH);
}

/** Reads a W3C `traceparent`; null for none, and for one that the standard tells us to ignore. */
export function readTraceParent(header: string | readonly string[] | undefined): TraceParent | null {
  if (typeof header !== 'string') return null;
  const [, version, traceId = '', spanId = '', flags = '', tail] = TRACE_PARENT.exec(header.trim()) ?? [];
  if (version === undefined || version === 'ff' || (version === '00' && tail !== undefined)) return null;
  if (ZEROS.test(traceId) || ZEROS.test(spanId)) return null;
  return { traceId, spanId, traceFlags: Number.parseInt(flags, 16) & 1 };
}

/** The W3C `traceparent` of a span that is sampled. */
export function writeTraceParent({ traceId, spanId }: Pick<TraceParent, 'traceId' | 'spanId'>): string {
  return `00-${traceId}-${spanId}-01`;
}
