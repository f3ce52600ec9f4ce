import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkBody } from '../simulator/callback-body-checker.js';
import { parseWire } from '../simulator/lossless.js';
import { type EntityType, fetchContract } from '../simulator/service-contract.js';
import { readSubmission } from '../simulator/submission.js';
import { call, type RunningApp, startApp, TEST_KEY } from './support/app.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const DOCUMENTED = new URL('./fixtures/documented/', import.meta.url);
const SAMPLES = new URL('../simulator/samples/documented/', import.meta.url);
const SHIPPED: Readonly<Record<EntityType, string>> = {
  lead: 'contact-quality',
  account: 'account-profile',
  accountPerson: 'buying-group',
};

let adobe: FakeAdobe;
const databases: TestDatabase[] = [];
let shipped: RunningApp;
let published: RunningApp;
const folder = mkdtempSync(join(tmpdir(), 'documented-'));

beforeAll(async () => {
  adobe = await FakeAdobe.start();
  // One each: a service would otherwise claim what only the other one knows.
  const [first, second] = [await createTestDatabase(), await createTestDatabase()];
  databases.push(first, second);
  cpSync(new URL('definitions/', DOCUMENTED), folder, { recursive: true });
  shipped = await startApp({ databaseUrl: first.url, adobe });
  published = await startApp({ databaseUrl: second.url, adobe, env: { SERVICES_DIR: folder } });
});
afterAll(async () => {
  await Promise.all([shipped.close(), published.close()]);
  await adobe.stop();
  await Promise.all(databases.map((database) => database.drop()));
  rmSync(folder, { recursive: true });
});

interface Documented {
  readonly name: string;
  readonly objectType: EntityType;
  readonly text: string;
}

function documented(): Documented[] {
  const read = (base: URL): Documented[] =>
    readdirSync(base).map((name) => {
      const text = readFileSync(new URL(name, base), 'utf8');
      const { objectData } = JSON.parse(text) as { objectData: { objectType: EntityType } };
      return { name, objectType: objectData.objectType, text };
    });
  return [...read(SAMPLES), ...read(new URL('requests/', DOCUMENTED))];
}

/** Sends the text as it is but for the callback's address, and holds the callback against the service's own contract. */
async function expectServed(service: RunningApp, path: string, apiName: string, text: string): Promise<void> {
  const callbackPath = `/external-actions/callback/${apiName}-${Math.random().toString(36).slice(2)}`;
  const sent = text.replace(/"callbackUrl": "[^"]*"/, `"callbackUrl": "${adobe.url}${callbackPath}"`);
  const answer = await service.submit(sent, path);
  expect(answer).toMatchObject({ status: 200, body: { status: 'accepted' } });
  await adobe.until(() => adobe.of(callbackPath).length > 0);
  const [callback] = adobe.of(callbackPath);
  const contract = await fetchContract(`${service.url}/services/${apiName}`, TEST_KEY);
  const submission = readSubmission(sent, contract);
  expect(checkBody(parseWire(callback?.text ?? ''), contract.entityType, submission, contract)).toEqual([]);
  expect(callback?.body.objectData[0]).toMatchObject({ activityData: { success: true } });
  expect(callback?.headers['x-gw-ims-org-id']).toBe(submission.imsOrgId);
}

describe.each(documented())('the documented request $name', ({ name, objectType, text }) => {
  it('is accepted and called back by the shipped service of its type', async () => {
    await expectServed(shipped, `/services/${SHIPPED[objectType]}/submitAsyncAction`, SHIPPED[objectType], text);
  });

  it('is accepted and called back at the root', async () => {
    const other = text.replace(/"token": "[^"]*"/, `"token": "${name} at the root"`);
    await expectServed(shipped, '/submitAsyncAction', SHIPPED[objectType], other);
  });
});

describe('a definition in the shape of a published sample', () => {
  it.each([
    ['account_facts', 'account-with-other-names.json'],
    ['group_roles', 'account-person.json'],
    ['leadFacts', 'lead.json'],
  ])('%s serves the documented request %s', async (apiName, name) => {
    const text = documented().find((request) => request.name === name)?.text ?? '';
    await expectServed(published, `/services/${apiName}/submitAsyncAction`, apiName, text);
  });

  it('keeps descriptions, names for people and languages', async () => {
    const headers = { 'x-api-key': TEST_KEY };
    const account = await call('GET', `${published.url}/services/account_facts/getServiceDefinition`, headers);
    expect(account.body).toMatchObject({
      i18n: { de_DE: { name: 'Firmendaten', description: 'Ergänzt Angaben zu Firmen' } },
      invocationPayloadDef: {
        headers: [{ name: 'X-Tenant-ID', headerName: 'X-Tenant-ID', description: 'Tenant of the caller' }],
        accessorsMetadata: [{}, {}, { dataType: 'date' }, { dataType: 'datetime' }],
      },
      callbackPayloadDef: {
        attributes: [
          { apiName: 'enrichmentStatus', i18n: { en_US: { description: 'How it went' } } },
          { apiName: 'lastEnriched', dataType: 'datetime' },
        ],
      },
    });
    const lead = await call('GET', `${published.url}/services/leadFacts/getServiceDefinition`, headers);
    expect(lead.body).toMatchObject({
      invocationPayloadDef: {
        flowAttributes: [{ apiName: 'enrichmentType', i18n: { en_US: { displayName: 'enrichmentType' } } }],
        fields: [
          { serviceAttribute: 'email', description: 'E-mail address' },
          { serviceAttribute: 'title', i18n: { fr_FR: { displayName: 'Fonction' } } },
        ],
      },
    });
  });
});

describe('a field of a shipped service', () => {
  const sent = (leadData: object) => ({
    token: `alias-${Math.random()}`,
    callbackUrl: `${adobe.url}/callback/alias`,
    objectData: { objectType: 'lead', objectContext: { leadId: 1, leadData } },
  });

  it('is still read under the name it had before', async () => {
    const before = adobe.of('/callback/alias').length;
    const leadData = { email: 'maria@northwind-pumps.example', jobTitle: 'Chief Financial Officer' };
    expect((await shipped.submit(sent(leadData))).status).toBe(200);
    await adobe.until(() => adobe.of('/callback/alias').length > before);
    expect(adobe.of('/callback/alias').at(-1)?.body.objectData[0]).toMatchObject({
      leadData: { jobSeniority: 'cLevel', jobFunction: 'finance' },
    });
  });

  it('is not written back under any of its names', async () => {
    const texts = adobe.callbacks.map(({ text }) => text).join('\n');
    expect(texts).not.toMatch(/"(?:jobTitle|companyName|accountName|employeeCount)":/);
  });
});
