import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkBody } from '../simulator/callback-body-checker.js';
import { parseWire } from '../simulator/lossless.js';
import { fetchContract } from '../simulator/service-contract.js';
import { readSubmission } from '../simulator/submission.js';
import { type RunningApp, startApp, TEST_KEY } from './support/app.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const YAML = `
apiName: size
supportedEntityType: lead
enableSplitPaths: true
i18n: { en_US: { name: Size, description: A service of the tests } }
description: A service of the tests
primaryAttribute: mode
invocationPayloadDef:
  flowAttributes: [{ apiName: mode, i18n: { en_US: { displayName: Mode } }, dataType: string }]
  fields:
    - { serviceAttribute: country, dataType: string }
    - { serviceAttribute: crmEmployees, dataType: integer }
    - { serviceAttribute: formEmployees, dataType: integer }
  accessorsMetadata:
    - accessorName: employeesFrom
      dataType: string
      constraints: { allowedValues: [crm, form, unknown] }
      default: unknown
callbackPayloadDef:
  fields:
    - { serviceAttribute: employees, dataType: integer }
    - { serviceAttribute: segment, dataType: string }
openapi: { title: Size, providerName: Test, supportContact: test@example.com }
pipeline:
  - waterfall:
      - { provider: expression, name: crm, settings: { fields: { employees: fields.crmEmployees } } }
      - { provider: expression, name: form, settings: { fields: { employees: fields.formEmployees } } }
    until: employees
    accessor: employeesFrom
  - provider: expression
    name: segment
    when: fields.country = "DE"
    settings: { fields: { segment: 'fields.employees > 500 ? "enterprise" : "smb"' } }
  - provider: expression
    name: odd
    when: fields.missing > 1
    settings: { fields: { segment: '"odd"' } }
`;

const folder = mkdtempSync(join(tmpdir(), 'ricochet-conditions-'));
let database: TestDatabase;
let adobe: FakeAdobe;
let service: RunningApp;

beforeAll(async () => {
  writeFileSync(join(folder, 'size.yaml'), YAML);
  database = await createTestDatabase();
  adobe = await FakeAdobe.start();
  service = await startApp({ databaseUrl: database.url, adobe, env: { SERVICES_DIR: folder } });
});
afterAll(async () => {
  await service.close();
  await adobe.stop();
  await database.drop();
  rmSync(folder, { recursive: true });
});

/** Sends a lead and holds its callback against the service's own contract. */
async function callBack(leadData: object): Promise<{ lead: unknown; steps: unknown; explanation: string }> {
  const path = `/callback/${randomUUID()}`;
  const text = JSON.stringify({
    token: randomUUID(),
    callbackUrl: adobe.url + path,
    objectData: { objectType: 'lead', objectContext: { leadId: 7, leadData } },
    enableSplitPaths: true,
  });
  const answer = await service.submit(text, '/services/size/submitAsyncAction');
  expect(answer).toMatchObject({ status: 200 });
  await adobe.until(() => adobe.of(path).length > 0);
  const contract = await fetchContract(`${service.url}/services/size`, TEST_KEY);
  const [callback] = adobe.of(path);
  expect(checkBody(parseWire(callback?.text ?? ''), 'lead', readSubmission(text, contract), contract)).toEqual([]);
  const { body } = await service.admin(`/admin/actions/${String(answer.body['requestId'])}`);
  const entry = callback?.body.objectData[0] as { leadData: unknown };
  return { lead: entry.leadData, steps: body['steps'], explanation: String(body['explanation']) };
}

describe('conditions and waterfalls', () => {
  it('decide what runs, and the record says what was found where', async () => {
    const { lead, steps, explanation } = await callBack({ country: 'DE', crmEmployees: 900, formEmployees: 1 });
    expect(lead).toEqual({
      id: 7,
      employees: 900,
      segment: 'enterprise',
      accessorValues: { employeesFrom: 'crm' },
    });
    expect(steps).toMatchObject([
      { step: 'crm', provider: 'expression', outcome: 'ok', found: 'employees', wrote: ['employees'] },
      { step: 'form', outcome: 'skipped', reason: 'form: crm found employees' },
      { step: 'segment', outcome: 'ok', wrote: ['segment'] },
      {
        step: 'odd',
        outcome: 'failed',
        errorCode: 'ENRICHMENT_FAILED',
        reason: 'odd: the condition is nothing (a field is missing) instead of true or false',
      },
    ]);
    expect(explanation).toContain('The optional step "odd" failed');
    expect(explanation).not.toContain('form');
  });

  it('send the default of an accessor where no step found anything', async () => {
    const { lead, steps } = await callBack({ country: 'FR' });
    expect(lead).toEqual({ id: 7, accessorValues: { employeesFrom: 'unknown' } });
    expect(steps).toMatchObject([
      { step: 'crm', outcome: 'ok' },
      { step: 'form', outcome: 'ok' },
      { step: 'segment', outcome: 'skipped', reason: 'segment: the condition is not met' },
      { step: 'odd', outcome: 'failed' },
    ]);
  });
});
