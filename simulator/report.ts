import type { JourneyEntry, JourneyLedger } from './journey-ledger.js';
import { pathsTaken, type JourneyResult } from './journey-result.js';
import { drawPaths } from './path-config.js';
import type { JourneyPath } from './path-evaluator.js';
import type { EntityType, ServiceContract } from './service-contract.js';
import { showWire, type WireObject } from './lossless.js';

const TYPE_NAMES: Readonly<Record<EntityType, string>> = {
  lead: 'leads',
  account: 'accounts',
  accountPerson: 'people of buying groups',
};

/** A journey's result for people to read, several lines. */
export function writeReport(
  ledger: JourneyLedger,
  result: JourneyResult,
  contracts: readonly ServiceContract[],
): string {
  const { summary, missing, clean, complaints } = result;
  const milliseconds = (value: number | null): string => (value === null ? '-' : `${value} ms`);
  const faults = ledger.faults === 0 ? [] : [['faults played', String(ledger.faults)] as const];
  const rows = [
    ['submitted', String(summary.submitted)],
    ['acknowledged', String(summary.acknowledged)],
    ['called back', String(summary.callbacks)],
    ['valid', String(summary.valid)],
    ['duplicates', String(summary.duplicates)],
    ['late', String(summary.late)],
    ['failed', `${summary.failed}${missing === 0 ? '' : ` (${missing} never called back)`}`],
    ...faults,
    ['acknowledged to called back, p50', milliseconds(summary.p50Ms)],
    ['acknowledged to called back, p99', milliseconds(summary.p99Ms)],
    ['throughput', `${summary.perSecond} per second`],
  ] as const;
  return [
    '',
    'What enrichment did to a few made-up subjects',
    ...sampleLines(ledger.entries),
    '',
    'Paths taken',
    ...contracts.flatMap((contract) => pathLines(contract, summary.paths[contract.entityType])),
    '',
    'Result',
    ...rows.map(([name, value]) => `  ${name.padEnd(34)}${value}`),
    ...(complaints.length === 0 ? [] : ['', 'Complaints']),
    ...complaints.slice(0, 20).map(([sentence, count]) => `  ${count} x ${sentence}`),
    ...(complaints.length > 20 ? [`  … and ${complaints.length - 20} more kinds`] : []),
    '',
    clean ? 'Every callback came once, in time and valid.' : 'NOT everything came back once, in time and valid.',
  ].join('\n');
}

function pathLines(contract: ServiceContract, counts: Readonly<Record<string, number>>): string[] {
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0);
  if (total === 0) return [];
  const paths = drawPaths(contract);
  const others = Object.keys(counts).filter((id) => !paths.some((path) => path.pathId === id));
  const line = (id: string, meaning: string): string =>
    `    ${id.padEnd(18)}${String(counts[id] ?? 0).padStart(6)}   ${meaning}`.trimEnd();
  return [
    `  ${total} ${TYPE_NAMES[contract.entityType]} (${contract.apiName})`,
    ...paths.map((path) => line(path.pathId, describePath(path))),
    ...others.map((id) => line(id, '')),
  ];
}

function describePath(path: JourneyPath): string {
  if (path.conditions.length === 0) return 'everybody else';
  return path.conditions
    .map(({ accessor, operator, values }) => `${accessor} ${operator} ${values.join(', ')}`)
    .join(' and ');
}

/** Two leads, an account and a person of a group that were enriched. */
function sampleLines(entries: readonly JourneyEntry[]): string[] {
  const enriched = entries.filter((entry) => entry.reading?.success === true);
  const some = (type: EntityType, count: number): JourneyEntry[] =>
    enriched.filter((entry) => entry.submission.entityType === type).slice(0, count);
  return [...some('lead', 2), ...some('account', 1), ...some('accountPerson', 1)].flatMap((entry) => {
    const { submission, reading } = entry;
    const subject = reading?.subjects[0];
    const person = submission.people[0];
    if (subject === undefined) return [];
    const title = person === undefined ? submission.entityType : 'person of a buying group';
    return [
      `  ${title} ${subject.id}`,
      `    before  ${describeValues(person?.sent ?? submission.sent)}`,
      `    after   ${describeValues(subject.fields)}`,
      ...(person === undefined ? [] : [`    account ${describeValues(reading?.accountFields ?? {})}`]),
      `    values  ${describeValues(subject.accessors)}`,
      `    path    ${pathsTaken(entry)[0] ?? '-'}`,
    ];
  });
}

/** `name=value` for every value, on one line. */
export function describeValues(values: WireObject): string {
  const parts = Object.entries(values).map(([name, value]) => `${name}=${showWire(value)}`);
  return parts.length === 0 ? '(nothing)' : parts.join('  ');
}
