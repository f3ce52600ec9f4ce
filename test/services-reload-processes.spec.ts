import { request } from 'undici';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import { call, TEST_ADMIN_KEY } from './support/app.js';
import { leadService, ServicesFolder, textStep } from './support/changing-services.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { leadRequest } from './support/requests.js';
import { ServiceProcess } from './support/service-process.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';
import { hasRedis, startRedis } from './support/test-redis.js';

const serving = (text: string): string =>
  leadService('work', ['greeting'], [textStep({ greeting: text })], { default: true });
const SOON = { timeout: 20_000, interval: 100 };

let database: TestDatabase;
let adobe: FakeAdobe;
let folder: ServicesFolder;
let processes: ServiceProcess[] = [];
let failed = false;

beforeAll(async () => {
  database = await createTestDatabase();
  adobe = await FakeAdobe.start();
});
beforeEach(() => {
  folder = new ServicesFolder();
  folder.write('work.yaml', serving('first'));
});
afterEach(async ({ task }) => {
  failed ||= task.result?.state === 'fail';
  await Promise.all(processes.map((one) => one.stop()));
  processes = [];
  folder.remove();
});
afterAll(async () => {
  await adobe.stop();
  await database.drop(failed);
});

async function start(env: Record<string, string>): Promise<ServiceProcess> {
  const one = await ServiceProcess.start({
    databaseUrl: database.url,
    adobe,
    env: { SERVICES_DIR: folder.path, LOG_LEVEL: 'log', ...env },
  });
  processes.push(one);
  return one;
}

interface Seen {
  readonly own: string;
  readonly refused: { readonly problems: readonly { readonly file: string }[] } | null;
  readonly versions: readonly string[];
  readonly roles: readonly string[];
}

async function look(service: ServiceProcess): Promise<Seen> {
  const { body } = await call('GET', `${service.url}/admin/status`, { authorization: `Bearer ${TEST_ADMIN_KEY}` });
  const { version, refused } = body['definitions'] as { version: string; refused: Seen['refused'] };
  const all = body['processes'] as { version: string; role: string }[];
  return { own: version, refused, versions: all.map((one) => one.version).sort(), roles: all.map(({ role }) => role) };
}

async function versionInMetrics(service: ServiceProcess): Promise<string | undefined> {
  const answer = await request(`${service.url}/metrics`);
  return /^ricochet_services_info\{version="(\w+)"\} 1$/m.exec(await answer.body.text())?.[1];
}

describe('two processes on one folder', () => {
  it('say which version each of them serves: two for a while, then one', async () => {
    const watching = await start({ SERVICES_RELOAD: 'watch' });
    const asked = await start({ SERVICES_RELOAD: 'signal' });
    const { own: first } = await look(asked);
    await vi.waitFor(async () => expect((await look(watching)).versions).toEqual([first, first]), SOON);

    folder.write('work.yaml', serving('second'));
    await vi.waitFor(async () => expect((await look(watching)).own).not.toBe(first), SOON);
    const { own: second } = await look(watching);
    await vi.waitFor(async () => expect((await look(asked)).versions).toEqual([first, second].sort()), SOON);
    expect(await versionInMetrics(asked)).toBe(first);

    asked.signal('SIGHUP');
    await vi.waitFor(async () => expect((await look(watching)).versions).toEqual([second, second]), SOON);
    expect(await versionInMetrics(asked)).toBe(second);
    expect(await versionInMetrics(watching)).toBe(second);
    for (const one of processes) expect(one.output).toContain(`version ${second} is in force, after ${first}`);
    await asked.submit(leadRequest({ callbackUrl: `${adobe.url}/second` }));
    await adobe.until(() => adobe.of('/second').length === 1);
    expect(adobe.of('/second')[0]?.body.objectData[0]).toMatchObject({ leadData: { greeting: 'second' } });
  }, 120_000);

  it('stay with the version before while the folder has a mistake, and follow when it is mended', async () => {
    const one = await start({ SERVICES_RELOAD: 'watch' });
    const { own: first } = await look(one);
    folder.write('broken.yaml', 'apiName: [');
    await vi.waitFor(async () => expect((await look(one)).refused).not.toBeNull(), SOON);
    const seen = await look(one);
    expect(seen.own).toBe(first);
    expect(seen.refused?.problems[0]?.file).toMatch(/broken\.yaml$/);
    expect(one.output).toContain(`version ${first} stays in force`);
    folder.delete('broken.yaml');
    await vi.waitFor(async () => expect((await look(one)).refused).toBeNull(), SOON);
    expect((await look(one)).own).toBe(first);
  }, 60_000);

  it('read nothing again when that is switched off, and live on after the signal', async () => {
    const one = await start({ SERVICES_RELOAD: 'off' });
    const { own: first } = await look(one);
    folder.write('work.yaml', serving('second'));
    one.signal('SIGHUP');
    await vi.waitFor(() => expect(one.output).toContain('SERVICES_RELOAD is off'), SOON);
    expect((await look(one)).own).toBe(first);
    expect(one.end).toBeNull();
  }, 60_000);
});

describe.skipIf(!hasRedis())('a process of any role', () => {
  it('reads its services again at SIGHUP, and lives on', async () => {
    const redis = await startRedis();
    try {
      const env = { REDIS_URL: redis.url, SERVICES_RELOAD: 'signal' };
      const api = await start({ ...env, ROLE: 'api' });
      const worker = await start({ ...env, ROLE: 'worker' });
      const { own: first } = await look(api);
      await vi.waitFor(async () => expect([...(await look(api)).roles].sort()).toEqual(['api', 'worker']), SOON);
      folder.write('work.yaml', serving('second'));
      for (const one of processes) one.signal('SIGHUP');
      await vi.waitFor(async () => expect((await look(api)).versions).not.toContain(first), SOON);
      expect(await versionInMetrics(worker)).toBe(await versionInMetrics(api));
      await api.submit(leadRequest({ callbackUrl: `${adobe.url}/roles` }));
      await adobe.until(() => adobe.of('/roles').length === 1);
      expect(adobe.of('/roles')[0]?.body.objectData[0]).toMatchObject({ leadData: { greeting: 'second' } });
      for (const one of processes) expect(one.end).toBeNull();
    } finally {
      await Promise.all(processes.map((one) => one.stop()));
      await redis.stop();
    }
  }, 120_000);
});
