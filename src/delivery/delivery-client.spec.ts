import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer, type AddressInfo, type Server as TcpServer, type Socket } from 'node:net';
import type { LookupAddress, LookupOptions } from 'node:dns';
import { Test } from '@nestjs/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { AppConfig, type OutboundConfig } from '../config/config.js';
import { AddressPolicy } from '../security/address-policy.js';
import { DeliveryClient, type DeliveryClientOptions, type OutboundRequest } from './delivery-client.js';

/** A throw-away authority for localhost and 127.0.0.1; it protects nothing. */
const TEST_KEY = `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgmCUOFZpKHRnXoAMv
poFPok/DwQ/RSGle55ZJChUp6B6hRANCAASSxgNwMYX65HOyOp1G5d+OO4x6TLaE
/M9ColcNVb0WDsZ/VbfiNtg8X6eVESJ3Q+TYAvSj90AkJ7bKsdjl1b8E
-----END PRIVATE KEY-----`;
const TEST_CERTIFICATE = `-----BEGIN CERTIFICATE-----
MIIBozCCAUmgAwIBAgIUPQFf4G3bwoLWXX25VkAyACFAi+gwCgYIKoZIzj0EAwIw
GDEWMBQGA1UEAwwNbG9vcGJhY2sgdGVzdDAgFw0yNjExMjEwODMxMjVaGA8yMTI2
MTAyODA4MzEyNVowGDEWMBQGA1UEAwwNbG9vcGJhY2sgdGVzdDBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABJLGA3Axhfrkc7I6nUbl3447jHpMtoT8z0KiVw1VvRYO
xn9Vt+I22Dxfp5URIndD5NgC9KP3QCQntsqx2OXVvwSjbzBtMB0GA1UdDgQWBBSL
WL1Y08HSb4LH2yyRhRl/Vgv/IzAfBgNVHSMEGDAWgBSLWL1Y08HSb4LH2yyRhRl/
Vgv/IzAPBgNVHRMBAf8EBTADAQH/MBoGA1UdEQQTMBGCCWxvY2FsaG9zdIcEfwAA
ATAKBggqhkjOPQQDAgNIADBFAiEAwREYzWqW4QLxeDkxn50ELo/5Fuu9ffeA2cre
3GBiJCUCIGdWlDDEQAT7jF9qyNpPZtWxdcfJHfjqcVSRskPbZbxE
-----END CERTIFICATE-----`;

function configOf(outbound: Partial<OutboundConfig> = {}): AppConfig {
  return { outbound: { allowHttp: true, allowCidrs: [], loopbackOnly: true, ...outbound } } as unknown as AppConfig;
}

/** Answers look-ups as a resolver in foreign hands would. */
class ScriptedPolicy extends AddressPolicy {
  lookups = 0;
  error: NodeJS.ErrnoException | null = null;
  addresses: LookupAddress[] = [{ address: '127.0.0.1', family: 4 }];
  silent = false;

  protected override resolveAll(
    _hostname: string,
    _options: LookupOptions,
    resolved: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
  ): void {
    this.lookups += 1;
    if (!this.silent) setImmediate(() => resolved(this.error, this.addresses));
  }
}

const closers: (() => unknown)[] = [];

afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

function clientOf(
  policy = new AddressPolicy(configOf()),
  options: Partial<DeliveryClientOptions> = {},
): DeliveryClient {
  const client = new DeliveryClient(policy, options);
  closers.push(() => client.onApplicationShutdown());
  return client;
}

