import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Answer, type RunningApp, startApp, TEST_ADMIN_KEY } from './support/app.js';
import { send } from './support/company-world.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

interface Session {
  readonly cookie: string;
  readonly csrfToken: string;
}

let database: TestDatabase;
let service: RunningApp;
/** Another process on the same database, with another key in its environment. */
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
  replica = await startApp({ databaseUrl: database.url, env: { ADMIN_API_KEYS: 'another-key-of-an-admin-02' } });
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

function sql<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
  return database.dataSource.query<Row[]>(text, values);
}

async function newKey(role: string): Promise<{ id: string; key: string }> {
  made += 1;
  const headers = { authorization: `Bearer ${TEST_ADMIN_KEY}` };
  const { body } = await send('POST', `${service.url}/admin/keys`, headers, { name: `session ${made}`, role });
  return body as unknown as { id: string; key: string };
}

async function logIn(key: string, at = service): Promise<Session & { answer: Answer }> {
  const answer = await send('POST', `${at.url}/admin/session`, { authorization: `Bearer ${key}` });
  expect(answer.status, JSON.stringify(answer.body)).toBe(200);
  const cookie = String(answer.headers['set-cookie']).split(';')[0] ?? '';
  return { answer, cookie, csrfToken: answer.body['csrfToken'] as string };
}

function ask(
  session: Session,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
  path: string,
  { body, at = service, headers = {} }: { body?: unknown; at?: RunningApp; headers?: Record<string, string> } = {},
): Promise<Answer> {
  const csrf: Record<string, string> = method === 'GET' ? {} : { 'x-csrf-token': session.csrfToken };
  return send(method, at.url + path, { cookie: session.cookie, ...csrf, ...headers }, body);
}

describe('a session', () => {
  it('begins with a key, by a cookie that no script and no other site can use', async () => {
    const { answer } = await logIn(TEST_ADMIN_KEY);
    const cookie = String(answer.headers['set-cookie']);
    expect(cookie).toMatch(/^ricochet_session=[\w-]{43}; Max-Age=43200; Path=\/admin; HttpOnly; SameSite=Strict$/);
    expect(answer.headers['cache-control']).toBe('no-store');
    expect(answer.body).toMatchObject({ name: 'env', role: 'admin' });
  });

  it('is secure where browsers come by https', async () => {
    const secure = await startApp({ databaseUrl: database.url, env: { PUBLIC_URL: 'https://ricochet.example.com' } });
    const { answer } = await logIn(TEST_ADMIN_KEY, secure);
    expect(String(answer.headers['set-cookie'])).toContain('; Secure');
    await secure.close();
  });

  it('is stored as a hash, and is in no log line', async () => {
    const { cookie, csrfToken } = await logIn(TEST_ADMIN_KEY);
    const token = cookie.slice(cookie.indexOf('=') + 1);
    const hash = createHash('sha256').update(token).digest();
    expect(await sql('SELECT 1 FROM admin_sessions WHERE token_hash = $1', [hash])).toHaveLength(1);
    const [row] = await sql<{ text: string }>('SELECT string_agg(s::text, $1) AS text FROM admin_sessions s', ['']);
    for (const secret of [token, csrfToken, TEST_ADMIN_KEY]) {
      expect(row?.text).not.toContain(secret);
      expect(written).not.toContain(secret);
    }
  });

  it.each(['viewer', 'operator', 'admin'])('has the role of its key: %s', async (role) => {
    const session = await logIn((await newKey(role)).key);
    expect((await ask(session, 'GET', '/admin/session')).body).toMatchObject({ role, csrfToken: session.csrfToken });
    expect((await ask(session, 'GET', '/admin/status')).status).toBe(200);
    expect((await ask(session, 'GET', '/admin/keys')).status).toBe(role === 'admin' ? 200 : 403);
    const resent = await ask(session, 'POST', '/admin/deliveries/01934b2c-7d31-7c52-9a2e-0a5f3c1b8e10/resend', {
      body: {},
    });
    expect(resent.status).toBe(role === 'viewer' ? 403 : 404);
  });

  it('is in the audit under the name of its key, from log-in to log-out', async () => {
    const { id, key } = await newKey('admin');
    const session = await logIn(key);
    await ask(session, 'POST', '/admin/keys', { body: { name: 'made by a session', role: 'viewer' } });
    expect((await ask(session, 'POST', '/admin/session/end')).status).toBe(204);
    const rows = await sql<{ verb: string }>('SELECT verb FROM admin_audit WHERE key_id = $1 ORDER BY id', [id]);
    expect(rows.map(({ verb }) => verb)).toEqual(['session.begin', 'key.create', 'session.end']);
  });

  it('does not begin with another session', async () => {
    const session = await logIn(TEST_ADMIN_KEY);
    expect((await ask(session, 'POST', '/admin/session')).status).toBe(400);
  });

  it('a key in Authorization counts before it', async () => {
    const session = await logIn((await newKey('admin')).key);
    const viewer = await newKey('viewer');
    const answer = await ask(session, 'GET', '/admin/session', { headers: { authorization: `Bearer ${viewer.key}` } });
    expect(answer.body).toMatchObject({ role: 'viewer', csrfToken: null });
    const wrong = await ask(session, 'GET', '/admin/session', { headers: { authorization: 'Bearer wrong' } });
    expect(wrong.status).toBe(401);
  });
});

