import {
  answering,
  type Behaviour,
  dripping,
  type EndpointOptions,
  type FaultyEndpoint,
  flooding,
  hanging,
  inTurn,
  resetting,
  resettingAfterHeaders,
  saying,
  stalling,
} from './faulty-endpoint.js';
import { sayingRaw } from './raw-answers.js';

/** What an attempt is recorded as: the status line and the class of its failure. */
export type Recorded = readonly [status: number | null, errorClass: string | null];

/** One way a receiver misbehaves, and what has to come of a callback sent to it. */
export interface EndpointCase {
  readonly name: string;
  /** Made anew for every run: some answers depend on the time. */
  readonly behaviour: () => Behaviour;
  readonly options?: Omit<EndpointOptions, 'behaviour'>;
  /** The callback URL, when it is not the endpoint's own. */
  readonly url?: (endpoint: FaultyEndpoint, path: string) => string;
  /** What happens at the endpoint once the first attempt is on record. */
  readonly afterFirst?: (endpoint: FaultyEndpoint) => Promise<void>;
  readonly end: 'completed' | 'undeliverable' | 'expired';
  /** Every attempt in order; of an expired callback the last repeats for as long as there is time. */
  readonly attempts: readonly Recorded[];
  /** What the delivery says in the end to the person on call; null: nothing, for it was delivered. */
  readonly lastError: RegExp | null;
  /** How many of the attempts the endpoint sees as requests; default: all of them. */
  readonly requests?: 'all' | 'none' | 'allButFirst';
  /** Least milliseconds from the first request to the second, by the receiver's wish. */
  readonly floorMs?: number;
  /** Most bytes that leave the endpoint per callback. */
  readonly maxBytes?: number;
  /** Longest time from the acknowledgement to the end, where waiting longer would be a fault of its own. */
  readonly withinMs?: number;
  /** Milliseconds that are left once the first attempt is on record, where the run's own are too few. */
  readonly leftMs?: number;
  /** Needs the time-outs the service really has: part of the full form only. */
  readonly slow?: true;
}

/** A name that nobody may ever have; a service under test must accept it as a callback host. */
export const UNRESOLVABLE_HOST = 'no-such-host.invalid';

const OK: Recorded = [200, null];
const MEBIBYTE = 1024 * 1024;
/** What may be on its way in socket buffers when a body is given up after 16 KiB. */
const IN_FLIGHT_BYTES = 16 * MEBIBYTE;

const ok = answering(200);

const EMPTY = 'content-length: 0\r\n\r\n';
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';

/** An answer in raw bytes, packet by packet; `raw-answers.ts` has many more. */
function raw(...packets: string[]): Behaviour {
  return sayingRaw({ packets });
}

/** An HTTP date has no fractions: it may be up to a second less. */
function inSeconds(seconds: number): string {
  return new Date(Date.now() + seconds * 1000).toUTCString();
}

function refused(status: number, errorClass: string, lastError: RegExp): EndpointCase {
  return {
    name: `${status}`,
    behaviour: () => answering(status),
    end: 'undeliverable',
    attempts: [[status, errorClass]],
    lastError,
  };
}

function mended(
  name: string,
  first: () => Behaviour,
  recorded: Recorded,
  rest: Partial<EndpointCase> = {},
): EndpointCase {
  return {
    name: `${name}, then 200`,
    behaviour: () => inTurn(first(), ok),
    end: 'completed',
    attempts: [recorded, OK],
    lastError: null,
    ...rest,
  };
}

function retryAfter(name: string, value: () => string, floorMs?: number): EndpointCase {
  return mended(
    `429 with Retry-After ${name}`,
    // Made when the request comes: a date counts from there.
    () => (call) => answering(429, { 'retry-after': value() })(call),
    [429, 'throttled'],
    floorMs === undefined ? {} : { floorMs },
  );
}

const STATUSES: readonly EndpointCase[] = [
  refused(400, 'client_error', /refused the body \(400\)/),
  refused(403, 'auth', /forbids the callback \(403\)/),
  refused(404, 'client_error', /does not know the callback \(404\)/),
  refused(410, 'client_error', /gone \(410\)/),
  mended('401 once', () => answering(401), [401, 'auth']),
  {
    name: '401 twice',
    behaviour: () => answering(401),
    end: 'undeliverable',
    attempts: [
      [401, 'auth'],
      [401, 'auth'],
    ],
    lastError: /two access tokens in a row \(401\)/,
  },
  mended('408', () => answering(408), [408, 'client_error']),
  mended('425', () => answering(425), [425, 'client_error']),
  {
    name: '500 three times, then 200',
    behaviour: () => inTurn(answering(500), answering(500), answering(500), ok),
    end: 'completed',
    attempts: [[500, 'server_error'], [500, 'server_error'], [500, 'server_error'], OK],
    lastError: null,
  },
  {
    name: '503 for ever',
    behaviour: () => answering(503),
    end: 'expired',
    attempts: [[503, 'server_error']],
    lastError: /answered 503/,
  },
];

