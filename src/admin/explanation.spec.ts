import { describe, expect, it } from 'vitest';
import { ACTION_ERROR_CODES, type StepOutcome } from '../actions/action-result.js';
import { ACTION_STATES, type ActionState } from '../actions/action-state.js';
import { REQUEST_ERASED } from '../callbacks/adobe.channel.js';
import { CREDENTIAL_HOLDS, ImsPermanentError, ImsTransientError } from '../callbacks/callbacks.errors.js';
import { ChannelRegistry } from '../delivery/channel-registry.js';
import { DELIVERY_STATUSES, type DeliveryStatus, type LeasedDelivery } from '../delivery/delivery.js';
import { ERASED_SENTENCE } from '../delivery/delivery-erasure.repository.js';
import { DestinationGuard } from '../delivery/destination-guard.js';
import { DestinationStates } from '../delivery/destination-states.js';
import type { GuardedDestination } from '../delivery/destinations.repository.js';
import { OWN_REASONS } from '../delivery/own-reasons.js';
import { REMOVED_SENTENCE } from '../delivery/registered-address.js';
import { COMPANY_DISABLED } from '../registrations/companies/company.channel.js';
import { PAUSE_REASON } from '../registrations/destination-pauses.repository.js';
import { URL_IS_FOREIGN, USER_IS_DISABLED } from '../registrations/eqp/eqp.channel.js';
import { SECRET_UNREADABLE } from '../security/secret.errors.js';
import type { CallbackFacts } from './callback-facts.js';
import { readTrouble, TROUBLE_KINDS, type TroubleKind } from './callback-trouble.js';
import { type ActionFacts, explainAction } from './explanation.js';

const NOW = new Date('2026-11-28T14:00:00Z');
const LATER = new Date('2026-11-28T14:05:00Z');
const DEADLINE = new Date('2026-11-28T14:10:00Z');
const PAST = new Date('2026-11-28T13:59:30Z');

const CALLBACK: CallbackFacts = {
  channel: 'adobe',
  status: 'dead',
  attempts: 1,
  nextAttemptAt: null,
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
    crashCount: 0,
    steps: [],
    now: NOW,
    deadlineAt: DEADLINE,
    ...facts,
    callback: callback === null ? null : { ...CALLBACK, ...callback },
  });
}

/** The reason on a delivery that the engine sends back to wait. Its own words: the tests fail when these change. */
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

/** The state of an action while its callback has this status. */
const STATE_OF: Readonly<Record<DeliveryStatus, ActionState>> = {
  pending: 'calling_back',
  delivering: 'calling_back',
  held: 'calling_back',
  delivered: 'completed',
  dead: 'undeliverable',
  expired: 'expired',
  cancelled: 'calling_back',
};

interface Example {
  readonly facts: Partial<CallbackFacts>;
  /** The statuses a callback can have with it. */
  readonly statuses: readonly DeliveryStatus[];
  /** The channels of callbacks that can have it; absent: Adobe's. */
  readonly channels?: readonly string[];
}

const met = (facts: Partial<CallbackFacts>): Example => ({
  facts,
  statuses: ['pending', 'dead', 'expired'],
  channels: ['adobe', 'async-call'],
});
const waits = (lastError: string | null): Example => ({
  facts: { lastError, attempts: 0 },
  statuses: ['pending', 'expired'],
});
const held = (lastError: string): Example => ({ facts: { lastError, attempts: 0 }, statuses: ['held', 'expired'] });
const ended = (lastError: string, status: DeliveryStatus): Example => ({ facts: { lastError }, statuses: [status] });

