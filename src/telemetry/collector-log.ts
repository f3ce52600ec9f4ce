import type { Logger } from '@nestjs/common';

/** The reason of an export that failed. Its text may quote the collector's answer, and is not shown. */
interface ExportError {
  readonly name?: string;
  /** An HTTP status, or the code of a network error. */
  readonly code?: unknown;
}

/** Tells of the collector: one line when an outage begins and one when it is over, without addresses and keys. */
export class CollectorLog {
  private failingSinceMs: number | null = null;
  private lost = 0;

  constructor(private readonly log: Pick<Logger, 'warn' | 'log'>) {}

  failed(spans: number, error: Error | undefined): void {
    this.lost += spans;
    if (this.failingSinceMs !== null) return;
    this.failingSinceMs = performance.now();
    this.log.warn(
      `The collector of traces does not take spans (${describe(error)}). Spans are lost until it does, nothing else is. ` +
        'It is tried again by itself. If this lasts, check OTEL_EXPORTER_OTLP_ENDPOINT and OTEL_EXPORTER_OTLP_HEADERS.',
    );
  }

  succeeded(): void {
    if (this.failingSinceMs === null) return;
    const seconds = Math.round((performance.now() - this.failingSinceMs) / 1_000);
    this.log.log(`The collector takes spans again after ${seconds} s; ${this.lost} were lost`);
    this.failingSinceMs = null;
    this.lost = 0;
  }
}

function describe(error: ExportError | undefined): string {
  const code = error?.code;
  if (typeof code === 'number') return `it answered ${code}`;
  return typeof code === 'string' && /^[A-Z_]{1,40}$/.test(code) ? code : (error?.name ?? 'no reason given');
}
