import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AppConfig } from '../config/config.js';
import type { Secrets } from '../config/secrets.js';
import { makeCredential } from '../organisations/adobe-credential.js';
import { AdobeCredentials } from '../organisations/adobe-credentials.js';
import { NO_PAGES, OrganisationBook, type StoredCredential } from '../organisations/organisation-book.js';
import { AddressPolicy } from '../security/address-policy.js';
import { ImsPermanentError, ImsTransientError } from './callbacks.errors.js';
import { imsCredentialsRefused } from './callbacks.metrics.js';
import { CredentialNotes } from './credentials/credential-notes.js';
import { ImsEndpoint } from './ims-endpoint.js';
import { ImsTokenClient } from './ims-token.client.js';

const ORG = 'ORG@AdobeOrg';
const FIRST = 'first-s3cr3t';
const SECOND = 'second-s3cr3t';
const HOUR = 3_600_000;

type Answer = (form: URLSearchParams, response: ServerResponse, number: number) => void;

class ImpatientEndpoint extends ImsEndpoint {
  protected override readonly timeoutMs = 200;
}

let server: Server;
let endpoint: ImsEndpoint | undefined;
let forms: URLSearchParams[];
let answer: Answer;
let logged: string[];
let book: OrganisationBook;
let noted: [org: string, error: string | null][];

function issue(response: ServerResponse, token: string, expiresIn: unknown = 3600): void {
  response.end(JSON.stringify({ access_token: token, token_type: 'bearer', expires_in: expiresIn }));
}

function refuse(response: ServerResponse, status: number, error: string): void {
  response.statusCode = status;
  response.end(JSON.stringify({ error, error_description: `what you sent: ${FIRST}` }));
}

/** Keeps in memory what would be stored with credentials. */
class Notes extends CredentialNotes {
  constructor() {
    super(undefined as never);
  }

  override note({ storedFor }: { storedFor: string | null }, error: string | null): void {
    if (storedFor !== null) noted.push([storedFor, error]);
  }
}

interface Options {
  readonly secrets?: string[];
  readonly orgIds?: string[] | null;
  readonly scopes?: string[];
  readonly loopbackOnly?: boolean;
  readonly policy?: typeof AddressPolicy;
}

function client(options: Options = {}): ImsTokenClient {
  const config = {
    ims: {
      baseUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
      clientId: 'client',
      scopes: options.scopes ?? ['openid', 'AdobeID'],
      apiKey: null,
      orgIds: options.orgIds === undefined ? [ORG, 'OTHER@AdobeOrg'] : options.orgIds,
    },
    outbound: { allowHttp: false, allowCidrs: [], loopbackOnly: options.loopbackOnly ?? true },
  } as unknown as AppConfig;
  const secrets = { adobeClientSecrets: options.secrets ?? [FIRST] } as unknown as Secrets;
  endpoint = new ImpatientEndpoint(new (options.policy ?? AddressPolicy)(config));
  return new ImsTokenClient(new AdobeCredentials(config, secrets, book), endpoint, new Notes());
}

/** Only the clock the client reads; sockets and time-outs keep real time. */
function fakeClock(): (ms: number) => void {
  vi.useFakeTimers({ toFake: ['performance'] });
  return (ms) => void vi.advanceTimersByTime(ms);
}

async function failure(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => expect.unreachable('it should have failed'),
    (error: unknown) => error as Error,
  );
}

async function read(request: IncomingMessage): Promise<URLSearchParams> {
  let text = '';
  for await (const chunk of request) text += String(chunk);
  return new URLSearchParams(text);
}

