import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { EnvironmentError } from './config.errors.js';
import { findUnmetDialects } from './dialect-requirements.js';
import { loadConfig } from './load-config.js';

const HEX_KEY = 'k'.repeat(24);
const ENCRYPTION_KEY = `k1:${Buffer.alloc(32, 7).toString('base64')}`;

/** A complete production environment. */
const PRODUCTION = Object.freeze({
  NODE_ENV: 'production',
  PUBLIC_URL: 'https://ricochet.example.com/',
  DATABASE_URL: 'postgres://app:database-password@db:5432/ricochet',
  INBOUND_API_KEYS: HEX_KEY,
  ADMIN_API_KEYS: 'a'.repeat(24),
  ENCRYPTION_KEYS: ENCRYPTION_KEY,
  ADOBE_CLIENT_ID: 'client-id',
  ADOBE_CLIENT_SECRETS: 'client-secret-1,client-secret-2',
  ADOBE_SCOPES: 'openid,AdobeID',
  ADOBE_IMS_ORG_IDS: 'ONE@AdobeOrg,TWO@AdobeOrg',
});

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'ricochet-config-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

function refusalOf(raw: Record<string, string>): EnvironmentError {
  try {
    loadConfig(raw);
  } catch (error) {
    expect(error).toBeInstanceOf(EnvironmentError);
    return error as EnvironmentError;
  }
  throw new Error('the configuration was accepted');
}

describe('production', () => {
  it('names everything that is missing at once', () => {
    const error = refusalOf({ NODE_ENV: 'production' });
    expect(error.code).toBe('CONFIGURATION_INVALID');
    expect(error.problems.map((problem) => problem.name)).toEqual([
      'PUBLIC_URL',
      'DATABASE_URL',
      'INBOUND_API_KEYS',
      'ADMIN_API_KEYS',
      'ENCRYPTION_KEYS',
      'ADOBE_CLIENT_ID',
      'ADOBE_CLIENT_SECRETS',
      'ADOBE_SCOPES',
      'ADOBE_IMS_ORG_IDS',
    ]);
    for (const { name, remedy } of error.problems) {
      expect(error.message).toContain(`${name}: is required in production; ${remedy}`);
    }
  });

  it('asks for Basic users instead of keys when callers authenticate with Basic', () => {
    const names = refusalOf({ NODE_ENV: 'production', INBOUND_AUTH: 'basic' }).problems.map(({ name }) => name);
    expect(names).toContain('INBOUND_BASIC_USERS');
    expect(names).not.toContain('INBOUND_API_KEYS');
  });

  it('reports refused values and missing ones together, each once', () => {
    const error = refusalOf({ NODE_ENV: 'production', PORT: 'abc', ENCRYPTION_KEYS: 'short', LOG_LEVEL: 'loud' });
    const names = error.problems.map((problem) => problem.name);
    expect(names).toEqual(expect.arrayContaining(['PORT', 'ENCRYPTION_KEYS', 'LOG_LEVEL', 'DATABASE_URL']));
    expect(new Set(names).size).toBe(names.length);
  });

  it.each(['', '  '])('asks for ADOBE_SCOPES set to %j only where a service speaks External Actions', (scopes) => {
    const { config, secrets } = loadConfig({ ...PRODUCTION, ADOBE_SCOPES: scopes });
    expect(findUnmetDialects(config, secrets, new Set(['externalActions']))).toMatchObject([
      { name: 'ADOBE_SCOPES', problem: 'is required in production' },
    ]);
    expect(findUnmetDialects(config, secrets, new Set(['marketo']))).toMatchObject([{ name: 'MARKETO_MUNCHKIN_IDS' }]);
    const ids = loadConfig({ ...PRODUCTION, MARKETO_MUNCHKIN_IDS: '123-ABC-456, 321-CBA-654' }).config;
    expect(ids.marketo.munchkinIds).toEqual(['123-ABC-456', '321-CBA-654']);
    expect(findUnmetDialects(ids, secrets, new Set(['marketo']))).toEqual([]);
  });

  it.each([',', ' , ,'])('refuses ADOBE_SCOPES=%j, which names none', (scopes) => {
    expect(refusalOf({ ...PRODUCTION, ADOBE_SCOPES: scopes }).problems).toMatchObject([{ name: 'ADOBE_SCOPES' }]);
  });

  it('treats a variable that is set to nothing as missing', () => {
    expect(refusalOf({ ...PRODUCTION, DATABASE_URL: '  ' }).problems).toMatchObject([{ name: 'DATABASE_URL' }]);
  });

  it('asks for https where callers reach us and where the client secret goes', () => {
    const error = refusalOf({ ...PRODUCTION, PUBLIC_URL: 'http://r.example.com', IMS_BASE_URL: 'http://ims.test' });
    expect(error.problems.map(({ name, problem }) => `${name} ${problem.slice(0, 12)}`)).toEqual([
      'PUBLIC_URL is not https',
      'IMS_BASE_URL is not https',
    ]);
  });

  it('serves from a complete environment without touching the disk', () => {
    const { config, secrets, warnings, generated } = loadConfig({ ...PRODUCTION, DATA_DIR: join(folder, 'unused') });
    expect(generated).toBeNull();
    expect(warnings).toEqual([]);
    expect(() => statSync(join(folder, 'unused'))).toThrow('ENOENT');
    expect(config).toMatchObject({
      environment: 'production',
      role: 'all',
      http: { host: '0.0.0.0', port: 3000, publicUrl: 'https://ricochet.example.com' },
      database: { embedded: false },
      queue: { kind: 'embedded' },
      ims: {
        baseUrl: 'https://ims-na1.adobelogin.com',
        clientId: 'client-id',
        apiKey: 'client-id',
        orgIds: ['ONE@AdobeOrg', 'TWO@AdobeOrg'],
      },
      outbound: { allowHttp: false, allowCidrs: [], loopbackOnly: false },
    });
    expect(secrets.encryptionKeys).toEqual([{ id: 'k1', key: Buffer.alloc(32, 7) }]);
    expect(secrets.adobeClientSecrets).toEqual(['client-secret-1', 'client-secret-2']);
    expect(secrets.inboundBasicUsers).toEqual([]);
  });

  it('warns of short keys and of http, and quotes neither', () => {
    const { warnings } = loadConfig({ ...PRODUCTION, ADMIN_API_KEYS: 'tiny-key', OUTBOUND_ALLOW_HTTP: 'true' });
    expect(warnings).toHaveLength(2);
    expect(warnings.join()).toContain('ADMIN_API_KEYS');
    expect(warnings.join()).not.toContain('tiny-key');
  });
});