async function listen(server: TcpServer): Promise<number> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket)).on('error', () => undefined);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  closers.unshift(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** A server over HTTP, with the connections it saw. */
async function serve(listener: RequestListener): Promise<{ url: string; port: number; connections: () => number }> {
  const server: Server = createServer(listener);
  let connections = 0;
  server.on('connection', () => (connections += 1));
  const port = await listen(server);
  return { url: `http://127.0.0.1:${port}/callback?a=b`, port, connections: () => connections };
}

/** A server that hands over its bare socket once a request has come. */
async function serveRaw(onRequest: (socket: Socket) => void): Promise<string> {
  const port = await listen(createTcpServer((socket) => socket.once('data', () => onRequest(socket))));
  return `http://127.0.0.1:${port}/`;
}

function requestTo(url: string, rest: Partial<OutboundRequest> = {}): OutboundRequest {
  return {
    url,
    method: 'POST',
    contentType: 'application/json',
    body: '{"name":"Zoë"}',
    headers: {},
    timeoutMs: 5_000,
    rules: { hosts: null },
    connections: 16,
    ...rest,
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

describe('a request', () => {
  it('carries the body byte for byte, the channel’s headers, and none that contradict it', async () => {
    let seen: { method?: string; url?: string; headers: IncomingMessage['headers']; body: string } | null = null;
    const { url } = await serve((request, response) => {
      void bodyOf(request).then((body) => {
        seen = { method: request.method, url: request.url, headers: request.headers, body };
        response.end();
      });
    });
    const headers = {
      'X-Callback-Token': 't0k',
      'Content-Length': '3',
      host: 'evil.example',
      'Accept-Encoding': 'gzip',
    };
    const answer = await clientOf().send(requestTo(`${url}#fragment`, { method: 'PUT', headers }));
    expect(answer).toMatchObject({ status: 200, requestStarted: true, errorClass: null, headers: null, excerpt: null });
    expect(seen).toMatchObject({ method: 'PUT', url: '/callback?a=b', body: '{"name":"Zoë"}' });
    expect(seen).toMatchObject({
      headers: {
        'x-callback-token': 't0k',
        'content-type': 'application/json',
        'content-length': '15',
        'accept-encoding': 'identity',
        'user-agent': expect.stringMatching(/^Ricochet\/\d+\.\d+\.\d+/) as string,
        host: new URL(url).host,
      },
    });
  });

  it('reuses connections, and only the first request over one has its timing split', async () => {
    const { url, connections } = await serve((_request, response) => response.end('x'.repeat(40_000)));
    const client = clientOf();
    const first = await client.send(requestTo(url));
    expect(first.timing).toMatchObject({ dnsMs: null, tlsMs: null });
    expect(first.timing.connectMs).toBeTypeOf('number');
    expect(first.timing.firstByteMs).toBeTypeOf('number');
    expect(first.resolvedIp).toBe('127.0.0.1');
    for (let i = 0; i < 5; i += 1) {
      // undici frees a connection one turn of the event loop after its answer.
      await new Promise((resolve) => setTimeout(resolve, 5));
      const later = await client.send(requestTo(url));
      expect(later.status).toBe(200);
      expect(later.timing).toMatchObject({ dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null });
      expect(later.resolvedIp).toBe('127.0.0.1');
    }
    expect(connections()).toBe(1);
  });

  it('never opens more connections to an origin than it may, and serves everybody', async () => {
    const { url, connections } = await serve((_request, response) => setTimeout(() => response.end(), 5));
    const client = clientOf();
    const sent = Array.from({ length: 60 }, () => client.send(requestTo(url, { connections: 4 })));
    expect((await Promise.all(sent)).every((answer) => answer.status === 200)).toBe(true);
    expect(connections()).toBe(4);
  });

  it('works over TLS with a given authority, and tells look-up, connection and handshake apart', async () => {
    const server = createTlsServer({ key: TEST_KEY, cert: TEST_CERTIFICATE }, (_request, response) => response.end());
    const port = await listen(server);
    const url = `https://localhost:${port}/`;
    const trusted = await clientOf(new ScriptedPolicy(configOf()), { ca: TEST_CERTIFICATE }).send(requestTo(url));
    expect(trusted).toMatchObject({ status: 200, resolvedIp: '127.0.0.1' });
    const { dnsMs, connectMs, tlsMs, firstByteMs, totalMs } = trusted.timing;
    for (const part of [dnsMs, connectMs, tlsMs, firstByteMs]) expect(part).toBeLessThanOrEqual(totalMs);
    expect(tlsMs).toBeGreaterThan(0);

    const distrusted = await clientOf().send(requestTo(url));
    expect(distrusted).toMatchObject({ status: null, errorClass: 'tls', requestStarted: false });
    expect(distrusted.error).toMatch(/DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED/);
  });

  it('can be sent through a client that Nest put together', async () => {
    const { url } = await serve((_request, response) => response.end());
    const module = await Test.createTestingModule({
      providers: [DeliveryClient, AddressPolicy, { provide: AppConfig, useValue: configOf() }],
    }).compile();
    expect((await module.get(DeliveryClient).send(requestTo(url))).status).toBe(200);
    await module.close();
  });
});

describe('an answer', () => {
  it('keeps allow-listed headers and 16 KiB of the body when it is not 2xx', async () => {
    const { url } = await serve((_request, response) => {
      response.writeHead(429, {
        'retry-after': '120',
        'set-cookie': 'session=1',
        'x-request-id': 'r1',
        server: 'test',
      });
      response.end('e'.repeat(20_000));
    });
    const answer = await clientOf().send(requestTo(url));
    expect(answer).toMatchObject({ status: 429, retryAfterMs: 120_000, errorClass: null, requestStarted: true });
    expect(Object.keys(answer.headers ?? {}).sort()).toEqual(['date', 'retry-after', 'server', 'x-request-id']);
    expect(answer.excerpt?.toString()).toBe('e'.repeat(16_384));
  });

  it('keeps bytes that are no text as they are, and none that are compressed', async () => {
    const bytes = Buffer.from(Array.from({ length: 70_000 }, (_, index) => (index * 7) % 256));
    const { url } = await serve((request, response) => {
      const headers = request.headers['x-zip'] === undefined ? {} : { 'content-encoding': 'gzip' };
      response.writeHead(500, { 'content-type': 'application/octet-stream', ...headers }).end(bytes);
    });
    const plain = await clientOf().send(requestTo(url));
    expect(plain.excerpt?.equals(bytes.subarray(0, 16_384))).toBe(true);
    const zipped = await clientOf().send(requestTo(url, { headers: { 'x-zip': '1' } }));
    expect(zipped).toMatchObject({ status: 500, excerpt: null });
  });

  it('is a redirect that nobody follows', async () => {
    let requests = 0;
    const { url } = await serve((_request, response) => {
      requests += 1;
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    expect(await clientOf().send(requestTo(url))).toMatchObject({ status: 307, excerpt: Buffer.alloc(0) });
    expect(requests).toBe(1);
  });

  it.each([200, 503])('of %i stands although its body never ends, and costs the connection', async (status) => {
    let closed = false;
    const { url } = await serve((_request, response) => {
      response.writeHead(status);
      const timer = setInterval(() => response.write('z'.repeat(8_192)), 1);
      response.on('close', () => {
        closed = true;
        clearInterval(timer);
      });
    });
    const answer = await clientOf().send(requestTo(url));
    expect(answer).toMatchObject({ status, errorClass: null, error: null });
    await expect.poll(() => closed).toBe(true);
  });

  it('stands although its body stalls until the deadline', async () => {
    const { url } = await serve((_request, response) => {
      response.writeHead(500);
      response.write('half of it');
    });
    const answer = await clientOf().send(requestTo(url, { timeoutMs: 200 }));
    expect(answer).toMatchObject({ status: 500, errorClass: null, error: null, requestStarted: true });
    expect(answer.excerpt?.toString()).toBe('half of it');
  });

  it('stands although the connection breaks in its body', async () => {
    const url = await serveRaw((socket) => {
      socket.write('HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nabc', () => socket.resetAndDestroy());
    });
    expect(await clientOf().send(requestTo(url))).toMatchObject({ status: 200, errorClass: null });
  });

  it('is the final one, not the informational one before it', async () => {
    const url = await serveRaw((socket) => {
      socket.write('HTTP/1.1 103 Early Hints\r\nlink: </a>\r\n\r\n');
      setTimeout(() => socket.write('HTTP/1.1 204 No Content\r\n\r\n'), 20);
    });
    expect(await clientOf().send(requestTo(url))).toMatchObject({ status: 204 });
  });
});

describe('without an answer', () => {
  it('a refused URL is never sent', async () => {
    const { url, connections } = await serve((_request, response) => response.end());
    const client = clientOf(new AddressPolicy(configOf({ loopbackOnly: false })));
    const answer = await client.send(requestTo(url));
    expect(answer).toMatchObject({ status: null, errorClass: 'address', requestStarted: false, resolvedIp: null });
    expect(answer.error).toContain('OUTBOUND_ALLOW_CIDRS');
    expect(connections()).toBe(0);
  });

  it('a name that leads to a forbidden address is refused when it is resolved', async () => {
    const { port, connections } = await serve((_request, response) => response.end());
    const policy = new ScriptedPolicy(configOf({ loopbackOnly: false }));
    policy.addresses = [
      { address: '93.184.216.34', family: 4 },
      { address: '127.0.0.1', family: 4 },
    ];
    const answer = await clientOf(policy).send(requestTo(`http://rebind.example:${port}/`));
    expect(answer).toMatchObject({ errorClass: 'address', requestStarted: false });
    expect(connections()).toBe(0);
  });

  it('a connection that leads elsewhere than the look-up said is cut before a byte is sent', async () => {
    let bytes = 0;
    const port = await listen(createTcpServer((socket) => socket.on('data', (chunk) => (bytes += chunk.length))));
    const policy = new AddressPolicy(configOf({ loopbackOnly: false, allowCidrs: ['127.0.0.1/32'] }));
    policy.assertConnected = (socket) => new AddressPolicy(configOf({ loopbackOnly: false })).assertConnected(socket);
    for (const scheme of ['http', 'https']) {
      const answer = await clientOf(policy).send(requestTo(`${scheme}://127.0.0.1:${port}/`));
      expect(answer).toMatchObject({ status: null, errorClass: 'address', requestStarted: false });
    }
    expect(bytes).toBe(0);
  });

  it('a name that does not resolve is a matter of DNS', async () => {
    const policy = new ScriptedPolicy(configOf());
    policy.error = Object.assign(new Error('queryA'), { code: 'ENOTFOUND' });
    const answer = await clientOf(policy).send(requestTo('http://nowhere.example/'));
    expect(answer).toMatchObject({ errorClass: 'dns', requestStarted: false });
    expect(answer.error).toContain('ENOTFOUND');
  });

  it('a resolver that never answers is a matter of DNS, and so of the connect time-out', async () => {
    const policy = new ScriptedPolicy(configOf());
    policy.silent = true;
    const answer = await clientOf(policy, { connectTimeoutMs: 300 }).send(requestTo('http://slow.example/'));
    expect(answer).toMatchObject({ errorClass: 'dns', requestStarted: false });
  });

  it('a closed port is a matter of the connection', async () => {
    const { url } = await serve(() => undefined);
    await closers.shift()?.();
    const answer = await clientOf().send(requestTo(url));
    expect(answer).toMatchObject({ errorClass: 'connect', requestStarted: false, status: null });
    expect(answer.error).toContain('ECONNREFUSED');
  });

  it('a server that speaks no TLS is a matter of the handshake', async () => {
    const url = await serveRaw((socket) => socket.end('hello\r\n'));
    const answer = await clientOf().send(requestTo(url.replace('http:', 'https:')));
    expect(answer).toMatchObject({ errorClass: 'tls', requestStarted: false });
  });

  it('a handshake that never ends is one, whichever time-out comes first', async () => {
    const url = (await serveRaw(() => undefined)).replace('http:', 'https:');
    const budgetOver = await clientOf().send(requestTo(url, { timeoutMs: 300.4 }));
    expect(budgetOver).toMatchObject({ errorClass: 'tls', requestStarted: false, status: null });
    expect(budgetOver.error).toBe('The TLS handshake with the receiver failed (given up after 300 ms).');
    const connectionOver = await clientOf(undefined, { connectTimeoutMs: 300 }).send(requestTo(url));
    expect(connectionOver).toMatchObject({ errorClass: 'tls', requestStarted: false, status: null });
  });

  it('a silent server costs the total budget and not more', async () => {
    const url = await serveRaw(() => undefined);
    const answer = await clientOf().send(requestTo(url, { timeoutMs: 300 }));
    expect(answer).toMatchObject({
      errorClass: 'timeout',
      requestStarted: true,
      status: null,
      resolvedIp: '127.0.0.1',
    });
    expect(answer.timing.totalMs).toBeGreaterThanOrEqual(300);
    expect(answer.timing.totalMs).toBeLessThan(1_500);
  });

  it('a request that never got a connection is told apart, and is not sent later', async () => {
    let requests = 0;
    const { url } = await serve((_request, response) => {
      requests += 1;
      setTimeout(() => response.end(), 600);
    });
    const client = clientOf();
    const busy = client.send(requestTo(url, { connections: 1 }));
    const waiting = await client.send(requestTo(url, { connections: 1, timeoutMs: 200 }));
    expect(waiting).toMatchObject({ errorClass: 'timeout', requestStarted: false });
    expect(waiting.error).toBe('No connection became free after 200 ms.');
    expect((await busy).status).toBe(200);
    expect((await client.send(requestTo(url, { connections: 1 }))).status).toBe(200);
    expect(requests).toBe(2);
  });

  it('a connection cut after the request leaves the outcome open', async () => {
    const url = await serveRaw((socket) => socket.resetAndDestroy());
    expect(await clientOf().send(requestTo(url))).toMatchObject({ errorClass: 'reset', requestStarted: true });
  });

  it.each(['garbage\r\n\r\n', 'HTTP/1.1 200 OK\r\ncontent-length: x\r\n\r\n'])(
    'what is no HTTP is a breach of protocol (%#)',
    async (text) => {
      const url = await serveRaw((socket) => socket.write(text));
      expect(await clientOf().send(requestTo(url))).toMatchObject({ errorClass: 'protocol', requestStarted: true });
    },
  );

  it('an illegal header is never sent, and its value told to nobody', async () => {
    const { url, connections } = await serve((_request, response) => response.end());
    const answer = await clientOf().send(requestTo(url, { headers: { Authorization: 'Bearer s3cret\r\nx: y' } }));
    expect(answer).toMatchObject({ errorClass: 'protocol', requestStarted: false, status: null });
    expect(JSON.stringify(answer)).not.toContain('s3cret');
    expect(connections()).toBe(0);
  });
});

describe('an interruption', () => {
  it('ends what is under way at once, tells what was seen from what was not, and starts nothing more', async () => {
    let requests = 0;
    const hanging = await serve(() => (requests += 1));
    const halfAnswered = await serve((_request, response) => {
      response.writeHead(500);
      response.write('half of it');
    });
    const client = clientOf();
    const open = [
      client.send(requestTo(hanging.url, { connections: 1 })),
      client.send(requestTo(hanging.url, { connections: 1 })),
      client.send(requestTo(halfAnswered.url)),
    ];
    await expect.poll(() => requests + halfAnswered.connections()).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 50));
    const startedAt = performance.now();
    client.interrupt();
    const [seen, waiting, answered] = await Promise.all(open);
    expect(seen).toMatchObject({ status: null, errorClass: 'interrupted', requestStarted: true });
    expect(waiting).toMatchObject({ status: null, errorClass: 'interrupted', requestStarted: false });
    expect(answered).toMatchObject({ status: 500, errorClass: null });
    expect(await client.send(requestTo(hanging.url))).toMatchObject({
      errorClass: 'interrupted',
      requestStarted: false,
    });
    await client.onApplicationShutdown();
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    expect(requests).toBe(1);
  });
});

describe('connections', () => {
  it('are closed when their origin is idle or too many others are in use', async () => {
    const [a, b, c] = await Promise.all([1, 2, 3].map(() => serve((_request, response) => response.end())));
    const client = clientOf(undefined, { maxPools: 2, idleMs: 150 });
    const send = async (server: typeof a): Promise<void> => {
      expect((await client.send(requestTo(server?.url ?? ''))).status).toBe(200);
    };
    for (const server of [a, b, c, b, c]) await send(server);
    expect([a, b, c].map((server) => server?.connections())).toEqual([1, 1, 1]);
    await send(a);
    expect(a?.connections()).toBe(2);
    await new Promise((resolve) => setTimeout(resolve, 400));
    await send(a);
    expect(a?.connections()).toBe(3);
  });

  it('end after what is under way, and then nothing is started any more', async () => {
    const { url } = await serve((_request, response) => setTimeout(() => response.end(), 200));
    const client = new DeliveryClient(new AddressPolicy(configOf()));
    const underWay = client.send(requestTo(url));
    const closed = client.onApplicationShutdown();
    expect(await client.send(requestTo(url))).toMatchObject({ errorClass: 'interrupted', requestStarted: false });
    expect((await underWay).status).toBe(200);
    await closed;
  });
});
