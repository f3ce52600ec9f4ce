import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { refuseSharedSessions } from '../src/database/pooler-check.js';
import { startApp } from './support/app.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { leadRequest } from './support/requests.js';
import { ServiceProcess } from './support/service-process.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';
import { hasPgBouncer, type PoolMode, startPgBouncer, type TestPgBouncer } from './support/test-pgbouncer.js';

describe.skipIf(!hasPgBouncer())('a pooler in front of PostgreSQL', () => {
  let database: TestDatabase;
  let adobe: FakeAdobe;
  let pooler: TestPgBouncer | null = null;

  beforeAll(async () => {
    database = await createTestDatabase();
    adobe = await FakeAdobe.start();
  });
  afterEach(async () => {
    await pooler?.stop();
    pooler = null;
  });
  afterAll(async () => {
    await adobe.stop();
    await database.drop();
  });

  async function through(mode: PoolMode, settings: string[] = []): Promise<string> {
    pooler = await startPgBouncer(database.url, mode, settings);
    return pooler.url;
  }

  it.each<[PoolMode, string[]]>([
    ['transaction', []],
    ['transaction', ['default_pool_size = 1']],
    ['transaction', ['min_pool_size = 5']],
    ['transaction', ['min_pool_size = 5', 'server_round_robin = 1']],
    ['statement', []],
  ])('is refused in words in %s mode (%j)', async (mode, settings) => {
    const refusal = refuseSharedSessions(await through(mode, settings));
    await expect(refusal).rejects.toMatchObject({
      code: 'DATABASE_UNUSABLE',
      message: expect.stringMatching(/transaction mode[\s\S]*pool_mode=session/),
    });
  });

  it.each([[[]], [['default_pool_size = 1']], [['server_round_robin = 1', 'min_pool_size = 5']]])(
    'passes in session mode (%j)',
    async (settings) => {
      await expect(refuseSharedSessions(await through('session', settings))).resolves.toBeUndefined();
    },
  );

  it('is no matter where there is none', async () => {
    await expect(refuseSharedSessions(database.url)).resolves.toBeUndefined();
  });

  it('keeps a service from starting in transaction mode, at once and without a stack', async () => {
    const url = await through('transaction');
    const startedAt = performance.now();
    const failure = await ServiceProcess.start({ databaseUrl: url }).then(
      () => expect.unreachable('it should not have started'),
      (error: unknown) => (error as Error).message,
    );
    expect(performance.now() - startedAt).toBeLessThan(30_000);
    expect(failure).toMatch(/could not start \(DATABASE_UNUSABLE\)\.\n.*pooler in transaction mode/);
    expect(failure).not.toMatch(/\n\s+at /);
    expect(failure).not.toContain(new URL(url).password);
  });

  it('serves in session mode as it comes, with the settings of our sessions', async () => {
    const url = await through('session');
    const app = await startApp({ databaseUrl: url, adobe, env: { DATABASE_POOL: '4' } });
    try {
      const paths = Array.from({ length: 20 }, (_, index) => `/session/${index}`);
      for (const path of paths) {
        const answer = await app.submit(leadRequest({ callbackUrl: adobe.url + path }));
        expect(answer.status).toBe(200);
      }
      await adobe.until(() => paths.every((path) => adobe.of(path).length === 1));
      expect((await app.admin('/admin/actions?state=completed')).status).toBe(200);
    } finally {
      await app.close();
    }
  });

  it('that refuses an option of the URL is told so at once', async () => {
    const url = new URL(await through('session'));
    url.searchParams.set('options', '-c geqo=off');
    const startedAt = performance.now();
    await expect(startApp({ databaseUrl: url.href })).rejects.toMatchObject({
      code: 'DATABASE_UNUSABLE',
      message: expect.stringContaining('ignore_startup_parameters'),
    });
    expect(performance.now() - startedAt).toBeLessThan(5_000);
  });
});
