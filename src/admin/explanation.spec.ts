import { describe, expect, it } from 'vitest';
import { ACTION_STATES } from '../actions/action-state.js';
import { DELIVERY_STATUSES } from '../delivery/delivery.js';
import { type ActionFacts, type CallbackFacts, explainAction } from './explanation.js';

const CALLBACK: CallbackFacts = {
  status: 'dead',
  attempts: 1,
  lastStatus: null,
  errorClass: null,
  lastError: null,
  hasBody: true,
};

function explain(facts: Partial<ActionFacts>, callback: Partial<CallbackFacts> | null = {}): string {
  return explainAction({
    state: 'undeliverable',
    outcome: 'success',
    errorCode: null,
    reason: null,
    ...facts,
    callback: callback === null ? null : { ...CALLBACK, ...callback },
  });
}

describe('the explanation of a callback that was given up', () => {
  it.each([
    [400, null, /answered 400: compare the body's fields with the service definition/],
    [401, 'auth', /answered 401: check the credential/],
    [403, 'auth', /answered 403: check the API key/],
    [404, 'client_error', /answered 404: the journey or its step probably no longer exists/],
    [410, 'client_error', /answered 410: the journey/],
    [429, 'throttled', /answered 429: the receiver was too busy/],
    [302, 'redirect', /answered 302: redirects are not followed/],
    [418, 'client_error', /answered 418: read the excerpt/],
    [503, 'server_error', /answered 503: the receiver was in trouble/],
    [null, 'address', /address policy refuses its address: if the address is right, allow it by CALLBACK_HOSTS/],
    [null, 'dns', /could not be resolved: check the host name/],
    [null, 'connect', /no connection could be made: check the way/],
    [null, 'tls', /TLS handshake failed: check the receiver's certificate/],
    [null, 'timeout', /no answer came in time: check the way/],
    [null, 'reset', /closed before an answer came: check the way/],
    [null, 'protocol', /not valid HTTP: check the way/],
    [null, null, /no request got through: mend that/],
  ])('says for status %s and error %s what to do', (lastStatus, errorClass, sentence) => {
    expect(explain({}, { lastStatus, errorClass })).toMatch(sentence);
  });

  it('asks to ask first when the outcome is unknown, whatever the last status was', () => {
    const lastError = 'OUTCOME_UNKNOWN: the process ended while the request was under way';
    expect(explain({}, { lastStatus: 503, lastError })).toMatch(/ask the receiver whether it arrived/);
  });

  it('asks to read the log when it crashed its process', () => {
    expect(explain({}, { lastError: 'quarantined after 3 crashes' })).toMatch(
      /ended the process several times: read the log/,
    );
  });

  it('never advises to send what is gone', () => {
    expect(explain({}, { lastStatus: 503, hasBody: false })).toMatch(/nothing can be sent any more/);
    expect(explain({ state: 'expired' }, { hasBody: false })).toMatch(/nothing can be sent any more/);
    expect(explain({}, null)).toMatch(/nothing can be sent any more/);
  });

  it('counts the attempts', () => {
    expect(explain({}, { attempts: 1 })).toContain('after one attempt ');
    expect(explain({}, { attempts: 7 })).toContain('after 7 attempts ');
  });
});

describe('the explanation of an action', () => {
  it('quotes why the enrichment failed', () => {
    const failed = { outcome: 'failure', errorCode: 'EXTERNAL_API_ERROR', reason: 'The source is down.' } as const;
    expect(explain({ state: 'completed', ...failed }, { status: 'delivered' })).toBe(
      'The enrichment failed with EXTERNAL_API_ERROR (The source is down), and the callback was delivered: the person took the ' +
        'error path, so check the source that the failed step asks, and its credentials.',
    );
    expect(explain({ state: 'completed', ...failed, errorCode: 'TIMEOUT' })).toContain('look for a slow step');
    expect(explain({ state: 'completed', ...failed, errorCode: 'INVALID_DATA' })).toContain(
      'check what the journey sends',
    );
  });

  it('says that nothing is to be done after a success', () => {
    expect(explain({ state: 'completed' }, { status: 'delivered' })).toBe(
      'It was enriched and the callback was delivered: nothing to do.',
    );
    expect(explain({ state: 'completed' }, null)).toContain('nobody had to be called back');
  });

  it('says of a held callback what holds it', () => {
    expect(explain({ state: 'calling_back' }, { status: 'held', lastError: 'The credential cannot be read.' })).toBe(
      'The callback is held back (The credential cannot be read): mend that, then send it again.',
    );
  });

  it('says of an expired one that it is late, and why', () => {
    expect(explain({ state: 'expired' }, { status: 'expired', attempts: 4, lastStatus: 503 })).toMatch(
      /deadline passed after 4 attempts because the receiver answered 503: .*Timeout or error/,
    );
    expect(explain({ state: 'expired' }, { status: 'expired', attempts: 0 })).toContain('before the first attempt');
    expect(explain({ state: 'expired' }, null)).toContain('before a callback was made');
  });

  it('is one sentence in every situation', () => {
    for (const state of ACTION_STATES) {
      for (const status of DELIVERY_STATUSES) {
        for (const attempts of [0, 2]) {
          for (const lastError of [null, 'It failed (503). Try later.']) {
            const sentence = explain({ state, outcome: 'failure' }, { status, attempts, lastError });
            expect(sentence).toMatch(/^[A-Z][^.]*\.$/);
            expect(sentence).not.toContain('undefined');
          }
        }
      }
      expect(explain({ state }, null)).toMatch(/^[A-Z][^.]*\.$/);
    }
  });
});
