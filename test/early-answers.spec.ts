import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningApp, startApp, TEST_ADMIN_KEY, TEST_KEY } from './support/app.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';
import { talkRaw, type Upload, UPLOAD_CLIENTS } from './support/upload-clients.js';

const MEBIBYTE = 1024 * 1024;
/** A connection closed too early is a matter of chance: one client in three saw it. */
const TIMES = 30;

let database: TestDatabase;
let service: RunningApp;
let port: number;

beforeAll(async () => {
  database = await createTestDatabase();
  service = await startApp({ databaseUrl: database.url });
  port = Number(new URL(service.url).port);
});
afterAll(async () => {
  await service.close();
  await database.drop();
});

const key = { 'x-api-key': TEST_KEY };
const SUBMIT = '/services/contact-quality/submitAsyncAction';

/** What is answered before the body has been read, or although it never will be. */
const REFUSALS: readonly (readonly [what: string, upload: Omit<Upload, 'port'>, status: number])[] = [
  ['9 MB of a known caller', { path: SUBMIT, headers: key, bytes: 9 * MEBIBYTE }, 413],
  ['one byte too many', { path: SUBMIT, headers: key, bytes: 8 * MEBIBYTE + 1 }, 413],
  ['9 MB of nobody', { path: SUBMIT, bytes: 9 * MEBIBYTE }, 413],
  ['9 MB in chunks', { path: SUBMIT, headers: key, bytes: 9 * MEBIBYTE, chunked: true }, 413],
  ['40 MB', { path: SUBMIT, headers: key, bytes: 40 * MEBIBYTE }, 413],
  ['40 MB in chunks', { path: SUBMIT, headers: key, bytes: 40 * MEBIBYTE, chunked: true }, 413],
  ['9 MB at /', { path: '/submitAsyncAction', headers: key, bytes: 9 * MEBIBYTE }, 413],
  ['9 MB for administrators', adminUpload({ bytes: 9 * MEBIBYTE }), 413],
  ['9 MB for administrators in chunks', adminUpload({ bytes: 9 * MEBIBYTE, chunked: true }), 413],
  ['9 MB of a company', { path: '/companies/acme/callbacks', bytes: 9 * MEBIBYTE }, 413],
  ['9 MB of an EQP user', { path: '/rest/v1/users/MAG1', method: 'PUT', bytes: 9 * MEBIBYTE }, 413],
  [
    '9 MB of SOAP',
    { path: '/Service.asmx', headers: { 'content-type': 'text/xml' }, bytes: 9 * MEBIBYTE, chunked: true },
    413,
  ],
  ['9 MB for a token', { path: '/v2/token', bytes: 9 * MEBIBYTE }, 413],
  ['9 MB and a connection that ends', { path: SUBMIT, headers: { connection: 'close' }, bytes: 9 * MEBIBYTE }, 413],
  ['a lead of 2 MB', { path: SUBMIT, headers: key, bytes: 2 * MEBIBYTE }, 413],
  ['5 MB of nobody', { path: SUBMIT, bytes: 5 * MEBIBYTE }, 401],
  ['5 MB of nobody, in chunks', { path: SUBMIT, bytes: 5 * MEBIBYTE, chunked: true }, 401],
  ['a broken escape before 9 MB', { path: '/services/%ZZ/submitAsyncAction', bytes: 9 * MEBIBYTE }, 400],
  [
    'a broken escape before 9 MB and the end of the connection',
    { path: '/services/%ZZ/submitAsyncAction', headers: { connection: 'close' }, bytes: 9 * MEBIBYTE },
    400,
  ],
  ['a name that is too long, before 9 MB', { path: `/services/${'x'.repeat(3_000)}/status`, bytes: 9 * MEBIBYTE }, 414],
  ['a content type that is none', { path: SUBMIT, headers: { 'content-type': ';;' }, bytes: 9 * MEBIBYTE }, 415],
  [
    'a content type that is none, and the end of the connection',
    { path: SUBMIT, headers: { 'content-type': ';;', connection: 'close' }, bytes: 9 * MEBIBYTE },
    415,
  ],
  ['a GET with 9 MB', { path: '/health/live', method: 'GET', bytes: 9 * MEBIBYTE }, 200],
  [
    'a GET with 9 MB and the end of the connection',
    { path: '/health/live', method: 'GET', headers: { connection: 'close' }, bytes: 9 * MEBIBYTE },
    200,
  ],
];

function adminUpload(upload: Pick<Upload, 'bytes' | 'chunked'>): Omit<Upload, 'port'> {
  return { path: '/admin/companies', headers: { authorization: `Bearer ${TEST_ADMIN_KEY}` }, ...upload };
}

