import { imsRemedy } from '../callbacks/ims-remedy.js';
import type { TroubleKind } from './callback-trouble.js';

/** The words for one kind of trouble. Clauses have no capital and no full stop. */
export interface TroubleWords {
  /** A clause after "because"; `%` stands for the detail. */
  readonly cause: string;
  /** A sentence: what happens by itself while the callback waits. Absent: it is tried again by its schedule. */
  readonly next?: string;
  /** The remedy, as a clause; a function where the detail decides. */
  readonly todo: string | ((detail: string | null) => string);
  /** The same where Adobe is the receiver. */
  readonly todoOfAdobe?: string;
  /** `now`: waiting does not help. `later`: it usually passes by itself. `never`: there is no remedy. */
  readonly act: 'now' | 'later' | 'never';
  /** Whether a person sends it again afterwards: `ask` means only if it did not arrive. Absent: yes. */
  readonly again?: 'ask' | 'no';
  /** The same where Adobe is the receiver. */
  readonly againOfAdobe?: 'no';
}

/** The next step of a held callback that no process releases. */
export const STAYS_HELD = 'It stays held until an administrator sends it again.';

const WITH_CREDENTIAL = 'It is sent within seconds once the organisation has a credential.';
const CHECK_WAY = 'check the receiver, and any firewall and proxy on the way';
const READ_EXCERPT = 'read the excerpt of the answer at the last attempt, and correct the error that it names';
const CHECK_POSTGRES = 'check PostgreSQL and the log of Delivery';

