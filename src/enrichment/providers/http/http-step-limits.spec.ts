import type { LookupAddress, LookupOptions } from 'node:dns';
import type { ServerResponse } from 'node:http';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { testConfig } from '../../../intake/intake.fixtures.js';
import { AddressGuard, type AddressAllowance } from '../../../security/address-policy.js';
import { StepAddresses, type StepExceptions } from '../../../security/step-addresses.js';
import type { Enrichment } from '../../enrichment-provider.js';
import { sampleContext, sampleSubject } from '../../provider-conformance.js';
import { lead } from '../providers.fixtures.js';
import type { Settings } from '../step-settings.js';
import { FakeApi, type HttpWorld, type HttpWorldOptions, json, makeHttpWorld } from './http.fixtures.js';

const SECRET = 'the-key-nobody-may-see';
const api = await new FakeApi().start();
const inside = await new FakeApi().start();
let world: HttpWorld;
const made: HttpWorld[] = [];

beforeAll(() => {
  world = makeHttpWorld({ secrets: { CRM_KEY: SECRET, CLIENT_SECRET: SECRET } });
});
beforeEach(() => {
  api.reset();
  inside.reset();
});
afterEach(() => Promise.all(made.splice(0).map((one) => one.close())));
afterAll(async () => {
  await world.close();
  await api.stop();
  await inside.stop();
});

function another(options: HttpWorldOptions): HttpWorld {
  const one = makeHttpWorld(options);
  made.push(one);
  return one;
}

const MAP = { fields: { name: 'answer.name' } };

function run(settings: Settings, fields = { id: '1' }, by = world, withinMs = 5_000): Promise<Enrichment> {
  const whole = { url: `${api.url}/x/{{id}}`, map: MAP, retries: 0, ...settings };
  expect(by.provider.validateSettings(whole)).toEqual([]);
  const context = sampleContext({ deadline: new Date(Date.now() + withinMs) });
  return by.provider.enrich(sampleSubject(lead(fields)), whole, context);
}

describe('an answer that is not one', () => {
  it.each<[string, (response: ServerResponse) => void, object]>([
    [
      'ten megabytes, announced',
      (r) => r.writeHead(200, { 'content-length': 10_000_000 }).end(Buffer.alloc(10_000_000, 32)),
      { code: 'EXTERNAL_API_ERROR', message: 'the answer (200) is larger than 1 MiB' },
    ],
    [
      'ten megabytes in chunks',
      (r) => r.writeHead(200).end(Buffer.alloc(10_000_000, 32)),
      { message: 'the answer (200) is larger than 1 MiB' },
    ],
    ['no JSON', (r) => r.end('<html>name: Ada</html>'), { message: 'the answer (status 200) is no JSON' }],
    ['JSON cut short', (r) => r.end('{"name":"Ad'), { message: 'the answer (status 200) is no JSON' }],
    [
      'compressed',
      (r) => r.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync('{}')),
      { message: expect.stringContaining('is compressed') as string },
    ],
    [
      'a connection cut in the body',
      (r) => {
        r.writeHead(200, { 'content-length': 100 });
        r.write('{');
        setTimeout(() => r.destroy(), 20);
      },
      { message: expect.stringContaining('the connection broke') as string },
    ],
    [
      'a connection cut at once',
      (r) => r.destroy(),
      { message: expect.stringContaining('the connection broke') as string },
    ],
    [
      'a redirect to an inside address',
      (r) => json(r, {}, 302, { location: `${inside.url}/secret` }),
      { message: 'the system redirects (status 302), and redirects are not followed' },
    ],
    [
      'a server error',
      (r) => json(r, { name: 'Ada' }, 500),
      { code: 'EXTERNAL_API_ERROR', message: 'the system failed (status 500)' },
    ],
    [
      'a refusal',
      (r) => json(r, { name: 'Ada' }, 422),
      { code: 'EXTERNAL_API_ERROR', message: 'the system refused the request (status 422)' },
    ],
    ['a refused credential', (r) => json(r, {}, 401), { code: 'AUTHENTICATION_FAILED' }],
    ['too many requests', (r) => json(r, {}, 429), { code: 'RATE_LIMIT_EXCEEDED' }],
  ])('%s is a clear error', async (_, answer, error) => {
    api.reset((_request, response) => answer(response));
    await expect(run({})).rejects.toMatchObject(error);
    expect(inside.seen).toEqual([]);
  });

  it('drips: it ends with the time of an attempt', async () => {
    api.reset((_, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write(' '), 20);
      response.on('close', () => clearInterval(timer));
    });
    await expect(run({ attemptTimeout: '200ms' })).rejects.toMatchObject({
      code: 'TIMEOUT',
      message: 'no whole answer within 200 ms',
    });
  });

  it('never comes: it ends with the time of the step', async () => {
    api.reset(() => undefined);
    await expect(run({}, { id: '1' }, world, 150)).rejects.toMatchObject({ code: 'TIMEOUT' });
  });

  it.each<[string, (response: ServerResponse) => void]>([
    ['one 100, unasked', (r) => r.writeContinue()],
    [
      'two 100, in packets of their own',
      (r) => {
        r.writeContinue();
        r.socket?.write('HTTP/1.1 100 Continue\r\n\r\n');
      },
    ],
    ['a 102', (r) => r.writeProcessing()],
    ['early hints', (r) => r.writeEarlyHints({ link: '</style.css>; rel=preload' })],
  ])('comes after %s: it is read after one request', async (_, before) => {
    api.reset((_request, response) => {
      before(response);
      setTimeout(() => json(response, { name: 'Ada' }), 20);
    });
    expect(await run({})).toMatchObject({ fields: { name: 'Ada' } });
    expect(api.seen).toHaveLength(1);
    // The connection is of use for the next one.
    api.reset((_request, response) => json(response, { name: 'Bea' }));
    expect(await run({})).toMatchObject({ fields: { name: 'Bea' } });
  });

  it('is another protocol: a clear error', async () => {
    api.reset((_request, response) =>
      response.socket?.end('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n'),
    );
    await expect(run({})).rejects.toMatchObject({ message: expect.stringContaining('the connection broke') as string });
  });

  it('is empty: there is no value, and no failure', async () => {
    api.reset((_, response) => response.writeHead(204).end());
    expect(await run({ map: { fields: { name: 'answer.name', found: 'found' } } })).toMatchObject({
      fields: { found: true },
    });
  });
});