describe('a change by a session', () => {
  it.each([
    ['no token', () => ({})],
    ['an empty token', () => ({ 'x-csrf-token': '' })],
    ['the token of another session', (other: Session) => ({ 'x-csrf-token': other.csrfToken })],
    ['the cookie itself', (_: Session, own: Session) => ({ 'x-csrf-token': own.cookie.split('=')[1] ?? '' })],
    ['a token of the right length', () => ({ 'x-csrf-token': 'x'.repeat(43) })],
  ] as const)('is refused with %s', async (_what, headersOf) => {
    const own = await logIn(TEST_ADMIN_KEY);
    const headers: Record<string, string> = { cookie: own.cookie, ...headersOf(await logIn(TEST_ADMIN_KEY), own) };
    const answer = await send('POST', `${service.url}/admin/keys`, headers, { name: 'forged', role: 'admin' });
    expect(answer.status).toBe(401);
    expect(answer.body).toMatchObject({
      code: 'UNAUTHORIZED',
      title: expect.stringContaining('X-CSRF-Token') as string,
    });
    expect((await send('POST', `${service.url}/admin/session/end`, { cookie: own.cookie })).status).toBe(401);
    expect((await ask(own, 'GET', '/admin/session')).status).toBe(200);
  });
});

describe('the end of a session', () => {
  it('comes with log-out, in every process at once', async () => {
    const session = await logIn((await newKey('viewer')).key);
    expect((await ask(session, 'GET', '/admin/status', { at: replica })).status).toBe(200);
    const out = await ask(session, 'POST', '/admin/session/end');
    expect(out.status).toBe(204);
    expect(String(out.headers['set-cookie'])).toContain('Max-Age=0');
    for (const at of [service, replica]) expect((await ask(session, 'GET', '/admin/status', { at })).status).toBe(401);
  });

  it.each([
    ['disabled', `UPDATE admin_keys SET disabled_at = now() WHERE id = $1`],
    ['over', `UPDATE admin_keys SET expires_at = now() WHERE id = $1`],
    ['deleted', `DELETE FROM admin_keys WHERE id = $1`],
  ])('comes when its key is %s', async (_how, statement) => {
    const { id, key } = await newKey('viewer');
    const session = await logIn(key);
    await sql(statement, [id]);
    for (const at of [service, replica]) {
      const answer = await ask(session, 'GET', '/admin/status', { at });
      expect(answer.status).toBe(401);
      expect(answer.body).toMatchObject({ code: 'UNAUTHORIZED', title: 'The session is over: log in again' });
    }
  });

  it('comes where its key of the environment is gone', async () => {
    const session = await logIn(TEST_ADMIN_KEY);
    expect((await ask(session, 'GET', '/admin/status')).status).toBe(200);
    expect((await ask(session, 'GET', '/admin/status', { at: replica })).status).toBe(401);
  });

  it.each(['idle_ends_at', 'ends_at'])('comes with %s, and sessions that are over leave the table', async (column) => {
    const session = await logIn(TEST_ADMIN_KEY);
    await sql(`UPDATE admin_sessions SET ${column} = now()`);
    expect((await ask(session, 'GET', '/admin/status')).status).toBe(401);
    await logIn(TEST_ADMIN_KEY);
    expect(await sql('SELECT 1 FROM admin_sessions')).toHaveLength(1);
  });

  it('is put off by a person, not by a page that repeats its requests', async () => {
    await sql('DELETE FROM admin_sessions');
    const session = await logIn(TEST_ADMIN_KEY);
    const leftMinutes = async (): Promise<number> => {
      const [row] = await sql<{ left: number }>(
        'SELECT extract(epoch FROM idle_ends_at - now())::float8 / 60 AS left FROM admin_sessions',
      );
      return row?.left ?? 0;
    };
    await sql(`UPDATE admin_sessions SET idle_ends_at = now() + interval '5 minutes'`);
    await ask(session, 'GET', '/admin/status', { headers: { 'x-console-poll': '1' } });
    expect(await leftMinutes()).toBeLessThanOrEqual(5);
    await ask(session, 'GET', '/admin/status');
    expect(await leftMinutes()).toBeGreaterThan(29);
    await sql(
      `UPDATE admin_sessions SET idle_ends_at = now() + interval '5 minutes', ends_at = now() + interval '6 minutes'`,
    );
    await ask(session, 'GET', '/admin/status');
    expect(await leftMinutes()).toBeLessThanOrEqual(6);
  });
});

describe('a cookie of no session', () => {
  it.each([
    ['unknown', `ricochet_session=${'x'.repeat(43)}`],
    ['too short', 'ricochet_session=x'],
    ['with NUL', 'ricochet_session=%00'],
    ['broken', 'ricochet_session=%E0%A4%A'],
    ['empty', 'ricochet_session='],
    ['another name', `session=${'x'.repeat(43)}`],
    ['much', `ricochet_session=${'x'.repeat(4_000)}`],
  ])('%s: refused', async (_what, cookie) => {
    const answer = await send('GET', `${service.url}/admin/status`, { cookie });
    expect(answer.status).toBe(401);
    expect(answer.body).toMatchObject({ code: 'UNAUTHORIZED' });
  });

  it('is no caller either', async () => {
    const { cookie } = await logIn(TEST_ADMIN_KEY);
    expect((await send('POST', `${service.url}/submitAsyncAction`, { cookie }, {})).status).toBe(401);
    expect((await send('GET', `${service.url}/companies/acme/config/callbacks`, { cookie })).status).toBe(401);
  });
});
