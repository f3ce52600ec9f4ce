import type { ColumnReport } from './secret-rotation.js';

/** The report to the operator, and the exit code of the command. */
export interface RotationVerdict {
  readonly lines: readonly string[];
  readonly problems: readonly string[];
  /** 0 all under the first key; 2 some cannot be opened; 3 some are still being sealed under an older key. */
  readonly exitCode: 0 | 2 | 3;
}

/** Sums up every column: which keys are needed, which may go, what could not be opened. Names keys by id only. */
export function judgeRotation(
  reports: readonly ColumnReport[],
  keyIds: readonly string[],
  dryRun: boolean,
): RotationVerdict {
  const [first = '', ...older] = keyIds;
  const perKey = sum(reports.map((report) => report.perKey));
  const damaged = sum(reports.map((report) => report.damaged));
  const rotated = reports.reduce((total, report) => total + report.rotated, 0);
  const countOf = (keyId: string | null): number => perKey.get(keyId) ?? 0;
  const lines = [
    ...[...perKey]
      .filter(([keyId]) => keyId !== null)
      .map(([keyId, count]) => `key "${keyId}": ${values(count)}${keyId === first ? ' (encrypts)' : ''}`),
    ...(dryRun ? ['Nothing was changed (dry run).'] : [`${values(rotated)} sealed anew under "${first}".`]),
  ];
  const unneeded = older.filter((keyId) => countOf(keyId) === 0);
  if (unneeded.length > 0) {
    lines.push(
      `No longer needed: ${unneeded.map(quote).join(', ')}. Remove from ENCRYPTION_KEYS once every process has "${first}" first.`,
    );
  }
  const problems: string[] = [];
  for (const [keyId, count] of perKey) {
    if (keyId === null) problems.push(`${values(count)} not in a form we write.`);
    else if (!keyIds.includes(keyId)) {
      problems.push(
        `${values(count)} under key "${keyId}", which ENCRYPTION_KEYS does not have: add it and run again.`,
      );
    }
  }
  for (const [keyId, count] of damaged) {
    problems.push(
      `${values(count)} not opened by key "${keyId}": changed, or ENCRYPTION_KEYS has another key by that id.`,
    );
  }
  const left = older.reduce((total, keyId) => total + countOf(keyId) - (damaged.get(keyId) ?? 0), 0);
  if (!dryRun && left > 0) {
    problems.push(
      `${values(left)} still under an older key: a running process seals with it. Restart it, then run again.`,
    );
  }
  const unreadable = problems.length > (left > 0 && !dryRun ? 1 : 0);
  return { lines, problems, exitCode: unreadable ? 2 : !dryRun && left > 0 ? 3 : 0 };
}

function sum<Key>(maps: readonly ReadonlyMap<Key, number>[]): Map<Key, number> {
  const total = new Map<Key, number>();
  for (const map of maps) for (const [key, count] of map) total.set(key, (total.get(key) ?? 0) + count);
  return total;
}

function values(count: number): string {
  return count === 1 ? '1 value' : `${count} values`;
}

function quote(keyId: string): string {
  return `"${keyId}"`;
}
