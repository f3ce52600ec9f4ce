import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { randomUUID } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK, SignJWT } from 'jose';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { ExternalIssuer } from '../src/oauth/external-issuer.js';
import { loadConfig } from '../src/config/load-config.js';
import { call, type RunningApp, startApp, testEnvironment } from './support/app.js';
import { askToken, bearer, formOf } from './support/oauth-world.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const AUDIENCE = 'https://ricochet.example';

interface IssuerKey {
  readonly kid: string;
  readonly alg: string;
  readonly privateKey: CryptoKey;
  readonly jwk: JWK;
}

type Answerer = (path: string, response: ServerResponse) => void;

/** An issuer on loopback with keys that a test changes. */
class FakeIssuer {
  keys: IssuerKey[] = [];
  readonly asked: string[] = [];
  /** Null: as an issuer answers. */
  answer: Answerer | null = null;
  private readonly server: Server = createServer((request, response) => {
    const path = request.url ?? '';
    this.asked.push(path);
    (this.answer ?? this.usual)(path, response);
  });

  async start(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `http://127.0.0.1:${String((this.server.address() as AddressInfo).port)}/tenant/`;
  }

  get metadata(): Record<string, unknown> {
    const origin = new URL(this.url).origin;
    return { issuer: this.url, jwks_uri: `${origin}/keys`, token_endpoint: `${origin}/token` };
  }

  readonly usual: Answerer = (path, response) => {
    if (path === '/tenant/.well-known/openid-configuration') reply(response, 200, this.metadata);
    else if (path === '/keys') reply(response, 200, { keys: this.keys.map(({ jwk }) => jwk) });
    else reply(response, 404, {});
  };

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

function reply(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

let database: TestDatabase;
const issuer = new FakeIssuer();
let es: IssuerKey;
let rs: IssuerKey;
const running: RunningApp[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  await issuer.start();
  es = await newKey('ES256');
  rs = await newKey('RS256');
});
afterEach(async () => {
  vi.restoreAllMocks();
  issuer.answer = null;
  await Promise.all(running.splice(0).map((service) => service.close()));
});
afterAll(async () => {
  await issuer.stop();
  await database.drop();
});

async function newKey(alg: string, kid: string = randomUUID()): Promise<IssuerKey> {
  const { privateKey, publicKey } = await generateKeyPair(alg, { extractable: true });
  return { kid, alg, privateKey, jwk: { ...(await exportJWK(publicKey)), kid, alg, use: 'sig' } };
}

async function start(env: Record<string, string> = {}): Promise<RunningApp> {
  issuer.asked.length = 0;
  const service = await startApp({
    databaseUrl: database.url,
    env: { INBOUND_AUTH: 'oauth2', OAUTH_ISSUER: issuer.url, OAUTH_AUDIENCE: AUDIENCE, ...env },
  });
  running.push(service);
  return service;
}

const now = (): number => Math.floor(Date.now() / 1_000);

function tokenBy(
  key: IssuerKey,
  claims: Record<string, unknown> = {},
  header: Record<string, unknown> = {},
): Promise<string> {
  const payload = { iss: issuer.url, aud: AUDIENCE, sub: 'adobe', iat: now(), exp: now() + 3_600, ...claims };
  const defined = Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== undefined));
  return new SignJWT(defined).setProtectedHeader({ alg: key.alg, kid: key.kid, ...header }).sign(key.privateKey);
}

const status = (service: RunningApp, token: string) =>
  call('GET', `${service.url}/services/contact-quality/status`, bearer(token));