beforeEach(async () => {
  forms = [];
  logged = [];
  noted = [];
  book = new OrganisationBook();
  book.replace(NO_PAGES);
  answer = (_form, response, number) => issue(response, `token-${number}`);
  for (const level of ['error', 'warn', 'log', 'debug'] as const) {
    vi.spyOn(Logger.prototype, level).mockImplementation(
      (message: unknown) => void logged.push(`${level}: ${String(message)}`),
    );
  }
  server = createServer((request, response) => {
    void read(request).then((form) => {
      forms.push(form);
      answer(form, response, forms.length);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterEach(async () => {
  vi.useRealTimers();
  vi.restoreAllMocks();
  await endpoint?.onApplicationShutdown();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  expect(logged.join('\n')).not.toMatch(/s3cr3t|token-\d/);
});

describe('ImsTokenClient', () => {
  it('makes one request for 200 concurrent calls, of two organisations with one credential', async () => {
    const ims = client();
    const calls = Array.from({ length: 200 }, (_, index) => ims.token(index % 2 === 0 ? ORG : 'OTHER@AdobeOrg'));
    expect(new Set(await Promise.all(calls))).toStrictEqual(new Set(['token-1']));
    expect(await ims.token(ORG)).toBe('token-1');
    expect(forms.map((form) => Object.fromEntries(form))).toStrictEqual([
      { grant_type: 'client_credentials', client_id: 'client', client_secret: FIRST, scope: 'openid,AdobeID' },
    ]);
  });

  it('sends no empty scope, which IMS refuses: without scopes there is no such parameter', async () => {
    expect(await client({ scopes: [] }).token(ORG)).toBe('token-1');
    expect(forms.map((form) => Object.fromEntries(form))).toStrictEqual([
      { grant_type: 'client_credentials', client_id: 'client', client_secret: FIRST },
    ]);
  });

  it('renews in the background within the last tenth of a life, at most five minutes early', async () => {
    const advance = fakeClock();
    const ims = client();
    await ims.token(ORG);
    advance(HOUR - 5 * 60_000 - 1_000);
    expect(await ims.token(ORG)).toBe('token-1');
    await new Promise((resolve) => setTimeout(resolve, 30));
    expect(forms).toHaveLength(1);
    advance(150_000 + 2_000);
    expect(await ims.token(ORG)).toBe('token-1');
    await vi.waitFor(async () => expect(await ims.token(ORG)).toBe('token-2'));
    expect(forms).toHaveLength(2);
  });

  it('waits for the next token when the old one is about to expire', async () => {
    const advance = fakeClock();
    const ims = client();
    await ims.token(ORG);
    advance(HOUR - 30_000);
    expect(await ims.token(ORG)).toBe('token-2');
  });

  it('keeps using a valid token while its early renewal fails, and does not ask at every call', async () => {
    const advance = fakeClock();
    const ims = client();
    await ims.token(ORG);
    answer = (_form, response) => refuse(response, 503, 'busy');
    advance(HOUR - 100_000);
    for (let call = 0; call < 20; call += 1) {
      expect(await Promise.all([ims.token(ORG), ims.token(ORG)])).toStrictEqual(['token-1', 'token-1']);
      await new Promise((resolve) => setTimeout(resolve, 3));
    }
    expect(forms).toHaveLength(2);
    expect(logged).toStrictEqual(['warn: Access token not renewed early: IMS is unavailable: status 503']);
  });

  it('tries the second secret once and remembers that it works', async () => {
    answer = (form, response, number) => {
      if (form.get('client_secret') === FIRST) refuse(response, 401, 'invalid_client');
      else issue(response, `token-${number}`);
    };
    const ims = client({ secrets: [FIRST, SECOND] });
    expect(await ims.token(ORG)).toBe('token-2');
    ims.invalidate('token-2');
    expect(await ims.token(ORG)).toBe('token-3');
    expect(forms.map((form) => form.get('client_secret'))).toStrictEqual([FIRST, SECOND, SECOND]);
    expect(logged).toStrictEqual([]);
  });

  it('does not try the second secret for what no other secret can mend', async () => {
    answer = (_form, response) => refuse(response, 400, 'invalid_scope');
    expect(await failure(client({ secrets: [FIRST, SECOND] }).token(ORG))).toMatchObject({ error: 'invalid_scope' });
    expect(forms).toHaveLength(1);
  });

  it('believes a refusal for a minute, and alerts once until a token is issued again', async () => {
    const advance = fakeClock();
    answer = (_form, response) => refuse(response, 400, 'invalid_client');
    const ims = client({ secrets: [FIRST, SECOND] });
    const first = await failure(ims.token(ORG));
    expect(first).toBeInstanceOf(ImsPermanentError);
    expect(first).toMatchObject({ code: 'IMS_PERMANENT', error: 'invalid_client', retryAfterMs: 60_000 });
    advance(45_000);
    expect(await failure(ims.token(ORG))).toMatchObject({ error: 'invalid_client', retryAfterMs: 15_000 });
    expect(forms).toHaveLength(2);
    advance(15_000);
    await failure(ims.token(ORG));
    expect(forms).toHaveLength(4);
    expect(logged.filter((line) => line.startsWith('error: No access token from IMS'))).toHaveLength(1);
    expect((await imsCredentialsRefused.get()).values[0]?.value).toBe(1);
    answer = (_form, response) => issue(response, 'mended');
    advance(60_000);
    expect(await ims.token(ORG)).toBe('mended');
    expect((await imsCredentialsRefused.get()).values[0]?.value).toBe(0);
    expect(`${first.message} ${String(first.stack)}`).not.toContain('s3cr3t');
  });

  it('passes Retry-After on and asks nobody before', async () => {
    const advance = fakeClock();
    answer = (_form, response) => {
      response.setHeader('retry-after', '30');
      refuse(response, 429, 'slow_down');
    };
    const ims = client();
    const error = await failure(ims.token(ORG));
    expect(error).toBeInstanceOf(ImsTransientError);
    expect(error).toMatchObject({ code: 'IMS_TRANSIENT', retryAfterMs: 30_000 });
    advance(29_000);
    expect(await failure(ims.token(ORG))).toMatchObject({ retryAfterMs: 1_000 });
    expect(forms).toHaveLength(1);
    answer = (_form, response) => issue(response, 'later');
    advance(1_000);
    expect(await ims.token(ORG)).toBe('later');
  });

  it('pauses longer after every outage in a row, up to a bound', async () => {
    const advance = fakeClock();
    answer = (_form, response) => refuse(response, 500, 'oops');
    const ims = client();
    const pauses: number[] = [];
    for (let outage = 0; outage < 7; outage += 1) {
      const { retryAfterMs } = (await failure(ims.token(ORG))) as ImsTransientError;
      pauses.push(retryAfterMs);
      advance(retryAfterMs);
    }
    [1, 2, 4, 8, 15, 15, 15].forEach((seconds, index) => {
      expect(pauses[index]).toBeGreaterThanOrEqual(seconds * 1000);
      expect(pauses[index]).toBeLessThanOrEqual(seconds * 1250);
    });
    expect(forms).toHaveLength(7);
    answer = (_form, response) => issue(response, 'back', 1);
    expect(await ims.token(ORG)).toBe('back');
    advance(1_000);
    answer = (_form, response) => refuse(response, 500, 'oops');
    expect(((await failure(ims.token(ORG))) as ImsTransientError).retryAfterMs).toBeLessThanOrEqual(1_250);
  });

  it.each<[string, Answer, RegExp]>([
    ['bad JSON', (_form, response) => void response.end('<html>'), /not a JSON object/],
    ['a missing access_token', (_form, response) => void response.end('{"expires_in":60}'), /no usable access_token/],
    ['a token that has expired', (_form, response) => issue(response, 'abc', 0), /already expired/],
    ['a body without end', (_form, response) => void response.end('x'.repeat(70_000)), /exceeds 65536 bytes/],
    ['a reset connection', (_form, response) => void response.destroy(), /UND_ERR_SOCKET|ECONNRESET/],
    ['no answer in time', () => undefined, /no answer within 200 ms/],
    ['a body that stalls', (_form, response) => void response.write('{"access_token":'), /no answer within 200 ms/],
  ])('calls %s an outage', async (_name, reply, message) => {
    answer = reply;
    const error = await failure(client().token(ORG));
    expect(error).toBeInstanceOf(ImsTransientError);
    expect(error.message).toMatch(message);
  });

  it('does not follow a redirect with the secrets in its hands', async () => {
    answer = (_form, response) => {
      response.writeHead(307, { location: '/elsewhere' });
      response.end();
    };
    expect(await failure(client().token(ORG))).toMatchObject({ code: 'IMS_PERMANENT', error: 'http_307' });
    expect(forms).toHaveLength(1);
  });

  it('does not connect where the address policy forbids it', async () => {
    const error = await failure(client({ loopbackOnly: false }).token(ORG));
    expect(error).toMatchObject({ code: 'IMS_PERMANENT', error: 'address_refused' });
    expect(forms).toHaveLength(0);
  });

  it('hangs up on a forbidden peer although the URL looked right', async () => {
    class BlindPolicy extends AddressPolicy {
      override checkUrl(): null {
        return null;
      }
    }
    const error = await failure(client({ loopbackOnly: false, policy: BlindPolicy }).token(ORG));
    expect(error).toMatchObject({ code: 'IMS_PERMANENT', error: 'address_refused' });
    expect(forms).toHaveLength(0);
  });

  it('drops a token on demand, but not its successor', async () => {
    const ims = client();
    await ims.token(ORG);
    ims.invalidate('token-1');
    expect(await Promise.all([ims.token(ORG), ims.token(ORG)])).toStrictEqual(['token-2', 'token-2']);
    ims.invalidate('token-1');
    expect(await ims.token(ORG)).toBe('token-2');
    expect(forms).toHaveLength(2);
  });

  it('slows down when every new token is refused at once', async () => {
    const advance = fakeClock();
    const ims = client();
    ims.invalidate(await ims.token(ORG));
    ims.invalidate(await ims.token(ORG));
    const error = await failure(ims.token(ORG));
    expect(error).toMatchObject({ code: 'IMS_TRANSIENT', reason: 'new tokens are refused as soon as they are used' });
    expect(forms).toHaveLength(2);
    advance((error as ImsTransientError).retryAfterMs);
    expect(await ims.token(ORG)).toBe('token-3');
  });

  it('asks for nothing in the name of an organisation that is not configured', async () => {
    const error = await failure(client().token('STRANGER@AdobeOrg'));
    expect(error).toMatchObject({ code: 'IMS_PERMANENT', error: 'organisation_not_configured' });
    expect(await client({ orgIds: null }).token('STRANGER@AdobeOrg')).toBe('token-1');
  });

  it('takes nothing for granted before what is stored was read', async () => {
    book = new OrganisationBook();
    await failure(client().token(ORG));
    expect(forms).toHaveLength(0);
  });
});

describe('stored credentials', () => {
  const OWN = 'OWN@AdobeOrg';

  /** Stores credentials with these secrets, by organisation. */
  function store(byOrg: Readonly<Record<string, readonly string[]>>): void {
    const credentials = Object.entries(byOrg).map(([org, clientSecrets]): [string, StoredCredential] => {
      const { port } = server.address() as AddressInfo;
      const parts = {
        baseUrl: `http://127.0.0.1:${port}`,
        clientId: `client of ${org}`,
        scopes: ['own'],
        apiKey: 'key',
      };
      return [
        org,
        { kind: 'ready', credential: makeCredential({ ...parts, clientSecrets, storedFor: org, revision: '1' }) },
      ];
    });
    book.replace({ ...NO_PAGES, credentials: new Map(credentials) });
  }

  it('beat the one of the environment, each for its organisation alone', async () => {
    store({ [ORG]: [FIRST], [OWN]: [SECOND] });
    const ims = client();
    expect(await Promise.all([ims.token(ORG), ims.token(OWN), ims.token('OTHER@AdobeOrg')])).toHaveLength(3);
    expect(new Set(forms.map((form) => form.get('client_id')))).toEqual(
      new Set([`client of ${ORG}`, `client of ${OWN}`, 'client']),
    );
    expect(forms.find((form) => form.get('client_id') === `client of ${OWN}`)?.get('scope')).toBe('own');
  });

  it('are refused without a word about the others', async () => {
    store({ [OWN]: [SECOND] });
    answer = (form, response, number) => {
      if (form.get('client_id') === `client of ${OWN}`) refuse(response, 401, 'invalid_client');
      else issue(response, `token-${number}`);
    };
    const ims = client();
    expect(await failure(ims.token(OWN))).toMatchObject({ error: 'invalid_client', isStored: true });
    expect(await ims.token(ORG)).toMatch(/^token-/);
    expect((await imsCredentialsRefused.get()).values[0]?.value).toBe(1);
    expect(noted).toEqual([[OWN, 'invalid_client']]);
    expect(logged.join()).toContain(`of organisation ${OWN}`);
  });

  it('are asked for as new once they were changed: the refusal of the old one is forgotten', async () => {
    store({ [OWN]: [FIRST] });
    answer = (form, response, number) => {
      if (form.get('client_secret') === FIRST) refuse(response, 401, 'invalid_client');
      else issue(response, `token-${number}`);
    };
    const ims = client();
    book.follow((_before, { credentials }) => ims.keepStored(credentials));
    await failure(ims.token(OWN));
    store({ [OWN]: [SECOND] });
    expect((await imsCredentialsRefused.get()).values[0]?.value).toBe(0);
    expect(await ims.token(OWN)).toBe('token-2');
    store({});
    await failure(ims.token(OWN));
    expect(forms).toHaveLength(2);
    expect(noted).toEqual([
      [OWN, 'invalid_client'],
      [OWN, null],
    ]);
  });

  it('keep their token when another is changed', async () => {
    store({ [OWN]: [FIRST], [ORG]: [FIRST] });
    const ims = client();
    book.follow((_before, { credentials }) => ims.keepStored(credentials));
    const token = await ims.token(OWN);
    store({ [OWN]: [FIRST], [ORG]: [SECOND] });
    expect(await ims.token(OWN)).toBe(token);
  });

  it('are tested with each secret, and a token is used from then on', async () => {
    store({ [OWN]: [FIRST, SECOND] });
    let isMended = false;
    answer = (form, response, number) => {
      if (!isMended || form.get('client_secret') === FIRST) refuse(response, 401, 'invalid_client');
      else issue(response, `token-${number}`);
    };
    const ims = client();
    const { credential } = book.findCredential(OWN) as Extract<StoredCredential, { kind: 'ready' }>;
    await failure(ims.token(OWN));
    expect((await ims.test(credential)).map(({ kind }) => kind)).toEqual(['refused', 'refused']);
    isMended = true;
    expect((await ims.test(credential)).map(({ kind }) => kind)).toEqual(['refused', 'token']);
    // The refusal would be believed for a minute; what the test found is newer.
    expect(await ims.token(OWN)).toBe('token-6');
    expect((await imsCredentialsRefused.get()).values[0]?.value).toBe(0);
    expect(forms).toHaveLength(6);
  });
});
