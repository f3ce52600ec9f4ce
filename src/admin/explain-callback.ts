import type { CallbackFacts } from './callback-facts.js';
import { readTrouble, type Trouble } from './callback-trouble.js';
import { asAttempts, asLaterTodo, asMoment, asTodo, inBrackets, NOTHING_TO_DO } from './sentences.js';
import { STAYS_HELD, TROUBLE_WORDS, type TroubleWords } from './trouble-words.js';

/** When an explanation is read, and the deadline of the action. */
export interface Times {
  readonly now: Date;
  readonly deadlineAt: Date;
}

/** When a delivery is explained, and its end; null: it has none. */
export interface DeliveryTimes {
  readonly now: Date;
  readonly expiresAt: Date | null;
}

const BODY_GONE = 'It cannot be sent any more, because its body has been removed.';
const FOLLOWS = 'The action ends a minute after its deadline.';

/** Sentences about the callback of an action that waits for it: what happened, what comes by itself, what to do. */
export function explainWaiting(callback: CallbackFacts, times: Times): string[] {
  switch (callback.status) {
    case 'pending':
      return [...explainPending(callback, times), deadlineOf(times)];
    case 'delivering':
      return explainDelivering();
    case 'held':
      return [...explainHeld(callback), deadlineOf(times)];
    case 'delivered':
      return ['The callback was delivered, and its action has not ended yet.', FOLLOWS, NOTHING_TO_DO];
    case 'dead':
    case 'expired':
      return [
        `The callback ended as ${callback.status}${becauseOf(readTrouble(callback))}, and its action has not ended yet.`,
        FOLLOWS,
        ...todoAfterEnd(callback),
      ];
    case 'cancelled':
      return [...explainCancelled(callback), FOLLOWS];
    default:
      return callback.status satisfies never;
  }
}

/** Sentences about a delivery on its own, whether an event or an action made it. */
export function explainDelivery(callback: CallbackFacts, times: DeliveryTimes): string {
  return sentencesOfDelivery(callback, times).join(' ');
}

function sentencesOfDelivery(callback: CallbackFacts, { now, expiresAt }: DeliveryTimes): string[] {
  const end = expiresAt === null ? [] : [`It is given up at ${asMoment(expiresAt)} if it was not delivered by then.`];
  switch (callback.status) {
    case 'pending':
      return [...explainPending(callback, { now }), ...end];
    case 'delivering':
      return explainDelivering();
    case 'held':
      return [...explainHeld(callback), ...end];
    case 'delivered':
      return [`The callback was delivered${afterAttempts(callback.attempts)}.`, 'It has ended.', NOTHING_TO_DO];
    case 'dead':
    case 'cancelled':
      return explainGivenUp(callback);
    case 'expired':
      return explainLate(callback);
    default:
      return callback.status satisfies never;
  }
}

function afterAttempts(attempts: number): string {
  return attempts === 0 ? '' : ` after ${asAttempts(attempts)}`;
}

function explainDelivering(): string[] {
  return [
    'The callback is being sent at this moment.',
    'The attempt ends after 30 seconds at most.',
    asLaterTodo('check that its worker still runs'),
  ];
}

/** Sentences about a callback that was given up. */
export function explainGivenUp(callback: CallbackFacts): string[] {
  if (callback.status === 'cancelled') return explainCancelled(callback);
  const because = becauseOf(readTrouble(callback));
  return [
    `The callback was given up after ${asAttempts(callback.attempts)}${because}.`,
    'It is not sent again by itself.',
    ...todoAfterEnd(callback),
  ];
}

/** Sentences about an action after its deadline; null: there was no callback yet. */
export function explainLate(callback: CallbackFacts | null): string[] {
  if (callback?.status === 'cancelled') return explainCancelled(callback);
  const isAdobe = callback === null || callback.channel === 'adobe';
  const next = isAdobe
    ? 'The person has taken the path "Timeout or error" of the journey.'
    : 'It is not sent again by itself.';
  if (callback === null) {
    return ['The deadline passed before a callback was made.', next, 'Check that enough workers run.'];
  }
  const when = callback.attempts === 0 ? 'before the first attempt' : `after ${asAttempts(callback.attempts)}`;
  const trouble = readTrouble(callback);
  const happened = `The deadline passed ${when}${becauseOf(trouble)}.`;
  if (!callback.hasBody) return [happened, next, BODY_GONE];
  if (trouble === null) return [happened, next, 'Check that enough workers run.', RESEND_LATE];
  return [happened, next, ...mend(callback, trouble), ...(againOf(callback, trouble) === 'no' ? [] : [RESEND_LATE])];
}

