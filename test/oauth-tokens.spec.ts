import { randomUUID } from 'node:crypto';
import {
  base64url,
  type CryptoKey,
  exportJWK,
  exportSPKI,
  generateKeyPair,
  type JWTHeaderParameters,
  SignJWT,
} from 'jose';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OwnTokens } from '../src/oauth/own-tokens.js';
import { type SigningKey, SigningKeys } from '../src/oauth/signing-keys.js';
import { type Answer, call, type RunningApp, startApp, TEST_ADMIN_KEY, TEST_KEY } from './support/app.js';
import { asAdmin, bearer, makeClient, type MadeClient, tokenOf } from './support/oauth-world.js';
import { leadRequest } from './support/requests.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const BASE = 'http://127.0.0.1:3000';
const MINUTE = 60;

let database: TestDatabase;
let service: RunningApp;
let client: MadeClient;
let signing: SigningKey;
/** Keys of a stranger. */
let strange: { privateKey: CryptoKey; publicKey: CryptoKey };

beforeAll(async () => {
  database = await createTestDatabase();
  service = await startApp({ databaseUrl: database.url, env: { INBOUND_AUTH: 'oauth2' } });
  client = await makeClient(service);
  await tokenOf(service, client.id, client.clientSecret);
  signing = await service.app.get(SigningKeys, { strict: false }).current();
  strange = await generateKeyPair('ES256');
});
afterAll(async () => {
  await service.close();
  await database.drop();
});

/** A token as the service issues it, but for what a row changes; `undefined` leaves a member out. */
interface Change {
  readonly header?: Record<string, unknown>;
  readonly claims?: Record<string, unknown>;
  readonly key?: CryptoKey | Uint8Array;
}

const now = (): number => Math.floor(Date.now() / 1_000);

function forge({ header = {}, claims = {}, key }: Change = {}): Promise<string> {
  const payload = {
    iss: BASE,
    aud: BASE,
    sub: client.id,
    client_id: client.id,
    secret_id: client.secrets[0]?.id,
    iat: now(),
    exp: now() + 15 * MINUTE,
    jti: randomUUID(),
    ...claims,
  };
  const full = { alg: 'ES256', typ: 'at+jwt', kid: signing.id, ...header };
  const defined = Object.fromEntries(Object.entries(full).filter(([, value]) => value !== undefined));
  return new SignJWT(Object.fromEntries(Object.entries(payload).filter(([, value]) => value !== undefined)))
    .setProtectedHeader(defined as unknown as JWTHeaderParameters)
    .sign(key ?? signing.key, { crit: { strange: true } });
}

/** The same, with its three parts changed by hand. */
async function broken(change: (parts: string[]) => string[], from: Change = {}): Promise<string> {
  return change((await forge(from)).split('.')).join('.');
}

const json = (value: unknown): string => base64url.encode(JSON.stringify(value));

async function clientWith(act: (made: MadeClient) => Promise<unknown>): Promise<string> {
  const made = await makeClient(service);
  const token = await tokenOf(service, made.id, made.clientSecret);
  await act(made);
  return token;
}

/** A key that is in the database, and retires when the words say. */
async function storedKey(retires: string): Promise<{ id: string; key: CryptoKey }> {
  const { privateKey, publicKey } = await generateKeyPair('ES256');
  const id = randomUUID();
  await database.dataSource.query(
    `INSERT INTO oauth_signing_keys (id, public_key, private_key, created_at, retires_at)
     VALUES ($1, $2::jsonb, 'never opened', now() - interval '40 days', now() + $3::interval)`,
    [id, JSON.stringify(await exportJWK(publicKey)), retires],
  );
  return { id, key: privateKey };
}

const EXPIRED = /has expired/;
const NOT_YET = /is not valid yet/;
const ISSUER = /of another issuer/;
const AUDIENCE = /for another audience/;
const KEY = /by a key that is not known/;
const ALGORITHM = /by an algorithm that is not accepted/;
const SIGNATURE = /^The signature/;
const CLAIMS = /lacks a claim/;
const ENDED = /was disabled, or the secret behind it has ended/;
const MALFORMED = /is malformed/;

