import type { ConversationPart, NewAsyncCall, ResponseEntry } from '../async-call.js';
import { CALL_ERRORS, CALL_LIMITS, CALL_PROBLEMS } from '../call-problems.js';
import { checkPart } from '../conversation-part.js';
import { readChoice, readInteger, readMoment } from '../soap/xml-values.js';
import { CallRefusal } from './call-refusal.js';
import type { ResponseAddresses } from './response-address.js';
import { readResponseEntries } from './response-entries.js';
import { childOf, textOf, type XmlElement } from '../soap/xml-element.js';

/** How a call is to be run and answered. */
export interface CallOptions {
  readonly isAsynchronous: boolean;
  readonly responses: readonly ResponseEntry[];
  readonly part: ConversationPart | null;
  readonly priority: NewAsyncCall['priority'];
  readonly scheduledAtMs: number | null;
  readonly expiresAtMs: number | null;
  readonly correlationId: string | null;
}

const DAY_MS = 24 * 60 * 60 * 1_000;
const PRIORITIES = ['High', 'Medium', 'Low'] as const;

/** Reads the `Options` of a request, in any order; what we do not know is left alone. @throws CallRefusal. */
export function readCallOptions(request: XmlElement, addresses: ResponseAddresses, nowMs: number): CallOptions {
  const options = childOf(request, 'Options');
  if (options === null) return SYNCHRONOUS;
  const requestType = readChoice(options, 'RequestType', ['Synchronous', 'Asynchronous']);
  const part = readPart(options);
  // Belonging to a conversation makes a call asynchronous, unless it says that it is not.
  const isAsynchronous = requestType === 'Asynchronous' || (requestType === null && part !== null);
  const responses = readResponseEntries(options, addresses);
  const scheduledAtMs = readSchedule(options, nowMs);
  const expires = textOf(options, 'RequestExpirationTime') !== null;
  if (!isAsynchronous) {
    const waitsFor =
      (part !== null && 'a conversation') ||
      (responses.length > 0 && 'SendResponseTo') ||
      (scheduledAtMs !== null && 'a ScheduledTime') ||
      (expires && 'a RequestExpirationTime');
    if (waitsFor !== false) {
      throw notAsynchronous(waitsFor);
    }
  }
  if (expires && part !== null && part.callsInConversation > 1) {
    throw new CallRefusal(CALL_PROBLEMS.expirationOfPart);
  }
  return {
    isAsynchronous,
    responses,
    part,
    priority: readPriority(options),
    scheduledAtMs,
    expiresAtMs: readExpiration(options, nowMs, scheduledAtMs),
    correlationId: readCorrelation(options),
  };
}

const SYNCHRONOUS: CallOptions = Object.freeze({
  isAsynchronous: false,
  responses: [],
  part: null,
  priority: 'Medium',
  scheduledAtMs: null,
  expiresAtMs: null,
  correlationId: null,
});

function notAsynchronous(waitsFor: string): CallRefusal {
  const message = `RequestType must be Asynchronous for a call with ${waitsFor}.`;
  return new CallRefusal({ code: CALL_ERRORS.notAsynchronous, message });
}

/** Null without any of its three options; with one of them the others must be there. */
function readPart(options: XmlElement): ConversationPart | null {
  const sent = {
    conversationId: textOf(options, 'ConversationID'),
    sequenceCode: readInteger(options, 'SequenceCode'),
    callsInConversation: readInteger(options, 'CallsInConversation'),
  };
  if (Object.values(sent).every((value) => value === null)) return null;
  const checked = checkPart(sent);
  if (checked.kind === 'refused') throw new CallRefusal(checked.problem);
  return checked.part;
}

function readSchedule(options: XmlElement, nowMs: number): number | null {
  const scheduledAtMs = readMoment(options, 'ScheduledTime');
  if (scheduledAtMs !== null && scheduledAtMs > nowMs + CALL_LIMITS.scheduleDays * DAY_MS) {
    throw new CallRefusal(CALL_PROBLEMS.scheduledTooFar);
  }
  return scheduledAtMs;
}

function readExpiration(options: XmlElement, nowMs: number, scheduledAtMs: number | null): number | null {
  const expiresAtMs = readMoment(options, 'RequestExpirationTime');
  if (expiresAtMs === null) return null;
  if (expiresAtMs <= nowMs) throw new CallRefusal(CALL_PROBLEMS.expirationPassed);
  if (scheduledAtMs !== null && expiresAtMs <= scheduledAtMs) {
    throw new CallRefusal(CALL_PROBLEMS.expirationBeforeStart);
  }
  return expiresAtMs;
}

/** `Priority` is the name of before, and the only one some clients let through. The schema's numbers have no meaning. */
function readPriority(options: XmlElement): NewAsyncCall['priority'] {
  const isNumber = /^[+-]?\d+$/.test(textOf(options, 'Priority') ?? '');
  const before = isNumber ? null : readChoice(options, 'Priority', PRIORITIES);
  return readChoice(options, 'QueuePriority', PRIORITIES) ?? before ?? 'Medium';
}

function readCorrelation(options: XmlElement): string | null {
  const correlationId = textOf(options, 'CorrelationID');
  if (correlationId !== null && correlationId.length > CALL_LIMITS.idLength) {
    throw new CallRefusal(CALL_PROBLEMS.correlationIdTooLong);
  }
  return correlationId;
}
