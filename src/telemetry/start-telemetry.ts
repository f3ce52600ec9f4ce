import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { ROOT_CONTEXT, type Span, SpanKind, SpanStatusCode, trace, TraceFlags } from '@opentelemetry/api';
import { setGlobalErrorHandler } from '@opentelemetry/core';
import { defaultResource, detectResources, envDetector, resourceFromAttributes } from '@opentelemetry/resources';
import {
  AlwaysOnSampler,
  BasicTracerProvider,
  BatchSpanProcessor,
  type IdGenerator,
  RandomIdGenerator,
  type SpanExporter,
} from '@opentelemetry/sdk-trace-base';
import type { TelemetryConfig } from '../config/config.js';
import { CollectorLog } from './collector-log.js';
import { CountedSpans } from './counted-spans.js';
import { traceWith } from './current-tracing.js';
import { samplerOf } from './trace-sampler.js';
import { type NewSpan, Tracing, type TracingSdk } from './tracing.js';

const KINDS = { server: SpanKind.SERVER, client: SpanKind.CLIENT, internal: SpanKind.INTERNAL } as const;

/** Facts about this process that its spans carry. */
export interface ProcessFacts {
  readonly version: string;
  readonly role: string;
}

/**
 * Begins to trace. This file loads the SDK, and only a process that traces loads this file. The variables that are about
 * the exporter, its queue and the resource are read by the libraries themselves.
 */
export async function startTelemetry(config: TelemetryConfig, facts: ProcessFacts): Promise<void> {
  // Exports that fail are told by CollectorLog; the SDK's own words would quote addresses.
  setGlobalErrorHandler(() => undefined);
  const counted = new CountedSpans(config.queueMax, new CollectorLog(new Logger('Telemetry')));
  const exporter = counted.exporter(await makeExporter(config.protocol));
  const ids = new DictatedIds();
  const provider = new BasicTracerProvider({
    resource: resourceOf(facts),
    // Decided before a span is made: one that is not sampled costs nothing.
    sampler: new AlwaysOnSampler(),
    idGenerator: ids,
    spanProcessors: [counted.processor(new BatchSpanProcessor(exporter, { maxQueueSize: config.queueMax }))],
  });
  traceWith(new Tracing(sdkOf(config, provider, ids)));
}

/** Both speak to any collector; only the one that is used is loaded. */
async function makeExporter(protocol: TelemetryConfig['protocol']): Promise<SpanExporter> {
  const { OTLPTraceExporter } =
    protocol === 'http/json'
      ? await import('@opentelemetry/exporter-trace-otlp-http')
      : await import('@opentelemetry/exporter-trace-otlp-proto');
  return new OTLPTraceExporter();
}

function resourceOf({ version, role }: ProcessFacts): ReturnType<typeof defaultResource> {
  const own = resourceFromAttributes({
    'service.name': 'ricochet',
    'service.version': version,
    // Of this process: a host's name or a pod's is for OTEL_RESOURCE_ATTRIBUTES to tell.
    'service.instance.id': randomUUID(),
    'ricochet.role': role,
  });
  return defaultResource()
    .merge(own)
    .merge(detectResources({ detectors: [envDetector] }));
}

function sdkOf(config: TelemetryConfig, provider: BasicTracerProvider, ids: DictatedIds): TracingSdk {
  const tracer = provider.getTracer('ricochet');
  const samples = samplerOf(config.sampling);
  return {
    linksCallers: config.linksCallers,
    samples,
    newTraceId: () => ids.random.generateTraceId(),
    begin: (span) => {
      if (span.parentSpanId === null) ids.dictate(span.traceId, span.spanId);
      const startTime = span.startedAtMs === undefined ? undefined : Date.now() + span.startedAtMs - performance.now();
      const links = span.link === null ? [] : [{ context: { ...span.link, isRemote: true } }];
      const options = { kind: KINDS[span.role], attributes: span.attributes, links, startTime };
      return tracer.startSpan(span.name, options, contextOf(span));
    },
    end: (span: Span, attributes, failed) => {
      span.setAttributes(attributes);
      if (failed) span.setStatus({ code: SpanStatusCode.ERROR });
      span.end();
    },
    close: async (withinMs) => {
      const late = sleep(withinMs, undefined, { ref: false });
      await Promise.race([provider.shutdown().catch(() => undefined), late]);
    },
  };
}

function contextOf({ traceId, parentSpanId }: NewSpan): typeof ROOT_CONTEXT {
  if (parentSpanId === null) return ROOT_CONTEXT;
  const parent = { traceId, spanId: parentSpanId, traceFlags: TraceFlags.SAMPLED, isRemote: true };
  return trace.setSpanContext(ROOT_CONTEXT, parent);
}

/** Random ids, but for the root of a trace, which the id of its request decides. */
class DictatedIds implements IdGenerator {
  readonly random = new RandomIdGenerator();
  private traceId: string | null = null;
  private spanId: string | null = null;

  /** For the next span, which begins in the same turn. */
  dictate(traceId: string, spanId: string | null): void {
    this.traceId = traceId;
    this.spanId = spanId;
  }

  // Arrow functions: the SDK merges options, and what it copies must not lose its `this`.
  readonly generateTraceId = (): string => {
    const dictated = this.traceId;
    this.traceId = null;
    return dictated ?? this.random.generateTraceId();
  };

  readonly generateSpanId = (): string => {
    const dictated = this.spanId;
    this.spanId = null;
    return dictated ?? this.random.generateSpanId();
  };
}
