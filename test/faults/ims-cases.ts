import { setTimeout as sleep } from 'node:timers/promises';
import {
  answering,
  type Behaviour,
  type FaultyEndpoint,
  flooding,
  hanging,
  resetting,
  saying,
} from './faulty-endpoint.js';
import { type FaultyIms, htmlPage, refusing } from './faulty-ims.js';

/** What a case can do and see. */
export interface ImsBench {
  readonly ims: FaultyIms;
  /** Takes callbacks that carry a good token. */
  readonly receiver: FaultyEndpoint;
  /** Submits execution requests. @returns their ids. */
  submit(count: number): Promise<string[]>;
  /** Resolves when all are completed. @throws naming what they are instead. */
  untilCompleted(ids: readonly string[], withinMs: number): Promise<void>;
  /** Attempts recorded of an action's callback. */
  attempts(id: string): Promise<{ status: number | null; error_class: string | null }[]>;
  delivery(id: string): Promise<{ status: string; last_error: string | null }>;
  /** From now on IMS does what it should. */
  mend(): Promise<void>;
}

/** One way IMS misbehaves. `run` tells what is not as it has to be. */
export interface ImsCase {
  readonly name: string;
  /** Does not listen at first. */
  readonly closed?: true;
  readonly behaviour?: (ims: FaultyIms) => Behaviour;
  readonly run: (bench: ImsBench) => Promise<string[]>;
  /** Longest time from its mending until all is delivered, when that is long. */
  readonly recoversWithinMs?: number;
  /** Longer than the short form may take. */
  readonly slow?: true;
}

/** Of a service in these cases; which of them are valid is the case's business. */
export const CLIENT_SECRETS = Object.freeze(['first-secret-of-the-suite', 'second-secret-of-the-suite'] as const);

const CALLBACKS = 5;
const MEBIBYTE = 1024 * 1024;
/** A remembered refusal is a minute old before IMS is asked again; then a poll and an attempt. */
const AFTER_REFUSAL_MS = 90_000;
/** The pause grows to 15 s at most, and a quarter. */
const AFTER_OUTAGE_MS = 30_000;

interface Outage {
  readonly lastsMs: number;
  /** What the waiting deliveries say. */
  readonly lastError: RegExp;
  /** Most token requests while it lasts. */
  readonly requestsAtMost: number;
  readonly recoversWithinMs: number;
  /** Least milliseconds between the first and the second token request. */
  readonly floorMs?: number;
  readonly maxBytes?: number;
}

/** While it lasts every callback waits, says why, and costs no attempt; afterwards each goes out once. */
function outage(name: string, behaviour: Behaviour, expected: Outage, rest: Partial<ImsCase> = {}): ImsCase {
  return {
    name,
    behaviour: () => behaviour,
    run: async (bench) => {
      const ids = await bench.submit(CALLBACKS);
      await sleep(expected.lastsMs);
      await untilExplained(bench, ids);
      const problems = await judgeWaiting(bench, ids, expected);
      await bench.mend();
      await bench.untilCompleted(ids, expected.recoversWithinMs);
      return [...problems, ...judgePace(bench, expected), ...(await judgeOneAttemptEach(bench, ids))];
    },
    recoversWithinMs: expected.recoversWithinMs,
    ...rest,
  };
}

/** On a busy machine the first answer of IMS may take its time to reach the rows. */
async function untilExplained(bench: ImsBench, ids: readonly string[]): Promise<void> {
  const giveUpAtMs = performance.now() + 10_000;
  for (const id of ids) {
    while ((await bench.delivery(id)).last_error === null && performance.now() < giveUpAtMs) await sleep(100);
  }
}

async function judgeWaiting(bench: ImsBench, ids: readonly string[], expected: Outage): Promise<string[]> {
  const problems: string[] = [];
  const { tokenRequests } = bench.ims;
  if (tokenRequests > expected.requestsAtMost) problems.push(`${tokenRequests} token requests during the outage`);
  if (bench.receiver.requests.length > 0) problems.push('a callback was sent without a token');
  for (const id of ids) {
    const { status, last_error } = await bench.delivery(id);
    if (status !== 'pending' && status !== 'delivering') problems.push(`a callback became ${status}`);
    if (!expected.lastError.test(last_error ?? '')) problems.push(`a waiting callback says ${last_error ?? 'nothing'}`);
    if (CLIENT_SECRETS.some((secret) => last_error?.includes(secret) === true))
      problems.push('an error tells a secret');
    if ((await bench.attempts(id)).length > 0) problems.push('a deferral cost an attempt');
  }
  return problems;
}

function judgePace({ ims }: ImsBench, { floorMs = 0, maxBytes = Number.POSITIVE_INFINITY }: Outage): string[] {
  const problems: string[] = [];
  const [first, second] = ims.endpoint.requests;
  const gapMs = first === undefined || second === undefined ? Number.POSITIVE_INFINITY : second.atMs - first.atMs;
  if (gapMs < floorMs) problems.push(`IMS was asked again after ${gapMs} ms`);
  if (ims.endpoint.bytesWritten > maxBytes) problems.push(`${ims.endpoint.bytesWritten} bytes were taken of IMS`);
  return problems;
}

async function judgeOneAttemptEach(bench: ImsBench, ids: readonly string[]): Promise<string[]> {
  const problems: string[] = [];
  for (const id of ids) {
    const attempts = (await bench.attempts(id)).map((attempt) => attempt.status);
    const requests = bench.receiver.requests.filter((request) => request.headers['x-request-id'] === id).length;
    if (JSON.stringify(attempts) !== '[200]' || requests !== 1) {
      problems.push(`attempts ${JSON.stringify(attempts)} with ${requests} requests instead of one`);
    }
  }
  return problems;
}