describe('roles', () => {
  it.each(['api', 'worker'])('ROLE=%s names the server it cannot do without', (role) => {
    const error = refusalOf({ ROLE: role, DATA_DIR: folder });
    expect(error.problems.map((problem) => problem.name)).toEqual(['DATABASE_URL']);
    expect(error.message).toContain(`ROLE=${role}`);
  });

  it('names DATABASE_URL once when production misses it too', () => {
    const names = refusalOf({ NODE_ENV: 'production', ROLE: 'worker' }).problems.map((problem) => problem.name);
    expect(names.filter((name) => name === 'DATABASE_URL')).toHaveLength(1);
  });

  it.each([
    ['all', {}, 'embedded'],
    ['all', { REDIS_URL: 'redis://cache:6379/0' }, 'redis'],
    ['all', { QUEUE: 'postgres' }, 'postgres'],
    ['all', { QUEUE: 'Postgres' }, 'postgres'],
    ['all', { QUEUE: 'embedded', REDIS_URL: 'redis://cache:6379/0' }, 'embedded'],
    ['api', {}, 'postgres'],
    ['worker', {}, 'postgres'],
    ['worker', { QUEUE: 'auto' }, 'postgres'],
    ['worker', { REDIS_URL: 'redis://cache:6379/0' }, 'redis'],
    ['worker', { QUEUE: 'postgres', REDIS_URL: 'redis://cache:6379/0' }, 'postgres'],
    ['api', { QUEUE: 'redis', REDIS_URL: 'redis://cache:6379/0' }, 'redis'],
  ])('ROLE=%s with %j rings by %s', (role, env, kind) => {
    expect(loadConfig({ ...PRODUCTION, ROLE: role, ...env }).config.queue.kind).toBe(kind);
  });

  it.each([
    ['all', { QUEUE: 'redis' }, 'REDIS_URL'],
    ['worker', { QUEUE: 'redis' }, 'REDIS_URL'],
    ['worker', { QUEUE: 'embedded' }, 'QUEUE'],
    ['api', { QUEUE: 'embedded', REDIS_URL: 'redis://cache:6379/0' }, 'QUEUE'],
    ['all', { QUEUE: 'rabbitmq' }, 'QUEUE'],
    ['all', { PORT: '3000', MANAGEMENT_PORT: '3000' }, 'MANAGEMENT_PORT'],
    ['all', { MANAGEMENT_PORT: '70000' }, 'MANAGEMENT_PORT'],
    ['all', { MANAGEMENT_PORT: '-1' }, 'MANAGEMENT_PORT'],
    ['all', { MANAGEMENT_PORT: 'metrics' }, 'MANAGEMENT_PORT'],
  ])('ROLE=%s with %j is refused, naming %s', (role, env, name) => {
    const { problems } = refusalOf({ ...PRODUCTION, ROLE: role, ...env });
    expect(problems.map((problem) => problem.name)).toEqual([name]);
  });

  it('an api with both servers is fine', () => {
    const { config, secrets } = loadConfig({ ...PRODUCTION, ROLE: 'api', REDIS_URL: 'redis://cache:6379/0' });
    expect(config).toMatchObject({ role: 'api', queue: { kind: 'redis' } });
    expect(secrets.redisUrl).toBe('redis://cache:6379/0');
  });
});

