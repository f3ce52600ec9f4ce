import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { Database } from '../src/database/database.js';
import { HeldSecretsSweeper } from '../src/recovery/held-secrets.sweeper.js';
import { SEALED_COLUMNS } from '../src/security/sealed-columns.js';
import { SecretBox } from '../src/security/secret-box.js';
import { SecretRotation } from '../src/security/secret-rotation.js';
import { judgeRotation } from '../src/security/secret-rotation-report.js';
import { SecretRotationRepository } from '../src/security/secret-rotation.repository.js';
import { type RunningApp, startApp, testEnvironment } from './support/app.js';
import { ChoosyIms } from './support/choosy-ims.js';
import { admin } from './support/company-world.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { Records } from './support/records.js';
import { leadRequest } from './support/requests.js';
import { compiled, machineEnvironment, PROJECT_ROOT } from './support/service-process.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const KEYS = { k1: Buffer.alloc(32, 1), k2: Buffer.alloc(32, 2), k3: Buffer.alloc(32, 3) };
type KeyId = keyof typeof KEYS;

let database: TestDatabase;
let records: Records;
let adobe: FakeAdobe;
let running: RunningApp[] = [];
let failed = false;

beforeAll(async () => {
  database = await createTestDatabase();
  records = new Records(database);
  adobe = await FakeAdobe.start();
});
afterEach(async ({ task }) => {
  failed ||= task.result?.state === 'fail';
  await Promise.all(running.map((app) => app.close()));
  running = [];
  adobe.answer = () => undefined;
  adobe.callbacks.splice(0);
  await records.sql('TRUNCATE actions, deliveries, delivery_attempts, action_history, action_payloads, action_tokens');
});
afterAll(async () => {
  await adobe.stop();
  await database.drop(failed);
});

const configured = (...ids: KeyId[]): string => ids.map((id) => `${id}:${KEYS[id].toString('base64')}`).join(',');

async function start(...ids: KeyId[]): Promise<RunningApp> {
  return startWith({}, ...ids);
}

async function startWith(more: Record<string, string>, ...ids: KeyId[]): Promise<RunningApp> {
  const env = { ...more, ENCRYPTION_KEYS: configured(...ids), ADOBE_RETRY_SCHEDULE: '0s,1s' };
  const app = await startApp({ databaseUrl: database.url, adobe, env });
  running.push(app);
  return app;
}

async function stop(app: RunningApp): Promise<void> {
  running = running.filter((one) => one !== app);
  await app.close();
}

const boxOf = (...ids: KeyId[]): SecretBox =>
  new SecretBox({
    databaseUrl: null,
    redisUrl: null,
    inboundApiKeys: [],
    inboundBasicUsers: [],
    adminApiKeys: [],
    encryptionKeys: ids.map((id) => ({ id, key: KEYS[id] })),
    adobeClientSecrets: [],
    named: new Map(),
  });

const rotationOf = (box: SecretBox): SecretRotation =>
  new SecretRotation(new SecretRotationRepository(new Database(database.dataSource)), box);

async function rotate(ids: KeyId[], dryRun = false): Promise<ReturnType<typeof judgeRotation> & { rotated: number }> {
  const box = boxOf(...ids);
  const report = await rotationOf(box).run(SEALED_COLUMNS.actionSecrets, { dryRun, progress: () => undefined });
  return { ...judgeRotation([report], box.keyIds, dryRun), rotated: report.rotated };
}

/** Values by the key they are under. */
async function perKey(): Promise<Record<string, number>> {
  const rows = await records.sql<{ key: string; n: number }>(
    `SELECT split_part(secrets, '.', 1) AS key, count(*)::int AS n FROM action_payloads GROUP BY 1`,
  );
  return Object.fromEntries(rows.map(({ key, n }) => [key, n]));
}

async function submit(app: RunningApp, leadId: number, path = '/rotation'): Promise<{ id: string; token: string }> {
  const token = `token-of-${leadId}-${Math.random()}`;
  const answer = await app.submit(leadRequest({ callbackUrl: adobe.url + path, token, leadId, timeout: 600 }));
  if (answer.status !== 200) throw new Error(`not acknowledged: ${answer.status} ${JSON.stringify(answer.body)}`);
  return { id: answer.body['requestId'] as string, token };
}