/** One example for each kind of trouble, in the words of the code that writes them; a kind without a row does not compile. */
const EXAMPLES: Readonly<Record<TroubleKind, Example>> = {
  receiverAway: waits(wordsOfWaiting({ open_ms: 5_000 })),
  receiverTried: waits(wordsOfWaiting({ open_ms: -1 })),
  receiverThrottles: waits(wordsOfWaiting({ throttled_ms: 5_000 })),
  switchedOff: {
    facts: { lastError: 'its destination is switched off: The receiver says it is gone for good (410).' },
    statuses: ['held'],
    channels: ['companies'],
  },
  paused: {
    facts: { lastError: `its destination is switched off: ${PAUSE_REASON}` },
    statuses: ['held'],
    channels: ['eqp'],
  },
  companyDisabled: { facts: { lastError: COMPANY_DISABLED }, statuses: ['pending'], channels: ['companies'] },
  userDisabled: { facts: { lastError: USER_IS_DISABLED }, statuses: ['pending'], channels: ['eqp'] },
  imsRefused: waits(new ImsPermanentError('access_denied', 1).message),
  storedRefused: waits(new ImsPermanentError('access_denied', 1, true).message),
  credentialMissing: held(CREDENTIAL_HOLDS.missing),
  credentialRemoved: held(CREDENTIAL_HOLDS.removed),
  credentialUnreadable: held(CREDENTIAL_HOLDS.unreadable),
  imsAway: waits(new ImsTransientError('status 503', 1).message),
  secretUnreadable: held(`${SECRET_UNREADABLE}: the request's token cannot be decrypted, its key is missing.`),
  secretMalformed: { facts: { lastError: OWN_REASONS.secretMalformed }, statuses: ['held'], channels: ['companies'] },
  urlForeign: { facts: { lastError: URL_IS_FOREIGN }, statuses: ['held'], channels: ['eqp'] },
  requestErased: held(REQUEST_ERASED),
  dataErased: ended(ERASED_SENTENCE, 'cancelled'),
  registrationRemoved: ended(REMOVED_SENTENCE, 'cancelled'),
  noChannel: held(`${OWN_REASONS.noChannel}"fax" in this process`),
  notPrepared: waits(OWN_REASONS.notPrepared),
  notMarked: waits(OWN_REASONS.notMarked),
  outcomeUnrecorded: {
    facts: {
      lastError: 'internal: QueryFailedError 22P02; its outcome (delivered) could not be recorded, see the log',
    },
    statuses: ['held'],
  },
  outcomeUnknown: ended('OUTCOME_UNKNOWN: timeout: No answer came after 30000 ms.', 'dead'),
  processEnded: ended('OUTCOME_UNKNOWN: the process ended while the request was under way', 'dead'),
  quarantined: ended('quarantined after 3 crashes', 'dead'),
  internal: met({ errorClass: 'internal', lastError: 'internal: TypeError in this process' }),
  redirect: met({ errorClass: 'redirect', lastStatus: 302, lastError: 'answered 302' }),
  badBody: {
    facts: { errorClass: 'client_error', lastStatus: 400 },
    statuses: ['dead'],
    channels: ['adobe', 'async-call'],
  },
  unauthorized: met({ errorClass: 'auth', lastStatus: 401, lastError: 'answered 401' }),
  forbidden: { facts: { errorClass: 'auth', lastStatus: 403 }, statuses: ['dead'], channels: ['adobe', 'async-call'] },
  notFound: {
    facts: { errorClass: 'client_error', lastStatus: 404 },
    statuses: ['dead'],
    channels: ['adobe', 'async-call'],
  },
  gone: {
    facts: { errorClass: 'client_error', lastStatus: 410 },
    statuses: ['dead'],
    channels: ['adobe', 'async-call'],
  },
  busy: met({ errorClass: 'throttled', lastStatus: 429, lastError: 'answered 429' }),
  refused: {
    facts: { errorClass: 'client_error', lastStatus: 418 },
    statuses: ['dead'],
    channels: ['adobe', 'async-call'],
  },
  serverError: met({ errorClass: 'server_error', lastStatus: 503, lastError: 'answered 503' }),
  oddStatus: met({ errorClass: 'protocol', lastStatus: 101, lastError: 'answered 101' }),
  address: met({ errorClass: 'address' }),
  dns: met({ errorClass: 'dns' }),
  connect: met({ errorClass: 'connect' }),
  tls: met({ errorClass: 'tls' }),
  timeout: met({ errorClass: 'timeout' }),
  reset: met({ errorClass: 'reset' }),
  interrupted: { facts: { errorClass: 'interrupted', lastError: 'interrupted: no answer' }, statuses: ['pending'] },
  protocol: met({ errorClass: 'protocol' }),
  unknown: met({ errorClass: 'of tomorrow', lastError: 'Something new.' }),
};

/** Every name with a remedy of its own, and one without. */
const IMS_ERRORS = [
  'invalid_client',
  'invalid_scope',
  'unauthorized_client',
  'organisation_not_configured',
  'no_client_secret',
  'address_refused',
  'http_404',
  'invalid_request',
];

const OPTIONAL_STEPS: Readonly<Record<string, readonly StepOutcome[]>> = {
  ...Object.fromEntries(
    ACTION_ERROR_CODES.map((errorCode) => [
      `failed with ${errorCode}`,
      [{ step: 'company', outcome: 'failed', ms: 9, errorCode, reason: 'company: The source answered 503.' }],
    ]),
  ),
  'not to run': [
    { step: 'email', outcome: 'skipped', ms: 0, reason: 'email: the condition is not met' },
    { step: 'vendor', outcome: 'skipped', ms: 0, reason: 'vendor: crm found size' },
  ],
  'left out': [{ step: 'score', outcome: 'skipped', ms: 0, errorCode: 'TIMEOUT', reason: 'score: not begun' }],
  'failed for people': [{ step: 'email', outcome: 'ok', ms: 3, peopleFailed: 3 }],
  'failed for one person': [{ step: 'email', outcome: 'ok', ms: 3, peopleFailed: 1 }],
  'failed for objects': [
    {
      step: 'email',
      outcome: 'failed',
      ms: 3,
      errorCode: 'INVALID_DATA',
      reason: 'email: no address',
      subjectsFailed: 2,
    },
  ],
  'five failed': ['a', 'b', 'c', 'd', 'e'].map((step) => ({ step, outcome: 'failed', ms: 1, errorCode: 'TIMEOUT' })),
};

