import type { AddressInfo } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Agent, request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../simulator/free-port.js';
import { createApp } from '../src/boot.js';
import { loadConfig } from '../src/config/load-config.js';
import { listenForOperators } from '../src/http/configure-http.js';
import { call, TEST_ADMIN_KEY, TEST_KEY, testEnvironment } from './support/app.js';
import { connect } from './support/raw-connection.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const ADMIN = { authorization: `Bearer ${TEST_ADMIN_KEY}` };
const OPERATORS = ['/admin/status', '/admin/actions', '/metrics', '/docs', '/docs-json', '/docs/swagger-ui-init.js'];

let database: TestDatabase;
let app: NestFastifyApplication;
let publicUrl: string;
let managementUrl: string;

beforeAll(async () => {
  database = await createTestDatabase();
  const managementPort = await freePort();
  const loaded = loadConfig(
    testEnvironment({ databaseUrl: database.url, env: { MANAGEMENT_PORT: String(managementPort) } }),
  );
  app = await createApp(loaded);
  await app.listen(0, '127.0.0.1');
  await listenForOperators(app, loaded.config);
  publicUrl = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  managementUrl = `http://127.0.0.1:${managementPort}`;
});
afterAll(async () => {
  await app?.close();
  await database.drop();
});

async function statusOf(url: string): Promise<number> {
  return (await call('GET', url, ADMIN)).status;
}

async function rawStatusOf(url: string, path: string): Promise<number> {
  const connection = await connect(Number(new URL(url).port));
  connection.write(`GET ${path} HTTP/1.1\r\nHost: ricochet\r\nAuthorization: ${ADMIN.authorization}\r\n\r\n`);
  const answer = await connection.until(/^HTTP\/1\.1 \d{3}/);
  connection.destroy();
  return Number(answer.slice(9, 12));
}

describe('with MANAGEMENT_PORT', () => {
  it.each(OPERATORS)('%s is on the management port alone, key or no key', async (path) => {
    expect(await statusOf(managementUrl + path)).toBe(200);
    expect(await statusOf(publicUrl + path)).toBe(404);
    expect((await call('GET', publicUrl + path, {})).status).toBe(404);
  });

  it.each([
    '/admin/status/',
    '/admin/status?x=1',
    '/%61dmin/status',
    '/admin/%73tatus',
    '/ADMIN/status',
    '/metrics/',
    '/%6detrics',
    '//metrics',
    '/x/../metrics',
    '/.//metrics',
    '/docs/static/index.html',
  ])('%s leads to none of them on the public port', async (path) => {
    // Sent as it is: clients normalise paths.
    expect([400, 404]).toContain(await rawStatusOf(publicUrl, path));
  });

  it('the public port answers an edit with 404 as well, and does nothing', async () => {
    const body = { name: 'by the public door', role: 'viewer' };
    expect((await call('POST', `${publicUrl}/admin/keys`, ADMIN, body)).status).toBe(404);
    const { rows } = (await call('GET', `${managementUrl}/admin/keys`, ADMIN)).body as { rows?: unknown[] };
    expect(rows ?? []).toEqual([]);
  });

  it('an unknown address and a hidden one are answered alike', async () => {
    const shape = async (path: string) => {
      const { status, body } = await call('GET', publicUrl + path, ADMIN);
      return { status, keys: Object.keys(body).sort() };
    };
    expect(await shape('/admin/status')).toEqual(await shape('/admin/no-such-thing'));
  });

  it('callers and probes are served on the public port, probes on both', async () => {
    expect((await call('GET', `${publicUrl}/services`, { 'x-api-key': TEST_KEY })).status).not.toBe(500);
    expect((await call('GET', `${publicUrl}/openapi.json`, { 'x-api-key': TEST_KEY })).status).toBe(200);
    for (const url of [publicUrl, managementUrl]) expect(await statusOf(`${url}/health/live`)).toBe(200);
  });

  it('a connection that stays open on the management port does not hold up the end', async () => {
    const loaded = loadConfig(
      testEnvironment({ databaseUrl: database.url, env: { MANAGEMENT_PORT: String(await freePort()) } }),
    );
    const other = await createApp(loaded);
    await other.listen(0, '127.0.0.1');
    await listenForOperators(other, loaded.config);
    const agent = new Agent({ keepAliveTimeout: 60_000 });
    const url = `http://127.0.0.1:${loaded.config.http.managementPort}/health/live`;
    const { body } = await request(url, { dispatcher: agent });
    await body.dump();
    const startedAt = performance.now();
    await other.close();
    expect(performance.now() - startedAt).toBeLessThan(5_000);
    await expect(request(url)).rejects.toThrow(/ECONNREFUSED/);
    await agent.close();
  });
});

it('without it everything is on one port', async () => {
  const loaded = loadConfig(testEnvironment({ databaseUrl: database.url }));
  const plain = await createApp(loaded);
  await plain.listen(0, '127.0.0.1');
  await listenForOperators(plain, loaded.config);
  const url = `http://127.0.0.1:${(plain.getHttpServer().address() as AddressInfo).port}`;
  for (const path of OPERATORS) expect(await statusOf(url + path)).toBe(200);
  await plain.close();
});
