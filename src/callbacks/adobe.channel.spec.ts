import { Logger } from '@nestjs/common';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AppConfig } from '../config/config.js';
import type { Secrets } from '../config/secrets.js';
import type { Tx } from '../database/database.js';
import type { DeliveryAnswer, ErrorClass } from '../delivery/answer.js';
import type { ReadyPreparation, SettledDelivery } from '../delivery/delivery-channel.js';
import type { LeasedDelivery } from '../delivery/delivery.js';
import { AdobeCredentials } from '../organisations/adobe-credentials.js';
import { NO_PAGES, OrganisationBook, type StoredCredential } from '../organisations/organisation-book.js';
import { ActionOwners } from '../actions/action-owners.js';
import { AdobeChannel } from './adobe.channel.js';
import { CallbackContexts, type CallbackContext } from './callback-contexts.js';
import { CREDENTIAL_HOLDS, ImsPermanentError, ImsTransientError } from './callbacks.errors.js';
import { ImsTokenClient } from './ims-token.client.js';

const config = {
  ims: { baseUrl: 'https://ims.example', clientId: 'client', scopes: [], apiKey: null, orgIds: null },
  callbacks: { hosts: ['*.adobe.io'], retryScheduleMs: [0, 2000] },
  outbound: { loopbackOnly: false },
} as unknown as AppConfig;
const book = new OrganisationBook();
const credentials = new AdobeCredentials(config, { adobeClientSecrets: ['s'] } as unknown as Secrets, book);

class FakeTokens extends ImsTokenClient {
  readonly asked: string[] = [];
  readonly invalidated: string[] = [];
  readonly failures = new Map<string, Error>();
  readonly slow = new Set<string>();
  private generation = 1;

  constructor() {
    super(credentials, undefined as never, undefined as never);
  }

  override token(org: string): Promise<string> {
    this.asked.push(org);
    if (this.slow.has(org)) return new Promise(() => undefined);
    const failure = this.failures.get(org);
    return failure === undefined ? Promise.resolve(`${org}-${this.generation}`) : Promise.reject(failure);
  }

  override invalidate(token: string): void {
    this.invalidated.push(token);
    this.generation += 1;
  }
}

class FakeContexts extends CallbackContexts {
  readonly loads: (readonly string[])[] = [];
  readonly known = new Map<string, CallbackContext>();

  constructor() {
    super(undefined as never, undefined as never);
  }

  override load(actionIds: readonly string[]): Promise<ReadonlyMap<string, CallbackContext>> {
    this.loads.push(actionIds);
    return Promise.resolve(this.known);
  }
}

class FakeOwners extends ActionOwners {
  readonly calls: [Tx, readonly SettledDelivery[]][] = [];

  constructor() {
    super(undefined as never);
  }

  override settled(tx: Tx, settled: readonly SettledDelivery[]): Promise<void> {
    this.calls.push([tx, settled]);
    return Promise.resolve();
  }
}

function delivery(id: string, options: Partial<LeasedDelivery> = {}): LeasedDelivery {
  return {
    id,
    channel: 'adobe',
    ownerId: `action-of-${id}`,
    destinationId: 'destination',
    eventId: id,
    method: 'POST',
    url: 'https://callback.adobe.io/x',
    contentType: 'application/json',
    body: '{}',
    leaseToken: 'lease',
    attemptNumber: 1,
    attemptCount: 1,
    trigger: 'auto',
    lastStatus: null,
    crashCount: 0,
    expiresAtMs: null,
    ...options,
  };
}

function answered(status: number | null, errorClass: ErrorClass | null = null): DeliveryAnswer {
  const timing = { totalMs: 1, dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: null };
  const nothing = { error: null, resolvedIp: null, retryAfterMs: null, headers: null, excerpt: null };
  return { status, errorClass, requestStarted: true, timing, ...nothing };
}

let tokens: FakeTokens;
let contexts: FakeContexts;
let owners: FakeOwners;
let channel: AdobeChannel;
let errors: string[];

beforeEach(() => {
  book.replace(NO_PAGES);
  errors = [];
  vi.spyOn(Logger.prototype, 'error').mockImplementation((message: unknown) => void errors.push(String(message)));
  tokens = new FakeTokens();
  contexts = new FakeContexts();
  owners = new FakeOwners();
  channel = new AdobeChannel(config, tokens, credentials, contexts, owners);
  contexts.known.set('action-of-a', { token: 'callback-a', tenant: 'ORG1' });
  contexts.known.set('action-of-b', { token: 'callback-b', tenant: 'ORG1' });
  contexts.known.set('action-of-c', { token: 'callback-c', tenant: 'ORG2' });
});

