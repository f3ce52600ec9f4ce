import { spawn } from 'node:child_process';
import { connect, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../simulator/free-port.js';
import { createApp } from '../src/boot.js';
import { loadConfig } from '../src/config/load-config.js';
import { testEnvironment } from './support/app.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const HEALTHCHECK = join(import.meta.dirname, '..', 'scripts', 'healthcheck.mjs');

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

/** Starts the service on the address, and gives the port to the work. */
async function withService(
  options: { host: string; env?: Record<string, string> },
  work: (port: number) => Promise<void>,
): Promise<void> {
  const app: NestFastifyApplication = await createApp(
    loadConfig(testEnvironment({ databaseUrl: database.url, env: options.env ?? {} })),
  );
  try {
    // Not any: one that is free here may be another test's on another address of loopback.
    await app.listen(await freePort(), options.host);
    await work((app.getHttpServer().address() as AddressInfo).port);
  } finally {
    await app.close();
  }
}

async function isLive(host: string, port: number): Promise<number> {
  const { statusCode, body } = await request(`http://${host}:${port}/health/live`);
  await body.dump();
  return statusCode;
}

/** The container's check, in an environment of its own. @returns its exit code. */
function healthcheck(env: Record<string, string>, ...path: string[]): Promise<number | null> {
  const child = spawn(process.execPath, [HEALTHCHECK, ...path], { env, stdio: 'ignore' });
  return new Promise((resolve) => child.once('exit', resolve));
}

describe('HOST', () => {
  it(':: answers callers of both families, and the health check finds it however it is written', () =>
    withService({ host: '::' }, async (port) => {
      expect(await isLive('127.0.0.1', port)).toBe(200);
      expect(await isLive('[::1]', port)).toBe(200);
      for (const HOST of [
        '::',
        '[::]',
        ' :: ',
        '0:0:0:0:0:0:0:0',
        '::1',
        '[::1]',
        '0.0.0.0',
        '127.0.0.1',
        'localhost',
        '',
      ]) {
        expect(await healthcheck({ HOST, PORT: String(port) }), HOST).toBe(0);
      }
      expect(await healthcheck({ PORT: String(port) }, '/health/ready')).toBe(0);
    }));

  it('::1 answers IPv6 alone, as in a pod without IPv4, and the health check follows', () =>
    withService({ host: '::1' }, async (port) => {
      expect(await isLive('[::1]', port)).toBe(200);
      await expect(isLive('127.0.0.1', port)).rejects.toThrow(/ECONNREFUSED/);
      for (const HOST of ['::', '[::]', '::1', '[::1]', '::0']) {
        expect(await healthcheck({ HOST, PORT: String(port) }), HOST).toBe(0);
      }
      expect(await healthcheck({ HOST: '0.0.0.0', PORT: String(port) })).toBe(1);
    }));

  it('one IPv4 address is the one that the health check asks', () =>
    withService({ host: '127.0.0.2' }, async (port) => {
      expect(await healthcheck({ HOST: '127.0.0.2', PORT: String(port) })).toBe(0);
      expect(await healthcheck({ HOST: '127.0.0.1', PORT: String(port) })).toBe(1);
    }));
});

describe('KEEP_ALIVE_MS', () => {
  /** One connection, kept open by nobody but the service. */
  async function openConnection(port: number): Promise<{ ask: () => Promise<string>; closed: Promise<number> }> {
    const socket = connect(port, '127.0.0.1');
    let text = '';
    socket.on('data', (chunk: Buffer) => (text += chunk.toString('latin1')));
    const closed = new Promise<number>((resolve) => socket.once('close', () => resolve(performance.now())));
    await new Promise<void>((resolve) => socket.once('connect', resolve));
    const ask = async (): Promise<string> => {
      text = '';
      socket.write('GET /health/live HTTP/1.1\r\nHost: ricochet\r\n\r\n');
      while (!text.includes('\r\n\r\n')) await sleep(10);
      return text;
    };
    return { ask, closed };
  }

  it('keeps an idle connection for that long, says so, and closes it then', () =>
    withService({ host: '127.0.0.1', env: { KEEP_ALIVE_MS: '2000' } }, async (port) => {
      const connection = await openConnection(port);
      expect(await connection.ask()).toMatch(/^HTTP\/1\.1 200 [^]*keep-alive: timeout=2\r\n/i);
      await sleep(1_500);
      expect(await connection.ask()).toMatch(/^HTTP\/1\.1 200 /);
      const askedAt = performance.now();
      const heldMs = (await connection.closed) - askedAt;
      expect(heldMs).toBeGreaterThan(1_500);
      expect(heldMs).toBeLessThan(6_000);
    }));

  it.each([
    [undefined, '72'],
    ['620000', '620'],
  ])('%s tells callers %s seconds', (KEEP_ALIVE_MS, seconds) =>
    withService({ host: '127.0.0.1', env: KEEP_ALIVE_MS === undefined ? {} : { KEEP_ALIVE_MS } }, async (port) => {
      const { headers, body } = await request(`http://127.0.0.1:${port}/health/live`);
      await body.dump();
      expect(headers['keep-alive']).toBe(`timeout=${seconds}`);
    }),
  );

  it('a stopping service does not wait for idle connections', async () => {
    let stoppedAt = 0;
    let connection: Awaited<ReturnType<typeof openConnection>> | undefined;
    await withService({ host: '127.0.0.1', env: { KEEP_ALIVE_MS: '620000' } }, async (port) => {
      connection = await openConnection(port);
      await connection.ask();
      stoppedAt = performance.now();
    });
    expect(performance.now() - stoppedAt).toBeLessThan(5_000);
    await connection?.closed;
  });
});
