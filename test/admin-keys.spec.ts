import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { AdminKeyUses } from '../src/security/admin-key-uses.js';
import { AuditRetentionSweeper } from '../src/recovery/audit-retention.sweeper.js';
import { type Answer, type RunningApp, startApp, TEST_ADMIN_KEY } from './support/app.js';
import { send } from './support/company-world.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

interface Issued {
  readonly id: string;
  readonly key: string;
}

let database: TestDatabase;
let service: RunningApp;
/** Another process on the same database. */
let replica: RunningApp;
let written = '';
let made = 0;

beforeAll(async () => {
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      written += String(text);
      return true;
    });
  }
  database = await createTestDatabase();
  service = await startApp({ databaseUrl: database.url, env: { LOG_LEVEL: 'verbose' } });
  replica = await startApp({ databaseUrl: database.url, env: { LOG_LEVEL: 'verbose', AUDIT_ADDRESS: 'full' } });
});
afterAll(async () => {
  await service.close();
  await replica.close();
  await database.drop();
  vi.restoreAllMocks();
});
afterEach(() => {
  written = '';
});

function ask(
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
  { key = TEST_ADMIN_KEY, at = service }: { key?: string; at?: RunningApp } = {},
): Promise<Answer> {
  return send(method, `${at.url}${path}`, { authorization: `Bearer ${key}` }, body);
}

async function issue(role = 'viewer', over: object = {}): Promise<Issued> {
  made += 1;
  const answer = await ask('POST', '/admin/keys', { name: `key ${String(made)}`, role, ...over });
  expect(answer.status).toBe(201);
  return answer.body as unknown as Issued;
}

function statusFor(key: string, at = service): Promise<number> {
  return ask('GET', '/admin/egress', undefined, { key, at }).then(({ status }) => status);
}

function sql<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
  return database.dataSource.query<Row[]>(text, values);
}

