import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Test } from '@nestjs/testing';
import SwaggerParser from '@apidevtools/swagger-parser';
import { expect, it } from 'vitest';
import { AppModule } from '../src/app.module.js';
import { setUpApiDocument } from '../src/http/api-document.js';
import { configureHttp } from '../src/http/configure-http.js';
import { createHttpAdapter } from '../src/http/http-adapter.js';
import { testConfig } from '../src/intake/intake.fixtures.js';
import { createTestDatabase } from './support/test-database.js';
it('whole', async () => {
  const database = await createTestDatabase();
  const config = testConfig({ database: { embedded: false, poolSize: 5 } });
  const secrets: any = { databaseUrl: database.url, redisUrl: null, inboundApiKeys: ['k'], inboundBasicUsers: [], adminApiKeys: ['a'], encryptionKeys: [{ id: 'k1', key: Buffer.alloc(32, 1) }], adobeClientSecrets: [] };
  const module = await Test.createTestingModule({ imports: [AppModule.register({ config, secrets })] }).compile();
  const app = module.createNestApplication<NestFastifyApplication>(createHttpAdapter(config), { logger: ['fatal', 'error'] });
  await configureHttp(app, config);
  setUpApiDocument(app, config);
  await app.init();
  await app.getHttpAdapter().getInstance().ready();
  const d = (await app.inject({ url: '/docs-json' })).json();
  for (const [p, ops] of Object.entries<any>(d.paths)) for (const [m, op] of Object.entries<any>(ops)) console.log(m, p, op.operationId, JSON.stringify(op.security));
  console.log(Object.keys(d.components.schemas).join(' '));
  await SwaggerParser.validate(d);
  for (const u of ['/health/ready', '/metrics']) { const r = await app.inject({ url: u }); console.log(r.statusCode, r.body.slice(0, 200)); }
  const m = (await app.inject({ url: '/metrics' })).body.split('\n').filter((l: string) => l.startsWith('ricochet')).join('\n'); console.log(m);
  // plans
  await database.dataSource.query(`INSERT INTO actions (id, service, dialect, tenant, object_type, entity_id, state, received_at, deadline_at)
    SELECT (lpad(to_hex(1763700000000 + g * 100), 12, '0') || '7000' || '8000' || lpad(to_hex(g), 12, '0'))::uuid, 's' || g % 3, 'adobe', 't', 'lead', g::text, CASE WHEN g % 1000 = 0 THEN 'expired' ELSE 'completed' END, now(), now() FROM generate_series(1, 300000) g`);
  await database.dataSource.query(`INSERT INTO action_payloads (action_id, token_key, request, secrets, callback_url) SELECT id, id, '{"token":null,"context":{"journey":{"id":"j-' || (entity_id::int / 1000) || '"}},"pad":"' || repeat('x', 1500) || '"}', 's', 'u' FROM actions`);
  await database.dataSource.query('ANALYZE');
  for (const q of ['', 'service=s1', 'state=expired', 'entityId=5', 'entityId=nope', 'journeyId=j-7&since=2025-01-01', 'journeyId=nope&since=2025-01-01', 'since=2025-11-21&until=2025-11-22&state=expired', 'requestId=019aa425-3d00-7000-8000-000000000001']) {
    const t = performance.now();
    const r = await app.inject({ url: `/admin/actions?${q}`, headers: { authorization: 'Bearer a' } });
    console.log(q, r.statusCode, r.json().items?.length ?? r.json().title, (performance.now() - t).toFixed(0), 'ms');
  }
  await app.close();
  await database.drop();
}, 120000);