/** Null: the token is good. */
const TABLE: readonly (readonly [title: string, token: () => Promise<string>, refusal: RegExp | null])[] = [
  ['as it is issued', () => tokenOf(service, client.id, client.clientSecret), null],
  ['as a forger with our key makes it', () => forge(), null],
  [
    'that expired 50 seconds ago, within the skew',
    () => forge({ claims: { iat: now() - 900, exp: now() - 50 } }),
    null,
  ],
  ['that expired 70 seconds ago', () => forge({ claims: { iat: now() - 900, exp: now() - 70 } }), EXPIRED],
  ['that expired yesterday', () => forge({ claims: { iat: now() - 86_400, exp: now() - 85_500 } }), EXPIRED],
  [
    'that was to live an hour, and is older than any of ours',
    () => forge({ claims: { iat: now() - 1_200, exp: now() + 2_400 } }),
    EXPIRED,
  ],
  ['that is valid in 50 seconds, within the skew', () => forge({ claims: { nbf: now() + 50 } }), null],
  ['that is valid in 70 seconds', () => forge({ claims: { nbf: now() + 70 } }), NOT_YET],
  ['that was issued in 50 seconds, within the skew', () => forge({ claims: { iat: now() + 50 } }), null],
  ['that was issued in 70 seconds', () => forge({ claims: { iat: now() + 70 } }), NOT_YET],
  ['of another issuer', () => forge({ claims: { iss: 'https://issuer.example' } }), ISSUER],
  ['of our issuer with a slash', () => forge({ claims: { iss: `${BASE}/` } }), ISSUER],
  ['without an issuer', () => forge({ claims: { iss: undefined } }), CLAIMS],
  ['for another audience', () => forge({ claims: { aud: 'https://other.example' } }), AUDIENCE],
  ['for several audiences, one of them ours', () => forge({ claims: { aud: ['https://other.example', BASE] } }), null],
  ['for several audiences, none of them ours', () => forge({ claims: { aud: ['https://other.example'] } }), AUDIENCE],
  ['without an audience', () => forge({ claims: { aud: undefined } }), CLAIMS],
  ['that names an unknown key', () => forge({ header: { kid: randomUUID() } }), KEY],
  ['that names no key', () => forge({ header: { kid: undefined } }), KEY],
  ['that names a key as none of ours is named', () => forge({ header: { kid: "' OR 1=1 --" } }), KEY],
  ['that names our key, signed by another', () => forge({ key: strange.privateKey }), SIGNATURE],
  [
    'that brings its own key, beside the name of ours',
    async () => forge({ header: { jwk: await exportJWK(strange.publicKey) }, key: strange.privateKey }),
    SIGNATURE,
  ],
  [
    'that brings its own key alone',
    async () => forge({ header: { kid: undefined, jwk: await exportJWK(strange.publicKey) }, key: strange.privateKey }),
    KEY,
  ],
  [
    'that says where its key is',
    () => forge({ header: { kid: undefined, jku: 'http://127.0.0.1:9/keys' }, key: strange.privateKey }),
    KEY,
  ],
  [
    'of a key that was replaced a moment ago',
    async () => {
      const { id, key } = await storedKey('5 minutes');
      return forge({ header: { kid: id }, key });
    },
    null,
  ],
  [
    'of a key that was replaced long ago',
    async () => {
      const { id, key } = await storedKey('-1 second');
      return forge({ header: { kid: id }, key });
    },
    KEY,
  ],
  [
    'without a signature, by the algorithm none',
    () => broken(([, claims = '']) => [json({ alg: 'none', typ: 'at+jwt' }), claims, '']),
    ALGORITHM,
  ],
  [
    'signed with our public key as a secret',
    async () => {
      const [row] = await database.dataSource.query<{ public_key: object }[]>(
        `SELECT public_key FROM oauth_signing_keys WHERE id = $1`,
        [signing.id],
      );
      return forge({
        header: { alg: 'HS256' },
        key: new TextEncoder().encode(JSON.stringify(row?.public_key).padEnd(32)),
      });
    },
    ALGORITHM,
  ],
  [
    'signed with a public key in PEM as a secret',
    async () =>
      forge({
        header: { alg: 'HS256' },
        key: new TextEncoder().encode(
          await exportSPKI((await generateKeyPair('ES256', { extractable: true })).publicKey),
        ),
      }),
    ALGORITHM,
  ],
  [
    'signed by RS256',
    async () => forge({ header: { alg: 'RS256' }, key: (await generateKeyPair('RS256')).privateKey }),
    ALGORITHM,
  ],
  [
    'signed by ES384',
    async () => forge({ header: { alg: 'ES384' }, key: (await generateKeyPair('ES384')).privateKey }),
    ALGORITHM,
  ],
  ['of the type JWT', () => forge({ header: { typ: 'JWT' } }), CLAIMS],
  ['without a type', () => forge({ header: { typ: undefined } }), CLAIMS],
  ['of the type spelt in full', () => forge({ header: { typ: 'application/at+jwt' } }), null],
  ...['sub', 'client_id', 'secret_id', 'iat', 'exp', 'jti'].map(
    (claim) => [`without ${claim}`, () => forge({ claims: { [claim]: undefined } }), CLAIMS] as const,
  ),
  ['whose subject is not its client', () => forge({ claims: { sub: randomUUID() } }), CLAIMS],
  ['whose secret is no id', () => forge({ claims: { secret_id: 'x' } }), CLAIMS],
  ['whose secret is a number', () => forge({ claims: { secret_id: 7 } }), CLAIMS],
  ['whose client is a list', () => forge({ claims: { client_id: [client.id] } }), CLAIMS],
  [
    'whose end is a text',
    () => broken(([head = '', , signature = '']) => [head, json({ exp: 'never' }), signature]),
    SIGNATURE,
  ],
  ['of a secret that never was', () => forge({ claims: { secret_id: randomUUID() } }), ENDED],
  [
    'of a client that was disabled',
    () => clientWith(({ id }) => asAdmin(service, 'PATCH', `/admin/oauth-clients/${id}`, { disabled: true })),
    ENDED,
  ],
  [
    'of a client that was deleted',
    () => clientWith(({ id }) => asAdmin(service, 'DELETE', `/admin/oauth-clients/${id}`)),
    ENDED,
  ],
  [
    'of a secret that has ended',
    () =>
      clientWith(({ id, secrets }) =>
        asAdmin(service, 'DELETE', `/admin/oauth-clients/${id}/secrets/${secrets[0]?.id ?? ''}`),
      ),
    ENDED,
  ],
  [
    'of a client of which another secret has ended',
    () =>
      clientWith(async ({ id }) => {
        const { body } = await asAdmin(service, 'POST', `/admin/oauth-clients/${id}/secrets`);
        await asAdmin(service, 'DELETE', `/admin/oauth-clients/${id}/secrets/${String(body['id'])}`);
      }),
    null,
  ],
  [
    'of a client that was disabled and enabled again',
    () =>
      clientWith(async ({ id }) => {
        await asAdmin(service, 'PATCH', `/admin/oauth-clients/${id}`, { disabled: true });
        await asAdmin(service, 'PATCH', `/admin/oauth-clients/${id}`, { disabled: false });
      }),
    null,
  ],
  [
    'with other claims under its signature',
    () => broken(([head = '', , signature = '']) => [head, json({ iss: BASE }), signature]),
    SIGNATURE,
  ],
  [
    'with a shorter signature',
    () => broken(([head = '', claims = '', signature = '']) => [head, claims, signature.slice(0, 20)]),
    SIGNATURE,
  ],
  ['without its signature', () => broken(([head = '', claims = '']) => [head, claims]), MALFORMED],
  ['with an empty signature', () => broken(([head = '', claims = '']) => [head, claims, '']), SIGNATURE],
  ['of five parts', () => broken((parts) => [...parts, 'x', 'y']), MALFORMED],
  [
    'with a head that is no JSON',
    () => broken(([, claims = '', signature = '']) => ['e30x', claims, signature]),
    MALFORMED,
  ],
  [
    'with a head of another kind',
    () => broken(([, claims = '', signature = '']) => [json([1]), claims, signature]),
    MALFORMED,
  ],
  [
    'that demands an extension that is unknown',
    () =>
      broken(([, claims = '', signature = '']) => [
        json({ alg: 'ES256', typ: 'at+jwt', kid: signing.id, crit: ['strange'], strange: 1 }),
        claims,
        signature,
      ]),
    ALGORITHM,
  ],
  ['of 8 KiB and more', () => Promise.resolve(`e30.${'x'.repeat(9_000)}.e30`), MALFORMED],
  ['that is a word', () => Promise.resolve('a-made-up-word'), MALFORMED],
  ['that is the API key of a caller', () => Promise.resolve(TEST_KEY), MALFORMED],
  ['that is the key of an administrator', () => Promise.resolve(TEST_ADMIN_KEY), MALFORMED],
  ['that is the secret of a client', () => Promise.resolve(client.clientSecret), MALFORMED],
];