type Told = readonly [situation: string, sentences: string];

function told(situation: string, facts: Partial<ActionFacts>, callback: Partial<CallbackFacts> | null): Told {
  return [situation, explain(facts, callback)];
}

/** Channels beside Adobe's have a row only where the words differ. */
function tellTrouble(kind: TroubleKind): Told[] {
  const { facts, statuses, channels = ['adobe'] } = EXAMPLES[kind];
  return statuses.flatMap((status) => {
    const seen = new Set<string>();
    return channels.flatMap((channel): Told[] => {
      const callback = { ...facts, status, channel, nextAttemptAt: status === 'pending' ? LATER : null };
      const text = explain({ state: STATE_OF[status] }, callback);
      if (seen.has(text)) return [];
      seen.add(text);
      return [[`${kind}, ${status}${channel === 'adobe' ? '' : `, ${channel}`}`, text]];
    });
  });
}

/** Every situation of an action. */
function allTold(): Told[] {
  const waiting = { status: 'pending', attempts: 0 } as const;
  const failed = { outcome: 'failure', errorCode: 'EXTERNAL_API_ERROR', reason: 'company: It is down.' } as const;
  const gone = { lastStatus: 503, errorClass: 'server_error', hasBody: false } as const;
  return [
    told('received', { state: 'received', outcome: null }, null),
    told('received, a process ended', { state: 'received', outcome: null, crashCount: 1 }, null),
    told('received, deadline passed', { state: 'received', outcome: null, deadlineAt: PAST }, null),
    told('enriching', { state: 'enriching', outcome: null }, null),
    told('enriching, processes ended', { state: 'enriching', outcome: null, crashCount: 2 }, null),
    told('calling_back, no delivery', { state: 'calling_back' }, null),
    told('calling_back, first attempt', { state: 'calling_back' }, waiting),
    told('calling_back, sent again', { state: 'calling_back' }, { ...waiting, attempts: 2 }),
    told('calling_back, deadline passed', { state: 'calling_back', deadlineAt: PAST }, waiting),
    told('calling_back, with a failure', { state: 'calling_back', ...failed }, waiting),
    ...(['delivering', 'delivered', 'dead', 'expired', 'held', 'cancelled'] as const).map((status) =>
      told(`calling_back, ${status}, no reason`, { state: 'calling_back' }, { status }),
    ),
    ...TROUBLE_KINDS.flatMap(tellTrouble),
    ...IMS_ERRORS.map((error) =>
      told(
        `imsRefused, ${error}`,
        { state: 'calling_back' },
        { ...waiting, nextAttemptAt: LATER, lastError: new ImsPermanentError(error, 1).message },
      ),
    ),
    ...IMS_ERRORS.map((error) =>
      told(
        `storedRefused, ${error}`,
        { state: 'calling_back' },
        { ...waiting, nextAttemptAt: LATER, lastError: new ImsPermanentError(error, 1, true).message },
      ),
    ),
    told('quarantined, one 2xx', {}, { lastError: 'quarantined after 3 crashes', answered2xx: 1 }),
    told('quarantined, several 2xx', {}, { lastError: 'quarantined after 3 crashes', answered2xx: 3 }),
    told('undeliverable, no delivery', {}, null),
    told('undeliverable, no reason', {}, {}),
    told('undeliverable, cancelled, no reason', {}, { status: 'cancelled' }),
    told('undeliverable, body gone', {}, gone),
    told('undeliverable, with a failure', failed, { lastStatus: 503, errorClass: 'server_error', attempts: 4 }),
    told('expired, no delivery', { state: 'expired' }, null),
    told('expired, no attempt', { state: 'expired' }, { status: 'expired', attempts: 0 }),
    told('expired, body gone', { state: 'expired' }, { ...gone, status: 'expired' }),
    told('expired, cancelled', { state: 'expired' }, { status: 'cancelled', lastError: ERASED_SENTENCE }),
    told('completed', { state: 'completed' }, { status: 'delivered' }),
    told('completed, no callback', { state: 'completed' }, null),
    ...ACTION_ERROR_CODES.map((errorCode) =>
      told(
        `completed, ${errorCode}`,
        { state: 'completed', outcome: 'failure', errorCode, reason: 'It is down.' },
        { status: 'delivered' },
      ),
    ),
    told(
      'completed, failure, asynchronous call',
      { state: 'completed', ...failed },
      {
        status: 'delivered',
        channel: 'async-call',
      },
    ),
    told('completed, failure, no callback', { state: 'completed', ...failed }, null),
    told('completed, failure without a code', { state: 'completed', outcome: 'failure' }, null),
    told(
      'completed, enrichment quarantined',
      { state: 'completed', outcome: 'failure', errorCode: 'ENRICHMENT_FAILED', reason: 'quarantined after 3 crashes' },
      { status: 'delivered' },
    ),
    ...Object.entries(OPTIONAL_STEPS).map(([name, steps]) =>
      told(`completed, an optional step ${name}`, { state: 'completed', steps }, { status: 'delivered' }),
    ),
    told(
      'completed, failure, and another step failed',
      { state: 'completed', ...failed, steps: OPTIONAL_STEPS['left out'] ?? [] },
      { status: 'delivered' },
    ),
  ];
}