afterEach(() => {
  vi.restoreAllMocks();
});

describe('AdobeChannel.policy', () => {
  it('takes schedule and hosts from the configuration and repeats the last delay', () => {
    expect(channel.policy).toStrictEqual({
      retryScheduleMs: [0, 2000],
      repeatLastDelay: true,
      inFlightPerDestination: 1024,
      atMostOnce: false,
      hosts: ['*.adobe.io'],
      httpsAlways: false,
      breaker: { consecutiveFailures: 10, openFirstMs: 2_000, openMaxMs: 15_000 },
      throttleMaxMs: 300_000,
    });
  });

  it('asks for no host names where only loopback may be reached', () => {
    const loopback = { ...config, outbound: { loopbackOnly: true } } as unknown as AppConfig;
    expect(new AdobeChannel(loopback, tokens, credentials, contexts, owners).policy.hosts).toBeNull();
  });
});

describe('AdobeChannel.prepare', () => {
  it.each<[string, StoredCredential['kind'], string]>([
    ['removed', 'removed', CREDENTIAL_HOLDS.removed],
    ['sealed with a key that is gone', 'unreadable', CREDENTIAL_HOLDS.unreadable],
  ])("holds the callbacks of the organisation whose credential was %s, and no other's", async (_how, kind, reason) => {
    const stored = { kind } as StoredCredential;
    book.replace({ ...NO_PAGES, credentials: new Map([['ORG2', stored]]) });
    const prepared = await channel.prepare([delivery('a'), delivery('c')]);
    expect(prepared.get('a')?.kind).toBe('ready');
    expect(prepared.get('c')).toEqual({ kind: 'held', reason });
    expect(tokens.asked).toEqual(['ORG1']);
  });

  it('holds what no credential speaks for', async () => {
    const listed = { ...config, ims: { ...config.ims, orgIds: ['ORG1'] } } as unknown as AppConfig;
    const choosy = new AdobeCredentials(listed, { adobeClientSecrets: ['s'] } as unknown as Secrets, book);
    const prepared = await new AdobeChannel(listed, tokens, choosy, contexts, owners).prepare([
      delivery('a'),
      delivery('c'),
    ]);
    expect(prepared.get('a')?.kind).toBe('ready');
    expect(prepared.get('c')).toEqual({ kind: 'held', reason: CREDENTIAL_HOLDS.missing });
  });

  it('does not keep one organisation waiting for the token of another', async () => {
    tokens.slow.add('ORG2');
    const prepared = await channel.prepare([delivery('a'), delivery('c')]);
    expect(prepared.get('a')?.kind).toBe('ready');
    expect(prepared.get('c')).toMatchObject({ kind: 'deferred' });
  });

  it('loads secrets once per batch, asks for one token per organisation, and sends exactly the headers Adobe reads', async () => {
    const prepared = await channel.prepare([delivery('a'), delivery('b'), delivery('c')]);
    expect(contexts.loads).toStrictEqual([['action-of-a', 'action-of-b', 'action-of-c']]);
    expect(tokens.asked).toStrictEqual(['ORG1', 'ORG2']);
    expect([...prepared.keys()]).toStrictEqual(['a', 'b', 'c']);
    expect(prepared.get('c')).toStrictEqual({
      kind: 'ready',
      headers: {
        'X-Callback-Token': 'callback-c',
        'X-Api-Key': 'client',
        'X-Request-Id': 'action-of-c',
        Authorization: 'Bearer ORG2-1',
        'x-gw-ims-org-id': 'ORG2',
      },
    });
  });

  it("defers one organisation's callbacks while IMS has no token for it, and only those", async () => {
    tokens.failures.set('ORG1', new ImsTransientError('status 503', 4_000));
    const prepared = await channel.prepare([delivery('a'), delivery('c')]);
    expect(prepared.get('a')).toStrictEqual({
      kind: 'deferred',
      delayMs: 4_000,
      reason: 'IMS is unavailable: status 503',
    });
    expect(prepared.get('c')).toMatchObject({ kind: 'ready' });
  });

  it('defers for as long as a refusal of our credentials is believed', async () => {
    tokens.failures.set('ORG1', new ImsPermanentError('invalid_client', 60_000));
    expect((await channel.prepare([delivery('a')])).get('a')).toStrictEqual({
      kind: 'deferred',
      delayMs: 60_000,
      reason: 'IMS refuses to issue an access token: invalid_client',
    });
  });

  it('holds what was erased and what cannot be decrypted, without asking for a token', async () => {
    contexts.known.clear();
    contexts.known.set('action-of-x', { unreadable: true });
    const prepared = await channel.prepare([delivery('x'), delivery('gone')]);
    expect(tokens.asked).toStrictEqual([]);
    expect(prepared.get('x')).toMatchObject({ kind: 'held', reason: expect.stringContaining('ENCRYPTION_KEYS') });
    expect(prepared.get('gone')).toMatchObject({ kind: 'held', reason: expect.stringContaining('erased') });
  });

  it('does not hide what it did not expect', async () => {
    tokens.failures.set('ORG1', new TypeError('a bug'));
    await expect(channel.prepare([delivery('a')])).rejects.toThrow('a bug');
  });
});