/** Every door that asks for an access token. */
const DOORS: readonly (readonly [
  name: string,
  knock: (headers: Record<string, string>) => Promise<Answer>,
  good: number,
])[] = [
  ['status', (headers) => call('GET', `${service.url}/services/contact-quality/status`, headers), 200],
  [
    'getServiceDefinition',
    (headers) => call('GET', `${service.url}/services/contact-quality/getServiceDefinition`, headers),
    200,
  ],
  [
    'submitAsyncAction',
    (headers) =>
      call(
        'POST',
        `${service.url}/services/contact-quality/submitAsyncAction`,
        headers,
        leadRequest({ callbackUrl: 'http://127.0.0.1:9/cb' }),
      ),
    200,
  ],
  ['status at /', (headers) => call('GET', `${service.url}/status`, headers), 200],
  [
    'submitAsyncAction at /',
    (headers) =>
      call('POST', `${service.url}/submitAsyncAction`, headers, leadRequest({ callbackUrl: 'http://127.0.0.1:9/cb' })),
    200,
  ],
];

it('has forty rows and more', () => {
  expect(TABLE.length).toBeGreaterThanOrEqual(40);
  expect(TABLE.filter(([, , refusal]) => refusal === null).length).toBeGreaterThanOrEqual(8);
});

describe.each(TABLE)('a token %s', (_title, make, refusal) => {
  it(
    refusal === null ? 'opens every door, and again' : 'opens no door, and each answers in its own words',
    async () => {
      const token = await make();
      for (const [door, knock, good] of DOORS) {
        for (const turn of ['first', 'second']) {
          const answer = await knock(bearer(token));
          if (refusal === null) {
            expect(answer.status, `${door}, ${turn}`).toBe(good);
            continue;
          }
          expect(answer.status, `${door}, ${turn}`).toBe(401);
          const message = answer.body['message'] as string;
          expect(message, door).toMatch(refusal);
          expect(answer.body).toMatchObject({
            status: 'error',
            code: 'UNAUTHORIZED',
            message,
            error: { code: 'UNAUTHORIZED', message },
          });
          expect(answer.headers['www-authenticate']).toBe(
            `Bearer realm="ricochet", error="invalid_token", error_description="${message}"`,
          );
          expect(JSON.stringify([answer.body, answer.headers])).not.toContain(token);
        }
      }
    },
  );
});