/** The command as an operator runs it. */
async function command(ids: KeyId[], ...flags: string[]): Promise<{ exitCode: number | null; output: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'ricochet-rotate-'));
  const env = {
    ...machineEnvironment(),
    SERVICES_DIR: join(PROJECT_ROOT, 'services'),
    ...testEnvironment({ databaseUrl: database.url, env: { ENCRYPTION_KEYS: configured(...ids) } }),
    DATA_DIR: folder,
  };
  const child = spawn(process.execPath, [compiled('src/rotate-keys.js'), ...flags], { cwd: folder, env });
  let output = '';
  const remember = (chunk: Buffer): void => void (output += chunk.toString('utf8'));
  child.stdout.on('data', remember);
  child.stderr.on('data', remember);
  const exitCode = await new Promise<number | null>((resolve) => child.once('close', resolve));
  rmSync(folder, { recursive: true, force: true });
  return { exitCode, output };
}

describe('rotating keys', () => {
  it('beside a service that takes and answers requests leaves everything readable', async () => {
    let refused = true;
    adobe.answer = (callback) => {
      // Asked to wait rather than failed: no breaker decides how many of them were tried.
      return refused && callback.path === '/waiting' ? { status: 429, headers: { 'retry-after': '1' } } : undefined;
    };
    const before = await start('k1');
    const waiting = await Promise.all(
      Array.from({ length: 40 }, (_, index) => submit(before, 100 + index, '/waiting')),
    );
    await records.untilState(
      waiting.map(({ id }) => id),
      'calling_back',
    );
    await stop(before);
    expect(await perKey()).toEqual({ k1: 40 });

    const service = await start('k2', 'k1');
    const during: { id: string; token: string }[] = [];
    let rotating = true;
    const load = (async () => {
      for (let lead = 1_000; rotating || during.length < 30; lead += 1) during.push(await submit(service, lead));
    })();
    const verdicts = await Promise.all([rotate(['k2', 'k1']), rotate(['k2', 'k1'])]);
    rotating = false;
    await load;
    for (const verdict of verdicts) expect(verdict).toMatchObject({ exitCode: 0, problems: [] });
    expect(verdicts.reduce((sum, { rotated }) => sum + rotated, 0)).toBe(40);
    expect(verdicts[0]?.lines.join('\n')).toContain('No longer needed: "k1"');
    expect(await perKey()).toEqual({ k2: 40 + during.length });

    refused = false;
    const all = [...waiting, ...during];
    await records.untilState(
      all.map(({ id }) => id),
      'completed',
      20_000,
    );
    for (const { id, token } of all) {
      const last = adobe.callbacks.findLast((callback) => callback.headers['x-request-id'] === id);
      expect(last?.headers['x-callback-token']).toBe(token);
    }
    expect(await records.sql(`SELECT 1 FROM deliveries WHERE status <> 'delivered'`)).toEqual([]);

    expect(await rotate(['k2', 'k1'])).toMatchObject({ exitCode: 0, rotated: 0 });
  });

  it('never overwrites what was written or removed meanwhile', async () => {
    const service = await start('k1');
    const submitted = [await submit(service, 1), await submit(service, 2), await submit(service, 3)];
    await records.untilState(
      submitted.map(({ id }) => id),
      'completed',
    );
    const repository = new SecretRotationRepository(new Database(database.dataSource));
    const page = await repository.findPage(SEALED_COLUMNS.actionSecrets, '00000000-0000-0000-0000-000000000000', 10);
    const [first, second, third] = page;
    if (first === undefined || second === undefined || third === undefined) throw new Error('three were submitted');
    await records.sql(`UPDATE action_payloads SET secrets = 'k9.newer' WHERE action_id = $1`, [first.id]);
    await records.sql(`DELETE FROM action_payloads WHERE action_id = $1`, [second.id]);
    const values = [first, second, third].map(({ id, sealed }) => ({ id, old: sealed, sealed: `anew-${id}` }));
    expect(await repository.replace(SEALED_COLUMNS.actionSecrets, values)).toBe(1);
    expect(await records.sql('SELECT action_id AS id, secrets FROM action_payloads ORDER BY 1')).toEqual([
      { id: first.id, secrets: 'k9.newer' },
      { id: third.id, secrets: `anew-${third.id}` },
    ]);
  });

  it('goes on past values of unknown keys and damaged ones, and says how many there are', async () => {
    const service = await start('k1');
    const ids = (await Promise.all([1, 2, 3, 4, 5, 6].map((lead) => submit(service, lead)))).map(({ id }) => id);
    await records.untilState(ids, 'completed');
    await stop(service);
    await records.sql(
      `UPDATE action_payloads SET secrets = 'lost' || substr(secrets, 3) WHERE action_id = ANY($1::uuid[])`,
      [ids.slice(0, 2)],
    );
    // Another row's value: the key fits, the place does not.
    await records.sql(
      `UPDATE action_payloads SET secrets = (SELECT secrets FROM action_payloads WHERE action_id = $2) WHERE action_id = $1`,
      [ids[2], ids[3]],
    );

    const dry = await command(['k2', 'k1'], '--dry-run');
    expect(dry.exitCode).toBe(2);
    expect(dry.output).toContain('key "k1": 4 values');
    expect(dry.output).toContain('Nothing was changed');
    expect(await perKey()).toEqual({ lost: 2, k1: 4 });

    const { exitCode, output } = await command(['k2', 'k1']);
    expect(exitCode).toBe(2);
    expect(output).toContain('3 values sealed anew under "k2"');
    expect(output).toContain('2 values under key "lost", which ENCRYPTION_KEYS does not have');
    expect(output).toContain('1 value not opened by key "k1"');
    expect(output).not.toContain('No longer needed');
    expect(output).not.toContain(KEYS.k1.toString('base64'));
    expect(await perKey()).toEqual({ lost: 2, k1: 1, k2: 3 });

    await records.sql(`DELETE FROM action_payloads WHERE action_id = ANY($1::uuid[])`, [ids.slice(0, 3)]);
    const again = await command(['k2', 'k1', 'k3']);
    expect(again.exitCode).toBe(0);
    expect(again.output).toContain('No longer needed: "k1", "k3"');
    expect((await command(['k2'], '--now')).exitCode).toBe(64);
  }, 60_000);

  it('tells when a running process still seals under an older key', async () => {
    const box = boxOf('k2', 'k1');
    const old = boxOf('k1');
    const service = await start('k1');
    await records.untilState([(await submit(service, 1)).id], 'completed');
    const [{ id } = { id: '' }] = await records.sql<{ id: string }>('SELECT action_id AS id FROM action_payloads');
    const place = { table: 'action_payloads', column: 'secrets', rowId: id };
    /** After every batch the old process writes the row once more. */
    class Contested extends SecretRotationRepository {
      override async replace(...args: Parameters<SecretRotationRepository['replace']>): Promise<number> {
        const count = await super.replace(...args);
        await records.sql('UPDATE action_payloads SET secrets = $1', [old.seal('{}', place)]);
        return count;
      }
    }
    const rotation = new SecretRotation(new Contested(new Database(database.dataSource)), box);
    const report = await rotation.run(SEALED_COLUMNS.actionSecrets, { dryRun: false, progress: () => undefined });
    expect(report.rotated).toBeGreaterThan(0);
    const verdict = judgeRotation([report], box.keyIds, false);
    expect(verdict.exitCode).toBe(3);
    expect(verdict.problems.join()).toContain('a running process seals with it');
  });
});

