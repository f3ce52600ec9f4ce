import { once } from 'node:events';
import { createServer, type AddressInfo, type Socket } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { AppConfig } from '../src/config/config.js';
import type { DeliveryAnswer } from '../src/delivery/answer.js';
import { DeliveryClient, type OutboundRequest } from '../src/delivery/delivery-client.js';
import { AddressPolicy } from '../src/security/address-policy.js';
import { FAULT_AUTHORITY, SERVER_CERTIFICATES, SERVER_KEY } from './faults/certificates.js';
import { type Behaviour, FaultyEndpoint } from './faults/faulty-endpoint.js';
import { RAW_ANSWERS, type RawAnswer, sayingRaw } from './faults/raw-answers.js';

const TIMEOUT_MS = 1_500;
/** A tick of the clock that ends exchanges, and the rest of a busy machine. */
const LATE_MS = 500;

let client: DeliveryClient;
const closers: (() => unknown)[] = [];

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

describe.each([
  ['http', false],
  ['https', true],
] as const)('over %s, a connection', (_scheme, secure) => {
  const OK = 'HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n';
  const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';

  async function start(behaviour: Behaviour): Promise<FaultyEndpoint> {
    return FaultyEndpoint.start({ behaviour, ...(secure && { certificate: 'good' }) });
  }

  it('whose answers begin with 100 now and then is used again', async () => {
    const before = ['', CONTINUE, CONTINUE + CONTINUE, ''];
    const endpoint = await start(async ({ write, endpoint: self }) => {
      await write(`${before[self.requests.length % before.length] ?? ''}${OK}`);
    });
    for (let count = 0; count < 12; count += 1) {
      expect((await client.send(requestTo(endpoint.url('/')))).status).toBe(200);
    }
    expect(endpoint.connections).toBe(1);
    await endpoint.stop();
  });

  it('that says 100 after its answer, when the next request is on its way or before, answers that one too', async () => {
    for (const pauseMs of [0, 5, 20]) {
      const endpoint = await start(async ({ write, socket }) => {
        await write(OK);
        setTimeout(() => socket.destroyed || socket.write(CONTINUE), pauseMs);
      });
      const statuses: (number | null)[] = [];
      for (let count = 0; count < 6; count += 1) {
        const answer = await client.send(requestTo(endpoint.url('/')));
        statuses.push(answer.status);
      }
      expect(statuses).toEqual(statuses.map(() => 200));
      await endpoint.stop();
    }
  });

  it.each([200, 413, 503])('that answers %i before it has read the body is heard', async (status) => {
    const server = secure
      ? createTlsServer({ key: SERVER_KEY, cert: SERVER_CERTIFICATES.good }, early)
      : createServer(early);
    function early(socket: Socket): void {
      socket.on('error', () => undefined);
      socket.once('data', () => {
        socket.pause();
        socket.write(`HTTP/1.1 ${status} Early\r\ncontent-length: 2\r\nconnection: close\r\n\r\n{}`);
      });
      closers.push(() => socket.destroy());
    }
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    closers.push(() => server.close());
    const url = `${secure ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}/`;
    const answer = await client.send(requestTo(url, { body: 'x'.repeat(8_000_000), timeoutMs: 5_000 }));
    expect([answer.status, answer.errorClass]).toEqual([status, null]);
    for (const close of closers.splice(0)) close();
  });
});