const RESEND_LATE = 'Send it again with force only if a late answer still helps.';

function explainPending(callback: CallbackFacts, { now }: Pick<Times, 'now'>): string[] {
  const { attempts, nextAttemptAt } = callback;
  const trouble = readTrouble(callback);
  const isDue = nextAttemptAt === null || nextAttemptAt <= now;
  const again = isDue ? 'within seconds' : `at ${asMoment(nextAttemptAt)}`;
  if (trouble === null) {
    const waits =
      attempts === 0
        ? 'The callback waits for its first attempt.'
        : `After ${asAttempts(attempts)} the callback waits for the next one.`;
    return [waits, `It is sent ${again}.`, asLaterTodo('check that a worker runs')];
  }
  const words = wordsOf(trouble);
  const happened = words.next === undefined && attempts > 0 ? `After ${asAttempts(attempts)} the` : 'The';
  const todo = todoOf(callback, trouble);
  return [
    `${happened} callback waits${becauseOf(trouble)}.`,
    words.next ?? `It is tried again ${again}.`,
    words.act === 'later' ? asLaterTodo(todo) : asTodo(todo),
  ];
}

/** Most held callbacks go on by themselves. Sent again before the cause is gone, they are only held once more. */
function explainHeld(callback: CallbackFacts): string[] {
  const trouble = readTrouble(callback);
  if (trouble === null) {
    return [
      'The callback is held, and no reason is recorded.',
      STAYS_HELD,
      'Search the log for the id of the delivery.',
    ];
  }
  const words = wordsOf(trouble);
  return [
    `The callback is held${becauseOf(trouble)}.`,
    words.next ?? STAYS_HELD,
    ...mend(callback, trouble),
    ...(words.next === undefined || words.next === STAYS_HELD ? resendOf(callback, trouble) : []),
  ];
}

function explainCancelled(callback: CallbackFacts): string[] {
  const trouble = readTrouble(callback);
  if (trouble === null) return ['The callback was cancelled.', 'It is never sent.', NOTHING_TO_DO];
  return [`The callback was cancelled${becauseOf(trouble)}.`, 'It is never sent.', asTodo(todoOf(callback, trouble))];
}

function todoAfterEnd(callback: CallbackFacts): string[] {
  if (!callback.hasBody) return [BODY_GONE];
  const trouble = readTrouble(callback);
  if (trouble === null) return ['Read the last attempt, then send it again.'];
  return [...mend(callback, trouble), ...resendOf(callback, trouble)];
}

function mend(callback: CallbackFacts, trouble: Trouble): string[] {
  const todo = asTodo(todoOf(callback, trouble));
  return trouble.kind === 'quarantined' ? [todo, seen(callback.answered2xx)] : [todo];
}

function againOf({ channel }: CallbackFacts, trouble: Trouble): TroubleWords['again'] {
  const { again, againOfAdobe } = wordsOf(trouble);
  return channel === 'adobe' ? (againOfAdobe ?? again) : again;
}

function resendOf(callback: CallbackFacts, trouble: Trouble): string[] {
  const again = againOf(callback, trouble);
  if (again === 'no') return [];
  return [again === 'ask' ? 'Send it again only if it did not arrive.' : 'Then send it again.'];
}

function todoOf({ channel }: CallbackFacts, trouble: Trouble): string {
  const { todo, todoOfAdobe } = wordsOf(trouble);
  if (channel === 'adobe' && todoOfAdobe !== undefined) return todoOfAdobe;
  return typeof todo === 'string' ? todo : todo(trouble.detail);
}

function becauseOf(trouble: Trouble | null): string {
  if (trouble === null) return '';
  const { cause } = wordsOf(trouble);
  // A status stands amid the words; any other detail is quoted in brackets.
  const isStatus = cause.includes(' %');
  return ` because ${cause.replace('%', () => (isStatus ? (trouble.detail ?? 'with an error') : inBrackets(trouble.detail)))}`;
}

function wordsOf({ kind }: Trouble): TroubleWords {
  return TROUBLE_WORDS[kind];
}

function deadlineOf({ now, deadlineAt }: Times): string {
  return deadlineAt <= now
    ? `The deadline passed at ${asMoment(deadlineAt)}: the action ends within a minute.`
    : `The deadline is ${asMoment(deadlineAt)}.`;
}

function seen(answered2xx: number): string {
  if (answered2xx === 0) return 'No answer of 2xx was seen.';
  return answered2xx === 1 ? 'One answer of 2xx was seen.' : `${answered2xx} answers of 2xx were seen.`;
}