describe('the credentials of organisations', () => {
  const ORG = 'ROTATED@AdobeOrg';
  const path = `/admin/adobe-credentials/${ORG}`;
  let ims: ChoosyIms;
  beforeAll(async () => {
    ims = await ChoosyIms.start();
    ims.secrets.set('own-client', ['own-secret']);
  });
  afterEach(() => records.sql('TRUNCATE adobe_credentials'));
  afterAll(() => ims.stop());

  const startOwn = (...ids: KeyId[]): Promise<RunningApp> => startWith({ IMS_BASE_URL: ims.url }, ...ids);

  async function store(app: RunningApp): Promise<void> {
    const body = { clientId: 'own-client', clientSecrets: ['own-secret', 'older-secret'], scopes: ['openid'] };
    expect((await admin(app, 'PUT', path, body)).status).toBe(200);
  }

  async function keyOfCredential(): Promise<string | undefined> {
    const rows = await records.sql<{ key: string }>(
      `SELECT split_part(client_secrets, '.', 1) AS key FROM adobe_credentials`,
    );
    return rows[0]?.key;
  }

  async function submitOwn(app: RunningApp, leadId: number): Promise<string> {
    const request = leadRequest({ callbackUrl: `${adobe.url}/own`, leadId, timeout: 600 });
    (request['context'] as { subscription: { imsOrgId: string } }).subscription.imsOrgId = ORG;
    return (await app.submit(request)).body['requestId'] as string;
  }

  it('are sealed anew beside a service that uses them', async () => {
    const service = await startOwn('k2', 'k1');
    const earlier = await startOwn('k1');
    await store(earlier);
    expect(await keyOfCredential()).toBe('k1');
    // The process that seals with the old key must end first, as the guide has it. While it ran it could also take the
    // callback, whose own secrets it cannot open, and hold it until the next sweep.
    await stop(earlier);
    const ids = [await submitOwn(service, 1)];
    const rotated = await command(['k2', 'k1']);
    expect(rotated).toMatchObject({ exitCode: 0, output: expect.stringContaining('1 value sealed anew') as string });
    expect(rotated.output).not.toContain('own-secret');
    expect(await keyOfCredential()).toBe('k2');
    ids.push(await submitOwn(service, 2));
    await records.untilState(ids, 'completed', 20_000);
    await stop(service);

    const after = await startOwn('k2');
    await records.untilState([await submitOwn(after, 3)], 'completed');
    expect(new Set(ims.of('own-client').map(({ secret }) => secret))).toEqual(new Set(['own-secret']));
  }, 90_000);

  it('hold their callbacks while no key opens them, and let them go with the key', async () => {
    const before = await startOwn('k1');
    await store(before);
    await stop(before);
    const without = await startOwn('k2');
    const id = await submitOwn(without, 4);
    const explanation = async (): Promise<string> =>
      String((await admin(without, 'GET', `/admin/actions/${id}`)).body['explanation']);
    await expect
      .poll(explanation, { timeout: 15_000 })
      .toContain('no key of ENCRYPTION_KEYS opens the credential of its organisation');
    expect((await admin(without, 'PATCH', path, { addClientSecret: 'newest' })).status).toBe(409);
    expect((await admin(without, 'POST', `${path}/test`)).status).toBe(409);
    await stop(without);
    await startOwn('k2', 'k1');
    await records.untilState([id], 'completed', 15_000);
  }, 90_000);
});

