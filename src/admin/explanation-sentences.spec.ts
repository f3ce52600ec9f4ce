import { expect, it } from 'vitest';
import { ACTION_ERROR_CODES, type StepOutcome } from '../actions/action-result.js';
import { ACTION_STATES, type ActionState } from '../actions/action-state.js';
import { ImsPermanentError, ImsTransientError } from '../callbacks/callbacks.errors.js';
import type { ErrorClass } from '../delivery/answer.js';
import type { DeliveryStatus } from '../delivery/delivery.js';
import type { WaitKind } from '../delivery/destination-wait.js';
import { REMOVED_SENTENCE } from '../delivery/registered-address.js';
import { SECRET_UNREADABLE } from '../security/secret.errors.js';
import { type ActionFacts, type CallbackFacts, explainAction } from './explanation.js';

const QUIET: CallbackFacts = {
  status: 'pending',
  attempts: 0,
  lastStatus: null,
  errorClass: null,
  lastError: null,
  waitsFor: null,
  answered2xx: 0,
  hasBody: true,
};
const ERASED_SENTENCE = 'ERASED: the data was erased before it was delivered';

/** A situation of a callback, and how to tell it in a line of the file. */
type Situations = readonly (readonly [what: string, Partial<CallbackFacts>])[];

/** As keys: a status, a wait or a class of errors that is new has no sentence until it stands here. */
const WAITS: Readonly<Record<WaitKind, true>> = { open: true, halfOpen: true, throttled: true, disabled: true };
const CLASSES: Readonly<Record<ErrorClass, readonly (number | null)[]>> = {
  address: [null],
  dns: [null],
  connect: [null],
  tls: [null],
  timeout: [null],
  reset: [null],
  interrupted: [null],
  protocol: [null],
  internal: [null, 200],
  redirect: [302],
  client_error: [400, 404, 408, 410, 418, 422],
  server_error: [500],
  throttled: [429],
  auth: [401, 403],
};
const IMS_ERRORS = [
  'invalid_client',
  'invalid_scope',
  'unauthorized_client',
  'invalid_request',
  'organisation_not_configured',
  'no_client_secret',
  'address_refused',
  'http_404',
];

const FAILURES: Situations = [
  ...Object.entries(CLASSES).flatMap(([errorClass, statuses]) =>
    statuses.map(
      (lastStatus) => [`${errorClass} ${lastStatus ?? ''}`, { errorClass, lastStatus, attempts: 3 }] as const,
    ),
  ),
  ['outcome unknown after a crash', { attempts: 1, lastError: 'OUTCOME_UNKNOWN: the process ended while sending' }],
  ['outcome unknown', { attempts: 1, lastError: 'OUTCOME_UNKNOWN: no answer came' }],
  ['quarantined', { attempts: 3, lastError: 'quarantined after 3 crashes', answered2xx: 1 }],
  ['no registration', { attempts: 1, lastError: REMOVED_SENTENCE }],
  ['erased', { attempts: 1, lastError: ERASED_SENTENCE }],
  ['nothing known', { attempts: 1, lastError: 'It failed' }],
  ['no body', { attempts: 1, lastStatus: 503, errorClass: 'server_error', hasBody: false }],
];

const CALLING_BACK: Readonly<Record<DeliveryStatus, Situations>> = {
  pending: [
    ['first attempt', {}],
    ['first attempt put off', { lastError: 'the channel could not prepare it' }],
    ...IMS_ERRORS.map((name) => [`IMS: ${name}`, { lastError: new ImsPermanentError(name, 1).message }] as const),
    ['IMS away', { lastError: new ImsTransientError('status 503', 1).message }],
    ...Object.keys(WAITS).map((waitsFor) => [`waits: ${waitsFor}`, { waitsFor: waitsFor as WaitKind }] as const),
    ...FAILURES.slice(0, Object.values(CLASSES).flat().length),
  ],
  delivering: [['', {}]],
  held: [
    ['no key', { lastError: `${SECRET_UNREADABLE}: its key is missing` }],
    ['switched off', { lastError: 'its destination is switched off' }],
    ['paused', { lastError: 'its destination is switched off: paused by an administrator' }],
    ['gone', { lastError: 'its destination is switched off: the receiver says it is gone for good (410)' }],
    ['not recorded', { lastError: 'internal: TypeError; its outcome (delivered) could not be recorded, see the log' }],
  ],
  delivered: [['', {}]],
  dead: [['', {}]],
  expired: [['', {}]],
  cancelled: [
    ['no registration', { lastError: REMOVED_SENTENCE }],
    ['erased', { lastError: ERASED_SENTENCE }],
  ],
};

const STEPS: readonly StepOutcome[] = [
  { step: 'phone', outcome: 'ok', ms: 1 },
  { step: 'company', outcome: 'failed', ms: 1, errorCode: 'EXTERNAL_API_ERROR' },
  { step: 'score', outcome: 'skipped', ms: 0, errorCode: 'TIMEOUT' },
];

function say(facts: Partial<ActionFacts> & { state: ActionState }, callback: Partial<CallbackFacts> | null): string {
  const quiet = { outcome: 'success', errorCode: null, reason: null, steps: [] } as const;
  return explainAction({ ...quiet, ...facts, callback: callback === null ? null : { ...QUIET, ...callback } });
}

function sentencesOf(state: ActionState): [string, string][] {
  const told = (situations: Situations, status: DeliveryStatus): [string, string][] =>
    situations.map(([what, callback]) => [`${status} ${what}`, say({ state }, { status, ...callback })]);
  switch (state) {
    case 'received':
    case 'enriching':
      return [['', say({ state }, null)]];
    case 'calling_back':
      return [
        ['no delivery', say({ state }, null)],
        ...Object.entries(CALLING_BACK).flatMap(([status, rows]) => told(rows, status as DeliveryStatus)),
      ];
    case 'completed':
      return [
        ['nothing to call back', say({ state }, null)],
        ['delivered', say({ state }, { status: 'delivered' })],
        ['delivered, steps missing', say({ state, steps: STEPS }, { status: 'delivered' })],
        ...ACTION_ERROR_CODES.map((errorCode): [string, string] => [
          `failure ${errorCode}`,
          say({ state, outcome: 'failure', errorCode, reason: 'The source is down.' }, { status: 'delivered' }),
        ]),
      ];
    case 'undeliverable':
      return [['no delivery', say({ state }, null)], ...told(FAILURES, 'dead')];
    case 'expired':
      return [
        ['no delivery', say({ state }, null)],
        ['before the first attempt', say({ state }, { status: 'expired' })],
        [
          'IMS refused',
          say({ state }, { status: 'expired', lastError: new ImsPermanentError('invalid_scope', 1).message }),
        ],
        ...told(FAILURES, 'expired'),
      ];
    default:
      return state satisfies never;
  }
}

it('every sentence that an action can be explained with is in the file beside this test', async () => {
  const lines = ACTION_STATES.flatMap((state) => [
    `# ${state}`,
    ...sentencesOf(state).map(([what, sentence]) => `${what.trim() === '' ? '-' : what.trim()}\n    ${sentence}`),
  ]);
  await expect(`${lines.join('\n')}\n`).toMatchFileSnapshot('./explanation-sentences.txt');
  for (const line of lines) expect(line).not.toMatch(/undefined|null|\[object/);
});
