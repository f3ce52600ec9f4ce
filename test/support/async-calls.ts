import { randomUUID } from 'node:crypto';
import type { CallObject, NewAsyncCall, ResponseEntry, RespondWhen } from '../../src/async-calls/async-call.js';
import { StoredAsyncCalls } from '../../src/async-calls/stored-async-calls.js';
import type { RunningApp } from './app.js';

/** Objects of Subscribers with a good address each. */
export function subscribers(count: number): CallObject[] {
  return Array.from({ length: count }, (_, ordinal) => ({
    ordinal,
    properties: { SubscriberKey: `key-${ordinal}`, EmailAddress: `person${ordinal}@example.com`, FirstName: 'ada' },
  }));
}

/** A Subscriber the service refuses: it has no address. */
export const NAMELESS: CallObject = { ordinal: 0, properties: { SubscriberKey: 'key-nameless' } };

export function entry(url: string, respondWhen: RespondWhen, more: Partial<ResponseEntry> = {}): ResponseEntry {
  return { url, respondWhen, includeResults: false, includeObjects: false, onlyIncludeBase: false, ...more };
}

/** A call of one Subscriber that nobody is told of, unless told otherwise. */
export function newCall(overrides: Partial<NewAsyncCall> = {}): NewAsyncCall {
  return {
    clientId: randomUUID(),
    objectType: 'Subscriber',
    objects: subscribers(1),
    responses: [],
    part: null,
    priority: 'Medium',
    scheduledAtMs: null,
    expiresAtMs: null,
    correlationId: null,
    ...overrides,
  };
}

/** Submits a call that is queued. @returns its RequestID. */
export async function queue(calls: StoredAsyncCalls, call: NewAsyncCall): Promise<string> {
  const submitted = await calls.submit(call);
  if (submitted.kind !== 'queued') throw new Error(`refused: ${submitted.problem.code} ${submitted.problem.message}`);
  return submitted.requestId;
}

/** The published code a call is refused with; null when it is queued. */
export async function refusalOf(calls: StoredAsyncCalls, call: NewAsyncCall): Promise<number | null> {
  const submitted = await calls.submit(call);
  return submitted.kind === 'refused' ? submitted.problem.code : null;
}

export function asyncCallsOf({ app }: RunningApp): StoredAsyncCalls {
  return app.get(StoredAsyncCalls, { strict: false });
}

/** A callback's form. */
export function formOf(body: string): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(body));
}