const THROTTLES: readonly EndpointCase[] = [
  retryAfter('in seconds', () => '2', 2_000),
  retryAfter('as a date', () => inSeconds(3), 1_900),
  retryAfter('that is garbage', () => 'in a while'),
  retryAfter('that is negative', () => '-120'),
  retryAfter('in the past', () => inSeconds(-3600)),
  mended('503 with Retry-After in seconds', () => answering(503, { 'retry-after': '2' }), [503, 'server_error'], {
    floorMs: 2_000,
  }),
  ...[429, 503].map((status) =>
    mended(
      `${status} with two Retry-After`,
      () => raw(`HTTP/1.1 ${status} Busy\r\nretry-after: 1\r\nretry-after: 2\r\n${EMPTY}`),
      [status, status === 429 ? 'throttled' : 'server_error'],
      { floorMs: 2_000 },
    ),
  ),
  {
    name: '429 with a huge Retry-After',
    behaviour: () => answering(429, { 'retry-after': '999999999999' }),
    end: 'expired',
    attempts: [[429, 'throttled']],
    lastError: /answered 429/,
    // Nothing may be sent before the time that was asked for, and that is past the deadline.
    floorMs: Number.POSITIVE_INFINITY,
  },
];

const BODIES: readonly EndpointCase[] = [
  {
    name: '200 whose body stalls',
    behaviour: () => stalling(200),
    end: 'completed',
    attempts: [OK],
    lastError: null,
  },
  mended('503 whose body stalls', () => stalling(503), [503, 'server_error']),
  {
    name: '200 whose body drips',
    behaviour: () => dripping(200),
    end: 'completed',
    attempts: [OK],
    lastError: null,
    // The status line is the answer: what follows is not waited for.
    withinMs: 15_000,
  },
  mended('500 whose body drips', () => dripping(500), [500, 'server_error'], { withinMs: 15_000 }),
  {
    name: '200 with a body of 100 MB',
    behaviour: () => flooding(200, 100 * MEBIBYTE),
    end: 'completed',
    attempts: [OK],
    lastError: null,
    maxBytes: IN_FLIGHT_BYTES,
  },
  mended('500 with a body of 100 MB', () => flooding(500, 100 * MEBIBYTE), [500, 'server_error'], {
    maxBytes: IN_FLIGHT_BYTES,
  }),
];

const HEADS: readonly EndpointCase[] = [
  {
    name: '200 after an unasked 100, twice',
    behaviour: () => raw(CONTINUE, CONTINUE, `HTTP/1.1 200 OK\r\n${EMPTY}`),
    end: 'completed',
    attempts: [OK],
    lastError: null,
  },
  {
    name: '410 after an unasked 100',
    behaviour: () => raw(CONTINUE, `HTTP/1.1 410 Gone\r\n${EMPTY}`),
    end: 'undeliverable',
    attempts: [[410, 'client_error']],
    lastError: /gone \(410\)/,
  },
  ...[20_000, 100_000].map((bytes): EndpointCase => ({
    name: `200 with ${bytes / 1_000} kB of headers`,
    behaviour: () => raw(`HTTP/1.1 200 OK\r\nx-filler: ${'f'.repeat(bytes)}\r\n${EMPTY}`),
    end: 'completed',
    attempts: [OK],
    lastError: null,
  })),
  mended('two equal Content-Length', () => raw('HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\n{}'), [
    null,
    'protocol',
  ]),
];

