import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Answer, call, type RunningApp, startApp, TEST_ADMIN_KEY, TEST_KEY } from './support/app.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { leadRequest } from './support/requests.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/;
const ADMIN = { authorization: `Bearer ${TEST_ADMIN_KEY}` };
const CALLER = { 'x-api-key': TEST_KEY };
const SECRET = 'query-string-key-7777';

let database: TestDatabase;
let adobe: FakeAdobe;
let service: RunningApp;
let written = '';

beforeAll(async () => {
  // Both streams: errors go to the other one.
  for (const stream of [process.stdout, process.stderr]) {
    vi.spyOn(stream, 'write').mockImplementation((text) => {
      written += String(text);
      return true;
    });
  }
  database = await createTestDatabase();
  adobe = await FakeAdobe.start();
  service = await start({});
});
afterAll(async () => {
  await service.close();
  await adobe.stop();
  await database.drop();
  vi.restoreAllMocks();
});
afterEach(() => {
  written = '';
  adobe.answer = () => undefined;
});

function start(env: Record<string, string>): Promise<RunningApp> {
  return startApp({
    databaseUrl: database.url,
    adobe,
    env: { LOG_LEVEL: 'log', ADOBE_RETRY_SCHEDULE: '0s,100ms,100ms', ...env },
  });
}

