import type { ConversationPart, NewAsyncCall, ResponseEntry } from '../async-call.js';
import { CallRefusal, REFUSED } from './call-refusal.js';
import { readChoice, readInteger, readMoment } from './option-values.js';
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
const SCHEDULE_MAX_MS = 30 * DAY_MS;
const ID_MAX = 255;
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
      throw new CallRefusal(209, `RequestType must be Asynchronous for a call with ${waitsFor}.`);
    }
  }
  if (expires && part !== null && part.callsInConversation > 1) {
    throw new CallRefusal(REFUSED, 'RequestExpirationTime is not for conversations of several parts: leave it out.');
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

function readPart(options: XmlElement): ConversationPart | null {
  const conversationId = textOf(options, 'ConversationID');
  const sequenceCode = readInteger(options, 'SequenceCode');
  const calls = readInteger(options, 'CallsInConversation');
  if (conversationId === null && sequenceCode === null && calls === null) return null;
  if (conversationId === null) throw new CallRefusal(207, 'ConversationID is missing.');
  if (conversationId.length > ID_MAX) {
    throw new CallRefusal(207, `ConversationID has more than ${ID_MAX} characters.`);
  }
  if (sequenceCode === null) throw new CallRefusal(202, 'SequenceCode is missing.');
  if (calls === null) throw new CallRefusal(208, 'CallsInConversation is missing.');
  if (!(calls >= 1)) throw new CallRefusal(206, 'CallsInConversation must be a whole number, at least 1.');
  if (!(sequenceCode >= 1 && sequenceCode <= calls)) {
    throw new CallRefusal(205, 'SequenceCode is out of range: it must be from 1 to CallsInConversation.');
  }
  return { conversationId, sequenceCode, callsInConversation: calls };
}

function readSchedule(options: XmlElement, nowMs: number): number | null {
  const scheduledAtMs = readMoment(options, 'ScheduledTime');
  if (scheduledAtMs !== null && scheduledAtMs > nowMs + SCHEDULE_MAX_MS) {
    throw new CallRefusal(226, 'ScheduledTime must be within 30 days.');
  }
  return scheduledAtMs;
}

function readExpiration(options: XmlElement, nowMs: number, scheduledAtMs: number | null): number | null {
  const expiresAtMs = readMoment(options, 'RequestExpirationTime');
  if (expiresAtMs === null) return null;
  if (expiresAtMs <= nowMs) throw new CallRefusal(228, 'RequestExpirationTime has passed already.');
  if (scheduledAtMs !== null && expiresAtMs <= scheduledAtMs) {
    throw new CallRefusal(229, 'RequestExpirationTime must be after ScheduledTime.');
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
  if (correlationId !== null && correlationId.length > ID_MAX) {
    throw new CallRefusal(REFUSED, `CorrelationID has more than ${ID_MAX} characters.`);
  }
  return correlationId;
}
