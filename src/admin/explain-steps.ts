import { ACTION_ERROR_CODES, type ActionErrorCode, type StepOutcome } from '../actions/action-result.js';
import { asTodo, inBrackets } from './sentences.js';

/** Further steps are only counted. */
const TOLD_MAX = 3;

/** The remedy for a failure; a code without a row does not compile. */
const REMEDIES: Readonly<Record<ActionErrorCode, string>> = {
  TIMEOUT: 'compare the times in the history: a step is slow, or there are too few workers',
  RATE_LIMIT_EXCEEDED: 'ask the source of the step for fewer requests, or for a higher limit',
  EXTERNAL_API_ERROR: 'check the source that the step asks',
  AUTHENTICATION_FAILED: 'check the credentials of the source that the step asks',
  INVALID_DATA: 'check the data that the caller sends',
  INSUFFICIENT_DATA: 'check the data that the caller sends',
  NOT_FOUND: 'check the data that the caller sends',
  ENRICHMENT_FAILED: 'search the log for the id of the action',
  DUPLICATE_REQUEST: 'check why the caller sends the same request twice',
};

/** The remedy for a failure of the enrichment, as a clause. */
export function remedyOf(errorCode: string | null): string {
  return isCode(errorCode) ? REMEDIES[errorCode] : 'read the steps of the action';
}

/**
 * One sentence for each step that failed although the action went on, then the remedies; empty: no step failed.
 * @param failure the reason of a failed action; the sentence about the failure names that step already.
 */
export function explainSteps(steps: readonly StepOutcome[], failure: string | null): string[] {
  const failed = steps.filter((step) => isFailed(step) && failure?.startsWith(`${step.step}: `) !== true);
  if (failed.length === 0) return [];
  const told = failed.slice(0, TOLD_MAX).map(tellStep);
  const rest = failed.length - told.length;
  const more = rest === 0 ? [] : [rest === 1 ? 'Another step failed.' : `Another ${rest} steps failed.`];
  const remedies = new Set(failed.slice(0, TOLD_MAX).map(({ errorCode }) => remedyOf(errorCode ?? null)));
  return [...told, ...more, ...[...remedies].map(asTodo)];
}

/** A step without a code that did not run was not to run: its condition or its waterfall left it out. */
function isFailed({ outcome, errorCode, peopleFailed = 0, subjectsFailed = 0 }: StepOutcome): boolean {
  const wasLeftOut = outcome === 'skipped' && errorCode === undefined;
  return (outcome !== 'ok' && !wasLeftOut) || peopleFailed > 0 || subjectsFailed > 0;
}

function tellStep(step: StepOutcome): string {
  const { step: name, outcome, errorCode, reason, peopleFailed = 0, subjectsFailed = 0 } = step;
  const own = reason?.startsWith(`${name}: `) === true ? reason.slice(name.length + 2) : (reason ?? null);
  const why = inBrackets([errorCode, own].filter(Boolean).join(': ') || null);
  if (subjectsFailed > 0) return `The step "${name}" failed for ${count(subjectsFailed, 'object')}${why}.`;
  if (peopleFailed > 0) return `The step "${name}" failed for ${count(peopleFailed, 'person', 'people')}${why}.`;
  switch (outcome) {
    case 'skipped':
      return `The optional step "${name}" was skipped${why}.`;
    case 'failed':
    case 'ok':
      return `The optional step "${name}" failed${why}.`;
    default:
      return outcome satisfies never;
  }
}

function count(many: number, one: string, several = `${one}s`): string {
  return many === 1 ? `one ${one}` : `${many} ${several}`;
}

function isCode(code: string | null): code is ActionErrorCode {
  return (ACTION_ERROR_CODES as readonly (string | null)[]).includes(code);
}
