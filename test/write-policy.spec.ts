import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkBody } from '../simulator/callback-body-checker.js';
import { parseWire } from '../simulator/lossless.js';
import { type EntityType, fetchContract } from '../simulator/service-contract.js';
import { readSubmission } from '../simulator/submission.js';
import { StoredResultFinder } from '../src/async-calls/retrieve/stored-result-finder.js';
import { type RunningApp, startApp, TEST_KEY } from './support/app.js';
import { asyncCallsOf, newCall, queue } from './support/async-calls.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const EMAIL = 'found@example.com';
const REQUEST_FIELDS = `
    - { serviceAttribute: email, dataType: string }
    - { serviceAttribute: phone, aliases: [mobile], dataType: string }
    - { serviceAttribute: visits, dataType: integer }
    - { serviceAttribute: seen, dataType: datetime }`;
const CALLBACK_FIELDS = `
    - { serviceAttribute: email, dataType: string, write: whenEmpty }
    - { serviceAttribute: phoneE164, dataType: string, write: whenEmpty, compareWith: phone }
    - { serviceAttribute: visits, dataType: integer, write: whenDifferent }
    - { serviceAttribute: seen, dataType: datetime, write: whenDifferent }
    - { serviceAttribute: tier, dataType: string }`;
const FOUND = `{ email: found@example.com, phoneE164: '+4930901820', visits: 5, seen: '2026-01-31T10:00:00Z', tier: hot }`;

/** A service of one kind whose steps find the same for everybody. */
function yamlOf(entityType: EntityType): string {
  const hasAccount = entityType !== 'lead';
  const hasPeople = entityType !== 'account';
  return `
apiName: fill-${entityType}
supportedEntityType: ${entityType}
enableSplitPaths: true
i18n: { en_US: { name: Fill ${entityType}, description: A service of the tests } }
description: A service of the tests
primaryAttribute: mode
invocationPayloadDef:
  flowAttributes: [{ apiName: mode, i18n: { en_US: { displayName: Mode } }, dataType: string }]
${hasPeople ? `  fields:${REQUEST_FIELDS}` : ''}
${hasAccount ? `  accountFields:${REQUEST_FIELDS}` : ''}
  accessorsMetadata: [{ accessorName: email, dataType: string }]
callbackPayloadDef:
${hasPeople ? `  fields:${CALLBACK_FIELDS}` : ''}
${hasAccount ? `  accountFields:${CALLBACK_FIELDS}` : ''}
  attributes: [{ apiName: model, i18n: { en_US: { displayName: Model } }, dataType: string }]
openapi: { title: Fill ${entityType}, providerName: Test, supportContact: test@example.com }
${entityType === 'accountPerson' ? '' : `asyncCalls: { objectType: Fill-${entityType}, fields: { EmailAddress: email, Visits: visits } }`}
pipeline:
  - provider: found
    settings: { fields: { tier: cold, email: nobody@example.com }, accountFields: { tier: cold } }
  - provider: found
    name: second-look
    settings: { fields: ${FOUND}, accountFields: ${FOUND}, attributes: { model: m1 } }
`;
}

const folder = mkdtempSync(join(tmpdir(), 'ricochet-write-'));
let database: TestDatabase;
let adobe: FakeAdobe;
let service: RunningApp;

beforeAll(async () => {
  for (const entityType of ['lead', 'account', 'accountPerson'] as const) {
    writeFileSync(join(folder, `${entityType}.yaml`), yamlOf(entityType));
  }
  database = await createTestDatabase();
  adobe = await FakeAdobe.start();
  const PROVIDER_MODULES = join(import.meta.dirname, 'fixtures', 'found-provider.mjs');
  service = await startApp({ databaseUrl: database.url, adobe, env: { SERVICES_DIR: folder, PROVIDER_MODULES } });
});
afterAll(async () => {
  await service.close();
  await adobe.stop();
  await database.drop();
  rmSync(folder, { recursive: true });
});

interface Step {
  readonly step: string;
  readonly provider?: string;
  readonly wrote?: readonly string[];
  readonly kept?: readonly string[];
}
type Entry = Record<string, Record<string, unknown>> & { accountPersonData: Record<string, unknown>[] };

/** Sends a request, holds its callback against the service's own contract. @returns its entry and the steps' record. */
async function callBack(entityType: EntityType, objectContext: object): Promise<{ entry: Entry; steps: Step[] }> {
  const path = `/callback/${randomUUID()}`;
  const text = JSON.stringify({
    token: randomUUID(),
    callbackUrl: adobe.url + path,
    objectData: { objectType: entityType, objectContext },
    enableSplitPaths: true,
  });
  const base = `${service.url}/services/fill-${entityType}`;
  const answer = await service.submit(text, `/services/fill-${entityType}/submitAsyncAction`);
  expect(answer).toMatchObject({ status: 200 });
  await adobe.until(() => adobe.of(path).length > 0);
  const contract = await fetchContract(base, TEST_KEY);
  const [callback] = adobe.of(path);
  expect(checkBody(parseWire(callback?.text ?? ''), entityType, readSubmission(text, contract), contract)).toEqual([]);
  const detail = await service.admin(`/admin/actions/${String(answer.body['requestId'])}`);
  expect(JSON.stringify(detail.body)).not.toContain(EMAIL);
  return { entry: callback?.body.objectData[0] as Entry, steps: detail.body['steps'] as Step[] };
}