/** Every line of the log so far; the test's own runner writes none of these. */
function lines(): Record<string, unknown>[] {
  return written
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

function refusals(): Record<string, unknown>[] {
  return lines().filter(({ message }) => message === 'Request refused');
}

function untilLines(message: string, count: number): Promise<Record<string, unknown>[]> {
  return vi.waitFor(() => {
    const found = lines().filter((line) => line['message'] === message);
    expect(found).toHaveLength(count);
    return found;
  });
}

describe('a refused request has a line with the id of its answer', () => {
  const body = leadRequest({ callbackUrl: 'https://callback.adobe.io/1' });
  it.each<[string, number, string, () => Promise<Answer>]>([
    ['no key', 401, 'UNAUTHORIZED', () => call('POST', `${service.url}/submitAsyncAction`, {}, body)],
    ['no JSON', 400, 'INVALID_REQUEST', () => call('POST', `${service.url}/submitAsyncAction`, CALLER, '{')],
    [
      'another type',
      415,
      'INVALID_REQUEST',
      () => call('POST', `${service.url}/submitAsyncAction`, { ...CALLER, 'content-type': 'text/plain' }, 'x'),
    ],
    [
      'a wrong field',
      400,
      'INVALID_REQUEST',
      () => call('POST', `${service.url}/submitAsyncAction`, CALLER, { ...body, token: 1 }),
    ],
    [
      'no such service',
      404,
      'RESOURCE_NOT_FOUND',
      () => call('POST', `${service.url}/services/none/submitAsyncAction`, CALLER, body),
    ],
    ['no such path', 404, 'RESOURCE_NOT_FOUND', () => call('GET', `${service.url}/nowhere?key=${SECRET}`, {})],
    ['another method', 405, 'INVALID_REQUEST', () => call('DELETE', `${service.url}/submitAsyncAction`, {})],
    ['no admin key', 401, 'UNAUTHORIZED', () => call('GET', `${service.url}/admin/actions`, {})],
    ['a wrong query', 400, 'INVALID_REQUEST', () => call('GET', `${service.url}/admin/actions?limit=0`, ADMIN)],
    [
      'a wrong admin body',
      422,
      'VALIDATION_ERROR',
      () => call('POST', `${service.url}/admin/deliveries/recover`, ADMIN, { status: 'gone' }),
    ],
  ])('%s', async (_, status, code, send) => {
    const answer = await send();
    expect(answer.status).toBe(status);
    expect(refusals()).toEqual([expect.objectContaining({ level: 'log', status, code, context: 'Http' })]);
    expect(refusals()[0]?.['requestId']).toBe(answer.body['requestId']);
    expect(answer.body['requestId']).toMatch(UUID);
    expect(written).not.toContain(SECRET);
  });

  it.each([
    ['/companies/acme/config/callbacks', 401],
    ['/rest/v1/users/MAG1', 401],
    ['/Service.asmx', 405],
    ['/v2/token', 405],
    ['/oauth2/token', 405],
  ])('%s, whose dialect shows no id', async (path, status) => {
    const answer = await call('GET', `${service.url}${path}`, {});
    expect(answer.status).toBe(status);
    expect(refusals()).toEqual([expect.objectContaining({ status, requestId: expect.stringMatching(UUID) })]);
  });

  it('with the status that was answered, where a dialect has its own', async () => {
    const path = '/rest/v1/app/session/token';
    const answer = await call('POST', `${service.url}${path}`, {}, {});
    expect(refusals()).toEqual([expect.objectContaining({ status: answer.status, route: path, method: 'POST' })]);
  });

  it('what is no HTTP', async () => {
    const answer = await new Promise<string>((resolve, reject) => {
      let text = '';
      const socket = connect(Number(new URL(service.url).port), '127.0.0.1', () => socket.write('NO HTTP\r\n\r\n'));
      socket.on('data', (chunk: Buffer) => (text += chunk.toString())).on('close', () => resolve(text));
      socket.on('error', reject);
    });
    const { requestId } = JSON.parse(answer.slice(answer.indexOf('{'))) as { requestId: string };
    expect(requestId).toMatch(UUID);
    expect(refusals()).toEqual([expect.objectContaining({ requestId, status: 400 })]);
  });
});

describe('traffic', () => {
  it('has a line for the accepted action and one per attempt, all with its id', async () => {
    const request = leadRequest({ callbackUrl: `${adobe.url}/log/1` });
    adobe.answer = (_, count) => ({ status: count === 1 ? 503 : 204 });
    const { body } = await service.submit(request);
    await service.submit(request);
    const attempts = await untilLines('attempt', 2);
    const [accepted, ...others] = await untilLines('accepted', 1);
    expect(others).toEqual([]);
    expect(accepted).toMatchObject({
      level: 'log',
      context: 'Traffic',
      requestId: body['requestId'],
      service: 'contact-quality',
      imsOrgId: 'TESTORG@AdobeOrg',
      journeyId: 'journey-7',
      objectType: 'lead',
    });
    expect(attempts).toEqual([
      expect.objectContaining({ requestId: body['requestId'], attempt: 1, status: 503, delivery: 'pending' }),
      expect.objectContaining({ requestId: body['requestId'], attempt: 2, status: 204, delivery: 'delivered' }),
    ]);
    expect(attempts[0]).toMatchObject({
      channel: 'adobe',
      trigger: 'auto',
      origin: adobe.url,
      errorClass: 'server_error',
    });
    expect(attempts[0]?.['nextInMs']).toBeGreaterThan(0);
  });

  it('shows neither people nor secrets nor paths', async () => {
    await service.submit(
      leadRequest({ callbackUrl: `${adobe.url}/log/${SECRET}?key=${SECRET}`, token: `token-${SECRET}` }),
    );
    await untilLines('attempt', 1);
    for (const hidden of [SECRET, 'Lovelace', 'lovelace', '7946']) expect(written).not.toContain(hidden);
  });

  it('survives a journey id of any kind', async () => {
    for (const id of [{ deep: 1 }, ['x'], 'x'.repeat(5_000), 9007199254740993123n]) {
      const request = leadRequest({ callbackUrl: `${adobe.url}/log/any` });
      (request['context'] as { journey: unknown }).journey = { id: 'JOURNEY' };
      const text = JSON.stringify(request).replace(
        '"JOURNEY"',
        typeof id === 'bigint' ? String(id) : JSON.stringify(id),
      );
      expect((await service.submit(text)).status).toBe(200);
    }
    const accepted = await untilLines('accepted', 4);
    expect(accepted.map(({ journeyId }) => journeyId)).toEqual([
      undefined,
      undefined,
      'x'.repeat(128),
      '9007199254740993123',
    ]);
  });

  it('has no line with LOG_TRAFFIC=false, and refusals still have theirs', async () => {
    const own = await createTestDatabase();
    const quiet = await startApp({ databaseUrl: own.url, adobe, env: { LOG_LEVEL: 'log', LOG_TRAFFIC: 'false' } });
    const { body } = await quiet.submit(leadRequest({ callbackUrl: `${adobe.url}/log/quiet` }));
    await vi.waitFor(() => expect(adobe.of('/log/quiet')).toHaveLength(1));
    const refused = await call('GET', `${quiet.url}/nowhere`, {});
    await quiet.close();
    await own.drop();
    expect(lines().filter(({ requestId }) => requestId === body['requestId'])).toEqual([]);
    expect(refusals().map(({ requestId }) => requestId)).toEqual([refused.body['requestId']]);
  });
});

it('has a text as the message of every line, from the start to the end', async () => {
  const other = await start({});
  await call('GET', `${other.url}/nowhere`, {});
  await other.close();
  expect(lines().length).toBeGreaterThan(0);
  expect(lines().filter(({ message }) => typeof message !== 'string')).toEqual([]);
});
