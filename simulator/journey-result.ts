import type { JourneyEntry, JourneyLedger } from './journey-ledger.js';
import { takePath } from './path-evaluator.js';
import type { EntityType } from './service-contract.js';

/** Where a journey sends a subject whose callback reports a failure. */
export const ERROR_PATH = 'timeout-or-error';

export type PathCounts = Readonly<Record<EntityType, Record<string, number>>>;

/** What `--json` prints; milliseconds from acknowledgement to callback. */
export interface JourneySummary {
  readonly submitted: number;
  readonly acknowledged: number;
  /** Subjects that got at least one callback. */
  readonly callbacks: number;
  /** Subjects whose every callback kept the contract. */
  readonly valid: number;
  readonly duplicates: number;
  readonly late: number;
  /** Callbacks that report a failure, and callbacks that never came. */
  readonly failed: number;
  readonly paths: PathCounts;
  readonly p50Ms: number | null;
  readonly p99Ms: number | null;
  readonly perSecond: number;
}

export interface JourneyResult {
  readonly summary: JourneySummary;
  readonly missing: number;
  /** True when everything came back once, in time and valid; a failure reported in due form counts as valid. */
  readonly clean: boolean;
  /** How often each breach of the contract, or refusal, happened; most frequent first. */
  readonly complaints: readonly (readonly [sentence: string, count: number])[];
}

/** Sums a journey up. */
export function summarize(ledger: JourneyLedger): JourneyResult {
  const { entries } = ledger;
  const arrived = entries.filter((entry) => entry.callbackAtMs !== null || entry.rejected);
  const accepted = entries.filter((entry) => entry.callbackAtMs !== null);
  const valid = accepted.filter((entry) => entry.violations.length === 0 && !entry.rejected).length;
  const duplicates = entries.reduce((sum, entry) => sum + entry.duplicates, 0);
  const late = accepted.filter(isLate).length;
  const missing = entries.length - arrived.length;
  const waits = accepted.flatMap((entry) => latency(entry) ?? []).sort((left, right) => left - right);
  const acknowledged = ledger.acknowledgedCount;
  const summary: JourneySummary = {
    submitted: entries.length,
    acknowledged,
    callbacks: arrived.length,
    valid,
    duplicates,
    late,
    failed: missing + accepted.filter((entry) => entry.reading?.success === false).length,
    paths: countPaths(accepted),
    p50Ms: percentile(waits, 0.5),
    p99Ms: percentile(waits, 0.99),
    perSecond: rate(accepted),
  };
  const clean =
    entries.length > 0 && acknowledged === entries.length && valid === entries.length && duplicates === 0 && late === 0;
  return { summary, missing, clean, complaints: countComplaints(entries) };
}

/** The path each subject of a callback takes, as Adobe would send it. */
export function pathsTaken(entry: Pick<JourneyEntry, 'submission' | 'reading'>): string[] {
  const { reading, submission } = entry;
  if (reading === null) return [];
  if (!reading.success) return reading.subjects.map(() => ERROR_PATH);
  return reading.subjects.map((subject) => takePath(submission.paths, subject.accessors) ?? 'no path');
}

function countPaths(accepted: readonly JourneyEntry[]): PathCounts {
  const counts: PathCounts = { lead: {}, account: {}, accountPerson: {} };
  for (const entry of accepted) {
    const ofType = counts[entry.submission.entityType];
    for (const path of pathsTaken(entry)) ofType[path] = (ofType[path] ?? 0) + 1;
  }
  return counts;
}

function countComplaints(entries: readonly JourneyEntry[]): (readonly [string, number])[] {
  const counts = new Map<string, number>();
  for (const entry of entries) {
    const sentences = entry.refusal === null ? entry.violations : [...entry.violations, entry.refusal];
    for (const sentence of sentences) counts.set(sentence, (counts.get(sentence) ?? 0) + 1);
  }
  return [...counts].sort((left, right) => right[1] - left[1]);
}

function isLate(entry: JourneyEntry): boolean {
  const deadline = entry.submittedAtMs + entry.submission.timeoutMinutes * 60_000;
  return entry.callbackAtMs !== null && entry.callbackAtMs > deadline;
}

/** A callback may overtake its acknowledgement: that is no wait at all. */
function latency(entry: JourneyEntry): number | null {
  if (entry.callbackAtMs === null || entry.acknowledgedAtMs === null) return null;
  return Math.max(0, entry.callbackAtMs - entry.acknowledgedAtMs);
}

function percentile(sorted: readonly number[], share: number): number | null {
  const value = sorted[Math.max(0, Math.ceil(sorted.length * share) - 1)];
  return value === undefined ? null : Math.round(value * 10) / 10;
}

function rate(accepted: readonly JourneyEntry[]): number {
  let first = Infinity;
  let last = -Infinity;
  for (const entry of accepted) {
    first = Math.min(first, entry.submittedAtMs);
    last = Math.max(last, entry.callbackAtMs ?? -Infinity);
  }
  return last > first ? Math.round((accepted.length / (last - first)) * 10_000) / 10 : 0;
}