/** The sentences without quotations: reasons in brackets, names in quotation marks. */
function sentencesOf(text: string): string[] {
  const own = text.replace(/ \([^)]*\)/g, '').replace(/"[^"]*"/g, 'name');
  return own.split(/(?<=\.)\s+(?=[A-Z])/);
}

describe('the explanation of an action', () => {
  it('says for every situation what the snapshot says', async () => {
    const text = allTold()
      .map(([situation, sentences]) => `${situation}\n    ${sentences}\n`)
      .join('\n');
    await expect(text).toMatchFileSnapshot('./explanation-sentences.txt');
  });

  it.each(allTold())('of %s is short sentences: what happened, what comes by itself, what to do', (_, text) => {
    const sentences = sentencesOf(text);
    expect(sentences.length).toBeGreaterThanOrEqual(3);
    for (const sentence of sentences) {
      expect(sentence).toMatch(/^[A-Z][^%]*\.$/);
      expect(sentence).not.toMatch(/^(?:What|Who|Whoever)\b|undefined|null/);
      expect(sentence.split(' ').length, sentence).toBeLessThanOrEqual(20);
    }
  });

  it.each(TROUBLE_KINDS)('knows %s by the words of the code that writes them', (kind) => {
    const { facts, statuses } = EXAMPLES[kind];
    for (const status of statuses) expect(readTrouble({ ...CALLBACK, ...facts, status })?.kind).toBe(kind);
  });

  it('knows what to do for every HTTP status', () => {
    for (let lastStatus = 100; lastStatus < 600; lastStatus += 1) {
      const text = explain({}, { lastStatus });
      expect(text).toContain(`because the receiver answered ${lastStatus}`);
      expect(sentencesOf(text).length).toBeGreaterThanOrEqual(3);
    }
  });

  it('stays whole when state and status have not met yet', () => {
    for (const state of ACTION_STATES) {
      for (const status of DELIVERY_STATUSES) {
        for (const lastError of [null, 'It failed (503). Try later.']) {
          expect(sentencesOf(explain({ state }, { status, lastError })).length).toBeGreaterThanOrEqual(3);
        }
      }
    }
  });

  it.each(IMS_ERRORS)('does not ask for patience when IMS says %s', (error) => {
    for (const status of ['pending', 'expired'] as const) {
      const text = explain({ state: STATE_OF[status] }, { status, lastError: new ImsPermanentError(error, 1).message });
      expect(text).toMatch(/ADOBE_|IMS_BASE_URL/);
      expect(text).not.toMatch(/nothing to do|If this lasts/i);
    }
  });

  it('names IMS also after attempts, and after the deadline', () => {
    const lastError = `${new ImsPermanentError('invalid_scope', 1).message}; ${OWN_REASONS.timeWasUp}`;
    const answered = { lastError, attempts: 2, lastStatus: 401, errorClass: 'auth' } as const;
    expect(explain({ state: 'expired' }, { ...answered, status: 'expired' })).toContain('ADOBE_SCOPES');
    expect(explain({ state: 'calling_back' }, { ...answered, status: 'pending' })).toContain('(invalid_scope)');
  });

  it('says what it waits for now, not what earlier attempts met', () => {
    const failed = { status: 'pending', attempts: 2, lastStatus: 503, lastError: 'answered 503' } as const;
    expect(explain({ state: 'calling_back' }, { ...failed, waitsFor: 'open' })).toContain('failed too often');
    expect(explain({ state: 'calling_back' }, failed)).toContain('answered 503');
  });
});