describe('a stored admin key', () => {
  it('is made with a name, a role and an end, and is good in every process', async () => {
    const answer = await ask('POST', '/admin/keys', { name: 'Night shift', role: 'operator' });
    expect(answer.status).toBe(201);
    expect(answer.headers['cache-control']).toBe('no-store');
    const { id, key, ...shown } = answer.body as unknown as Issued & Record<string, unknown>;
    expect(shown).toMatchObject({ name: 'Night shift', role: 'operator', state: 'active', createdBy: 'env' });
    const days = (Date.parse(shown['expiresAt'] as string) - Date.now()) / 86_400_000;
    expect(Math.round(days)).toBe(90);
    expect(await statusFor(key)).toBe(200);
    expect(await statusFor(key, replica)).toBe(200);
    const { body } = await ask('GET', `/admin/keys/${id}`);
    expect(body).toEqual({ ...shown, id, lastUsedAt: body['lastUsedAt'] });
  });

  it('never ends where null says so', async () => {
    const { id } = await issue('viewer', { expiresAt: null });
    expect((await ask('GET', `/admin/keys/${id}`)).body).toMatchObject({ expiresAt: null, state: 'active' });
  });

  it('is refused by every process as soon as it is disabled, and taken again once it is enabled', async () => {
    const { id, key } = await issue();
    expect(await statusFor(key, replica)).toBe(200);
    expect((await ask('PATCH', `/admin/keys/${id}`, { disabled: true })).body).toMatchObject({ state: 'disabled' });
    for (const at of [service, replica]) {
      const refused = await ask('GET', '/admin/egress', undefined, { key, at });
      expect(refused).toMatchObject({
        status: 401,
        body: { code: 'UNAUTHORIZED', title: 'The admin key is disabled' },
      });
    }
    expect((await ask('PATCH', `/admin/keys/${id}`, { disabled: false })).body).toMatchObject({ disabledAt: null });
    expect(await statusFor(key, replica)).toBe(200);
  });

  it('is refused once it is over, and once it is deleted', async () => {
    const { id, key } = await issue();
    await sql(`UPDATE admin_keys SET expires_at = now() WHERE id = $1`, [id]);
    expect((await ask('GET', '/admin/egress', undefined, { key })).body).toMatchObject({
      title: 'The admin key has expired',
    });
    expect((await ask('GET', `/admin/keys/${id}`)).body).toMatchObject({ state: 'expired' });
    const later = { expiresAt: new Date(Date.now() + 60_000).toISOString() };
    expect((await ask('PATCH', `/admin/keys/${id}`, later)).status).toBe(200);
    expect(await statusFor(key)).toBe(200);
    expect((await ask('DELETE', `/admin/keys/${id}`)).status).toBe(204);
    expect(await statusFor(key)).toBe(401);
    expect((await ask('GET', `/admin/keys/${id}`)).status).toBe(404);
  });

  it('has another role from the next request on', async () => {
    const { id, key } = await issue('viewer');
    expect((await ask('GET', '/admin/keys', undefined, { key })).status).toBe(403);
    await ask('PATCH', `/admin/keys/${id}`, { role: 'admin' });
    expect((await ask('GET', '/admin/keys', undefined, { key })).status).toBe(200);
  });

  it('says when it was used last, in one write for many requests', async () => {
    const { id, key } = await issue();
    for (let count = 0; count < 5; count += 1) await statusFor(key);
    const [before] = await sql<{ last: Date | null }>('SELECT last_used_at AS last FROM admin_keys WHERE id = $1', [
      id,
    ]);
    expect(before?.last).toBeNull();
    await service.app.get(AdminKeyUses, { strict: false }).flush();
    const { body } = await ask('GET', `/admin/keys/${id}`);
    expect(Math.abs(Date.now() - Date.parse(body['lastUsedAt'] as string))).toBeLessThan(60_000);
  });

  it('is listed page by page, the newest first', async () => {
    const [first, second] = [await issue(), await issue()];
    const page = (await ask('GET', '/admin/keys?limit=1')).body as { items: Issued[]; nextCursor: string };
    expect(page.items.map(({ id }) => id)).toEqual([second.id]);
    const next = await ask('GET', `/admin/keys?limit=1&cursor=${page.nextCursor}`);
    expect((next.body['items'] as Issued[]).map(({ id }) => id)).toEqual([first.id]);
  });

  it.each([
    ['no name', { role: 'viewer' }, 'name'],
    ['an empty name', { name: '', role: 'viewer' }, 'name'],
    ['a name of 65 letters', { name: 'a'.repeat(65), role: 'viewer' }, 'name'],
    ['a name with a line break', { name: 'a\nb', role: 'viewer' }, 'name'],
    ['a name that is a number', { name: 7, role: 'viewer' }, 'name'],
    ['no role', { name: 'x' }, 'role'],
    ['an unknown role', { name: 'x', role: 'root' }, 'role'],
    ['a role in capitals', { name: 'x', role: 'ADMIN' }, 'role'],
    ['an end that has passed', { name: 'x', role: 'viewer', expiresAt: '2020-01-01' }, 'expiresAt'],
    ['an end that is no moment', { name: 'x', role: 'viewer', expiresAt: 'soon' }, 'expiresAt'],
    ['a key of its own', { name: 'x', role: 'viewer', key: 'mine' }, 'key'],
  ])('is not made with %s', async (_title, body, field) => {
    const answer = await ask('POST', '/admin/keys', body);
    expect(answer).toMatchObject({ status: 422, body: { code: 'VALIDATION_ERROR' } });
    expect((answer.body['errors'] as { field: string }[]).map((error) => error.field)).toContain(field);
  });

  it.each([
    ['null for a name', { name: null }],
    ['an unknown role', { role: 'root' }],
    ['text for disabled', { disabled: 'true' }],
    ['null for disabled', { disabled: null }],
    ['an end that has passed', { expiresAt: '2020-01-01' }],
    ['an unknown field', { secret: 'x' }],
  ])('is not edited with %s', async (_title, change) => {
    const { id } = await issue();
    const before = (await ask('GET', `/admin/keys/${id}`)).body;
    expect((await ask('PATCH', `/admin/keys/${id}`, change)).status).toBe(422);
    expect((await ask('GET', `/admin/keys/${id}`)).body).toEqual(before);
  });

  it('has a name of its own, in any case, which is not that of the environment', async () => {
    await issue('viewer', { name: 'Taken' });
    for (const name of ['TAKEN', 'env', 'Env']) {
      expect((await ask('POST', '/admin/keys', { name, role: 'viewer' })).status, name).toBe(409);
      const { id } = await issue();
      expect((await ask('PATCH', `/admin/keys/${id}`, { name })).status, name).toBe(409);
    }
  });

  it('of no id is not there', async () => {
    for (const method of ['GET', 'PATCH', 'DELETE'] as const) {
      const body = method === 'PATCH' ? {} : undefined;
      expect((await ask(method, `/admin/keys/${randomUUID()}`, body)).status).toBe(404);
      expect((await ask(method, '/admin/keys/none', body)).status).toBe(400);
    }
  });
});

