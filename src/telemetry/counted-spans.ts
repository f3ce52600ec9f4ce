import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import type { CollectorLog } from './collector-log.js';
import { spansTotal } from './telemetry.metrics.js';

type Export = SpanExporter['export'];
type Report = Parameters<Export>[1];

/** As the SDK's `ExportResultCode`; a copy, because this file loads none of its code. */
const SUCCESS = 0;

/**
 * Stands before and behind the queue of the SDK's batch processor: it counts what became of every span, and lets no
 * more wait than may. The processor has the same limit but tells it to nothing that we could ask.
 */
export class CountedSpans {
  private waiting = 0;

  constructor(
    private readonly queueMax: number,
    private readonly log: CollectorLog,
  ) {}

  /** The exporter, as the queue sees it. */
  exporter(inner: SpanExporter): SpanExporter {
    return {
      export: (spans, report) => this.export(inner, spans, report),
      shutdown: () => inner.shutdown(),
      forceFlush: () => inner.forceFlush?.() ?? Promise.resolve(),
    };
  }

  /** The queue, as tracers see it. */
  processor(queue: SpanProcessor): SpanProcessor {
    return {
      onStart: () => undefined,
      onEnd: (span) => this.end(queue, span),
      forceFlush: () => queue.forceFlush(),
      shutdown: () => queue.shutdown(),
    };
  }

  private end(queue: SpanProcessor, span: ReadableSpan): void {
    if (this.waiting >= this.queueMax) {
      spansTotal.inc({ result: 'dropped' });
      return;
    }
    this.waiting += 1;
    queue.onEnd(span);
  }

  private export(inner: SpanExporter, spans: ReadableSpan[], report: Report): void {
    this.waiting -= spans.length;
    inner.export(spans, (result) => {
      const succeeded = (result.code as number) === SUCCESS;
      spansTotal.inc({ result: succeeded ? 'exported' : 'failed' }, spans.length);
      if (succeeded) this.log.succeeded();
      else this.log.failed(spans.length, result.error);
      report(result);
    });
  }
}
