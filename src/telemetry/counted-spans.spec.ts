import { ExportResultCode } from '@opentelemetry/core';
import type { ReadableSpan, SpanExporter, SpanProcessor } from '@opentelemetry/sdk-trace-base';
import { beforeEach, expect, it } from 'vitest';
import { CollectorLog } from './collector-log.js';
import { CountedSpans } from './counted-spans.js';
import { type SpanEnd, spansTotal } from './telemetry.metrics.js';

type Report = Parameters<SpanExporter['export']>[1];

const SPAN = {} as ReadableSpan;

let lines: string[];
let before: Record<SpanEnd, number>;
/** Exports under way, which a test ends. */
let reports: Report[];
let queued: ReadableSpan[];
let exporter: SpanExporter;
let processor: SpanProcessor;

async function counts(): Promise<Record<SpanEnd, number>> {
  const { values } = await spansTotal.get();
  return Object.fromEntries(values.map(({ labels, value }) => [labels.result, value])) as Record<SpanEnd, number>;
}

async function sinceThen(): Promise<Record<SpanEnd, number>> {
  const now = await counts();
  return {
    exported: now.exported - before.exported,
    failed: now.failed - before.failed,
    dropped: now.dropped - before.dropped,
  };
}

beforeEach(async () => {
  lines = [];
  reports = [];
  queued = [];
  before = await counts();
  const note = (line: unknown): void => void lines.push(String(line));
  const counted = new CountedSpans(3, new CollectorLog({ warn: note, log: note }));
  exporter = counted.exporter({
    export: (_, report) => reports.push(report),
    shutdown: () => Promise.resolve(),
  });
  processor = counted.processor({
    onStart: () => undefined,
    onEnd: (span) => queued.push(span),
    forceFlush: () => Promise.resolve(),
    shutdown: () => Promise.resolve(),
  });
});

function end(count: number): void {
  for (let index = 0; index < count; index += 1) processor.onEnd(SPAN);
}

it('counts the spans that the collector took', async () => {
  end(2);
  exporter.export(queued, () => undefined);
  reports[0]?.({ code: ExportResultCode.SUCCESS });
  expect(await sinceThen()).toEqual({ exported: 2, failed: 0, dropped: 0 });
  expect(lines).toEqual([]);
});

it('drops what would wait too many, and takes more once an export has begun', async () => {
  end(5);
  expect(queued).toHaveLength(3);
  expect(await sinceThen()).toEqual({ exported: 0, failed: 0, dropped: 2 });
  exporter.export(queued.splice(0), () => undefined);
  end(4);
  expect(queued).toHaveLength(3);
  expect(await sinceThen()).toEqual({ exported: 0, failed: 0, dropped: 3 });
});

it('tells of an outage once, without a word of the collector, and of its end', async () => {
  for (const error of [Object.assign(new Error('http://user:secret@host'), { code: 'ECONNREFUSED' }), new Error('x')]) {
    end(2);
    exporter.export(queued.splice(0), () => undefined);
    reports.pop()?.({ code: ExportResultCode.FAILED, error });
  }
  expect(lines).toEqual([expect.stringContaining('does not take spans (ECONNREFUSED)')]);
  expect(lines.join()).not.toContain('secret');
  end(1);
  exporter.export(queued.splice(0), () => undefined);
  reports.pop()?.({ code: ExportResultCode.SUCCESS });
  expect(lines).toEqual([expect.anything(), expect.stringMatching(/takes spans again after \d+ s; 4 were lost$/)]);
  expect(await sinceThen()).toEqual({ exported: 1, failed: 4, dropped: 0 });
});

it.each<[unknown, string]>([
  [{ code: 401 }, 'it answered 401'],
  [{ code: 'not a code: key=secret', name: 'Error' }, 'Error'],
  [{ name: 'OTLPExporterError' }, 'OTLPExporterError'],
  [undefined, 'no reason given'],
])('words an error %o as %j', (error, words) => {
  new CollectorLog({ warn: (line: string) => void lines.push(line), log: () => undefined }).failed(1, error as Error);
  expect(lines[0]).toContain(`(${words})`);
});