describe('the audit', () => {
  it('has each change in its transaction: the key, the request, the address, before and after', async () => {
    const { id: actorId, key } = await issue('admin', { name: 'The auditor' });
    const { id } = await issue('viewer', { name: 'before' });
    await ask('PATCH', `/admin/keys/${id}`, { name: 'after', role: 'operator', disabled: true }, { key });
    await ask('DELETE', `/admin/keys/${id}`, undefined, { key, at: replica });
    const { body } = await ask('GET', `/admin/audit?resource=key:${id}`);
    const items = body['items'] as Record<string, unknown>[];
    expect(items).toMatchObject([
      { action: 'key.delete', actor: { keyId: actorId, name: 'The auditor' }, address: '127.0.0.1' },
      {
        action: 'key.change',
        actor: { keyId: actorId, name: 'The auditor' },
        address: '127.0.0.0/24',
        details: {
          before: { name: 'before', role: 'viewer', isDisabled: false },
          after: { name: 'after', role: 'operator', isDisabled: true },
        },
      },
      { action: 'key.create', actor: { keyId: null, name: 'env' } },
    ]);
    expect(new Set(items.map(({ requestId }) => requestId)).size).toBe(3);
    const [row] = await sql<{ same: boolean }>(
      `SELECT a.xmin = k.xmin AS same FROM admin_keys k JOIN admin_audit a ON a.target = 'key:' || k.id WHERE k.id = $1`,
      [actorId],
    );
    expect(row?.same).toBe(true);
  });

  it('is not written where the change was not made', async () => {
    const { id } = await issue();
    const count = () => sql('SELECT count(*) FROM admin_audit');
    const before = await count();
    await ask('PATCH', `/admin/keys/${id}`, { role: 'root' });
    await ask('PATCH', `/admin/keys/${id}`, { name: 'env' });
    await ask('DELETE', `/admin/keys/${randomUUID()}`);
    expect(await count()).toEqual(before);
  });

  it('is filtered by actor, action, resource, request and time, page by page', async () => {
    const { id, key } = await issue('admin', { name: 'Filter' });
    const [a, b] = [await issue(), await issue()];
    for (const target of [a, b]) await ask('PATCH', `/admin/keys/${target.id}`, { role: 'admin' }, { key });
    const list = async (query: string) => {
      const answer = await ask('GET', `/admin/audit?${query}`);
      expect(answer.status, JSON.stringify(answer.body)).toBe(200);
      return answer.body as { items: { id: string; resource: string; requestId: string }[]; nextCursor: string | null };
    };
    const expected = [`key:${b.id}`, `key:${a.id}`];
    for (const actor of ['Filter', id, id.toUpperCase()]) {
      expect((await list(`actor=${actor}`)).items.map(({ resource }) => resource)).toEqual(expected);
    }
    const first = await list(`actor=Filter&action=key.change&resource=key&limit=1`);
    expect(first.items.map(({ resource }) => resource)).toEqual(expected.slice(0, 1));
    const second = await list(`actor=Filter&limit=1&cursor=${first.nextCursor ?? ''}`);
    expect(second).toMatchObject({ items: [{ resource: expected[1] }], nextCursor: null });
    expect((await list(`requestId=${first.items[0]?.requestId ?? ''}`)).items).toEqual(first.items);
    const [hourAgo, inAnHour] = [-1, 1].map((hours) => new Date(Date.now() + hours * 3_600_000).toISOString());
    expect((await list(`actor=Filter&since=${hourAgo ?? ''}&until=${inAnHour ?? ''}`)).items).toHaveLength(2);
    expect((await list(`actor=Filter&until=${hourAgo ?? ''}`)).items).toEqual([]);
    expect((await list(`actor=Filter&since=${inAnHour ?? ''}`)).items).toEqual([]);
    expect((await list('resource=ke')).items).toEqual([]);
  });

  it.each([
    'action=key.made',
    'action=key.create&action=key.change',
    'actor=',
    'resource=%00',
    'requestId=1',
    'since=soon',
    'since=2026-11-21&until=2026-11-20',
    'cursor=1',
    'limit=201',
    'verb=key.create',
  ])('refuses ?%s', async (query) => {
    expect((await ask('GET', `/admin/audit?${query}`)).status).toBe(400);
  });

  it('forgets entries after RETENTION_AUDIT_DAYS', async () => {
    // Of the year 2020: ids carry their time.
    const old = '016f5e66-e800-7000-8000-000000000001';
    await sql(`INSERT INTO admin_audit (id, actor, verb, target) VALUES ($1, 'a', 'resend', 'delivery:x')`, [old]);
    const before = (await sql('SELECT 1 FROM admin_audit')).length;
    expect(await service.app.get(AuditRetentionSweeper, { strict: false }).sweep()).toBe(false);
    expect((await sql('SELECT 1 FROM admin_audit')).length).toBe(before - 1);
  });
});