describe('development', () => {
  it('needs nothing: embedded servers, the simulator, loopback only', () => {
    const { config, secrets } = loadConfig({ DATA_DIR: folder });
    expect(config).toEqual({
      environment: 'development',
      role: 'all',
      dataDir: folder,
      http: {
        port: 3000,
        host: '127.0.0.1',
        publicUrl: 'http://127.0.0.1:3000',
        trustProxy: false,
        keepAliveMs: 72_000,
        managementPort: null,
      },
      database: { embedded: true, poolSize: 10 },
      queue: { kind: 'embedded', pollMs: 1000 },
      catalog: { servicesDir: join(process.cwd(), 'services'), reload: 'watch', providerModules: [] },
      inbound: {
        auth: 'apiKey',
        apiKeyName: 'X-API-Key',
        apiKeyIn: 'header',
        publicServiceDefinition: false,
        oauthIssuer: null,
        oauthAudience: null,
      },
      ims: {
        baseUrl: 'http://127.0.0.1:4010',
        clientId: 'simulator',
        scopes: [],
        apiKey: 'simulator',
        orgIds: null,
      },
      marketo: { munchkinIds: null },
      callbacks: {
        hosts: ['*.adobe.io', '*.adobe.com', '*.adobelogin.com', '*.marketo.com', '*.marketo.net'],
        retryScheduleMs: [0, 2_000, 10_000, 30_000, 120_000, 300_000],
      },
      registrations: {
        retryScheduleMs: [
          0, 5_000, 300_000, 1_800_000, 7_200_000, 18_000_000, 36_000_000, 50_400_000, 72_000_000, 86_400_000,
        ],
      },
      asyncCalls: { waitMs: 10_000 },
      outbound: { allowHttp: true, allowCidrs: [], loopbackOnly: true },
      intake: { ackStatus: 200, validationStatus: 422, queueMax: 5000, backlogMax: 100_000 },
      enrichment: { concurrency: 64, leaseMs: 20_000, ioConcurrency: 1024 },
      steps: { allowCidrs: [], cacheMaxMb: 512 },
      expressions: { threads: 2, timeoutMs: 1_000, heapMb: 64, resultMaxBytes: 1_048_576 },
      delivery: { concurrency: 2048, leaseMs: 45_000 },
      batchMax: 200,
      retention: { payloadDays: 30, rowDays: 90, resultDays: 30, auditDays: 365 },
      operations: {
        shutdownGraceMs: 25_000,
        logLevel: 'log',
        logTraffic: true,
        auditAddress: 'network',
        adminReveal: false,
        egressIps: [],
      },
      telemetry: null,
    });
    expect(secrets).toMatchObject({ databaseUrl: null, redisUrl: null, adobeClientSecrets: ['simulator-secret'] });
  });

  it('makes keys once, for the owner alone, and uses them again', () => {
    const first = loadConfig({ DATA_DIR: folder });
    const second = loadConfig({ DATA_DIR: folder });
    expect(first.generated).toMatchObject({
      created: true,
      path: join(folder, 'keys.json'),
      names: ['INBOUND_API_KEYS', 'ADMIN_API_KEYS', 'ENCRYPTION_KEYS'],
    });
    expect(second.generated?.created).toBe(false);
    expect(second.secrets).toEqual(first.secrets);
    expect(first.secrets.encryptionKeys[0]?.key).toHaveLength(32);
    expect(first.secrets.inboundBasicUsers).toEqual([
      { username: 'developer', password: first.secrets.inboundApiKeys[0] },
    ]);
    expect(statSync(join(folder, 'keys.json')).mode & 0o777).toBe(0o600);
    expect(Object.keys(JSON.parse(readFileSync(join(folder, 'keys.json'), 'utf8')) as object)).toEqual([
      'inboundApiKeys',
      'adminApiKeys',
      'encryptionKeys',
    ]);
  });

  it('closes a key file that others may read', () => {
    loadConfig({ DATA_DIR: folder });
    chmodSync(join(folder, 'keys.json'), 0o644);
    loadConfig({ DATA_DIR: folder });
    expect(statSync(join(folder, 'keys.json')).mode & 0o777).toBe(0o600);
  });

  it('takes keys of the environment before generated ones', () => {
    const { secrets, generated } = loadConfig({ DATA_DIR: folder, INBOUND_API_KEYS: 'mine,other' });
    expect(secrets.inboundApiKeys).toEqual(['mine', 'other']);
    expect(generated?.names).toEqual(['ADMIN_API_KEYS', 'ENCRYPTION_KEYS']);
  });

  it('makes no keys while anything else is wrong', () => {
    refusalOf({ DATA_DIR: folder, PORT: 'abc' });
    expect(() => statSync(join(folder, 'keys.json'))).toThrow('ENOENT');
  });

  it.each([
    ['not JSON', '{"inboundApiKeys": ["secret-in-file"'],
    ['a list missing', '{"inboundApiKeys": ["secret-in-file"]}'],
    ['a damaged key', '{"inboundApiKeys":["secret-in-file"],"adminApiKeys":["b"],"encryptionKeys":["dev:AAAA"]}'],
  ])('refuses a key file with %s and quotes nothing of it', (_, content) => {
    writeFileSync(join(folder, 'keys.json'), content);
    const error = refusalOf({ DATA_DIR: folder });
    expect(error.problems).toMatchObject([{ name: 'DATA_DIR' }]);
    expect(error.message).toContain('keys.json');
    expect(error.message).not.toMatch(/secret-in-file|AAAA/);
  });

  it('says so when the data folder is a file', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(refusalOf({ DATA_DIR: join(folder, 'file') }).problems).toMatchObject([{ name: 'DATA_DIR' }]);
  });

  it.each(['0.0.0.0', '::', '192.168.1.20', 'my-laptop'])('refuses to listen on %s', (host) => {
    expect(refusalOf({ DATA_DIR: folder, HOST: host }).problems).toMatchObject([{ name: 'HOST' }]);
  });

  it.each([
    ['127.0.0.1', 'http://127.0.0.1:4000'],
    ['127.8.8.8', 'http://127.8.8.8:4000'],
    ['localhost', 'http://localhost:4000'],
    ['::1', 'http://[::1]:4000'],
  ])('listens on %s and derives its address from it', (host, url) => {
    expect(loadConfig({ DATA_DIR: folder, HOST: host, PORT: '4000' }).config.http.publicUrl).toBe(url);
  });

  it.each([
    ['ADOBE_CLIENT_ID', 'ADOBE_CLIENT_SECRETS'],
    ['ADOBE_CLIENT_SECRETS', 'ADOBE_CLIENT_ID'],
  ])('refuses %s without its other half', (given, missing) => {
    expect(refusalOf({ DATA_DIR: folder, [given]: 'x' }).problems).toMatchObject([{ name: missing }]);
  });

  it('runs tests as development', () => {
    expect(loadConfig({ DATA_DIR: folder, NODE_ENV: 'test' }).config.environment).toBe('development');
  });
});