/** One row for each kind of trouble; a kind without a row does not compile. */
export const TROUBLE_WORDS: Readonly<Record<TroubleKind, TroubleWords>> = Object.freeze({
  receiverAway: {
    cause: 'its receiver failed too often and is left alone for a while',
    next: 'From time to time one delivery tries the receiver; the others follow once it answers.',
    todo: 'check the receiver',
    act: 'later',
  },
  receiverTried: {
    cause: 'another delivery tries whether its receiver is back',
    next: 'It is sent as soon as that delivery succeeds.',
    todo: 'check the receiver',
    act: 'later',
  },
  receiverThrottles: {
    cause: 'its receiver asked for fewer requests',
    next: 'It is sent when the time that the receiver named is over.',
    todo: 'ask the receiver how many requests it takes',
    act: 'later',
  },
  switchedOff: {
    cause: 'its destination is switched off%',
    next: 'It is sent by itself once its registration is resumed.',
    todo: 'repair the receiver, then resume the registration',
    act: 'now',
  },
  paused: {
    cause: 'an administrator paused its registration',
    next: 'It is sent by itself once the registration is resumed.',
    todo: 'resume the registration when its receiver is ready',
    act: 'now',
  },
  companyDisabled: {
    cause: 'its company is disabled',
    next: 'It is sent within a minute once the company is enabled.',
    todo: 'enable the company when it may be called again',
    act: 'now',
  },
  userDisabled: {
    cause: 'its user is disabled',
    next: 'It is sent within a minute once the user is enabled.',
    todo: 'enable the user when it may be called again',
    act: 'now',
  },
  imsRefused: {
    cause: 'IMS gives no access token%',
    next: 'The service asks for a token again every minute.',
    todo: (error) => imsRemedy(error ?? '', false),
    act: 'now',
  },
  storedRefused: {
    cause: 'IMS gives no access token for the credential of its organisation%',
    next: 'The service asks for a token again every minute, and at once when the credential is changed.',
    todo: (error) => imsRemedy(error ?? '', true),
    act: 'now',
  },
  credentialMissing: {
    cause: 'no credential speaks for its organisation',
    next: WITH_CREDENTIAL,
    todo: 'store its credential at /admin/adobe-credentials/<imsOrgId>, or name it in ADOBE_IMS_ORG_IDS and restart',
    act: 'now',
  },
  credentialRemoved: {
    cause: 'an administrator removed the credential of its organisation',
    next: WITH_CREDENTIAL,
    todo: 'store a credential again at /admin/adobe-credentials/<imsOrgId>',
    act: 'now',
  },
  credentialUnreadable: {
    cause: 'no key of ENCRYPTION_KEYS opens the credential of its organisation',
    next: WITH_CREDENTIAL,
    todo: 'store the credential again at /admin/adobe-credentials/<imsOrgId>, or configure the key and restart',
    act: 'now',
  },
  imsAway: {
    cause: 'IMS gives no access token at the moment%',
    todo: 'check the connection to IMS_BASE_URL, and the status page of Adobe',
    act: 'later',
  },
  secretUnreadable: {
    cause: 'no key of ENCRYPTION_KEYS opens its secret (SECRET_UNREADABLE)',
    next: 'It is sent by itself once the key is configured.',
    todo: 'configure the key that the log of HeldSecrets names, then restart',
    act: 'now',
  },
  secretMalformed: {
    cause: 'a signing secret of its registration is malformed',
    next: STAYS_HELD,
    todo: 'give the registration a new signing secret',
    act: 'now',
  },
  urlForeign: {
    cause: 'the url of its callback was not written by this service',
    next: STAYS_HELD,
    todo: 'have the user register the callback again',
    act: 'now',
  },
  requestErased: {
    cause: 'its request was erased, and with it the token that Adobe expects',
    next: 'It ends at its deadline.',
    todo: 'do nothing: it cannot be sent any more',
    act: 'never',
    again: 'no',
  },
  dataErased: {
    cause: 'its data was erased',
    next: 'It is never sent.',
    todo: 'do nothing: it cannot be sent any more',
    act: 'never',
    again: 'no',
  },
  registrationRemoved: {
    cause: 'its registration was removed',
    next: 'It is never sent.',
    todo: 'do nothing, or register again to get later events',
    act: 'never',
    again: 'no',
  },
  noChannel: {
    cause: 'this version of the service does not know its channel',
    next: STAYS_HELD,
    todo: 'run a version that knows the channel',
    act: 'now',
  },
  notPrepared: { cause: 'this service could not prepare it', todo: CHECK_POSTGRES, act: 'later' },
  notMarked: { cause: 'this service could not record the start of the attempt', todo: CHECK_POSTGRES, act: 'later' },
  outcomeUnrecorded: {
    cause: 'its outcome could not be recorded',
    next: STAYS_HELD,
    todo: 'search the log for the id of the delivery, and ask the receiver whether it arrived',
    act: 'now',
    again: 'ask',
  },
  outcomeUnknown: {
    cause: 'no answer came, and the request may have arrived',
    todo: 'ask the receiver whether it arrived',
    act: 'later',
    again: 'ask',
  },
  processEnded: {
    cause: 'the process ended while the request was under way',
    todo: 'ask the receiver whether it arrived',
    act: 'later',
    again: 'ask',
  },
  quarantined: {
    cause: 'sending it ended the process several times',
    todo: 'read the log of those processes, and ask the receiver whether it arrived',
    act: 'now',
    again: 'ask',
  },
  internal: {
    cause: 'an error in this service ended the attempt',
    todo: 'search the log for the id of the delivery, and ask the receiver whether it arrived',
    act: 'later',
    again: 'ask',
  },
  redirect: {
    cause: 'the receiver answered %, and redirects are not followed',
    todo: 'correct the URL at its source, and check any proxy on the way',
    act: 'later',
  },
  badBody: {
    cause: 'the receiver answered %',
    todo: READ_EXCERPT,
    todoOfAdobe: 'compare the fields of the body with the definition that Adobe knows, and refresh it there',
    act: 'later',
  },
  unauthorized: {
    cause: 'the receiver answered %',
    todo: 'check the credentials that the receiver expects',
    todoOfAdobe: 'check the credential, its organisation and its scopes (ADOBE_SCOPES)',
    act: 'later',
  },
  forbidden: {
    cause: 'the receiver answered %',
    todo: 'check that the receiver allows this request, and the addresses it comes from',
    todoOfAdobe: 'check the API key (ADOBE_API_KEY), the organisation and the product profile of the credential',
    act: 'later',
  },
  notFound: {
    cause: 'the receiver answered %',
    todo: 'correct the URL at its source',
    todoOfAdobe: 'send it again only if the journey and its step still exist',
    act: 'later',
    againOfAdobe: 'no',
  },
  gone: {
    cause: 'the receiver answered %',
    todo: 'ask the receiver for its new URL',
    todoOfAdobe: 'compare the times in the history: the person has probably left the step',
    act: 'later',
    againOfAdobe: 'no',
  },
  busy: {
    cause: 'the receiver answered %',
    todo: 'ask the receiver how many requests it takes',
    act: 'later',
  },
  refused: { cause: 'the receiver answered %', todo: READ_EXCERPT, act: 'later' },
  serverError: { cause: 'the receiver answered %', todo: 'check the receiver', act: 'later' },
  oddStatus: { cause: 'the receiver answered %', todo: 'check the receiver and any proxy on the way', act: 'later' },
  address: {
    cause: 'the address policy refuses its address',
    todo: 'allow the address by CALLBACK_HOSTS or OUTBOUND_ALLOW_CIDRS, if it is right',
    act: 'now',
  },
  dns: {
    cause: 'the host name could not be resolved',
    todo: 'check the host name and the resolver of this machine',
    act: 'later',
  },
  connect: { cause: 'no connection could be made', todo: CHECK_WAY, act: 'later' },
  tls: {
    cause: 'the TLS handshake failed',
    todo: 'check the certificate of the receiver, and any proxy on the way',
    act: 'later',
  },
  timeout: { cause: 'no answer came in time', todo: CHECK_WAY, act: 'later' },
  reset: { cause: 'the connection was closed before an answer came', todo: CHECK_WAY, act: 'later' },
  interrupted: {
    cause: 'the process was stopped while the request was under way',
    todo: 'check that a worker runs',
    act: 'later',
  },
  protocol: { cause: 'the answer was not valid HTTP', todo: CHECK_WAY, act: 'later' },
  unknown: {
    cause: 'no request got through%',
    todo: 'read the error of the last attempt, and remove its cause',
    act: 'later',
  },
});
