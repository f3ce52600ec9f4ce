import type { Outcome } from './outcome.js';

/** A scenario with what it showed. */
export interface ReportRow {
  readonly group: string;
  readonly fault: string;
  readonly outcome: Outcome;
  readonly tookMs: number;
}

/** A whole run. */
export interface Report {
  readonly seed: number;
  readonly short: boolean;
  readonly startedAt: string;
  readonly rows: readonly ReportRow[];
}

const COLUMNS = ['fault', 'acknowledged', 'lost', 'duplicated', 'failed', 'recovered in', 'attempts', 'at most once'];

/** Whether a row is what the promise says. */
export function isClean({ outcome }: ReportRow): boolean {
  return outcome.lost === 0 && outcome.attemptsOk && outcome.violations.length === 0;
}

/** The table as people read it in a terminal. */
export function renderTable(report: Report): string {
  const cells = [COLUMNS, ...report.rows.map(cellsOf)];
  const widths = COLUMNS.map((_, column) => Math.max(...cells.map((row) => (row[column] ?? '').length)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
  return [lines[0], '-'.repeat(lines[0]?.length ?? 0), ...lines.slice(1)].join('\n');
}

/** The same table for a page. */
export function renderMarkdownTable(report: Report): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [
    line(COLUMNS),
    line(COLUMNS.map((_, column) => (column === 0 ? '---' : '--:'))),
    ...report.rows.map((row) => line(cellsOf(row))),
  ].join('\n');
}

function cellsOf({ fault, outcome }: ReportRow): string[] {
  const once = outcome.atMostOnce;
  return [
    fault,
    String(outcome.acknowledged),
    outcome.lostWithPrimary === 0
      ? String(outcome.lost)
      : `${outcome.lost}, and ${outcome.lostWithPrimary} with the primary`,
    String(outcome.duplicated),
    String(outcome.failed),
    `${(outcome.recoveredMs / 1_000).toFixed(1)} s`,
    outcome.attemptsOk ? 'ok' : 'WRONG',
    once === null ? '–' : `${once.sent} sent, ${once.seenTwice} twice, ${once.unrecorded} unrecorded`,
  ];
}
