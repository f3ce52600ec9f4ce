import { describe, expect, it } from 'vitest';
import { ACTION_STATES } from '../actions/action-state.js';
import { ChannelRegistry } from '../delivery/channel-registry.js';
import { DELIVERY_STATUSES, type LeasedDelivery } from '../delivery/delivery.js';
import { DestinationGuard } from '../delivery/destination-guard.js';
import { DestinationStates } from '../delivery/destination-states.js';
import type { WaitKind } from '../delivery/destination-wait.js';
import type { GuardedDestination } from '../delivery/destinations.repository.js';
import { REMOVED_SENTENCE } from '../delivery/registered-address.js';
import { SECRET_UNREADABLE } from '../security/secret.errors.js';
import { type ActionFacts, type CallbackFacts, explainAction } from './explanation.js';

const CALLBACK: CallbackFacts = {
  status: 'dead',
  attempts: 1,
  lastStatus: null,
  errorClass: null,
  lastError: null,
  waitsFor: null,
  answered2xx: 0,
  hasBody: true,
};

function explain(facts: Partial<ActionFacts>, callback: Partial<CallbackFacts> | null = {}): string {
  return explainAction({
    state: 'undeliverable',
    outcome: 'success',
    errorCode: null,
    reason: null,
    steps: [],
    ...facts,
    callback: callback === null ? null : { ...CALLBACK, ...callback },
  });
}

/** What a delivery says that the engine sends back to wait: its own words, so that these tests fail when they change. */
function wordsOfWaiting(trouble: Partial<GuardedDestination>): string | null {
  const states = new DestinationStates();
  const well = { open_ms: null, open_count: 0, probing_ms: null, throttled_ms: null, disabled_reason: null };
  states.learn([{ id: 'd', channel: 'adobe', origin: 'https://a.example', ...well, ...trouble }]);
  const guard = new DestinationGuard(states, new ChannelRegistry());
  const delivery: LeasedDelivery = {
    id: '1',
    channel: 'adobe',
    ownerId: '2',
    destinationId: 'd',
    eventId: '3',
    method: 'POST',
    url: 'https://a.example/callback',
    contentType: 'application/json',
    body: '{}',
    leaseToken: '4',
    attemptNumber: 1,
    attemptCount: 1,
    trigger: 'auto',
    lastStatus: null,
    crashCount: 0,
    expiresAtMs: null,
  };
  return guard.deferral(delivery)?.lastError ?? null;
}

describe('the explanation of a callback that waits for its destination', () => {
  it.each<[string, Partial<GuardedDestination>, RegExp]>([
    ['open', { open_ms: 5_000 }, /^The callback waits because its destination failed too often .*: nothing to do/],
    ['half-open', { open_ms: -1 }, /^The callback waits while another delivery tries .*: nothing to do/],
    [
      'throttled',
      { throttled_ms: 5_000 },
      /asked for fewer requests: nothing to do, it goes out when the time is over/,
    ],
    [
      'off',
      { disabled_reason: 'gone' },
      /is switched off: switch its registration on again, and it goes out by itself/,
    ],
  ])('says what it waits for while that is %s', (_, trouble, sentence) => {
    const lastError = wordsOfWaiting(trouble);
    expect(lastError).not.toBeNull();
    const waiting = { status: 'pending', attempts: 0, lastError } as const;
    expect(explain({ state: 'calling_back' }, waiting)).toMatch(sentence);
    expect(explain({ state: 'calling_back' }, waiting)).toMatch(/^[A-Z][^.]*\.$/);
    // Sent again: the answers of old are not why it waits now.
    expect(explain({ state: 'calling_back' }, { ...waiting, attempts: 3, lastStatus: 500 })).toMatch(sentence);
  });

  it.each<[WaitKind, RegExp]>([
    ['open', /^The callback waits because its destination failed too often /],
    ['halfOpen', /^The callback waits while another delivery tries /],
    ['throttled', /^The callback waits because its destination asked for fewer requests/],
    ['disabled', /^The callback waits because its destination is switched off/],
  ])('says so of one that no process has looked at since its destination is %s', (waitsFor, sentence) => {
    expect(explain({ state: 'calling_back' }, { status: 'pending', attempts: 0, waitsFor })).toMatch(sentence);
    const failed = { status: 'pending', attempts: 2, lastStatus: 503, lastError: 'answered 503', waitsFor } as const;
    expect(explain({ state: 'calling_back' }, failed)).toMatch(sentence);
  });

  it('says of one that failed itself what it met', () => {
    const failed = { status: 'pending', attempts: 2, lastStatus: 503, lastError: 'answered 503' } as const;
    expect(explain({ state: 'calling_back' }, failed)).toBe(
      'The callback waits for the next attempt after 2 attempts because the receiver answered 503: it is tried again ' +
        'by itself until its deadline; if this lasts, look at the receiver and wait until it has recovered.',
    );
  });
});

