import { stringify } from 'lossless-json';
import type { JsonValue } from '../../http/json-value.js';
import type { ShownStep, TrialReport } from './trial-report.js';

const LONGEST_VALUE = 60;

/** A trial in lines for a terminal. */
export function renderTrial(report: TrialReport): string {
  const { service, subject, outcome, code, reason, ms, steps, warnings, callback } = report;
  const ended = outcome === 'success' ? `success in ${ms} ms` : `failure in ${ms} ms: ${code ?? ''}, ${reason ?? ''}`;
  return `${[
    `${service}, ${subject.kind} ${subject.id} (${subject.source})`,
    '',
    ...renderSteps(steps),
    '',
    ended,
    ...renderEnd(warnings, callback),
  ].join('\n')}\n`;
}

/** Each step with its conditions, calls and values. */
export function renderSteps(steps: readonly ShownStep[]): string[] {
  const width = Math.max(...steps.map(({ step }) => step.length));
  return steps.flatMap((step, index) => renderStep(step, index + 1, width));
}

/** Warnings, and the callback as it is sent. */
export function renderEnd(warnings: readonly string[], callback: JsonValue): string[] {
  const told = warnings.length === 0 ? [] : ['', 'Warnings', ...warnings.map((warning) => `  ${warning}`)];
  return [...told, '', 'Callback', stringify(callback, null, 2) ?? ''];
}

function renderStep(shown: ShownStep, number: number, width: number): string[] {
  const { step, provider, outcome, ms, code, reason, conditions, calls, wrote, kept, alsoFound } = shown;
  const by = step === provider ? '' : ` (${provider})`;
  const head = `${String(number).padStart(3)}  ${step.padEnd(width)}  ${outcome.padEnd(9)} ${String(ms).padStart(5)} ms${by}`;
  const line = (name: string, text: string): string => `       ${name.padEnd(6)} ${text}`;
  const values = Object.entries(wrote).map(([name, value]) => `${name}=${shorten(value)}`);
  return [
    head,
    ...conditions.map(({ expression, value }) => line('when', `${expression}  →  ${String(value)}`)),
    ...calls.map(({ request, answer }) => line('asked', `${request}  →  ${answer}`)),
    ...(reason === null ? [] : [line(code === null ? 'why' : 'code', code === null ? reason : `${code}: ${reason}`)]),
    ...(shown.endedSearchFor === null ? [] : [line('found', `${shown.endedSearchFor}: the waterfall ends here`)]),
    ...(shown.peopleFailed === 0 ? [] : [line('failed', `for ${shown.peopleFailed} people`)]),
    ...(values.length === 0 ? [] : [line('wrote', values.join(', '))]),
    ...(kept.length === 0 ? [] : [line('kept', `${kept.join(', ')}: the request's value stays`)]),
    ...(alsoFound.length === 0 ? [] : [line('also', `${alsoFound.join(', ')}: not in the callback's fields`)]),
  ];
}

function shorten(value: JsonValue): string {
  const text = stringify(value) ?? '';
  return text.length > LONGEST_VALUE ? `${text.slice(0, LONGEST_VALUE)}…` : text;
}