const BROKEN: readonly EndpointCase[] = [
  mended('a reset before the answer', resetting, [null, 'reset']),
  {
    name: 'a reset in the body of a 200',
    behaviour: () => resettingAfterHeaders(200),
    end: 'completed',
    attempts: [OK],
    lastError: null,
  },
  mended('a reset in the body of a 503', () => resettingAfterHeaders(503), [503, 'server_error']),
  mended('half a status line', () => saying('HTTP/1.1 20'), [null, 'reset']),
  mended('something that is not HTTP', () => saying('220 mail.example.com ESMTP\r\n'), [null, 'protocol']),
  mended('an answer that never comes', hanging, [null, 'timeout'], { slow: true }),
  {
    name: 'an answer that never comes before the deadline',
    // The pause is for the deadline to be moved before the attempt that hangs: it keeps the one it began with.
    behaviour: () => inTurn(answering(503, { 'retry-after': '2' }), hanging()),
    leftMs: 8_000,
    end: 'expired',
    attempts: [
      [503, 'server_error'],
      [null, 'timeout'],
    ],
    lastError: /timeout: No answer came|timeout: The receiver sent no answer/,
  },
];

const REDIRECTS: readonly EndpointCase[] = [
  {
    ...refused(302, 'redirect', /redirect \(302\); redirects are never followed/),
    name: 'a redirect to the metadata service',
    behaviour: () => answering(302, { location: 'http://169.254.169.254/latest/meta-data/' }),
  },
  {
    ...refused(307, 'redirect', /redirect \(307\); redirects are never followed/),
    name: 'a redirect to itself',
    behaviour: () => (call) => answering(307, { location: call.endpoint.url(call.request.path) })(call),
  },
];

const CONNECTIONS: readonly EndpointCase[] = [
  {
    name: 'a connection refused until the receiver is back',
    behaviour: () => ok,
    options: { closed: true },
    afterFirst: (endpoint) => endpoint.open(),
    end: 'completed',
    attempts: [[null, 'connect'], OK],
    lastError: null,
    requests: 'allButFirst',
  },
  {
    name: 'a connection always refused',
    behaviour: () => ok,
    options: { closed: true },
    end: 'expired',
    attempts: [[null, 'connect']],
    lastError: /connect: No connection to the receiver \(ECONNREFUSED\)/,
    requests: 'none',
  },
  {
    name: 'a connection that is long not looked at',
    behaviour: () => ok,
    options: { acceptDelayMs: 1_500 },
    end: 'completed',
    attempts: [OK],
    lastError: null,
  },
  {
    name: 'a host name that does not resolve',
    behaviour: () => ok,
    url: (_endpoint, path) => `https://${UNRESOLVABLE_HOST}${path}`,
    end: 'expired',
    attempts: [[null, 'dns']],
    lastError: /dns: The receiver's host name could not be resolved/,
    requests: 'none',
  },
  {
    name: 'a server that speaks no TLS',
    behaviour: () => ok,
    url: (endpoint, path) => endpoint.url(path, 'https'),
    // The handshake is no request: what the server makes of it it answers at once.
    options: {},
    end: 'expired',
    attempts: [[null, 'tls']],
    lastError: /tls: The TLS handshake with the receiver failed/,
    requests: 'none',
    slow: true,
  },
  {
    name: 'a self-signed certificate',
    behaviour: () => ok,
    options: { certificate: 'selfSigned' },
    end: 'expired',
    attempts: [[null, 'tls']],
    lastError: /tls: The TLS handshake with the receiver failed \(DEPTH_ZERO_SELF_SIGNED_CERT\)/,
    requests: 'none',
  },
];

/** Needs a service that trusts the suite's authority: otherwise every certificate fails for the same reason. */
export const CERTIFICATE_CASES: readonly EndpointCase[] = [
  {
    name: 'an expired certificate',
    behaviour: () => ok,
    options: { certificate: 'expired' },
    end: 'expired',
    attempts: [[null, 'tls']],
    lastError: /tls: The TLS handshake with the receiver failed \(CERT_HAS_EXPIRED\)/,
    requests: 'none',
  },
  {
    name: "a certificate of another's name",
    behaviour: () => ok,
    options: { certificate: 'wrongName' },
    end: 'expired',
    attempts: [[null, 'tls']],
    lastError: /tls: The TLS handshake with the receiver failed \(ERR_TLS_CERT_ALTNAME_INVALID\)/,
    requests: 'none',
  },
  {
    name: 'a certificate that is in order',
    behaviour: () => ok,
    options: { certificate: 'good' },
    end: 'completed',
    attempts: [OK],
    lastError: null,
  },
];

/** Every way a callback endpoint misbehaves that needs nothing special of the service. */
export const ENDPOINT_CASES: readonly EndpointCase[] = Object.freeze([
  ...STATUSES,
  ...THROTTLES,
  ...HEADS,
  ...BODIES,
  ...BROKEN,
  ...REDIRECTS,
  ...CONNECTIONS,
]);
