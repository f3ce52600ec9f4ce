import type { FieldProblem } from '../api/client.js';

/** The names of a form's fields, by their names in the API. */
export type FieldLabels = Readonly<Record<string, string>>;

/** Where every form of the console says it otherwise than the API. */
const EVERYWHERE: FieldLabels = {
  url: 'Address',
  'destination.url': 'Address',
  imsOrgId: 'Organisation',
  tenant: 'Organisation',
};

/** A refusal as a person reads it: one sentence, or a sentence with a list below it. */
export interface ProblemLines {
  readonly text: string | null;
  readonly list: readonly string[];
}

/**
 * The service joins all problems to one title and lists them as well. Each is shown once here, under the name that the
 * page has for its field.
 */
export function problemLines(title: string, problems: readonly FieldProblem[], labels: FieldLabels = {}): ProblemLines {
  const lines = problems.map(({ field, message }) => lineOf(field, message, labels));
  const joined = problems.map(({ field, message }) => `${field} ${message}`).join('; ');
  if (title !== joined) return { text: title, list: lines.filter((_, at) => !isIn(title, problems[at])) };
  return lines.length === 1 ? { text: lines[0] ?? title, list: [] } : { text: null, list: lines };
}

function isIn(title: string, problem: FieldProblem | undefined): boolean {
  return problem !== undefined && title.includes(problem.message);
}

function lineOf(field: string, message: string, labels: FieldLabels): string {
  if (field === '') return message;
  const label = labels[field] ?? EVERYWHERE[field] ?? asLabel(field);
  return /^[A-Z]/.test(message) ? `${label}: ${message}` : `${label} ${message}`;
}

/** `event_type`, `eventType` and `destination.url` as a label would be written; places in a list are kept. */
export function asLabel(field: string): string {
  const words = field
    .replace(/([a-z])([A-Z])/g, '$1 $2')
    .replace(/[_.]+/g, ' ')
    .toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