describe('tokens of an external issuer', () => {
  it('are good where its keys signed them for our audience, whatever the algorithm of its keys', async () => {
    issuer.keys = [es, rs, await newKey('PS256'), await newKey('EdDSA')];
    const service = await start();
    for (const key of issuer.keys) expect((await status(service, await tokenBy(key))).status).toBe(200);
    expect(issuer.asked).toEqual(['/tenant/.well-known/openid-configuration', '/keys']);
  });

  it('are refused by a row of the table', async () => {
    const stranger = await newKey('ES256', es.kid);
    issuer.keys = [es, rs];
    const service = await start();
    const rows: readonly (readonly [string, Promise<string>, RegExp | null])[] = [
      ['expired within the skew', tokenBy(es, { exp: now() - 50 }), null],
      ['expired', tokenBy(es, { exp: now() - 70 }), /has expired/],
      ['valid soon, within the skew', tokenBy(es, { nbf: now() + 50 }), null],
      ['not yet valid', tokenBy(es, { nbf: now() + 70 }), /not valid yet/],
      ['of another issuer', tokenBy(es, { iss: 'https://issuer.example/' }), /another issuer/],
      ['of the issuer without its slash', tokenBy(es, { iss: issuer.url.slice(0, -1) }), /another issuer/],
      ['without an issuer', tokenBy(es, { iss: undefined }), /lacks a claim/],
      ['for another audience', tokenBy(es, { aud: 'https://other.example' }), /another audience/],
      ['for two audiences', tokenBy(es, { aud: ['https://other.example', AUDIENCE] }), null],
      ['without an audience', tokenBy(es, { aud: undefined }), /lacks a claim/],
      ['without an end', tokenBy(es, { exp: undefined }), /lacks a claim/],
      ['without a subject', tokenBy(es, { sub: undefined }), /lacks a claim/],
      ['with an empty subject', tokenBy(es, { sub: '' }), /lacks a claim/],
      ['without a moment of issue', tokenBy(es, { iat: undefined }), null],
      ['with a client', tokenBy(es, { client_id: 'c1', azp: 'c2' }), null],
      ['signed by a stranger under the name of a key', tokenBy(stranger), /^The signature/],
      ['by the name of the other key', tokenBy(es, {}, { kid: rs.kid }), /by a key that is not known/],
      ['without a key, where one fits', tokenBy(es, {}, { kid: undefined }), null],
    ];
    for (const [title, token, refusal] of rows) {
      const answer = await status(service, await token);
      expect(answer.status, title).toBe(refusal === null ? 200 : 401);
      if (refusal !== null) expect(answer.body['message'], title).toMatch(refusal);
    }
    const hmac = new SignJWT({ iss: issuer.url, aud: AUDIENCE, sub: 'adobe', exp: now() + 60 })
      .setProtectedHeader({ alg: 'HS256', kid: es.kid })
      .sign(new TextEncoder().encode(JSON.stringify(es.jwk)));
    expect((await status(service, await hmac)).body['message']).toMatch(/algorithm that is not accepted/);
  });

  it('are not issued here, and openapi.json says where they are', async () => {
    issuer.keys = [es];
    const service = await start();
    expect(await askToken(service, formOf(randomUUID(), 'x'))).toMatchObject({
      status: 404,
      body: { error: 'invalid_request' },
    });
    const { body } = await call('GET', `${service.url}/services/contact-quality/openapi.json`, {});
    expect(body).toMatchObject({
      components: {
        securitySchemes: { oauth2: { flows: { clientCredentials: { tokenUrl: issuer.metadata['token_endpoint'] } } } },
      },
    });
  });

  it('of a new key are good as soon as the issuer has it, and a made-up key makes no one ask again and again', async () => {
    issuer.keys = [es];
    const service = await start();
    let clock = 0;
    const real = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => real() + clock);
    expect((await status(service, await tokenBy(es))).status).toBe(200);
    clock += 11_000;
    const next = await newKey('ES256');
    issuer.keys = [es, next];
    expect((await status(service, await tokenBy(next))).status).toBe(200);
    expect(issuer.asked.filter((path) => path === '/keys')).toHaveLength(2);
    for (let turn = 0; turn < 10; turn += 1) {
      expect((await status(service, await tokenBy(await newKey('ES256')))).body['message']).toMatch(/not known/);
    }
    expect(issuer.asked.filter((path) => path === '/keys')).toHaveLength(2);
  });

  it('of a key that the issuer withdrew are refused once the keys are read again', async () => {
    issuer.keys = [es, rs];
    const service = await start();
    let clock = 0;
    const [realNow, realDate] = [performance.now.bind(performance), Date.now.bind(Date)];
    vi.spyOn(performance, 'now').mockImplementation(() => realNow() + clock);
    vi.spyOn(Date, 'now').mockImplementation(() => realDate() + clock);
    const token = await tokenBy(es);
    expect((await status(service, token)).status).toBe(200);
    issuer.keys = [rs];
    clock += 5 * 60_000 + 1;
    expect((await status(service, token)).body['message']).toMatch(/not known/);
  });

  it('are good by the keys that are known while the issuer is away, and 503 when none is', async () => {
    issuer.keys = [es];
    const service = await start();
    let clock = 0;
    const real = performance.now.bind(performance);
    vi.spyOn(performance, 'now').mockImplementation(() => real() + clock);
    expect((await status(service, await tokenBy(es))).status).toBe(200);
    issuer.answer = (_path, response) => reply(response, 500, {});
    clock += 6 * 60_000;
    expect((await status(service, await tokenBy(es, { jti: 'b' }))).status).toBe(200);
    clock += 60 * 60_000;
    const answer = await status(service, await tokenBy(es, { jti: 'c' }));
    expect(answer).toMatchObject({ status: 503, body: { error: { code: 'SERVICE_UNAVAILABLE' } } });
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  });

  it.each<readonly [string, (usual: Answerer) => Answerer]>([
    ['answers 500', () => (_path, response) => reply(response, 500, {})],
    ['answers no JSON', () => (_path, response) => response.writeHead(200).end('<html>')],
    ['answers a list', () => (_path, response) => reply(response, 200, [])],
    ['answers too much', () => (_path, response) => reply(response, 200, { filler: 'x'.repeat(300_000) })],
    ['redirects', () => (_path, response) => response.writeHead(302, { location: '/keys' }).end()],
    ['has no metadata', () => (_path, response) => reply(response, 404, {})],
    [
      'names another issuer',
      () => (_path, response) => reply(response, 200, { ...issuer.metadata, issuer: 'https://x.example' }),
    ],
    ['names no keys', () => (_path, response) => reply(response, 200, { issuer: issuer.url })],
    [
      'has its keys at an address that must not be asked',
      () => (_path, response) => reply(response, 200, { ...issuer.metadata, jwks_uri: 'http://169.254.169.254/keys' }),
    ],
    [
      'has no set of keys',
      (usual) => (path, response) =>
        path === '/keys' ? reply(response, 200, { keys: 'none' }) : usual(path, response),
    ],
    ['hangs up', () => (_path, response) => response.destroy()],
  ])('are answered 503 where the issuer %s, and it is not asked by each of them', async (_title, answer) => {
    issuer.answer = answer(issuer.usual);
    const service = await start();
    for (let turn = 0; turn < 3; turn += 1) {
      expect((await status(service, await tokenBy(es, { jti: String(turn) }))).status).toBe(503);
    }
    expect(issuer.asked.length).toBeLessThanOrEqual(2);
  });

  it('find metadata at the other well-known address too', async () => {
    issuer.keys = [es];
    issuer.answer = (path, response) => {
      if (path === '/.well-known/oauth-authorization-server/tenant') reply(response, 200, issuer.metadata);
      else if (path === '/keys') issuer.usual(path, response);
      else reply(response, 404, {});
    };
    const service = await start();
    expect((await status(service, await tokenBy(es))).status).toBe(200);
  });

  it('stay out of what the service remembers when they are refused', async () => {
    issuer.keys = [es];
    const service = await start();
    const keys = vi.spyOn(service.app.get(ExternalIssuer, { strict: false }), 'findKey');
    const token = await tokenBy(es, { exp: now() - 70 });
    await status(service, token);
    await status(service, token);
    expect(keys).toHaveBeenCalledTimes(2);
  });
});

describe('the configuration of an issuer', () => {
  it.each([
    [{ OAUTH_ISSUER: 'https://issuer.example/' }, /OAUTH_AUDIENCE/],
    [{ OAUTH_ISSUER: 'issuer.example', OAUTH_AUDIENCE: 'a' }, /OAUTH_ISSUER/],
    [{ OAUTH_ISSUER: 'https://issuer.example/?a=b', OAUTH_AUDIENCE: 'a' }, /OAUTH_ISSUER/],
    [{ OAUTH_ISSUER: 'https://user:secret@issuer.example/', OAUTH_AUDIENCE: 'a' }, /OAUTH_ISSUER/],
  ] as const)('is refused where %j is all there is', (env, name) => {
    expect(() => loadConfig(testEnvironment({ databaseUrl: 'postgres://x@127.0.0.1/x', env }))).toThrow(name);
  });
});
