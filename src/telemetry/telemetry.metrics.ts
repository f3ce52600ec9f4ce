import { Counter } from 'prom-client';
import { startAtZero } from '../counters/zero-series.js';

/** The ends that a span may come to: the collector has it, an export failed, or too many were waiting. */
export type SpanEnd = 'exported' | 'failed' | 'dropped';

const ENDS: Readonly<Record<SpanEnd, true>> = { exported: true, failed: true, dropped: true };

/** Spans of this process, by what became of them. */
export const spansTotal = new Counter({
  name: 'ricochet_spans_total',
  help: 'Spans of traces, by what became of them: exported, failed (an export that did not succeed), dropped (too many waited).',
  labelNames: ['result'] as const,
});

startAtZero(spansTotal, { result: Object.keys(ENDS) });
