import type { StepOutcome } from '../actions/action-result.js';
import type { ActionState } from '../actions/action-state.js';
import type { CallbackFacts } from './callback-facts.js';
import { explainGivenUp, explainLate, explainWaiting, type Times } from './explain-callback.js';
import { explainSteps, remedyOf } from './explain-steps.js';
import { asTodo, inBrackets, NOTHING_TO_DO } from './sentences.js';

/** The facts that an explanation is made from. */
export interface ActionFacts extends Times {
  readonly state: ActionState;
  readonly outcome: 'success' | 'failure' | null;
  readonly errorCode: string | null;
  readonly reason: string | null;
  /** How often a process ended while the action was under way. */
  readonly crashCount: number;
  readonly steps: readonly StepOutcome[];
  /** The delivery that decides about the action; null when there is none. */
  readonly callback: CallbackFacts | null;
}

/**
 * A few short sentences for the person on call: what happened, what happens next by itself, what to do. Then the failure
 * that the callback reports, and the steps that failed although the action went on.
 */
export function explainAction(facts: ActionFacts): string {
  const failure = facts.outcome === 'failure' ? facts.reason : null;
  const steps = explainSteps(facts.steps, failure);
  const state = explainState(facts);
  return [...(steps.length > 0 ? state.filter((sentence) => sentence !== NOTHING_TO_DO) : state), ...steps].join(' ');
}

function explainState(facts: ActionFacts): string[] {
  const { callback, state } = facts;
  switch (state) {
    case 'received':
      return explainReceived(facts);
    case 'enriching':
      return [
        'A worker is enriching the action.',
        'If that worker is lost, another takes over within a minute.',
        ...(facts.crashCount > 0 ? [crashed(facts.crashCount)] : [NOTHING_TO_DO]),
      ];
    case 'calling_back':
      return callback === null
        ? [
            'The callback has no delivery.',
            'The action ends a minute after its deadline.',
            'Search the log for the id of the action.',
          ]
        : [...explainWaiting(callback, facts), ...tellFailure(facts)];
    case 'completed':
      return explainCompleted(facts);
    case 'undeliverable':
      return callback === null
        ? [
            'The callback was given up, and its delivery has been removed.',
            'It cannot be sent any more.',
            NOTHING_TO_DO,
            ...tellFailure(facts),
          ]
        : [...explainGivenUp(callback), ...tellFailure(facts)];
    case 'expired':
      return [...explainLate(callback), ...tellFailure(facts)];
    default:
      return state satisfies never;
  }
}

function explainReceived({ now, deadlineAt, crashCount }: ActionFacts): string[] {
  if (deadlineAt <= now) {
    return [
      'The action waits for enrichment, and its deadline has passed.',
      'It ends within a minute.',
      'If this lasts, check that a worker runs.',
    ];
  }
  return [
    'The action waits for enrichment.',
    'The next free worker takes it.',
    'If ricochet_oldest_due_age_seconds grows, start more workers.',
    ...(crashCount > 0 ? [crashed(crashCount)] : []),
  ];
}

function explainCompleted({ outcome, errorCode, reason, callback }: ActionFacts): string[] {
  if (outcome !== 'failure') {
    const told = callback === null ? 'no callback was asked for' : 'the callback was delivered';
    return [`The action was enriched, and ${told}.`, 'It has ended.', NOTHING_TO_DO];
  }
  return [`The enrichment failed${failureOf(errorCode, reason)}.`, afterFailure(callback), todoOf(errorCode, reason)];
}

function afterFailure(callback: CallbackFacts | null): string {
  if (callback === null) return 'No callback was asked for.';
  return callback.channel === 'adobe'
    ? 'The callback was delivered, and the person took the error path.'
    : 'The callback was delivered and reported the failure.';
}

/** A callback that waits or was given up may report a failure. */
function tellFailure({ outcome, errorCode, reason }: ActionFacts): string[] {
  if (outcome !== 'failure') return [];
  return [`The enrichment also failed${failureOf(errorCode, reason)}.`, todoOf(errorCode, reason)];
}

function failureOf(errorCode: string | null, reason: string | null): string {
  return `${errorCode === null ? ' without an error code' : ` with ${errorCode}`}${inBrackets(reason)}`;
}

function todoOf(errorCode: string | null, reason: string | null): string {
  if (reason?.startsWith('quarantined') === true) return 'Read the log of the processes that ended.';
  return asTodo(remedyOf(errorCode));
}

function crashed(crashCount: number): string {
  return crashCount === 1
    ? 'A process ended while the action was under way: read the log of that process.'
    : `Processes ended ${crashCount} times while the action was under way: read the logs of those processes.`;
}
