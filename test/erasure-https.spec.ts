import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { call, TEST_KEY } from './support/app.js';
import { admin, TestCompany, until } from './support/company-world.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { HttpsReceiver } from './support/https-receiver.js';
import { Records } from './support/records.js';
import { leadRequest } from './support/requests.js';
import { createTestCa } from './support/test-ca.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';
import { startTrustingApp, type TrustingApp } from './support/trusting-app.js';

const TENANT = 'TESTORG@AdobeOrg';
const SERVICES = join(import.meta.dirname, '..', 'services');
const EMAIL = 'ada.overtls@example.com';

const certificates = createTestCa();
let folder: string;
let database: TestDatabase;
let records: Records;
let ims: FakeAdobe;
let receiver: HttpsReceiver;
let service: TrustingApp;
let failed = false;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'ricochet-services-'));
  cpSync(SERVICES, folder, { recursive: true });
  const lead = readFileSync(join(SERVICES, 'contact-quality.yaml'), 'utf8');
  writeFileSync(join(folder, 'contact-quality.yaml'), `${lead}\nbridge:\n  companies: { TESTORG@AdobeOrg: acme }\n`);
  database = await createTestDatabase();
  records = new Records(database);
  ims = await FakeAdobe.start();
  receiver = await HttpsReceiver.start(certificates.server);
  service = await startTrustingApp({
    databaseUrl: database.url,
    adobe: ims,
    ca: certificates.ca,
    env: { SERVICES_DIR: folder, LOG_LEVEL: 'verbose' },
  });
});
afterEach(({ task }) => {
  failed ||= task.result?.state === 'fail';
});
afterAll(async () => {
  await service.close();
  await receiver.stop();
  await ims.stop();
  await database.drop(failed);
  rmSync(folder, { recursive: true, force: true });
});

describe('a person who is erased', () => {
  it('is sent to nobody again, neither to Adobe nor to the company, over https; no log line names the person', async () => {
    const company = await TestCompany.create(service, 'acme');
    const registered = await company.register({
      event_type: 'person_updated',
      destination: { url: `${receiver.url}/company` },
    });
    expect(registered.status).toBe(201);
    receiver.answer = ({ path, body }) => (path === '/company' ? { status: 400, body: `refused: ${body}` } : undefined);
    const leadData = { email: EMAIL, firstName: 'ada', lastName: 'LOVELACE', phone: '+44 20 7946 0018' };
    const request = leadRequest({ callbackUrl: `${receiver.url}/callback?key=k`, leadId: 52_001, leadData });
    const submitted = await call('POST', `${service.url}/submitAsyncAction`, { 'x-api-key': TEST_KEY }, request);
    const requestId = submitted.body['requestId'] as string;
    await records.untilState([requestId], 'completed');
    const ended = `SELECT count(*)::int AS n FROM deliveries WHERE status IN ('dead', 'delivered')`;
    await until(async () => (await records.sql<{ n: number }>(ended))[0]?.n === 2);
    const holding = `SELECT count(*)::int AS n FROM delivery_attempts WHERE strpos(convert_from(excerpt, 'UTF8'), $1) > 0`;
    expect(await records.sql(holding, [EMAIL])).toEqual([{ n: 1 }]);

    expect((await admin(service, 'POST', '/admin/erase', { tenant: TENANT, entityId: 52_001 })).status).toBe(202);
    const done = `SELECT count(*)::int AS n FROM erase_jobs WHERE state = 'done'`;
    await until(async () => (await records.sql<{ n: number }>(done))[0]?.n === 1);
    const deliveries = await records.sql<{ id: string; body: string | null; url: string }>(
      'SELECT id, body, url FROM deliveries ORDER BY id',
    );
    expect(deliveries.map(({ body, url }) => [body, new URL(url).search])).toEqual([
      [null, ''],
      [null, ''],
    ]);
    for (const { id } of deliveries) {
      const again = await admin(service, 'POST', `/admin/deliveries/${id}/resend`, { force: true });
      expect([again.status, again.body['code']]).toEqual([410, 'GONE']);
    }
    const recovered = await admin(service, 'POST', '/admin/deliveries/recover', {
      status: ['dead', 'expired', 'held'],
      force: true,
      dryRun: true,
    });
    expect(recovered.body).toMatchObject({ wouldSend: 0, wouldSkip: { gone: 1 } });
    expect(
      await records.sql('SELECT 1 FROM delivery_attempts WHERE excerpt IS NOT NULL OR request_body IS NOT NULL'),
    ).toEqual([]);
    expect(receiver.of('/company')).toHaveLength(1);
    expect(receiver.of('/callback?key=k')).toHaveLength(1);
    expect(service.logged.join('\n')).not.toMatch(/overtls|52001|7946/i);
  });
});
