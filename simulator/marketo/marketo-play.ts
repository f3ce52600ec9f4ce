import { randomBytes } from 'node:crypto';
import { setMaxListeners } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent } from 'undici';
import type { FaultRates } from '../faults.js';
import { Progress } from '../progress.js';
import { submitAction } from '../submit-action.js';
import { makeBatch } from './marketo-batch.js';
import { type BatchEntry, MarketoEndpoint } from './marketo-endpoint.js';
import { type MarketoServiceContract, readMarketoService } from './marketo-service.js';

export interface MarketoPlayOptions {
  readonly url: string;
  readonly apiKey: string | null;
  /** Name of a service that speaks Marketo. */
  readonly service: string;
  readonly port: number;
  readonly batches: number;
  /** Most leads of a batch. */
  readonly leads: number;
  readonly munchkinId: string;
  readonly step: Readonly<Record<string, string>>;
  readonly faults: FaultRates;
  readonly seed: string;
  readonly concurrency: number;
  readonly timeoutMinutes: number;
  readonly json: boolean;
  readonly signal?: AbortSignal;
}

/** What `--json` prints; milliseconds from acknowledgement to callback. */
export interface MarketoSummary {
  readonly dialect: 'marketo';
  readonly submitted: number;
  readonly acknowledged: number;
  readonly callbacks: number;
  readonly valid: number;
  readonly duplicates: number;
  readonly leads: number;
  readonly leadsFailed: number;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
}

export interface MarketoRun {
  readonly summary: MarketoSummary;
  /** Every batch was taken and came back once, with every lead, as the contract says. */
  readonly clean: boolean;
}

const LATE_GRACE_MS = 10_000;
/** A second callback would follow the first soon. */
const DUPLICATE_WATCH_MS = 1_000;

/** Plays batches of a campaign against a running service and prints what came of them. */
export async function playMarketo(options: MarketoPlayOptions): Promise<MarketoRun> {
  const { json, signal } = options;
  const talk = json ? process.stderr : process.stdout;
  const service = await readMarketoService(options.url, options.service, options.apiKey);
  const endpoint = new MarketoEndpoint(() => service, options.faults, options.seed);
  const callbackBase = await endpoint.listen(options.port);
  talk.write(`Playing ${options.batches} batches of up to ${options.leads} leads against ${service.base}\n`);
  const entries = (): BatchEntry[] => [...endpoint.entries.values()];
  const progress = new Progress(talk, () => ({
    total: options.batches,
    acknowledged: entries().filter(({ acknowledgedAtMs }) => acknowledgedAtMs !== null).length,
    settled: endpoint.settled,
  }));
  try {
    await submitAll(options, service, endpoint, callbackBase);
    const giveUpAt = performance.now() + options.timeoutMinutes * 60_000 + LATE_GRACE_MS;
    while (endpoint.settled < options.batches && performance.now() < giveUpAt) await sleep(25, undefined, { signal });
    await sleep(DUPLICATE_WATCH_MS, undefined, { signal });
  } finally {
    progress.stop();
    await endpoint.close();
  }
  const run = summarize(entries());
  talk.write(`${report(run, entries(), endpoint.faults)}\n`);
  return run;
}

async function submitAll(
  options: MarketoPlayOptions,
  service: MarketoServiceContract,
  endpoint: MarketoEndpoint,
  callbackBase: string,
): Promise<void> {
  const { munchkinId, seed, step, leads: leadsMax, apiKey, signal } = options;
  const runId = `run-${randomBytes(6).toString('hex')}`;
  // Each batch that waits listens to it.
  if (signal !== undefined) setMaxListeners(0, signal);
  const agent = new Agent({ connections: options.concurrency, headersTimeout: 30_000, bodyTimeout: 30_000 });
  let next = 0;
  const lane = async (): Promise<void> => {
    for (let index = next++; index < options.batches; index = next++) {
      const batch = makeBatch(index, { service, munchkinId, callbackBase, runId, seed, leadsMax, step });
      const entry = endpoint.expect(batch);
      const answer = await submitAction(
        `${service.base}/submitAsyncAction`,
        batch.text,
        apiKey === null ? {} : { 'x-api-key': apiKey },
        agent,
        signal,
      );
      if (answer.kind === 'acknowledged') entry.acknowledgedAtMs = performance.now();
      else entry.refusal = answer.reason;
    }
  };
  try {
    await Promise.all(Array.from({ length: Math.min(options.concurrency, options.batches) }, lane));
  } finally {
    await agent.close();
  }
}

