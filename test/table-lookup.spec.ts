import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { call, type RunningApp, startApp, TEST_KEY } from './support/app.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { marketoBatch, MarketoFolder, resultsOf } from './support/marketo-world.js';
import { PROJECT_ROOT } from './support/service-process.js';
import { putTable } from './support/tables.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const YAML = readFileSync(join(PROJECT_ROOT, 'services', 'table-lookup.yaml'), 'utf8').replace('enabled: false\n', '');
const STEP = {
  table: 'countries',
  keyName: 'code',
  keyValField: 'country',
  lookupField: 'name',
  returnField: 'countryName',
};
const KEY = { 'x-api-key': TEST_KEY };

let database: TestDatabase;
let marketo: FakeAdobe;
let folder: MarketoFolder;
let service: RunningApp;

beforeAll(async () => {
  database = await createTestDatabase();
  marketo = await FakeAdobe.start();
  folder = new MarketoFolder({ 'table-lookup.yaml': YAML });
  service = await startApp({ databaseUrl: database.url, adobe: marketo, env: folder.env });
});
afterAll(async () => {
  await service.close();
  await marketo.stop();
  await database.drop();
  folder.remove();
});

const status = async () => (await call('GET', `${service.url}/services/table-lookup/status`, KEY)).body;

async function choices(name: string, more: object = {}): Promise<unknown> {
  const body = { name, type: 'flow', ...more };
  const answer = await call('POST', `${service.url}/services/table-lookup/getPicklist`, KEY, body);
  expect(answer.status).toBe(200);
  return (answer.body['choices'] as { submittedValue: unknown }[]).map(({ submittedValue }) => submittedValue);
}

describe('the ready table lookup', () => {
  it('says that there is no table yet', async () => {
    expect(await status()).toMatchObject({
      status: 'healthy',
      warnings: ['No lookup table is uploaded: flow steps have none to choose.'],
    });
    expect(await choices('table')).toEqual([]);
  });

  it('looks values up, each lead by its own parameters', async () => {
    await putTable(service.url, 'countries', 'code,name,capital\nDE,Germany,Berlin\nFR,France,\n', { key: 'code' });
    const lead = (id: number, fields: object, step: object = {}): object => ({
      objectType: 'lead',
      objectContext: { id, ...fields },
      flowStepContext: { ...STEP, ...step },
    });
    const leads = [
      lead(1, { country: 'DE' }),
      lead(2, { land: 'FR' }, { keyValField: 'land', returnField: 'landName' }),
      lead(3, { country: 'DE' }, { lookupField: 'capital', returnField: 'city' }),
      lead(4, { country: 'XX' }),
      lead(5, {}),
      lead(6, { country: 'DE' }, { table: 'nowhere' }),
      lead(7, { country: 'FR' }, { lookupField: 'capital' }),
      lead(8, { country: 'DE' }, { returnField: 'id' }),
      lead(9, { country: 'DE' }, { keyName: '' }),
    ];
    const answer = await service.submit(
      marketoBatch(`${marketo.url}/lookup`, leads),
      '/services/table-lookup/submitAsyncAction',
    );
    expect(answer.status).toBe(201);
    await marketo.until(() => marketo.of('/lookup').length > 0);
    const results = resultsOf(marketo.of('/lookup')[0]);
    expect(results.slice(0, 3).map(({ leadData }) => leadData)).toEqual([
      { id: 1, countryName: 'Germany' },
      { id: 2, landName: 'France' },
      { id: 3, city: 'Berlin' },
    ]);
    expect(results.slice(3).map(({ activityData }) => activityData['errorCode'])).toEqual([
      'NOT_FOUND',
      'INSUFFICIENT_DATA',
      'ENRICHMENT_FAILED',
      'NOT_FOUND',
      'INVALID_DATA',
      'INVALID_DATA',
    ]);
    expect(results.slice(3).every(({ leadData }) => Object.keys(leadData).length === 1)).toBe(true);
  });

  it('offers tables, columns and the fields that are mapped', async () => {
    expect(await choices('table')).toEqual(['countries']);
    expect(await choices('keyName')).toEqual(['code', 'name', 'capital']);
    expect(await choices('keyName', { prefix: 'C' })).toEqual(['code', 'capital']);
    expect(await choices('keyValField')).toEqual([]);
    const fieldMappingContext = {
      invocation: [{ marketoAttribute: 'country' }],
      callback: [{ marketoAttribute: 'city' }],
    };
    expect(await choices('keyValField', { fieldMappingContext })).toEqual(['country']);
    expect(await choices('returnField', { fieldMappingContext })).toEqual(['city']);
  });

  it('says that it is well', async () => {
    expect(await status()).toMatchObject({ status: 'healthy', info: [], warnings: [], errors: [] });
    const wrong = await call('GET', `${service.url}/services/table-lookup/status`, { 'x-api-key': 'wrong' });
    expect(wrong).toMatchObject({ status: 401, body: { success: false, errorCode: 'UNAUTHORIZED' } });
  });
});
