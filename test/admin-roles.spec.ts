import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApp } from '../src/boot.js';
import { loadConfig } from '../src/config/load-config.js';
import { ADMIN_ROLES, type AdminRole, reaches } from '../src/security/admin-roles.js';
import { ADMIN_ROUTES } from '../src/security/admin-routes.js';
import { type Answer, testEnvironment } from './support/app.js';
import { admin, send } from './support/company-world.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

type Method = Parameters<typeof send>[0];

const ROUTES = Object.entries(ADMIN_ROUTES);

let database: TestDatabase;
let app: NestFastifyApplication;
let dataDir: string;
let service: { url: string };
const served: string[] = [];
const keys = new Map<AdminRole, string>();

beforeAll(async () => {
  database = await createTestDatabase();
  dataDir = mkdtempSync(join(tmpdir(), 'ricochet-app-'));
  app = await createApp(loadConfig({ DATA_DIR: dataDir, ...testEnvironment({ databaseUrl: database.url }) }));
  app
    .getHttpAdapter()
    .getInstance()
    .addHook('onRoute', ({ method, url }) => {
      for (const one of [method].flat()) {
        if (!['HEAD', 'OPTIONS'].includes(one) && /^\/admin(\/|$)/i.test(url)) served.push(`${one} ${url}`);
      }
    });
  await app.listen(0, '127.0.0.1');
  service = { url: `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}` };
  for (const role of ADMIN_ROLES) {
    const { body } = await admin(service, 'POST', '/admin/keys', { name: `a ${role}`, role });
    keys.set(role, body['key'] as string);
  }
});
afterAll(async () => {
  await app.close();
  await database.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

/** Parameters are of the right form and name nothing: a request that is let through finds nothing to change. */
function ask(route: string, headers: Record<string, string>): Promise<Answer> {
  const [method = '', pattern = ''] = route.split(' ');
  const path = pattern.replace(/:(\w+)/g, (_match, name: string) => (name === 'version' ? '1' : randomUUID()));
  const hasBody = method !== 'GET' && method !== 'DELETE';
  return send(method as Method, service.url + path, headers, hasBody ? {} : undefined);
}

function bearer(key: string | undefined): Record<string, string> {
  return { authorization: `Bearer ${key ?? ''}` };
}

describe('the table of least roles', () => {
  it('has every route under /admin, and no other', () => {
    expect([...new Set(served)].sort()).toEqual(Object.keys(ADMIN_ROUTES).sort());
  });

  it('knows each role as the least of some route', () => {
    expect([...new Set(Object.values(ADMIN_ROUTES))].sort()).toEqual([...ADMIN_ROLES].sort());
  });

  it('stands in the API document', async () => {
    const { body } = await send('GET', `${service.url}/docs-json`, {});
    const paths = body['paths'] as Record<string, Record<string, { description?: string; responses: object }>>;
    for (const [route, least] of ROUTES) {
      const [method = '', pattern = ''] = route.split(' ');
      const operation = paths[pattern.replace(/:(\w+)/g, '{$1}')]?.[method.toLowerCase()];
      expect(operation?.description, route).toContain(`Least role: ${least}.`);
      expect(Object.hasOwn(operation?.responses ?? {}, '403'), route).toBe(least !== 'viewer');
    }
  });
});

describe.each(ADMIN_ROLES)('a key of the role %s', (role) => {
  it.each(ROUTES)(`asks %s, whose least role is %s`, async (route, least) => {
    const { status, headers, body } = await ask(route, bearer(keys.get(role)));
    if (reaches(role, least)) {
      // Let through: done, or refused for the request's own sake.
      expect([200, 201, 202, 204, 400, 404, 409, 415, 422], JSON.stringify(body)).toContain(status);
      return;
    }
    expect(status).toBe(403);
    expect(headers['content-type']).toContain('application/problem+json');
    expect(body).toMatchObject({ status: 403, code: 'FORBIDDEN', title: expect.stringContaining(least) as string });
  });
});

describe('without a live key', () => {
  it.each(ROUTES.map(([route]) => route))('%s is refused', async (route) => {
    for (const headers of [{}, bearer('x'.repeat(43)), bearer('caller')]) {
      const answer = await ask(route, headers);
      expect(answer.status).toBe(401);
      expect(answer.headers['content-type']).toContain('application/problem+json');
      expect(answer.body).toMatchObject({ status: 401, code: 'UNAUTHORIZED' });
    }
  });
});

it('HEAD takes the role of GET', async () => {
  for (const [role, status] of [
    ['operator', 403],
    ['admin', 200],
  ] as const) {
    const answer = await app.inject({ method: 'HEAD', url: '/admin/keys', headers: bearer(keys.get(role)) });
    expect(answer.statusCode).toBe(status);
  }
});

it('a path in other letters takes the same role', async () => {
  const answer = await send('GET', `${service.url}/ADMIN/Keys`, bearer(keys.get('viewer')));
  expect([403, 404]).toContain(answer.status);
});
