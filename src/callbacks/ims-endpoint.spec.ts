import { once } from 'node:events';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import type { AppConfig } from '../config/config.js';
import { AddressPolicy } from '../security/address-policy.js';
import { ImsUnreachableError } from './callbacks.errors.js';
import { readImsResponse } from './ims-answer.js';
import { ImsEndpoint } from './ims-endpoint.js';

const TOKEN = '{"access_token":"abc","expires_in":60}';
const GIVEN = `HTTP/1.1 200 OK\r\ncontent-length: ${TOKEN.length}\r\n\r\n${TOKEN}`;
const CONTINUE = 'HTTP/1.1 100 Continue\r\n\r\n';

let server: Server | undefined;
let endpoint: ImsEndpoint | undefined;
const sockets = new Set<Socket>();

afterEach(async () => {
  await endpoint?.onApplicationShutdown();
  for (const socket of sockets) socket.destroy();
  server?.close();
});

/** Posts to a server that says these packets to every request. */
async function postTo(...packets: string[]): ReturnType<ImsEndpoint['post']> {
  server = createServer((socket) => {
    sockets.add(socket);
    socket.setNoDelay(true).on('error', () => undefined);
    socket.once('data', () => {
      for (const [index, packet] of packets.entries()) setTimeout(() => socket.write(packet), index * 15);
    });
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const outbound = { allowHttp: true, allowCidrs: [], loopbackOnly: true };
  endpoint = new ImsEndpoint(new AddressPolicy({ outbound } as unknown as AppConfig));
  const { port } = server.address() as AddressInfo;
  return endpoint.post(`http://127.0.0.1:${port}/ims/token/v3`, new URLSearchParams({ a: 'b' }));
}

it.each([
  ['100 in the same packet', [CONTINUE + GIVEN]],
  ['100 twice, each in its own packet', [CONTINUE, CONTINUE, GIVEN]],
  ['103 before it', ['HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n', GIVEN]],
  ['20 kB of headers', [GIVEN.replace('\r\n', `\r\n${`x-filler: ${'f'.repeat(1_000)}\r\n`.repeat(20)}`)]],
  ['a folded header', [GIVEN.replace('\r\n', '\r\nx: a\r\n b\r\n')]],
])('gives a token with %s', async (_name, packets) => {
  expect(readImsResponse(await postTo(...packets))).toEqual({ kind: 'token', token: 'abc', lifeMs: 60_000 });
});

it('waits as long as the largest of several Retry-After asks', async () => {
  const answer = await postTo('HTTP/1.1 429 Slow\r\nretry-after: 5\r\nretry-after: 30\r\ncontent-length: 0\r\n\r\n');
  expect(readImsResponse(answer)).toEqual({ kind: 'unavailable', reason: 'status 429', retryAfterMs: 30_000 });
});

it.each([
  ['101', 'HTTP/1.1 101 Switching Protocols\r\n\r\n'],
  ['two Content-Length', 'HTTP/1.1 200 OK\r\ncontent-length: 2\r\ncontent-length: 2\r\n\r\n{}'],
])('is unreachable by an answer with %s, and says so at once', async (_name, packet) => {
  await expect(postTo(packet)).rejects.toThrow(ImsUnreachableError);
});
