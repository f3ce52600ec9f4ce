import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ArgumentsHost, Catch, type ExceptionFilter, Global, Module } from '@nestjs/common';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import { validate } from '@apidevtools/swagger-parser';
import type { FastifyReply } from 'fastify';
import { afterEach, describe, expect, it } from 'vitest';
import { AppConfig, type InboundConfig } from '../config/config.js';
import { Secrets } from '../config/secrets.js';
import { Database } from '../database/database.js';
import { RequestError } from '../http/request-error.js';
import { IdempotentRequestsRepository } from '../idempotency/idempotent-requests.repository.js';
import { AccessTokens } from '../security/access-tokens.js';
import { CatalogModule } from './catalog.module.js';
import { CatalogError } from './catalog.errors.js';
import { ACCOUNT_YAML, GROUP_YAML, LEAD_YAML } from './catalog.fixtures.js';

const KEY = { 'x-api-key': 'caller-key' };
const BASIC = { authorization: `Basic ${btoa('adobe:secret')}` };
const ALL = { 'a.yaml': ACCOUNT_YAML, 'g.yaml': GROUP_YAML, 'l.yaml': LEAD_YAML };

/** Only what these tests look at: the real filter is the HTTP layer's. */
@Catch(RequestError)
class StatusFilter implements ExceptionFilter<RequestError> {
  catch(error: RequestError, host: ArgumentsHost): void {
    void host.switchToHttp().getResponse<FastifyReply>().status(error.status).send({ code: error.code });
  }
}

let cleanUp: () => Promise<void> = () => Promise.resolve();

afterEach(async () => {
  await cleanUp();
  cleanUp = () => Promise.resolve();
});

async function start(
  files: Readonly<Record<string, string>>,
  inbound: Partial<InboundConfig> = {},
): Promise<NestFastifyApplication> {
  const servicesDir = await mkdtemp(join(tmpdir(), 'catalog-'));
  cleanUp = () => rm(servicesDir, { recursive: true });
  await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(servicesDir, name), text)));
  const config = {
    environment: 'development',
    http: { publicUrl: 'https://ricochet.example' },
    catalog: { servicesDir, reload: 'off', providerModules: [] },
    inbound: {
      auth: 'apiKey',
      apiKeyName: 'X-API-Key',
      apiKeyIn: 'header',
      publicServiceDefinition: false,
      oauthIssuer: null,
      oauthAudience: null,
      ...inbound,
    },
    intake: { ackStatus: 200 },
    outbound: { allowHttp: false, allowCidrs: [], loopbackOnly: false },
    steps: { allowCidrs: [], cacheMaxMb: 512 },
    marketo: { munchkinIds: null },
    callbacks: { hosts: [] },
  };
  const secrets = {
    inboundApiKeys: ['caller-key'],
    inboundBasicUsers: [{ username: 'adobe', password: 'secret' }],
    adminApiKeys: [],
    encryptionKeys: [{ id: 'k1', key: Buffer.alloc(32, 1) }],
  };

  @Global()
  @Module({
    providers: [
      { provide: AppConfig, useValue: config },
      { provide: Secrets, useValue: secrets },
      // Administrators' keys and the audit have it; no caller of these routes needs it.
      { provide: Database, useValue: {} },
      { provide: IdempotentRequestsRepository, useValue: {} },
      { provide: AccessTokens, useValue: {} },
    ],
    exports: [AppConfig, Secrets, Database, IdempotentRequestsRepository, AccessTokens],
  })
  class SettingsModule {}

  const testing = await Test.createTestingModule({
    imports: [SettingsModule, CatalogModule.register('all')],
  }).compile();
  const app = testing.createNestApplication<NestFastifyApplication>(new FastifyAdapter());
  app.useGlobalFilters(new StatusFilter());
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  const removeFiles = cleanUp;
  cleanUp = async () => {
    await app.close();
    await removeFiles();
  };
  return app;
}

async function get(app: NestFastifyApplication, url: string, headers: Readonly<Record<string, string>> = {}) {
  const response = await app.inject({ method: 'GET', url, headers });
  return {
    status: response.statusCode,
    body: response.json<Record<string, unknown>>(),
    type: response.headers['content-type'],
  };
}