const lead = (leadData: object): object => ({ leadId: 7, leadData });
const ALL = ['email', 'phoneE164', 'visits', 'seen', 'tier'];
const GIVEN = { email: 'given@example.com', phone: '+1 212', visits: '5', seen: '2026-01-31T12:00:00+02:00' };

describe('a lead', () => {
  it('gets its gaps filled, and the record says which provider wrote what', async () => {
    const { entry, steps } = await callBack('lead', lead({ email: ' ', phone: null }));
    expect(entry['leadData']).toEqual({
      id: 7,
      email: EMAIL,
      phoneE164: '+4930901820',
      visits: 5,
      seen: '2026-01-31T10:00:00Z',
      tier: 'hot',
      accessorValues: { email: EMAIL },
    });
    expect(steps).toEqual([
      { step: 'found', outcome: 'ok', ms: expect.any(Number) },
      {
        step: 'second-look',
        provider: 'found',
        outcome: 'ok',
        ms: expect.any(Number),
        wrote: [...ALL, 'activityData.model'],
      },
    ]);
  });

  it('keeps what it has, and paths still see what was found', async () => {
    const { entry, steps } = await callBack('lead', lead(GIVEN));
    expect(entry['leadData']).toEqual({ id: 7, tier: 'hot', accessorValues: { email: EMAIL } });
    expect(steps[1]).toMatchObject({
      wrote: ['tier', 'activityData.model'],
      kept: ['email', 'phoneE164', 'visits', 'seen'],
    });
  });

  it('gets what is different, and an alias carries the value that is looked at', async () => {
    const { entry, steps } = await callBack('lead', lead({ visits: 6, seen: '2026-02-01', mobile: '030 901820' }));
    expect(entry['leadData']).toMatchObject({ email: EMAIL, visits: 5, seen: '2026-01-31T10:00:00Z' });
    expect(entry['leadData']).not.toHaveProperty('phoneE164');
    expect(steps[1]).toMatchObject({ kept: ['phoneE164'] });
  });
});

describe('an account', () => {
  it('keeps and gets its own fields, like a lead', async () => {
    const { entry, steps } = await callBack('account', { accountId: 70, accountData: { ...GIVEN, phone: '' } });
    expect(entry['accountData']).toMatchObject({ id: 70, phoneE164: '+4930901820', tier: 'hot' });
    expect(Object.keys(entry['accountData'] ?? {})).not.toContain('visits');
    expect(steps[1]).toMatchObject({ kept: ['email', 'visits', 'seen'] });
  });
});

describe('a buying group', () => {
  it('is looked at person by person, and the account apart', async () => {
    const person = (relId: number, leadData: object): object => ({
      accountPersonRelId: relId,
      accountId: 70,
      personId: relId,
      isEmployee: true,
      leadData,
      relationshipMetadata: {},
    });
    const { entry, steps } = await callBack('accountPerson', {
      accountId: 70,
      accountData: { ...GIVEN, email: '' },
      accountPersonRelationships: [person(1, GIVEN), person(2, {}), person(3, { visits: 5 })],
    });
    expect(entry['accountData']).toEqual({ id: 70, email: EMAIL, tier: 'hot' });
    expect(entry.accountPersonData.map(({ leadData }) => Object.keys(leadData as object))).toEqual([
      ['tier'],
      ALL,
      ['email', 'phoneE164', 'seen', 'tier'],
    ]);
    expect(entry.accountPersonData.map(({ accessorValues }) => accessorValues)).toEqual(
      Array.from({ length: 3 }, () => ({ email: EMAIL })),
    );
    expect(steps[1]?.wrote).toEqual(
      expect.arrayContaining([...ALL, 'accountData.email', 'accountData.tier', 'activityData.model']),
    );
    expect(steps[1]?.kept).toEqual(
      expect.arrayContaining(['email', 'visits', 'accountData.phoneE164', 'accountData.visits', 'accountData.seen']),
    );
    expect(steps[1]?.kept).not.toContain('accountData.email');
  });
});

describe('an object of an asynchronous call', () => {
  it.each(['lead', 'account'])('keeps its own property where it has one: %s', async (entityType) => {
    const objects = [
      { ordinal: 0, properties: { EmailAddress: 'given@example.com', Visits: '5' } },
      { ordinal: 1, properties: { EmailAddress: '', Visits: '6' } },
    ];
    const call = newCall({ objectType: `Fill-${entityType}`, objects });
    const requestId = await queue(asyncCallsOf(service), call);
    const results = service.app.get(StoredResultFinder, { strict: false });
    const find = async () => (await results.find(call.clientId, null, null, 1)).results[0];
    await expect.poll(find).toBeDefined();
    const stored = await find();
    expect(stored?.objects).toMatchObject([
      { properties: { EmailAddress: 'given@example.com', Visits: '5', tier: 'hot' } },
      { properties: { EmailAddress: EMAIL, Visits: '5', tier: 'hot' } },
    ]);
    const added = stored?.objects.map((object) => (object as unknown as { added: string[] }).added.toSorted());
    expect(added).toEqual([
      ['phoneE164', 'seen', 'tier'],
      ['EmailAddress', 'Visits', 'phoneE164', 'seen', 'tier'],
    ]);
    const [action] = await database.dataSource.query<{ id: string }[]>('SELECT id FROM actions WHERE entity_id = $1', [
      requestId,
    ]);
    const detail = await service.admin(`/admin/actions/${action?.id}`);
    expect(detail.body['steps']).toMatchObject([{}, { provider: 'found', kept: ['email', 'visits'] }]);
  });
});