describe.each(Object.entries(UPLOAD_CLIENTS))('an answer that comes before the body is read by %s:', (name, send) => {
  // undici has no header to end the connection by, and knows better than to send such a content type.
  const possible = REFUSALS.filter(([, { headers }]) => name !== 'undici' || headers?.['connection'] === undefined);

  it.each(possible)('%s', async (_what, upload, status) => {
    const seen = await send({ port, ...upload }).catch((error: unknown) => (error as Error).message);
    expect(seen).toBe(status);
  });

  it(`9 MB, ${TIMES} times in a row`, async () => {
    const seen: unknown[] = [];
    for (let turn = 0; turn < TIMES; turn += 1) {
      const upload = { port, path: SUBMIT, headers: key, bytes: 9 * MEBIBYTE, chunked: turn % 2 === 1 };
      seen.push(await send(upload).catch((error: unknown) => (error as Error).message));
    }
    expect(seen).toEqual(Array.from({ length: TIMES }, () => 413));
  });

  it('9 MB from twelve at a time', async () => {
    const upload = { port, path: SUBMIT, headers: key, bytes: 9 * MEBIBYTE };
    const sending = Array.from({ length: 12 }, () =>
      send(upload).catch((error: unknown): unknown => (error as Error).message),
    );
    expect(await Promise.all(sending)).toEqual(sending.map(() => 413));
  });
});

describe('what is no HTTP, with 9 MB behind it, is answered in words', () => {
  it.each([
    ['no HTTP at all', 'hello\r\n\r\n', 400],
    ['a length that is none', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\n\r\n', 400],
    ['two framings', 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n', 400],
    ['headers without end', `GET / HTTP/1.1\r\nHost: a\r\nX: ${'y'.repeat(20_000)}`, 431],
    ['a chunk that is none', 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n', 400],
  ])('%s', async (_what, head, status) => {
    for (let turn = 0; turn < 2; turn += 1) {
      const answer = await talkRaw(port, head, 9 * MEBIBYTE, turn % 2 === 1);
      expect(answer).toMatch(new RegExp(`^HTTP/1\\.1 ${status} `));
      expect(answer.match(/HTTP\/1\.1 /g)).toHaveLength(1);
    }
  });
});

describe('Expect: 100-continue', () => {
  /** @returns what was said before the body was sent, and the status in the end. */
  function expecting(
    bytes: number,
    path: string,
    sendsAnyway = false,
  ): Promise<{ continued: boolean; status: number | undefined }> {
    return new Promise((resolve, reject) => {
      let continued = false;
      const headers = { ...key, 'content-type': 'application/json', 'content-length': bytes, expect: '100-continue' };
      const request = httpRequest({ port, host: '127.0.0.1', method: 'POST', path, headers, agent: false });
      request.once('continue', () => {
        continued = true;
        request.end(Buffer.alloc(bytes, 0x20));
      });
      request.once('response', (response) => {
        response.resume();
        response.once('end', () => {
          resolve({ continued, status: response.statusCode });
          request.destroy();
        });
      });
      request.on('error', reject);
      request.flushHeaders();
      if (sendsAnyway) request.end(Buffer.alloc(bytes, 0x20));
    });
  }

  it('is not answered by an invitation to send what is too large', async () => {
    expect(await expecting(9 * MEBIBYTE, SUBMIT)).toEqual({ continued: false, status: 413 });
  });

  it('may be followed by the body at once', async () => {
    for (let turn = 0; turn < 10; turn += 1) {
      expect((await expecting(9 * MEBIBYTE, SUBMIT, true)).status).toBe(413);
    }
  });

  it('invites what may be sent', async () => {
    expect(await expecting(2 * MEBIBYTE, SUBMIT)).toEqual({ continued: true, status: 413 });
    expect(await expecting(20, SUBMIT)).toEqual({ continued: true, status: 400 });
  });
});

describe('a connection whose body was not wanted', () => {
  const head = (length: string): string =>
    `POST ${SUBMIT} HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\nX-API-Key: ${TEST_KEY}\r\n${length}\r\n\r\n`;

  it('is told to end, and ends for a caller who says no more', async () => {
    const startedAt = performance.now();
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true });
    let answer = '';
    socket.on('data', (chunk: Buffer) => (answer += chunk.toString('latin1')));
    socket.on('error', () => undefined);
    const closed = new Promise((resolve) => socket.once('close', resolve));
    socket.write(head(`Content-Length: ${9 * MEBIBYTE}`));
    await expect.poll(() => answer, { timeout: 2_000 }).toMatch(/^HTTP\/1\.1 413 [^]*connection: close/i);
    // What is written after the server has given up is answered by a reset, which the next write meets.
    await sleep(7_500);
    socket.write('x');
    await sleep(200);
    socket.write('x');
    await closed;
    expect(performance.now() - startedAt).toBeLessThan(12_000);
  }, 20_000);

  it('takes no further request', async () => {
    const body = ' '.repeat(8 * MEBIBYTE + 1);
    const second = `GET /health/live HTTP/1.1\r\nHost: a\r\n\r\n`;
    const answer = await talkRaw(port, `${head(`Content-Length: ${body.length}`)}${body}${second}`, 0);
    expect(answer.match(/HTTP\/1\.1 \d+/g)).toEqual(['HTTP/1.1 413']);
  });

  it('does not hold up a service that stops', async () => {
    const other = await startApp({ databaseUrl: database.url });
    const socket = connect(Number(new URL(other.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    const answered = new Promise((resolve) => socket.once('data', resolve));
    socket.write(head(`Content-Length: ${9 * MEBIBYTE}`));
    await answered;
    const writing = setInterval(() => void socket.write('x'.repeat(100)), 50);
    const startedAt = performance.now();
    await other.close();
    clearInterval(writing);
    socket.destroy();
    expect(performance.now() - startedAt).toBeLessThan(4_000);
  });
});