function summarize(entries: readonly BatchEntry[]): MarketoRun {
  const sum = (of: (entry: BatchEntry) => number): number => entries.reduce((total, entry) => total + of(entry), 0);
  const waits = entries
    .flatMap(({ acknowledgedAtMs, calledBackAtMs }) =>
      acknowledgedAtMs === null || calledBackAtMs === null ? [] : [Math.max(0, calledBackAtMs - acknowledgedAtMs)],
    )
    .sort((a, b) => a - b);
  const summary: MarketoSummary = {
    dialect: 'marketo',
    submitted: entries.length,
    acknowledged: sum(({ acknowledgedAtMs }) => (acknowledgedAtMs === null ? 0 : 1)),
    callbacks: sum(({ calledBackAtMs }) => (calledBackAtMs === null ? 0 : 1)),
    valid: sum(({ calledBackAtMs, violations }) => (calledBackAtMs !== null && violations.length === 0 ? 1 : 0)),
    duplicates: sum(({ duplicates }) => duplicates),
    leads: sum(({ batch }) => batch.leadIds.length),
    leadsFailed: sum(({ checked }) => checked?.failed ?? 0),
    p50Ms: percentile(waits, 0.5),
    p99Ms: percentile(waits, 0.99),
  };
  const { submitted, acknowledged, valid, duplicates } = summary;
  return { summary, clean: submitted > 0 && acknowledged === submitted && valid === submitted && duplicates === 0 };
}

function percentile(sorted: readonly number[], share: number): number | null {
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  return value === undefined ? null : Math.round(value * 10) / 10;
}

function report({ summary, clean }: MarketoRun, entries: readonly BatchEntry[], faults: number): string {
  const codes = new Map<string, number>();
  for (const [code, count] of entries.flatMap(({ checked }) => [...(checked?.codes ?? [])])) {
    codes.set(code, (codes.get(code) ?? 0) + count);
  }
  const complaints = new Map<string, number>();
  for (const sentence of entries.flatMap(({ violations, refusal }) => [
    ...violations,
    ...(refusal === null ? [] : [refusal]),
  ])) {
    complaints.set(sentence, (complaints.get(sentence) ?? 0) + 1);
  }
  const failed = [...codes].map(([code, count]) => `${count} ${code}`).join(', ');
  const rows: (readonly [string, string])[] = [
    ['batches submitted', String(summary.submitted)],
    ['acknowledged', String(summary.acknowledged)],
    ['called back', String(summary.callbacks)],
    ['valid', String(summary.valid)],
    ['duplicates', String(summary.duplicates)],
    ['leads', String(summary.leads)],
    ['leads that failed', `${summary.leadsFailed}${failed === '' ? '' : ` (${failed})`}`],
    ...(faults === 0 ? [] : [['faults played', String(faults)] as const]),
    ['acknowledged to called back, p50', `${summary.p50Ms ?? '-'} ms`],
    ['acknowledged to called back, p99', `${summary.p99Ms ?? '-'} ms`],
  ];
  return [
    '',
    'Result',
    ...rows.map(([name, value]) => `  ${name.padEnd(34)}${value}`),
    ...(complaints.size === 0 ? [] : ['', 'Complaints']),
    ...[...complaints].slice(0, 20).map(([sentence, count]) => `  ${count} x ${sentence}`),
    '',
    clean
      ? 'Every batch came back once, with every lead, and valid.'
      : 'NOT every batch came back once, whole and valid.',
  ].join('\n');
}