describe('a good token', () => {
  it('opens no other door, and each of those answers in its own words', async () => {
    const headers = bearer(await tokenOf(service, client.id, client.clientSecret));
    const admin = await call('GET', `${service.url}/admin/status`, headers);
    expect(admin).toMatchObject({
      status: 401,
      body: { code: 'UNAUTHORIZED', status: 401, type: expect.any(String) as string },
    });
    expect(admin.headers['content-type']).toContain('application/problem+json');
    const eqp = await call('GET', `${service.url}/rest/v1/users/MAG000000001`, headers);
    expect(eqp).toMatchObject({ status: 401, body: { code: 401, message: expect.any(String) as string } });
    const company = await call('GET', `${service.url}/companies/c1/config/callbacks`, headers);
    expect(company).toMatchObject({ status: 401, body: { errors: expect.anything() as unknown } });
  });

  it.each<readonly [string, (token: string) => Record<string, string>, number]>([
    ['in another case of the scheme', (token) => ({ authorization: `bEARER ${token}` }), 200],
    ['without a scheme', (token) => ({ authorization: token }), 401],
    ['as the API key', (token) => ({ 'x-api-key': token }), 401],
    ['by Basic authentication', (token) => ({ authorization: `Basic ${btoa(`x:${token}`)}` }), 401],
  ])('%s', async (_title, headersOf, status) => {
    const token = await tokenOf(service, client.id, client.clientSecret);
    const answer = await call('GET', `${service.url}/services/contact-quality/status`, headersOf(token));
    expect(answer.status).toBe(status);
    if (status === 401) expect(answer.headers['www-authenticate']).toBe('Bearer realm="ricochet"');
  });

  it('is verified once, and then known by its digest', async () => {
    const own = service.app.get(OwnTokens, { strict: false });
    const token = await tokenOf(service, client.id, client.clientSecret);
    const verify = own.verify.bind(own);
    let verified = 0;
    own.verify = (text) => {
      verified += 1;
      return verify(text);
    };
    try {
      for (let turn = 0; turn < 5; turn += 1) {
        expect((await call('GET', `${service.url}/status`, bearer(token))).status).toBe(200);
      }
    } finally {
      own.verify = verify;
    }
    expect(verified).toBe(1);
  });
});
