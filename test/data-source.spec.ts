import { createServer, type AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Pool } from 'pg';
import type { DataSource } from 'typeorm';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { buildDataSourceOptions } from '../src/database/data-source.js';
import { Database } from '../src/database/database.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const AUTHENTICATED = message('R', Buffer.alloc(4));
const READY = message('Z', Buffer.from('I'));
const TERMINATED = message('E', Buffer.from('SFATAL\0VFATAL\0C57P01\0Mterminating connection\0\0'));

const one = { name: 'one', text: 'SELECT 1 AS one' };

describe('the connections to PostgreSQL', () => {
  let test: TestDatabase;
  let database: Database;
  let failed = false;

  beforeAll(async () => {
    test = await createTestDatabase({ poolSize: 2 });
    database = new Database(test.dataSource);
  });
  afterEach((context) => {
    failed ||= context.task.result?.state === 'fail';
  });
  afterAll(async () => test.drop(failed));

  async function terminateOthers(): Promise<void> {
    const admin = new Client({ connectionString: test.url, application_name: 'terminator' });
    await admin.connect();
    await admin.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
       WHERE datname = current_database() AND application_name LIKE 'ricochet%'`,
    );
    await admin.end();
  }

  it('are named after the role and carry the limits of statements', async () => {
    const names = ['application_name', 'statement_timeout', 'idle_in_transaction_session_timeout'];
    const rows = await database.query<{ value: string }>(
      { name: 'limits', text: 'SELECT current_setting(name) AS value FROM unnest($1::text[]) name' },
      [names],
    );
    expect(rows.map(({ value }) => value)).toEqual(['ricochet-all', '10s', '10s']);
  });

  it('may be terminated while idle', async () => {
    await database.query(one, []);
    await terminateOthers();
    await sleep(50);
    expect(await database.query(one, [])).toEqual([{ one: 1 }]);
  });

  it('may be terminated in the middle of a transaction, between two statements', async () => {
    const broken = database.transaction(async (tx) => {
      await tx.query(one, []);
      await terminateOthers();
      await sleep(100);
      await tx.query(one, []);
    });
    await expect(broken).rejects.toThrow();
    expect(await database.query(one, [])).toEqual([{ one: 1 }]);
  });

  it('may be terminated the moment they are ready, both told in one packet', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => undefined);
      socket.once('data', () => socket.end(Buffer.concat([AUTHENTICATED, READY, TERMINATED])));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const url = `postgres://user:password@127.0.0.1:${port}/database`;
    const options = buildDataSourceOptions(url, { role: 'all', database: { embedded: false, poolSize: 1 } });
    const pool = new Pool({ connectionString: url, ...(options.extra as object) });
    pool.on('error', () => undefined);
    const torn = new Database({ driver: { master: pool } } as unknown as DataSource);

    // Unheard, the error would be thrown out of the socket's event, and the process would end.
    await expect(torn.transaction((tx) => tx.query(one, []))).rejects.toThrow();
    await expect(torn.query(one, [])).rejects.toThrow();

    await pool.end();
    await new Promise((resolve) => server.close(resolve));
  });

  it('may be terminated in the middle of a statement', async () => {
    const sleeping = database
      .query({ name: 'sleeping', text: 'SELECT pg_sleep(5)' }, [])
      .catch((error: unknown) => error);
    await sleep(100);
    await terminateOthers();
    expect(await sleeping).toBeInstanceOf(Error);
    expect(await database.query(one, [])).toEqual([{ one: 1 }]);
  });
});

/** A message of PostgreSQL's wire protocol: a letter, the length, the content. */
function message(type: string, content: Buffer): Buffer {
  const head = Buffer.from(`${type}\0\0\0\0`);
  head.writeInt32BE(content.length + 4, 1);
  return Buffer.concat([head, content]);
}