describe('AdobeChannel.judge', () => {
  const judge = (answer: DeliveryAnswer, of: LeasedDelivery) =>
    channel.judge(answer, of, { kind: 'ready', headers: { Authorization: 'Bearer sent' } });

  async function prepare(of: LeasedDelivery): Promise<ReadyPreparation> {
    const preparation = (await channel.prepare([of])).get(of.id);
    if (preparation?.kind !== 'ready') throw new Error('not ready');
    return preparation;
  }

  it.each([200, 201, 204, 408, 425, 429, 500, 502, 503])('leaves %i to the engine', (status) => {
    expect(judge(answered(status), delivery('a'))).toBeUndefined();
    expect(errors).toStrictEqual([]);
  });

  it.each<ErrorClass>(['dns', 'connect', 'tls', 'timeout', 'reset'])(
    'leaves a failure of class %s to the engine',
    (failed) => {
      expect(judge(answered(null, failed), delivery('a'))).toBeUndefined();
    },
  );

  it.each<[number, ErrorClass, RegExp]>([
    [301, 'redirect', /redirect \(301\).*callbackUrl/],
    [307, 'redirect', /redirect \(307\)/],
    [400, 'client_error', /service definition/],
    [403, 'auth', /API key/],
    [404, 'client_error', /journey/],
    [410, 'client_error', /gone/],
    [413, 'client_error', /\(413\)/],
    [422, 'client_error', /\(422\)/],
  ])('calls %i dead and says what to look at', (status, errorClass, reason) => {
    const verdict = judge(answered(status), delivery('a'));
    expect(verdict).toStrictEqual({ kind: 'dead', errorClass, reason: expect.stringMatching(reason) });
    expect(errors).toHaveLength(1);
    expect(errors[0]).toContain('action-of-a');
  });

  it('drops the token that was refused and tries once more at once', async () => {
    const prepared = await prepare(delivery('a'));
    const verdict = channel.judge(answered(401), delivery('a'), prepared);
    expect(verdict).toStrictEqual({ kind: 'retry', errorClass: 'auth', delayMs: 0 });
    expect(tokens.invalidated).toStrictEqual(['ORG1-1']);
    expect(errors).toStrictEqual([]);
  });

  it('calls a second 401 in a row dead', () => {
    const again = delivery('a', { attemptNumber: 2, attemptCount: 2, lastStatus: 401 });
    expect(judge(answered(401), again)).toMatchObject({ kind: 'dead', errorClass: 'auth' });
  });

  it('gives a delivery that is sent again by hand its second token again', () => {
    const resent = delivery('a', { attemptNumber: 3, attemptCount: 1, lastStatus: 401, trigger: 'manual' });
    expect(judge(answered(401), resent)).toMatchObject({ kind: 'retry', delayMs: 0 });
  });

  it('does not count a 401 from before another answer', () => {
    const later = delivery('a', { attemptNumber: 4, attemptCount: 4, lastStatus: 503 });
    expect(judge(answered(401), later)).toMatchObject({ kind: 'retry', delayMs: 0 });
  });

  it('blames the token an attempt used, also when a newer one is known by then', async () => {
    const [first, second] = [await prepare(delivery('a')), await prepare(delivery('b'))];
    channel.judge(answered(401), delivery('a'), first);
    await prepare(delivery('a', { lastStatus: 401, attemptCount: 2 }));
    channel.judge(answered(401), delivery('b'), second);
    expect(tokens.invalidated).toStrictEqual(['ORG1-1', 'ORG1-1']);
  });

  it('blames no token for another answer', () => {
    judge(answered(403), delivery('a'));
    expect(tokens.invalidated).toStrictEqual([]);
  });
});

describe('AdobeChannel.onSettled', () => {
  it("tells the actions, in the engine's transaction", async () => {
    const tx = {} as Tx;
    const settled: SettledDelivery[] = [
      { id: 'a', ownerId: 'action-of-a', status: 'delivered', late: false, lastStatus: 200, lastError: null },
    ];
    await channel.onSettled(tx, settled);
    expect(owners.calls).toStrictEqual([[tx, settled]]);
  });
});
