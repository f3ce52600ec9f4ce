import { Injectable, Module, type OnApplicationShutdown } from '@nestjs/common';
import { traceWith, tracing } from './current-tracing.js';
// Its series are there at 0 also where nothing is traced.
import './telemetry.metrics.js';

/** Longest time that a stop waits for the collector. */
const FLUSH_MS = 3_000;

/** Sends the last spans when the application stops: the drain is over by then, and all of them have ended. */
@Injectable()
export class LastSpans implements OnApplicationShutdown {
  async onApplicationShutdown(): Promise<void> {
    const last = tracing;
    traceWith(null);
    await last?.close(FLUSH_MS);
  }
}

/** Traces begin before there is an application (`start.ts`); it ends them. */
@Module({ providers: [LastSpans] })
export class TelemetryModule {}