/** Short outages: a second, then two, then four between token requests. */
const SHORT = { lastsMs: 2_500, requestsAtMost: 3, recoversWithinMs: AFTER_OUTAGE_MS } as const;

const OUTAGES: readonly ImsCase[] = [
  outage('IMS is down', hanging(), { ...SHORT, lastError: /IMS is unavailable: ECONNREFUSED/ }, { closed: true }),
  outage('IMS answers 503', answering(503), { ...SHORT, lastError: /IMS is unavailable: status 503/ }),
  outage('IMS resets connections', resetting(), {
    ...SHORT,
    lastError: /IMS is unavailable: (ECONNRESET|UND_ERR_SOCKET)/,
  }),
  outage('IMS does not speak HTTP', saying('220 ready\r\n'), {
    ...SHORT,
    lastError: /IMS is unavailable: HTTPParserError|IMS is unavailable: HPE_/,
  }),
  outage('IMS answers bad JSON', answering(200, { 'content-type': 'application/json' }, '{"access_token": "abc'), {
    ...SHORT,
    lastError: /status 200 with a body that is not a JSON object/,
  }),
  outage('IMS answers an HTML page', htmlPage(200), {
    ...SHORT,
    lastError: /status 200 with a body that is not a JSON object/,
  }),
  outage('IMS answers an HTML error page', htmlPage(502), { ...SHORT, lastError: /status 502/ }),
  outage('IMS answers 429 with Retry-After', answering(429, { 'retry-after': '6' }), {
    ...SHORT,
    requestsAtMost: 1,
    floorMs: 6_000,
    lastError: /status 429/,
  }),
  outage('IMS answers with 100 MB', flooding(200, 100 * MEBIBYTE), {
    ...SHORT,
    lastError: /IMS is unavailable: the answer exceeds 65536 bytes/,
    maxBytes: 3 * 16 * MEBIBYTE,
  }),
  outage(
    'IMS never answers',
    hanging(),
    {
      lastsMs: 12_000,
      requestsAtMost: 2,
      recoversWithinMs: AFTER_OUTAGE_MS,
      lastError: /IMS is unavailable: no answer within 10000 ms/,
    },
    { slow: true },
  ),
  outage(
    'IMS refuses both secrets',
    refusing('invalid_client'),
    {
      lastsMs: 10_000,
      // One per secret, then the refusal is remembered.
      requestsAtMost: 2,
      recoversWithinMs: AFTER_REFUSAL_MS,
      lastError: /IMS refuses to issue an access token: invalid_client/,
    },
    { slow: true },
  ),
];

const TOKENS: readonly ImsCase[] = [
  {
    name: 'IMS refuses the first secret',
    behaviour: (ims) => ims.issuing({ secrets: [CLIENT_SECRETS[1]] }),
    run: async (bench) => {
      const ids = await bench.submit(CALLBACKS);
      await bench.untilCompleted(ids, 15_000);
      bench.ims.expireTokens();
      await bench.untilCompleted(await bench.submit(1), 15_000);
      // The one that works is asked first from then on.
      const expected = [CLIENT_SECRETS[0], CLIENT_SECRETS[1], CLIENT_SECRETS[1]];
      const same = JSON.stringify(bench.ims.secretsSeen) === JSON.stringify(expected);
      return [
        ...(same ? [] : [`${bench.ims.secretsSeen.length} secrets were tried`]),
        ...(await judgeOneAttemptEach(bench, ids)),
      ];
    },
  },
  {
    name: 'tokens expire before their time',
    run: async (bench) => {
      await bench.untilCompleted(await bench.submit(1), 15_000);
      bench.ims.expireTokens();
      const ids = await bench.submit(20);
      await bench.untilCompleted(ids, 15_000);
      const problems: string[] = [];
      if (bench.ims.tokenRequests !== 2) problems.push(`${bench.ims.tokenRequests} token requests instead of 2`);
      for (const id of ids) {
        const attempts = (await bench.attempts(id)).map(({ status, error_class }) => `${status} ${error_class}`);
        if (!['200 null', '401 auth,200 null'].includes(attempts.join(',')))
          problems.push(`attempts ${attempts.join(',')}`);
      }
      return problems;
    },
  },
  tokenLife('tokens live a second', 1, { pauseMs: 1_500, tokenRequests: 3 }),
  tokenLife('tokens whose life is not stated', null, { pauseMs: 500, tokenRequests: 1 }),
  tokenLife('tokens with an absurd life', 1e300, { pauseMs: 500, tokenRequests: 1 }),
  tokenLife('tokens with a life that is no number', 'soon', { pauseMs: 500, tokenRequests: 1 }),
];

/** Three callbacks with a pause between them. */
function tokenLife(
  name: string,
  expiresIn: unknown,
  expected: { readonly pauseMs: number; readonly tokenRequests: number },
): ImsCase {
  return {
    name,
    behaviour: (ims) => ims.issuing({ expiresIn }),
    run: async (bench) => {
      const ids: string[] = [];
      for (let round = 0; round < 3; round += 1) {
        if (round > 0) await sleep(expected.pauseMs);
        const submitted = await bench.submit(1);
        await bench.untilCompleted(submitted, 15_000);
        ids.push(...submitted);
      }
      const problems = await judgeOneAttemptEach(bench, ids);
      const { tokenRequests } = bench.ims;
      if (tokenRequests !== expected.tokenRequests) {
        problems.push(`${tokenRequests} token requests instead of ${expected.tokenRequests}`);
      }
      return problems;
    },
  };
}

/** Every way IMS misbehaves. */
export const IMS_CASES: readonly ImsCase[] = Object.freeze([...OUTAGES, ...TOKENS]);
