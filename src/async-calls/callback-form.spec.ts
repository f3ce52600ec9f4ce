import { describe, expect, it } from 'vitest';
import type { ResponseEntry } from './async-call.js';
import { renderCallbackForm } from './callback-form.js';
import type { ResultRow } from './results.repository.js';

const ENTRY: ResponseEntry = {
  url: 'https://receiver.example/',
  respondWhen: 'Always',
  includeResults: false,
  includeObjects: false,
  onlyIncludeBase: false,
};

const RESULT: ResultRow = {
  requestId: '0199a000-0000-7000-8000-000000000001',
  clientId: '0199a000-0000-7000-8000-000000000002',
  actionId: '0199a000-0000-7000-8000-000000000003',
  objectType: 'Subscriber',
  conversationId: 'talk & more=1',
  sequenceCode: 2,
  callsInConversation: 3,
  correlationId: null,
  overallStatus: 'OK',
  statusMessage: null,
  errorCode: null,
  objects: [
    {
      ordinal: 0,
      ok: true,
      statusMessage: 'OK',
      errorCode: null,
      properties: { EmailAddress: 'ada@example.com', emailStatus: 'valid' },
      added: ['emailStatus'],
    },
  ],
};

describe('the form of a callback', () => {
  it('leaves StatusMessage and ErrorCode out of a success, byte for byte', () => {
    expect(renderCallbackForm(RESULT, ENTRY)).toBe(
      'RequestID=0199a000-0000-7000-8000-000000000001&ConversationID=talk+%26+more%3D1&OverallStatusCode=OK&StatusCode=OK' +
        '&RequestType=Asynchronous&ResultType=Asynchronous&SequenceCode=2',
    );
  });

  it('has all ten fields for a failure whose results are wanted, in the order of the contract', () => {
    const failed: ResultRow = { ...RESULT, overallStatus: 'Has Errors', statusMessage: 'Zoë: 50 %', errorCode: 204 };
    const form = renderCallbackForm(failed, { ...ENTRY, includeResults: true });
    expect([...new URLSearchParams(form).keys()]).toEqual([
      'RequestID',
      'ConversationID',
      'OverallStatusCode',
      'StatusCode',
      'StatusMessage',
      'ErrorCode',
      'RequestType',
      'ResultType',
      'ResultDetailXML',
      'SequenceCode',
    ]);
    expect(form).toContain(
      '&OverallStatusCode=Has+Errors&StatusCode=Error&StatusMessage=Zo%C3%AB%3A+50+%25&ErrorCode=204&RequestType=',
    );
  });

  it('carries objects only where they are wanted, and what was found out only where more than the base is', () => {
    const detail = (entry: Partial<ResponseEntry>): string =>
      new URLSearchParams(renderCallbackForm(RESULT, { ...ENTRY, includeResults: true, ...entry })).get(
        'ResultDetailXML',
      ) ?? '';
    expect(detail({})).not.toContain('ada@example.com');
    expect(detail({ includeObjects: true })).toMatch(/ada@example\.com.*emailStatus/s);
    expect(detail({ includeObjects: true, onlyIncludeBase: true })).toContain('ada@example.com');
    expect(detail({ includeObjects: true, onlyIncludeBase: true })).not.toContain('emailStatus');
  });
});