describe('misspelt names', () => {
  it.each([
    ['ADMIN_API_KEY', 'ADMIN_API_KEYS'],
    ['ADOBE_CLIENT_SECRET', 'ADOBE_CLIENT_SECRETS'],
    ['RICOCHET_PORT', 'PORT'],
    ['DATABSAE_URL', 'DATABASE_URL'],
    ['ENRICH_CONCURENCY', 'ENRICH_CONCURRENCY'],
    ['callback_hosts', 'CALLBACK_HOSTS'],
  ])('%s brings a question for %s', (typo, meant) => {
    const { warnings } = loadConfig({ DATA_DIR: folder, [typo]: 'value-not-to-be-shown' });
    expect(warnings).toEqual([expect.stringContaining(`did you mean ${meant}?`)]);
    expect(warnings.join()).not.toContain('value-not-to-be-shown');
  });

  it('leaves the variables of a usual shell alone', () => {
    const usual = [
      'HOME',
      'HOSTNAME',
      'PATH',
      'PWD',
      'SHELL',
      'LANG',
      'USER',
      'LOGNAME',
      'TERM',
      'NODE_OPTIONS',
      'MAIL',
    ];
    const raw = Object.fromEntries(usual.map((name) => [name, 'x']));
    expect(loadConfig({ ...raw, DATA_DIR: folder }).warnings).toEqual([]);
  });
});

it('makes a nested data folder', () => {
  mkdirSync(join(folder, 'a'));
  expect(loadConfig({ DATA_DIR: join(folder, 'a', 'b') }).generated?.path).toBe(join(folder, 'a', 'b', 'keys.json'));
});
