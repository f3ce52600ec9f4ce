import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { Agent, type Dispatcher, request } from 'undici';
import { createApp } from '../../src/boot.js';
import { loadConfig } from '../../src/config/load-config.js';
import type { FakeAdobe } from './fake-adobe.js';

export const TEST_KEY = 'test-key-of-a-caller-0001';
export const TEST_ADMIN_KEY = 'test-key-of-an-admin-0001';
const ENCRYPTION_KEY = `k1:${Buffer.alloc(32, 7).toString('base64')}`;

/** An answer, read whole. */
export interface Answer<Body = Record<string, unknown>> {
  readonly status: number;
  readonly headers: Record<string, string | string[] | undefined>;
  readonly body: Body;
}

/** A service in this process, on a database of its own, listening on a free port. */
export interface RunningApp {
  readonly app: NestFastifyApplication;
  readonly url: string;
  submit(body: unknown, path?: string): Promise<Answer>;
  admin(path: string, options?: { method?: 'GET' | 'POST'; body?: unknown }): Promise<Answer>;
  close(): Promise<void>;
}

export interface AppOptions {
  readonly databaseUrl: string;
  readonly adobe?: FakeAdobe;
  /** Further variables of the environment. */
  readonly env?: Record<string, string>;
}

/** The environment of a service under test: short timings, fixed keys, loopback only. */
export function testEnvironment(options: AppOptions): Record<string, string> {
  return {
    NODE_ENV: 'development',
    DATABASE_URL: options.databaseUrl,
    INBOUND_API_KEYS: TEST_KEY,
    ADMIN_API_KEYS: TEST_ADMIN_KEY,
    ENCRYPTION_KEYS: ENCRYPTION_KEY,
    IMS_BASE_URL: options.adobe?.url ?? 'http://127.0.0.1:9',
    ADOBE_CLIENT_ID: 'client',
    ADOBE_CLIENT_SECRETS: 'secret',
    ADOBE_SCOPES: 'openid,AdobeID',
    POLL_MS: '200',
    LOG_LEVEL: 'fatal',
    ...options.env,
  };
}

/** Starts the whole application in this process. */
export async function startApp(options: AppOptions): Promise<RunningApp> {
  const dataDir = mkdtempSync(join(tmpdir(), 'ricochet-app-'));
  const loaded = loadConfig({ DATA_DIR: dataDir, ...testEnvironment(options) });
  const app = await createApp(loaded);
  await app.listen(0, '127.0.0.1');
  const url = `http://127.0.0.1:${(app.getHttpServer().address() as AddressInfo).port}`;
  return {
    app,
    url,
    submit: (body, path = '/submitAsyncAction') => call('POST', `${url}${path}`, { 'x-api-key': TEST_KEY }, body),
    admin: (path, { method = 'GET', body } = {}) =>
      call(method, `${url}${path}`, { authorization: `Bearer ${TEST_ADMIN_KEY}` }, body),
    close: async () => {
      await app.close();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}

/** One request; a string body is sent as it is. */
export async function call(
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  url: string,
  headers: Record<string, string>,
  body?: unknown,
): Promise<Answer> {
  const own = dispatcherFor(url);
  const answer = await request(url, {
    ...(own !== undefined && { dispatcher: own }),
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await textOf(answer, own);
  return {
    status: answer.statusCode,
    headers: answer.headers,
    body: (text === '' ? {} : tryJson(text)) as Record<string, unknown>,
  };
}

/**
 * A stream of events has no end, and is cut off: by connections of its own. The shared ones would be opened anew for the
 * next request, and a service that stops waits for a connection that has carried none.
 */
export function dispatcherFor(url: string): Agent | undefined {
  return /\/admin\/events(\?|$)/.test(url) ? new Agent() : undefined;
}

/** The text of an answer, empty for a stream of events. */
export async function textOf({ headers, body }: Dispatcher.ResponseData, own: Agent | undefined): Promise<string> {
  const isStream = String(headers['content-type']).startsWith('text/event-stream');
  if (isStream) body.on('error', () => undefined);
  const text = isStream ? '' : await body.text();
  await own?.destroy();
  return text;
}

function tryJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return { text };
  }
}
