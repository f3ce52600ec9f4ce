import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { EraseSweeper } from '../src/erasure/erase.sweeper.js';
import { type RunningApp, startApp } from './support/app.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { marketoBatch, MarketoFolder, marketoLead } from './support/marketo-world.js';
import { Records } from './support/records.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const PERSON = 'forgotten@example.com';

let database: TestDatabase;
let records: Records;
let marketo: FakeAdobe;
let folder: MarketoFolder;
let service: RunningApp;

beforeAll(async () => {
  database = await createTestDatabase();
  records = new Records(database);
  marketo = await FakeAdobe.start();
  folder = new MarketoFolder();
  service = await startApp({ databaseUrl: database.url, adobe: marketo, env: folder.env });
});
afterAll(async () => {
  await service.close();
  await marketo.stop();
  await database.drop();
  folder.remove();
});

async function submit(leads: readonly unknown[]): Promise<string> {
  const { body } = await service.submit(marketoBatch(`${marketo.url}/x`, leads), '/services/scoring/submitAsyncAction');
  const id = String(body['requestId']);
  await records.untilState([id], 'completed');
  return id;
}

async function erase(entityId: string): Promise<void> {
  const order = await service.admin('/admin/erase', { method: 'POST', body: { tenant: '123-ABC-456', entityId } });
  expect(order.status).toBe(202);
  const sweeper = service.app.get(EraseSweeper, { strict: false });
  const jobId = String(order.body['jobId']);
  const progress = async (): Promise<unknown> => {
    await sweeper.sweep();
    return (await service.admin(`/admin/erase/${jobId}`)).body['state'];
  };
  await expect.poll(progress, { timeout: 15_000 }).toBe('done');
}

async function textsOf(id: string): Promise<string> {
  const rows = await records.sql(
    `SELECT p.request, d.body, a.reason, h.steps FROM actions a LEFT JOIN action_payloads p ON p.action_id = a.id
       LEFT JOIN deliveries d ON d.owner_id = a.id LEFT JOIN action_history h ON h.action_id = a.id WHERE a.id = $1`,
    [id],
  );
  return JSON.stringify(rows);
}

describe('erasing a lead', () => {
  it('reaches it inside of batches, and leaves other batches alone', async () => {
    const fields = { email: PERSON, found: { label: PERSON } };
    const about = await submit([marketoLead({ id: 41 }), marketoLead({ id: 42, fields })]);
    const other = await submit([marketoLead({ id: 421 }), marketoLead({ id: 43 })]);
    expect(await textsOf(about)).toContain(PERSON);
    await erase('42');
    expect(await textsOf(about)).not.toContain(PERSON);
    expect(await textsOf(other)).toContain('lead421@example.com');
  });
});