describe('what Adobe reads of a service', () => {
  it('answers under its name and, for the lead default, at the root', async () => {
    const app = await start(ALL);
    const document = await get(app, '/services/mail-check/openapi.json');
    expect(document).toMatchObject({ status: 200, type: expect.stringContaining('application/json') as string });
    expect(document.body['servers']).toEqual([{ url: 'https://ricochet.example/services/mail-check' }]);
    await expect(validate(document.body as never)).resolves.toBeDefined();
    expect((await get(app, '/openapi.json')).body).toMatchObject({
      info: { title: 'Mail check service' },
      servers: [{ url: 'https://ricochet.example' }],
    });
    for (const base of ['/services/mail-check', '']) {
      expect(await get(app, `${base}/getServiceDefinition`, KEY)).toMatchObject({
        status: 200,
        body: { apiName: 'mail-check' },
      });
      const status = await get(app, `${base}/status`, KEY);
      expect(Object.keys(status.body)).toEqual(['status', 'timestamp', 'info', 'warnings', 'errors']);
      expect(status.body['status']).toBe('healthy');
      expect(new Date(String(status.body['timestamp'])).toISOString()).toBe(status.body['timestamp']);
    }
  });

  it.each([
    '/services/mail-check/getServiceDefinition',
    '/services/mail-check/status',
    '/getServiceDefinition',
    '/status',
  ])('asks for credentials at %s', async (url) => {
    const app = await start(ALL);
    expect(await get(app, url)).toMatchObject({ status: 401, body: { code: 'UNAUTHORIZED' } });
    expect(await get(app, url, { 'x-api-key': 'wrong' })).toMatchObject({ status: 401 });
    expect(await get(app, url, { 'X-API-KEY': 'caller-key' })).toMatchObject({ status: 200 });
    expect(await get(app, url, { authorization: 'Bearer caller-key' })).toMatchObject({ status: 200 });
  });

  it('uses the scheme of the service under its name, and the default at the root', async () => {
    const app = await start({ 'g.yaml': `${GROUP_YAML}default: true\n` });
    expect((await get(app, '/services/group-roles/status', KEY)).status).toBe(401);
    expect((await get(app, '/services/group-roles/status', BASIC)).status).toBe(200);
    expect((await get(app, '/status', KEY)).status).toBe(200);
    expect((await get(app, '/services/group-roles/openapi.json')).body['security']).toEqual([{ basicAuth: [] }]);
    expect((await get(app, '/openapi.json')).body['security']).toEqual([{ apiKey: [] }]);
  });

  it('shows the definition to everybody when that is configured, but never the status', async () => {
    const app = await start(ALL, { publicServiceDefinition: true });
    expect((await get(app, '/services/mail-check/getServiceDefinition')).status).toBe(200);
    expect((await get(app, '/getServiceDefinition')).status).toBe(200);
    expect((await get(app, '/services/mail-check/status')).status).toBe(401);
  });

  it('answers 404 for services there are not', async () => {
    const app = await start({ 'a.yaml': ACCOUNT_YAML });
    for (const url of ['openapi.json', 'getServiceDefinition', 'status']) {
      const unknown = { status: 404, body: { code: 'RESOURCE_NOT_FOUND' } };
      expect(await get(app, `/services/nobody/${url}`, KEY)).toMatchObject(unknown);
      expect(await get(app, `/services/__proto__/${url}`, KEY)).toMatchObject(unknown);
      expect(await get(app, `/${url}`, KEY)).toMatchObject(unknown);
    }
  });

  it('answers 403 to known callers of a service that is switched off', async () => {
    const app = await start({ 'l.yaml': LEAD_YAML.replace('enabled: true', 'enabled: false') });
    for (const url of ['/services/mail-check/status', '/services/mail-check/getServiceDefinition', '/status']) {
      expect((await get(app, url, KEY)).status).toBe(403);
      expect((await get(app, url)).status).toBe(401);
    }
  });
});

describe('the boot', () => {
  it('stops with every problem of every file', async () => {
    const error: unknown = await start({ 'a.yaml': 'apiName: [', 'b.yaml': '' }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(CatalogError);
    expect((error as CatalogError).message).toMatch(/a\.yaml: \d+:\d+: [\s\S]*b\.yaml: is empty/);
  });
});
