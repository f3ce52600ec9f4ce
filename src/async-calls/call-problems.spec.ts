import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CALL_ERRORS, CALL_LIMITS, CALL_PROBLEMS, CALL_REFUSALS, isExpiry } from './call-problems.js';

const docs = readFileSync(new URL('../../docs/async-calls.md', import.meta.url), 'utf8');

it('has the numbers that the documentation explains, and no others', () => {
  const [, table = ''] = docs.split('| `ErrorCode` | Means |');
  const explained = table
    .split('\n\n')[0]
    ?.split('\n')
    .flatMap((row) => /^\| ([\d, ]+) \|/.exec(row)?.[1]?.split(', ') ?? [])
    .map(Number);
  expect(explained?.toSorted()).toEqual(Object.values(CALL_ERRORS).toSorted());
});

it('has the limits that the documentation names', () => {
  for (const limit of [`${CALL_LIMITS.scheduleDays} days`, `${CALL_LIMITS.idLength} characters`, '1,000,000']) {
    expect(docs).toContain(limit);
  }
  expect(CALL_LIMITS.callsInConversation).toBe(1_000_000);
});

it('names no value of a call in a text', () => {
  for (const { message } of Object.values(CALL_PROBLEMS)) expect(message).toMatch(/^[A-Z][^<>{}]+\.$/);
});

describe('isExpiry', () => {
  it('tells an expiration from the other problems with its number', () => {
    expect(isExpiry(CALL_REFUSALS.expired)).toBe(true);
    expect(isExpiry(CALL_REFUSALS.incomplete)).toBe(false);
    expect(isExpiry(null)).toBe(false);
  });

  it('knows the words that earlier versions stored', () => {
    const reason = 'RequestExpirationTime was reached before the call could start.';
    expect(isExpiry({ code: 203, errorCode: 'TIMEOUT', reason })).toBe(true);
  });
});
