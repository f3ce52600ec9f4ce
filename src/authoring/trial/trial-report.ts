import type { StepOutcome } from '../../actions/action-result.js';
import type { PipelineStep, ServiceDefinition } from '../../catalog/service-definition.js';
import { parseJsonText } from '../../http/json-body.js';
import type { JsonValue } from '../../http/json-value.js';
import type { LogLine } from '../quiet-logger.js';
import type { AskedCondition, SeenCall, TrialNotes } from './trial-notes.js';
import type { TrialRun } from './trial.js';

/** The outcome of a step, in a user's words. */
export type ShownOutcome = 'done' | 'not found' | 'skipped' | 'failed' | 'not run';

/** A step of a trial. */
export interface ShownStep {
  readonly step: string;
  readonly provider: string;
  readonly outcome: ShownOutcome;
  readonly ms: number;
  readonly code: string | null;
  readonly reason: string | null;
  readonly conditions: readonly AskedCondition[];
  readonly calls: readonly SeenCall[];
  /** Values that the callback has from this step; of people those of the first. */
  readonly wrote: Readonly<Record<string, JsonValue>>;
  /** Names whose value the request's own one keeps out. */
  readonly kept: readonly string[];
  /** Names of values for later steps and accessors, which are no fields of the callback. */
  readonly alsoFound: readonly string[];
  /** Of a waterfall: the field that it found. */
  readonly endedSearchFor: string | null;
  readonly peopleFailed: number;
}

/** A trial as it is shown. */
export interface TrialReport {
  readonly service: string;
  readonly subject: { readonly kind: string; readonly id: string; readonly source: string };
  readonly outcome: 'success' | 'failure';
  readonly code: string | null;
  readonly reason: string | null;
  readonly ms: number;
  readonly steps: readonly ShownStep[];
  readonly warnings: readonly string[];
  readonly callback: JsonValue;
}

/** Makes the report of a trial: the service's own records, beside what only a trial sees. */
export function makeReport(
  definition: ServiceDefinition,
  { entity, run, callback, ms }: TrialRun,
  source: string,
  notes: TrialNotes,
  warnings: readonly string[],
): TrialReport {
  const { outcome } = run;
  const isFailure = outcome.kind === 'failure';
  const steps = showSteps(definition, run.steps, notes);
  return {
    service: definition.apiName,
    subject: { kind: entity.kind, id: entity.id, source },
    outcome: outcome.kind,
    code: isFailure ? outcome.errorCode : null,
    reason: isFailure ? outcome.reason : null,
    ms,
    steps,
    warnings: [...notesOf(steps), ...droppedNotes(callback.dropped), ...warnings],
    callback: parseJsonText(callback.body),
  };
}

/** The steps of a pipeline as they are shown, in its order. */
export function showSteps(
  { pipeline }: ServiceDefinition,
  records: readonly StepOutcome[],
  notes: TrialNotes,
): readonly ShownStep[] {
  return pipeline.map((step) => showStep(step, records, notes));
}

export function droppedNotes(names: readonly string[]): readonly string[] {
  return names.map((name) => `${name} is left out of the callback: not of the declared type`);
}

/** Lines of the service's log that an author should read. */
export function warningsOf(lines: readonly LogLine[]): readonly string[] {
  return lines.filter(({ level }) => level !== 'log').map(({ message }) => message);
}

const NOT_REACHED: Omit<ShownStep, 'step' | 'provider' | 'conditions' | 'calls'> = {
  outcome: 'skipped',
  ms: 0,
  code: null,
  reason: 'the action had failed before',
  wrote: {},
  kept: [],
  alsoFound: [],
  endedSearchFor: null,
  peopleFailed: 0,
};

/** Steps that a trial did not run, and why. */
export function notesOf(steps: readonly ShownStep[]): readonly string[] {
  return steps.flatMap(({ outcome, reason }) => (outcome === 'not run' && reason !== null ? [reason] : []));
}

function showStep(step: PipelineStep, records: readonly StepOutcome[], notes: TrialNotes): ShownStep {
  const record = records.find((one) => one.step === step.name);
  const { conditions, calls, values, notFound, notRun } = notes.of(step.name);
  const common = { step: step.name, provider: step.provider, conditions, calls };
  if (record === undefined) return { ...common, ...NOT_REACHED };
  const found = Object.assign({}, ...values.toReversed()) as Record<string, JsonValue>;
  const wrote = (record.wrote ?? []).map((name): [string, JsonValue] => [name, found[bareName(name)] ?? null]);
  const told = new Set([...(record.wrote ?? []), ...(record.kept ?? [])].map(bareName));
  return {
    ...common,
    ...showOutcome(record, notFound, notRun),
    ms: record.ms,
    code: record.errorCode ?? null,
    wrote: Object.fromEntries(wrote),
    kept: record.kept ?? [],
    alsoFound: Object.keys(found).filter((name) => !told.has(name) && found[name] !== null),
    endedSearchFor: record.found ?? null,
    peopleFailed: record.peopleFailed ?? 0,
  };
}

function showOutcome(
  { outcome, reason: said }: StepOutcome,
  notFound: string | null,
  notRun: string | null,
): { readonly outcome: ShownOutcome; readonly reason: string | null } {
  const reason = said ?? null;
  if (notRun !== null) return { outcome: 'not run', reason: notRun };
  if (outcome === 'ok')
    return notFound === null ? { outcome: 'done', reason } : { outcome: 'not found', reason: notFound };
  return { outcome, reason };
}

/** Records name an account's fields and the activity's attributes by their place. */
function bareName(name: string): string {
  return name.replace(/^(?:accountData|activityData)\./, '');
}