describe('the explanation of a callback that is held', () => {
  it.each([
    ['its destination is switched off', ''],
    ['its destination is switched off: paused by an administrator', ' (paused by an administrator)'],
    ['its destination is switched off: The receiver says it is gone for good (410).', ' (The receiver says it is gone'],
  ])('for "%s" says that it goes on with its destination', (lastError, why) => {
    const sentence = explain({ state: 'calling_back' }, { status: 'held', lastError });
    expect(sentence).toContain(`held back because its destination is switched off${why}`);
    expect(sentence).toMatch(/: switch its registration on again [^.]*, and it goes out by itself\.$/);
  });

  it('for want of a key says that it goes on with the key', () => {
    const lastError = `${SECRET_UNREADABLE}: the request's token cannot be decrypted, its key is missing.`;
    expect(explain({ state: 'calling_back' }, { status: 'held', lastError })).toMatch(
      /no key of ENCRYPTION_KEYS opens its secret \(SECRET_UNREADABLE\): configure the key .* goes out by itself [^.]*\.$/,
    );
  });
});

describe('the explanation of a callback that was given up', () => {
  it.each([
    [400, null, /answered 400: compare the body's fields with the service definition/],
    [401, 'auth', /answered 401: check the credential/],
    [403, 'auth', /answered 403: check the API key/],
    [404, 'client_error', /answered 404: the journey or its step probably no longer exists/],
    [410, 'client_error', /answered 410: the journey/],
    [429, 'throttled', /answered 429: wait until the receiver is less busy/],
    [302, 'redirect', /answered 302: correct the URL at its source, as redirects are not followed/],
    [418, 'client_error', /answered 418: read the excerpt/],
    [503, 'server_error', /answered 503: look at the receiver and wait until it has recovered/],
    [null, 'address', /address policy refuses its address: allow the address by CALLBACK_HOSTS/],
    [null, 'dns', /could not be resolved: check the host name/],
    [null, 'connect', /no connection could be made: check the way/],
    [null, 'tls', /TLS handshake failed: check the receiver's certificate/],
    [null, 'timeout', /no answer came in time: check the way/],
    [null, 'reset', /closed before an answer came: check the way/],
    [null, 'protocol', /not valid HTTP: check the way/],
    [null, 'internal', /an error of this service kept its outcome .*: search the log for the id of the delivery/],
    [200, 'internal', /an error of this service kept its outcome .*: search the log for the id of the delivery/],
    [null, null, /no request got through: read the last error/],
  ])('says for status %s and error %s what to do', (lastStatus, errorClass, sentence) => {
    expect(explain({}, { lastStatus, errorClass })).toMatch(sentence);
  });

  it('asks to ask first when the outcome is unknown, whatever the last status was', () => {
    const lastError = 'OUTCOME_UNKNOWN: the process ended while the request was under way';
    expect(explain({}, { lastStatus: 503, lastError })).toMatch(/ask the receiver whether it arrived/);
  });

  it.each([
    [0, 'no answer of 2xx was seen'],
    [1, 'one answer of 2xx was seen'],
    [3, '3 answers of 2xx were seen'],
  ])('says of a quarantined one with %i answers of 2xx that the receiver may have had it', (answered2xx, words) => {
    expect(explain({}, { lastError: 'quarantined after 3 crashes', answered2xx })).toContain(
      `ask the receiver, which may have had it (${words}).`,
    );
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

describe('the explanation of a callback that was cancelled', () => {
  it.each(['calling_back', 'undeliverable', 'expired'] as const)(
    'of an action that is %s names the removed registration',
    (state) => {
      const text = explain({ state }, { status: 'cancelled', lastError: REMOVED_SENTENCE });
      expect(text).toContain('its registration was removed');
      expect(text).toContain('nothing to do');
      expect(text).not.toContain('send it again.');
    },
  );
});