describe('a secret that no configured key opens', () => {
  /** A request whose callback waits while the key that sealed its token goes away. */
  async function lose(leadId: number): Promise<{ id: string; token: string; deliveryId: string; service: RunningApp }> {
    adobe.answer = () => ({ status: 503 });
    const before = await start('k1');
    const submitted = await submit(before, leadId);
    await adobe.until(() => adobe.callbacks.length > 0);
    await stop(before);
    adobe.answer = () => undefined;
    const service = await start('k2');
    await expect
      .poll(() => records.sql('SELECT status, last_error FROM deliveries'), { timeout: 15_000 })
      .toEqual([{ status: 'held', last_error: expect.stringMatching(/^SECRET_UNREADABLE: .*ENCRYPTION_KEYS/) }]);
    const [{ id: deliveryId } = { id: '' }] = await records.sql<{ id: string }>('SELECT id FROM deliveries');
    return { ...submitted, deliveryId, service };
  }

  const heldSecrets = (app: RunningApp): HeldSecretsSweeper => app.app.get(HeldSecretsSweeper, { strict: false });

  it('holds the delivery, and lets it go by itself once the key is back', async () => {
    const { id, token, service } = await lose(1);
    expect(await records.sql('SELECT state FROM actions')).toEqual([{ state: 'calling_back' }]);
    await heldSecrets(service).sweep();
    expect(await records.sql('SELECT status FROM deliveries')).toEqual([{ status: 'held' }]);
    expect(await metric(service, 'ricochet_deliveries_held_unreadable')).toBe(1);
    await stop(service);
    const mended = await start('k2', 'k1');
    await heldSecrets(mended).sweep();
    await records.untilState([id], 'completed');
    expect(await metric(mended, 'ricochet_deliveries_held_unreadable')).toBe(0);
    expect(adobe.callbacks.at(-1)?.headers['x-callback-token']).toBe(token);
  });

  it('is sent again by an operator', async () => {
    const { id, deliveryId, service } = await lose(2);
    await stop(service);
    const mended = await start('k2', 'k1');
    const resent = await mended.admin(`/admin/deliveries/${deliveryId}/resend`, { method: 'POST', body: {} });
    expect(resent.status).toBe(202);
    await records.untilState([id], 'completed');
  });

  it('is recovered with all that are held', async () => {
    const { id, service } = await lose(4);
    await stop(service);
    const mended = await start('k2', 'k1');
    const job = await mended.admin('/admin/deliveries/recover', { method: 'POST', body: { status: 'held' } });
    expect(job).toMatchObject({ status: 202, body: { matched: 1 } });
    await records.untilState([id], 'completed');
  });
});

async function metric(app: RunningApp, name: string): Promise<number> {
  const response = await fetch(`${app.url}/metrics`);
  const [, value] = new RegExp(`^${name} (\\d+)$`, 'm').exec(await response.text()) ?? [];
  return Number(value);
}
