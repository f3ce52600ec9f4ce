import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AppConfig } from '../src/config/config.js';
import type { DeliveryAnswer } from '../src/delivery/answer.js';
import { DeliveryClient, type OutboundRequest } from '../src/delivery/delivery-client.js';
import { AddressPolicy } from '../src/security/address-policy.js';
import { FAULT_AUTHORITY } from './faults/certificates.js';
import { FaultyEndpoint } from './faults/faulty-endpoint.js';
import { RAW_ANSWERS, type RawAnswer, sayingRaw } from './faults/raw-answers.js';

const TIMEOUT_MS = 1_500;
/** A tick of the clock that ends exchanges, and the rest of a busy machine. */
const LATE_MS = 500;

let client: DeliveryClient;

beforeAll(() => {
  const outbound = { allowHttp: true, allowCidrs: [], loopbackOnly: true };
  client = new DeliveryClient(new AddressPolicy({ outbound } as unknown as AppConfig), { ca: FAULT_AUTHORITY });
});
afterAll(() => client.onApplicationShutdown());

function requestTo(url: string, rest: Partial<OutboundRequest> = {}): OutboundRequest {
  return {
    url,
    method: 'POST',
    contentType: 'application/json',
    body: '{"name":"Zoë"}',
    headers: {},
    timeoutMs: TIMEOUT_MS,
    rules: { hosts: null },
    connections: 1,
    ...rest,
  };
}

async function sendTo(testCase: RawAnswer, secure: boolean): Promise<{ answer: DeliveryAnswer; tookMs: number }> {
  const endpoint = await FaultyEndpoint.start({
    behaviour: sayingRaw(testCase),
    ...(secure && { certificate: 'good' }),
  });
  try {
    const startedAtMs = performance.now();
    const answer = await client.send(requestTo(endpoint.url('/')));
    return { answer, tookMs: performance.now() - startedAtMs };
  } finally {
    await endpoint.stop();
  }
}

describe.each([
  ['http', false],
  ['https', true],
] as const)('over %s, an answer with', (_scheme, secure) => {
  it.concurrent.each(RAW_ANSWERS.map((testCase) => [testCase.name, testCase] as const))(
    '%s',
    async (_name, testCase) => {
      const { answer, tookMs } = await sendTo(testCase, secure);
      const [status, errorClass] = testCase.recorded;
      expect([answer.status, answer.errorClass]).toEqual([status, status === null ? errorClass : null]);
      expect(answer.retryAfterMs).toBe(testCase.retryAfterMs ?? null);
      expect(answer.requestStarted).toBe(true);
      expect(tookMs).toBeLessThan(testCase.stalls === true ? TIMEOUT_MS + LATE_MS : TIMEOUT_MS - 100);
    },
  );
});