describe('a value that would leave its place', () => {
  it.each([
    '../../admin',
    'a/../b',
    '..;v=1',
    '..',
    '.',
    '%2e%2e',
    '//evil.example/',
    '@evil.example',
    '\\\\evil.example\\x',
    '?admin=1',
    '#x',
    'a/b',
    ' x ',
    'http://evil.example/',
    '\u0000',
    '\uD800',
    '﷐',
    'x'.repeat(10_000),
  ])('%j stays in its segment, or is not sent', async (id) => {
    await run({}, { id });
    for (const { url, headers } of api.seen) {
      expect(url).toMatch(/^\/x\/[^/?#]+$/);
      expect(url).not.toMatch(/^\/x\/(?:\.|%2e)+$/i);
      // A proxy may decode before it looks for dot segments.
      expect(decodeURIComponent(url)).not.toMatch(/[/\\]\.{1,2}(?:[/\\;]|$)/);
      expect(headers.host).toBe(new URL(api.url).host);
    }
    expect(inside.seen).toEqual([]);
  });

  it.each(['a\r\nX-Evil: 1', 'a\nb', '\u0000', 'ä', '名'])('%j is not put into a header', async (id) => {
    await run({ url: `${api.url}/x`, headers: { 'X-Id': '{{id}}' } }, { id });
    expect(api.seen).toHaveLength(1);
    expect(api.seen[0]?.headers).not.toHaveProperty('x-evil');
    expect(api.seen[0]?.headers).not.toHaveProperty('x-id');
  });
});

describe('an address', () => {
  /** Answers look-ups with the addresses that a resolver of somebody else's would. */
  class MovingGuard extends AddressGuard {
    constructor(
      allowance: AddressAllowance,
      private readonly answers: () => readonly string[],
    ) {
      super(allowance);
    }

    protected override resolveAll(
      _host: string,
      _options: LookupOptions,
      resolved: (error: NodeJS.ErrnoException | null, addresses: LookupAddress[]) => void,
    ): void {
      resolved(
        null,
        this.answers().map((address) => ({ address, family: 4 })),
      );
    }
  }

  const config = testConfig({ steps: { allowCidrs: ['127.0.0.1/32'], cacheMaxMb: 512 } });
  const allowance: AddressAllowance = {
    reach: 'nothing',
    allowHttp: true,
    allowCidrs: ['127.0.0.1/32'],
    opensMetadata: false,
    httpSwitch: 'allowHttp',
    cidrSwitch: 'allowCidrs',
  };

  class MovingAddresses extends StepAddresses {
    answers: readonly string[] = ['127.0.0.1'];
    private readonly guard = new MovingGuard(allowance, () => this.answers);

    override guardFor(_scheme: 'http' | 'https', _exceptions: StepExceptions): AddressGuard {
      return this.guard;
    }
  }

  it('that a name moves to is looked at each time it is resolved', async () => {
    const addresses = new MovingAddresses(config);
    const moving = another({ config, addresses });
    const settings = {
      url: `http://crm.example.com:${new URL(api.url).port}/x`,
      allowHttp: true,
      allowCidrs: ['127.0.0.1'],
    };
    // The connection is not kept: the next request looks its host up anew.
    api.reset((_, response) => json(response, { name: 'Ada' }, 200, { connection: 'close' }));
    expect(await run(settings, { id: '1' }, moving)).toMatchObject({ fields: { name: 'Ada' } });
    for (const answers of [['169.254.169.254'], ['10.0.0.7'], ['127.0.0.1', '10.0.0.7'], ['0.0.0.0'], ['8.8.8.8']]) {
      addresses.answers = answers;
      await expect(run(settings, { id: '1' }, moving)).rejects.toMatchObject({
        code: 'EXTERNAL_API_ERROR',
        message: 'the system has an address that this step may not reach',
      });
    }
    expect(api.seen).toHaveLength(1);
  });

  it('that nothing listens at is no connection, said without the address', async () => {
    const gone = await new FakeApi().start();
    const { url } = gone;
    await gone.stop();
    await expect(run({ url: `${url}/x` })).rejects.toMatchObject({
      code: 'EXTERNAL_API_ERROR',
      message: 'no connection to the system (ECONNREFUSED)',
    });
  });
});

describe('a request that may be repeated', () => {
  const failing = (times: number, status: number, headers: Record<string, string> = {}): void =>
    api.reset((_, response) =>
      api.seen.length <= times ? json(response, {}, status, headers) : json(response, { name: 'Ada' }),
    );

  it('is, while the system fails', async () => {
    failing(2, 503);
    expect(await run({ retries: 2 })).toMatchObject({ fields: { name: 'Ada' } });
    expect(api.seen).toHaveLength(3);
  });

  it('is given up after the last retry', async () => {
    failing(9, 500);
    await expect(run({ retries: 1 })).rejects.toMatchObject({ message: 'the system failed (status 500)' });
    expect(api.seen).toHaveLength(2);
  });

  it('waits as long as Retry-After says', async () => {
    failing(1, 429, { 'retry-after': '1' });
    const startedMs = performance.now();
    expect(await run({ retries: 1 })).toMatchObject({ fields: { name: 'Ada' } });
    expect(performance.now() - startedMs).toBeGreaterThanOrEqual(990);
  });

  it('is not when Retry-After is beyond the time of the step', async () => {
    failing(1, 429, { 'retry-after': '60' });
    await expect(run({ retries: 1 })).rejects.toMatchObject({ code: 'RATE_LIMIT_EXCEEDED' });
    expect(api.seen).toHaveLength(1);
  });

  it.each([
    ['a POST that failed, because it may have been done', 500, {}, 1],
    ['a POST that was put off, because it was not', 429, {}, 2],
    ['a POST that is said to be idempotent', 500, { idempotent: true }, 2],
  ])('%s', async (_, status, settings, requests) => {
    failing(1, status);
    await run({ retries: 1, body: { json: { id: '{{id}}' } }, ...settings }).catch(() => undefined);
    expect(api.seen).toHaveLength(requests);
  });
});

describe('a system that fails', () => {
  it('is left alone after ten failures, and asked again later', async () => {
    const own = another({});
    api.reset((_, response) => json(response, {}, 500));
    for (let index = 0; index < 10; index += 1) await run({}, { id: '1' }, own).catch(() => undefined);
    await expect(run({}, { id: '1' }, own)).rejects.toMatchObject({
      message: expect.stringContaining('left alone for') as string,
    });
    expect(api.seen).toHaveLength(10);
    api.reset((_, response) => json(response, { name: 'Ada' }));
    await expect
      .poll(() => run({}, { id: '1' }, own).catch(() => null), { timeout: 8_000, interval: 200 })
      .toMatchObject({ fields: { name: 'Ada' } });
  });
});

describe('limits of a step', () => {
  it('hold its requests to a number under way', async () => {
    let underWay = 0;
    let most = 0;
    api.reset((_, response) => {
      underWay += 1;
      most = Math.max(most, underWay);
      setTimeout(() => {
        underWay -= 1;
        json(response, {});
      }, 20);
    });
    const settings = { url: `${api.url}/x/{{id}}`, map: MAP, concurrency: 3 };
    world.provider.validateSettings(settings);
    await Promise.all(
      Array.from({ length: 20 }, (_, id) =>
        world.provider.enrich(sampleSubject(lead({ id })), settings, sampleContext()),
      ),
    );
    expect(most).toBe(3);
    expect(api.seen).toHaveLength(20);
  });

  it('hold its requests to a rate, and refuse those that would come too late', async () => {
    // Of its own: a request whose step has just ended may still arrive.
    const paced = await new FakeApi().start();
    const settings = { url: `${paced.url}/x/{{id}}`, map: MAP, rateLimit: { perSecond: 4 } };
    const outcomes = await Promise.allSettled(
      Array.from({ length: 30 }, (_, id) =>
        world.provider.enrich(
          sampleSubject(lead({ id })),
          settings,
          sampleContext({ deadline: new Date(Date.now() + 2_000) }),
        ),
      ),
    );
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    await paced.stop();
    expect(paced.seen.length).toBeGreaterThanOrEqual(2);
    expect(paced.seen.length).toBeLessThanOrEqual(9);
    expect(refused.at(-1)).toMatchObject({ reason: { code: 'RATE_LIMIT_EXCEEDED' } });
  });
});

describe('credentials', () => {
  it.each<[string, Settings, (seen: { url: string; headers: NodeJS.Dict<string | string[]> }) => unknown, string]>([
    ['a bearer token', { bearer: 'CRM_KEY' }, (seen) => seen.headers['authorization'], `Bearer ${SECRET}`],
    [
      'a user name and password',
      { basic: { username: 'us', password: 'CRM_KEY' } },
      (seen) => seen.headers['authorization'],
      `Basic ${Buffer.from(`us:${SECRET}`).toString('base64')}`,
    ],
    ['a header', { header: { name: 'X-Api-Key', secret: 'CRM_KEY' } }, (seen) => seen.headers['x-api-key'], SECRET],
    ['a parameter', { query: { name: 'key', secret: 'CRM_KEY' } }, (seen) => seen.url, `/x/1?key=${SECRET}`],
  ])('go as %s', async (_, auth, read, expected) => {
    await run({ auth });
    expect(api.seen.map(read)).toEqual([expected]);
  });

  it('that are not set are a clear error, and nothing is sent', async () => {
    await expect(run({ auth: { bearer: 'NOT_SET' } })).rejects.toMatchObject({
      code: 'AUTHENTICATION_FAILED',
      message: 'the secret NOT_SET is not set',
    });
    expect(api.seen).toEqual([]);
  });

  it('appear in no error', async () => {
    api.reset((request, response) => json(response, { echo: request.headers }, 403));
    const error: unknown = await run({ auth: { bearer: 'CRM_KEY' } }).catch((thrown: unknown) => thrown);
    expect(JSON.stringify([error, String(error), (error as Error).stack])).not.toContain(SECRET);
  });

  it('by OAuth are asked for once, kept, and renewed when they are refused', async () => {
    let issued = 0;
    let accepted = 'token-1';
    api.reset((request, response) => {
      if (request.url === '/token') json(response, { access_token: `token-${++issued}`, expires_in: 3600 });
      else if (request.headers.authorization === `Bearer ${accepted}`) json(response, { name: 'Ada' });
      else json(response, {}, 401);
    });
    const auth = {
      oauth: { tokenUrl: `${api.url}/token`, clientId: 'us:x', clientSecret: 'CLIENT_SECRET', scope: 'read' },
    };
    const found = await Promise.all([run({ auth }), run({ auth }), run({ auth })]);
    expect(found[2]).toMatchObject({ fields: { name: 'Ada' } });
    expect(issued).toBe(1);
    const asked = api.seen.find(({ url }) => url === '/token');
    expect(asked?.body).toBe('grant_type=client_credentials&scope=read');
    expect(asked?.headers.authorization).toBe(`Basic ${Buffer.from(`us%3Ax:${SECRET}`).toString('base64')}`);
    // A token that was refused within seconds of its birth is not the trouble.
    accepted = 'token-2';
    await expect(run({ auth })).rejects.toMatchObject({ code: 'AUTHENTICATION_FAILED' });
    expect(await run({ auth })).toMatchObject({ fields: { name: 'Ada' } });
    expect(issued).toBe(2);
  });

  it.each([
    ['refuses the client', 401, '{"error":"invalid_client"}', 'the token server refused the client (status 401)'],
    ['is away', 503, '', 'the token server answered with status 503'],
    ['answers nonsense', 200, 'hello', 'the token server answered without an access token'],
    [
      'gives a token that no header can carry',
      200,
      '{"access_token":"a\\r\\nb"}',
      'the token server answered without an access token',
    ],
  ])('by OAuth are a clear error when the server %s, which is asked once', async (what, status, body, message) => {
    api.reset((_, response) => response.writeHead(status).end(body));
    const auth = {
      oauth: { tokenUrl: `${api.url}/t`, clientId: what, clientSecret: 'CLIENT_SECRET', credentialsIn: 'body' },
    };
    await expect(run({ auth })).rejects.toMatchObject({ message });
    await expect(run({ auth })).rejects.toMatchObject({ message });
    expect(api.seen.map(({ url }) => url)).toEqual(['/t']);
  });
});
