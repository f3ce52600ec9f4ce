import { describe, expect, it } from 'vitest';
import type { Catalog } from '../catalog/catalog.js';
import { type CallRequest, writeCallRequest } from './call-request.js';
import { CallRequestReader } from './call-request.reader.js';
import { CALL_REFUSALS } from './call-problems.js';

const reader = new CallRequestReader({ find: () => null } as unknown as Catalog);
const MINUTE = 60_000;

function refusalOf(more: Partial<CallRequest>): unknown {
  const request = { requestId: 'r', service: 'contact-quality', objectType: 'Subscriber', objects: [], ...more };
  return reader.read(writeCallRequest(request)).entity.refusal;
}

describe('a stored call that is read when its turn has come', () => {
  it('is run when it has not expired, or says nothing of it', () => {
    expect([refusalOf({}), refusalOf({ expiresAtMs: Date.now() + MINUTE })]).toEqual([null, null]);
  });

  it('is only to be ended when it has expired meanwhile', () => {
    expect(refusalOf({ expiresAtMs: Date.now() - 1 })).toEqual(CALL_REFUSALS.expired);
  });

  it('keeps another reason for not being run', () => {
    const refusal = CALL_REFUSALS.conversationInError;
    expect(refusalOf({ refusal, expiresAtMs: Date.now() - MINUTE })).toEqual(refusal);
  });
});
