import { createHook } from 'node:async_hooks';
import type { LookupAddress, LookupOptions } from 'node:dns';
import { createServer as createHttpServer } from 'node:http';
import { createServer, Socket, type AddressInfo, type Server } from 'node:net';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import fc from 'fast-check';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { AppConfig, OutboundConfig } from '../src/config/config.js';
import { DeliveryClient } from '../src/delivery/delivery-client.js';
import { AddressPolicy } from '../src/security/address-policy.js';
import { type RunningApp, startApp } from './support/app.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { Records } from './support/records.js';
import { leadRequest } from './support/requests.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

type Resolved = (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void;

/** Answers look-ups in this process as the resolver of whoever owns the name would. */
const resolver = new Map<string, () => readonly string[]>();

/** Hosts that sockets of this process were told to connect to. */
const dialled: string[] = [];

const v4 = (address: string): LookupAddress => ({ address, family: address.includes(':') ? 6 : 4 });

function takeOverNames(): void {
  const policy = AddressPolicy.prototype as unknown as {
    resolveAll(hostname: string, options: LookupOptions, resolved: Resolved): void;
  };
  vi.spyOn(policy, 'resolveAll').mockImplementation((hostname, _options, resolved) => {
    const addresses = resolver.get(hostname)?.() ?? [];
    const error = addresses.length === 0 ? Object.assign(new Error('unknown'), { code: 'ENOTFOUND' }) : null;
    setImmediate(() => resolved(error, addresses.map(v4)));
  });
}

function watchSockets(): void {
  // Read as a property on purpose: it is called with the socket as `this` below.
  const original = Object.getOwnPropertyDescriptor(Socket.prototype, 'connect')?.value as (
    ...args: unknown[]
  ) => Socket;
  vi.spyOn(Socket.prototype, 'connect').mockImplementation(function (this: Socket, ...args: unknown[]) {
    const [first]: unknown[] = args.flat();
    if (typeof first === 'object' && first !== null && 'host' in first) dialled.push(String(first.host));
    return original.apply(this, args);
  });
}

/** Listens where the service must never go, on the port of the server it may talk to. */
class ForbiddenListeners {
  accepted = 0;
  readonly hosts: string[] = [];
  private readonly servers: Server[] = [];

  async listen(host: string, port: number): Promise<void> {
    const server = createServer((socket) => {
      this.accepted += 1;
      socket.destroy();
    });
    const bound = await new Promise<boolean>((resolve) => {
      server.once('error', () => resolve(false)).listen(port, host, () => resolve(true));
    });
    // Not every machine has a second loopback address, or IPv6.
    if (!bound) return;
    this.servers.push(server);
    this.hosts.push(host.includes(':') ? `[${host}]` : host);
  }

  async close(): Promise<void> {
    await Promise.all(this.servers.map((server) => new Promise((resolve) => server.close(resolve))));
  }
}

let database: TestDatabase;
let records: Records;
let adobe: FakeAdobe;
let forbidden: ForbiddenListeners;
let port: number;

/** Production, where loopback is forbidden, with an exception for the one address of the fake Adobe. */
function startProduction(env: Record<string, string> = {}): Promise<RunningApp> {
  return startApp({
    databaseUrl: database.url,
    adobe,
    env: {
      NODE_ENV: 'production',
      PUBLIC_URL: 'https://ricochet.example.org',
      ADOBE_IMS_ORG_IDS: 'TESTORG@AdobeOrg',
      OUTBOUND_ALLOW_HTTP: 'true',
      OUTBOUND_ALLOW_CIDRS: '127.0.0.1/32',
      CALLBACK_HOSTS: '127.0.0.1,127.0.0.2,*.example.org',
      ADOBE_RETRY_SCHEDULE: '0s,50ms',
      ...env,
    },
  });
}

async function lastError(actionId: string, pattern: RegExp): Promise<{ last_error: string; attempt_count: number }> {
  for (let round = 0; round < 200; round += 1) {
    const [row] = await records.sql<{ last_error: string | null; attempt_count: number }>(
      'SELECT last_error, attempt_count FROM deliveries WHERE owner_id = $1',
      [actionId],
    );
    const { last_error, attempt_count } = row ?? {};
    if (typeof last_error === 'string' && pattern.test(last_error)) {
      return { last_error, attempt_count: attempt_count ?? 0 };
    }
    await sleep(50);
  }
  throw new Error(`no delivery of ${actionId} says ${pattern}`);
}

beforeAll(async () => {
  takeOverNames();
  watchSockets();
  database = await createTestDatabase();
  records = new Records(database);
  adobe = await FakeAdobe.start();
  port = Number(new URL(adobe.url).port);
  forbidden = new ForbiddenListeners();
  await forbidden.listen('127.0.0.2', port);
  await forbidden.listen('::1', port);
});
afterEach(() => {
  adobe.answer = () => undefined;
  resolver.clear();
  dialled.length = 0;
  // After every test: whatever it did, nobody was there.
  expect(forbidden.accepted).toBe(0);
});
afterAll(async () => {
  await forbidden.close();
  await adobe.stop();
  await database.drop();
  vi.restoreAllMocks();
});

describe('a service that may not reach loopback', () => {
  let service: RunningApp;

  beforeAll(async () => {
    expect(forbidden.hosts.length).toBeGreaterThan(0);
    service = await startProduction();
  });
  afterAll(() => service.close());

  it('refuses callback URLs that lead there, in any spelling, and keeps no action', async () => {
    const hosts = ['127.0.0.2', '127.2', '0x7f000002', '2130706434', '[::1]', '[::ffff:127.0.0.2]', '127.0.0.2.'];
    for (const host of [...hosts, 'localhost', 'ok.example.org@127.0.0.2', '169.254.169.254', '[64:ff9b::7f00:2]']) {
      const answer = await service.submit(leadRequest({ callbackUrl: `http://${host}:${port}/` }));
      expect(answer.status, host).toBe(400);
      expect(answer.body['details'], host).toEqual([expect.objectContaining({ field: 'callbackUrl' })]);
    }
    expect(await records.sql('SELECT id FROM actions')).toEqual([]);
  });

  it('does not follow a redirect to a metadata server or to loopback, and says so', async () => {
    const targets = [
      'http://169.254.169.254/latest/meta-data/',
      ...forbidden.hosts.map((host) => `http://${host}:${port}/x`),
    ];
    for (const location of targets) {
      const path = `/callback/${randomUUID()}`;
      adobe.answer = () => ({ status: 302, headers: { Location: location } });
      const { body } = await service.submit(leadRequest({ callbackUrl: adobe.url + path }));
      const id = body['requestId'] as string;
      await records.untilState([id], 'undeliverable');
      // Adobe's callbacks carry an access token: the first redirect ends them.
      expect(await records.attempts(id)).toEqual([{ number: 1, status: 302, error_class: 'redirect' }]);
      expect(adobe.of(path)).toHaveLength(1);
    }
    expect(dialled).toContain('127.0.0.1');
    expect(dialled).not.toContain('169.254.169.254');
  });

  it('judges every look-up: a name that is bound anew, or has one bad answer, is not connected to', async () => {
    const answers = [['127.0.0.1'], ['127.0.0.2'], ['127.0.0.1', '::1'], ['::ffff:127.0.0.2'], ['127.0.0.1']];
    resolver.set('rebind.example.org', () => answers.shift() ?? ['127.0.0.1']);
    const path = `/callback/${randomUUID()}`;
    adobe.answer = (_callback, count) => (count === 1 ? { status: 503, headers: { Connection: 'close' } } : undefined);
    const { body } = await service.submit(leadRequest({ callbackUrl: `http://rebind.example.org:${port}${path}` }));
    const id = body['requestId'] as string;
    await records.untilState([id], 'completed', 20_000);
    expect(await records.attempts(id)).toEqual([
      { number: 1, status: 503, error_class: 'server_error' },
      { number: 2, status: null, error_class: 'address' },
      { number: 3, status: null, error_class: 'address' },
      { number: 4, status: null, error_class: 'address' },
      { number: 5, status: 200, error_class: null },
    ]);
    const attempts = await records.sql<{ error: string | null }>(
      `SELECT t.error FROM delivery_attempts t JOIN deliveries d ON d.id = t.delivery_id
        WHERE d.owner_id = $1 AND t.error_class = 'address' ORDER BY t.number`,
      [id],
    );
    expect(attempts[0]?.error).toContain('rebind.example.org resolves to 127.0.0.2');
  });
});

describe('the client secret', () => {
  const secretless = (url: string): Record<string, string> => ({ IMS_BASE_URL: url });

  async function deferredBecause(env: Record<string, string>, pattern: RegExp): Promise<void> {
    const service = await startProduction(env);
    try {
      const { body } = await service.submit(leadRequest({ callbackUrl: `${adobe.url}/callback/${randomUUID()}` }));
      expect((await lastError(body['requestId'] as string, pattern)).attempt_count).toBe(0);
    } finally {
      await service.close();
    }
  }

  it('is not sent to a forbidden address, written down or resolved, and callbacks wait without an attempt', async () => {
    const before = adobe.tokenRequests;
    for (const host of forbidden.hosts) await deferredBecause(secretless(`http://${host}:${port}`), /address_refused/);
    resolver.set('ims.example.org', () => ['127.0.0.1', '127.0.0.2']);
    await deferredBecause(secretless(`http://ims.example.org:${port}`), /address_refused/);
    expect(adobe.tokenRequests).toBe(before);
  });

  it('does not follow a redirect of IMS', async () => {
    const [host = ''] = forbidden.hosts;
    let asked = 0;
    const ims = createHttpServer((_request, response) => {
      asked += 1;
      response.writeHead(307, { Location: `http://${host}:${port}/ims/token/v3` }).end();
    });
    await new Promise<void>((resolve) => ims.listen(0, '127.0.0.1', resolve));
    await deferredBecause(
      secretless(`http://127.0.0.1:${(ims.address() as AddressInfo).port}`),
      /access token|unavailable/i,
    );
    expect(asked).toBeGreaterThan(0);
    await new Promise((resolve) => ims.close(resolve));
  });
});

describe('a URL whose host resolves into a forbidden network', () => {
  const configOf = (outbound: Partial<OutboundConfig>): AppConfig =>
    ({ outbound: { allowHttp: true, allowCidrs: [], loopbackOnly: false, ...outbound } }) as unknown as AppConfig;
  const send = (client: DeliveryClient, url: string): ReturnType<DeliveryClient['send']> =>
    client.send({
      url,
      method: 'POST',
      contentType: 'application/json',
      body: '{}',
      headers: {},
      timeoutMs: 2_000,
      rules: { hosts: null },
      connections: 1,
    });

  it('is never connected to, whatever the URL and however many good answers come along', async () => {
    const asked: { readonly port?: number }[] = [];
    // Records what the kernel is asked for, below every library. The service of this file has connections of its own, to
    // other ports: to its database whenever it likes.
    const hook = createHook({
      init: (_id, type, _trigger, resource) => {
        if (type === 'TCPCONNECTWRAP') asked.push(resource);
      },
    }).enable();
    const connectsTo = (...ports: number[]): number =>
      asked.filter((one) => one.port !== undefined && ports.includes(one.port)).length;
    const production = new DeliveryClient(new AddressPolicy(configOf({})));
    const development = new DeliveryClient(new AddressPolicy(configOf({ loopbackOnly: true })));
    const octet = fc.nat(255);
    const bad = fc.oneof(
      fc
        .tuple(
          fc.constantFrom('10', '127', '0', '192.168', '169.254', '172.16', '100.100', '224.0'),
          octet,
          octet,
          octet,
        )
        .map(([prefix, ...rest]) => [...prefix.split('.'), ...rest].slice(0, 4).join('.')),
      fc.constantFrom('169.254.169.254', '168.63.129.16', 'fd00:ec2::254', '::1', '::', 'fe80::1', 'fe80::1%lo'),
      fc
        .tuple(fc.constantFrom('::ffff:', '64:ff9b::', '::', '::ffff:0:'), octet, octet)
        .map(([prefix, c, d]) => `${prefix}127.0.${c}.${d}`),
    );
    const good = fc.constantFrom('8.8.8.8', '1.1.1.1', '2606:4700::1111');
    const answers = fc
      .tuple(fc.array(good, { maxLength: 3 }), bad, fc.array(good, { maxLength: 3 }))
      .map((parts) => parts.flat());
    const path = fc.webPath();
    const host = fc.oneof(fc.domain(), fc.stringMatching(/^[a-z]{1,9}\.example\.org$/));
    try {
      await fc.assert(
        fc.asyncProperty(
          host,
          fc.constantFrom('', ':443', ':8443', ':80'),
          path,
          answers,
          async (name, suffix, rest, ips) => {
            resolver.set(name.toLowerCase(), () => ips);
            const answer = await send(production, `http://${name}${suffix}${rest}`);
            expect(answer).toMatchObject({ status: null, errorClass: 'address', requestStarted: false });
          },
        ),
        { numRuns: 300 },
      );
      expect(connectsTo(80, 443, 8443)).toBe(0);
      // The count counts: a loopback name is connected to where loopback is at home.
      resolver.set('app.localhost', () => ['127.0.0.1']);
      await send(development, `http://app.localhost:${port}/callback`);
      expect(connectsTo(port)).toBe(1);
    } finally {
      hook.disable();
      await Promise.all([production.onApplicationShutdown(), development.onApplicationShutdown()]);
    }
  });
});