describe('an admin key is shown once', () => {
  it('and is in no other answer, log line, metric or row', async () => {
    const { id, key } = await issue('admin', { name: 'Canary' });
    const answers: Answer[] = [];
    for (const path of [
      '/admin/keys',
      `/admin/keys/${id}`,
      '/admin/audit',
      '/admin/status',
      '/docs-json',
      '/metrics',
    ]) {
      answers.push(await ask('GET', path, undefined, { key }));
    }
    answers.push(await ask('PATCH', `/admin/keys/${id}`, { name: 'Canary 2' }, { key }));
    answers.push(await ask('POST', '/admin/keys', { name: key, role: 'root' }, { key }));
    answers.push(await ask('GET', `/admin/keys/${key}`, undefined, { key }));
    answers.push(await ask('DELETE', `/admin/keys/${id}`, undefined, { key }));
    answers.push(await ask('GET', '/admin/keys', undefined, { key }));
    await service.app.get(AdminKeyUses, { strict: false }).flush();
    expect(JSON.stringify(answers)).not.toContain(key);
    expect(written).toContain('Request refused');
    expect(written).not.toContain(key);
    for (const table of ['admin_keys', 'admin_audit']) {
      const rows = await sql(`SELECT t::text FROM ${table} t`);
      expect(rows.length).toBeGreaterThan(0);
      expect(JSON.stringify(rows)).not.toContain(key);
    }
  });
});

describe('an edit with If-Match', () => {
  const put = (id: string, body: object, etag: string) =>
    send(
      'PATCH',
      `${service.url}/admin/keys/${id}`,
      { authorization: `Bearer ${TEST_ADMIN_KEY}`, 'if-match': etag },
      body,
    );

  it('is made to the state that was seen, and to no other', async () => {
    const { id, key } = await issue('viewer');
    const seen = (await ask('GET', `/admin/keys/${id}`)).headers['etag'] as string;
    const first = await put(id, { role: 'operator' }, seen);
    expect(first.status).toBe(200);
    const current = first.headers['etag'] as string;
    expect(current).not.toBe(seen);
    const second = await put(id, { name: 'overwritten' }, seen);
    expect(second).toMatchObject({ status: 412, body: { code: 'PRECONDITION_FAILED' }, headers: { etag: current } });
    // A use is no edit.
    await statusFor(key);
    await service.app.get(AdminKeyUses, { strict: false }).flush();
    expect((await put(id, { role: 'admin' }, current)).status).toBe(200);
    expect((await ask('GET', `/admin/keys/${id}`)).body).toMatchObject({ role: 'admin' });
  });

  it('lets one of many at once through', async () => {
    const { id } = await issue('viewer');
    const seen = (await ask('GET', `/admin/keys/${id}`)).headers['etag'] as string;
    const edits = Array.from({ length: 6 }, (_, index) => put(id, { name: `${id.slice(-6)} ${String(index)}` }, seen));
    const statuses = (await Promise.all(edits)).map(({ status }) => status).sort();
    expect(statuses).toEqual([200, 412, 412, 412, 412, 412]);
  });

  it('deletes only what was seen', async () => {
    const { id } = await issue('viewer');
    const headers = { authorization: `Bearer ${TEST_ADMIN_KEY}` };
    const remove = (etag: string) =>
      send('DELETE', `${service.url}/admin/keys/${id}`, { ...headers, 'if-match': etag });
    expect((await remove('"other"')).status).toBe(412);
    expect((await remove('other')).status).toBe(400);
    expect((await remove('*')).status).toBe(204);
  });

  it('without it is made to the state as it is', async () => {
    const { id } = await issue('viewer');
    expect((await ask('PATCH', `/admin/keys/${id}`, { role: 'operator' })).status).toBe(200);
    expect((await ask('PATCH', `/admin/keys/${id}`, { role: 'admin' })).status).toBe(200);
  });

  it('can be sent with every edit', async () => {
    const { body } = await send('GET', `${service.url}/docs-json`, {});
    const paths = body['paths'] as Record<string, Record<string, { parameters?: { name: string }[] }>>;
    const without: string[] = [];
    for (const [path, operations] of Object.entries(paths).filter(([name]) => name.startsWith('/admin/'))) {
      for (const [method, { parameters = [] }] of Object.entries(operations)) {
        if (!['put', 'patch', 'delete'].includes(method)) continue;
        if (!parameters.some(({ name }) => name === 'If-Match')) without.push(`${method} ${path}`);
      }
    }
    expect(without).toEqual([]);
  });
});
