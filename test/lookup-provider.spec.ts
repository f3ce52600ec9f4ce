import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Pool } from 'pg';
import type { LeasedAction } from '../src/actions/action.js';
import type { BatchEntity } from '../src/actions/action-input.js';
import type { ServiceDefinition } from '../src/catalog/service-definition.js';
import { Database } from '../src/database/database.js';
import { BatchRunner } from '../src/enrichment/batch-runner.js';
import { Conditions } from '../src/enrichment/conditions.js';
import { EnrichmentError } from '../src/enrichment/enrichment-provider.js';
import { describeEnrichmentProvider, sampleContext, sampleSubject } from '../src/enrichment/provider-conformance.js';
import { PipelineRunner } from '../src/enrichment/pipeline-runner.js';
import { ProviderRegistry } from '../src/enrichment/provider-registry.js';
import { Expressions } from '../src/expressions/expressions.js';
import { testConfig } from '../src/intake/intake.fixtures.js';
import { LookupProvider } from '../src/enrichment/providers/lookup.provider.js';
import { account, group, lead } from '../src/enrichment/providers/providers.fixtures.js';
import { LookupRowsRepository } from '../src/lookup-tables/lookup-rows.repository.js';
import { LookupVersionsRepository } from '../src/lookup-tables/lookup-versions.repository.js';
import { TableLookup } from '../src/lookup-tables/table-lookup.js';
import { type RunningApp, startApp } from './support/app.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { Records } from './support/records.js';
import { leadRequest } from './support/requests.js';
import { putTable } from './support/tables.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const SERVICE = `
apiName: territory
default: true
supportedEntityType: lead
enableSplitPaths: true
i18n: { en_US: { name: Territory, description: A service of the tests } }
description: A service of the tests
primaryAttribute: mode
invocationPayloadDef:
  flowAttributes: [{ apiName: mode, i18n: { en_US: { displayName: Mode } }, dataType: string }]
  fields:
    - { serviceAttribute: country, dataType: string }
    - { serviceAttribute: zip, dataType: string }
  accessorsMetadata: [{ accessorName: territory, dataType: string }]
callbackPayloadDef:
  fields:
    - { serviceAttribute: territory, dataType: string }
    - { serviceAttribute: discount, dataType: float }
    - { serviceAttribute: isKnown, dataType: boolean }
  attributes: [{ apiName: model, i18n: { en_US: { displayName: Model } }, dataType: string }]
openapi: { title: Territory, providerName: Test, supportContact: test@example.com }
pipeline:
  - provider: lookup
    name: territory
    required: true
    settings:
      table: territories
      key: { land: country, plz: zip }
      values: { gebiet: { to: territory, default: none }, rabatt: { to: discount, type: float } }
      found: isKnown
`;
const CSV = 'land,plz,gebiet,rabatt\nDE,10115,North,1.5\nFR,75001,Ouest,viel\nÖsterreich,1010,East,\n';
const SETTINGS = {
  table: 'territories',
  key: { land: 'country', plz: 'zip' },
  values: { gebiet: { to: 'territory', default: 'none' }, rabatt: { to: 'discount', type: 'float', default: 0 } },
  found: 'isKnown',
};

let database: TestDatabase;
let folder: string;
let adobe: FakeAdobe;
let service: RunningApp;
let tables: TableLookup;
const statements: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  adobe = await FakeAdobe.start();
  folder = mkdtempSync(join(tmpdir(), 'ricochet-lookup-'));
  writeFileSync(join(folder, 'territory.yaml'), SERVICE);
  service = await startApp({ databaseUrl: database.url, adobe, env: { SERVICES_DIR: folder } });
  const { status } = await putTable(service.url, 'territories', CSV, { key: 'land,plz', fold: 'case,accents' });
  expect(status).toBe(200);
  const own = new Database(database.dataSource);
  const counted = {
    query: (statement: { name: string }, values: unknown[]) => {
      statements.push(statement.name);
      return own.query(statement as never, values);
    },
  } as unknown as Database;
  tables = new TableLookup(new LookupVersionsRepository(counted), new LookupRowsRepository(counted));
});
afterAll(async () => {
  await service.close();
  await adobe.stop();
  rmSync(folder, { recursive: true, force: true });
  await database.drop();
});

/** Made before there is a database, as the suite wants it. */
const make = (): LookupProvider => new LookupProvider({ find: (query) => tables.find(query) });

describeEnrichmentProvider(make, [
  { name: 'a lead with a row', entity: lead({ country: 'de', zip: 10115 }), settings: SETTINGS },
  { name: 'a lead without a row', entity: lead({ country: 'US', zip: '10115' }), settings: SETTINGS },
  { name: 'an account', entity: account({ country: 'osterreich', zip: '1010' }), settings: SETTINGS },
  {
    name: 'a buying group with the country of its account',
    entity: group({ country: 'DE' }, { zip: '10115' }, { zip: '1' }, {}, { zip: '75001', country: 'FR' }),
    settings: SETTINGS,
  },
  {
    name: 'the account of a buying group',
    entity: group({ country: 'DE', zip: '10115' }, { zip: '1' }),
    settings: { ...SETTINGS, on: 'account' },
  },
]);

describe('LookupProvider', () => {
  const enrich = (entity: ReturnType<typeof lead>, settings: Record<string, unknown> = SETTINGS) =>
    make().enrich(sampleSubject(entity), settings, sampleContext());

  it.each([
    ['a row', { country: 'DE', zip: '10115' }, { territory: 'North', discount: 1.5, isKnown: true }],
    [
      'a row in another spelling',
      { country: 'osterreich', zip: ' 1010' },
      { territory: 'East', discount: 0, isKnown: true },
    ],
    [
      'a cell that is not of its type',
      { country: 'FR', zip: 75001 },
      { territory: 'Ouest', discount: 0, isKnown: true },
    ],
    ['no row', { country: 'FR', zip: '1' }, { territory: 'none', discount: 0, isKnown: false }],
    ['half a key', { country: 'FR' }, { territory: 'none', discount: 0, isKnown: false }],
    ['a list for a key', { country: ['DE'], zip: '10115' }, { territory: 'none', discount: 0, isKnown: false }],
  ])('finds for %s', async (_what, fields, expected) => {
    expect((await enrich(lead(fields))).fields).toEqual(expected);
  });

  it('leaves cells text, and writes nothing without a row or a stand-in', async () => {
    const settings = { ...SETTINGS, values: { rabatt: 'discount' }, found: undefined };
    expect((await enrich(lead({ country: 'DE', zip: '10115' }), settings)).fields).toEqual({ discount: '1.5' });
    expect((await enrich(lead({ country: 'DE', zip: '1' }), settings)).fields).toEqual({});
    expect((await enrich(lead({ country: 'Österreich', zip: '1010' }), settings)).fields).toEqual({});
  });

  it('asks one statement for all people of a group, and for all actions that wait', async () => {
    const people = Array.from({ length: 500 }, (_, at) => ({ zip: at % 2 === 0 ? '10115' : String(at) }));
    await enrich(lead({ country: 'DE', zip: '10115' }));
    // The statement has ended for those who asked; what is asked in that very moment would go out without the others.
    await new Promise(setImmediate);
    statements.length = 0;
    const [found] = await Promise.all([
      make().enrich(sampleSubject(group({ country: 'DE' }, ...people)), SETTINGS, sampleContext()),
      ...Array.from({ length: 50 }, (_, at) => enrich(lead({ country: 'DE', zip: String(at) }))),
    ]);
    expect([...(found?.people?.values() ?? [])].map(({ fields }) => fields?.['isKnown'])).toEqual(
      people.map((_, at) => at % 2 === 0),
    );
    expect(statements).toEqual(['lookupRows.find']);
  });

  it('asks one statement for all subjects of an asynchronous call', async () => {
    const config = testConfig();
    const registry = new ProviderRegistry();
    registry.register(make(), 'the spec');
    const runner = new PipelineRunner(registry, new Conditions(new Expressions(config), config));
    const step = { name: 'territory', provider: 'lookup', required: true, timeoutMs: 10_000, settings: SETTINGS };
    const callback = { fields: [], accountFields: [], attributes: [] };
    const definition = { apiName: 'territory', pipeline: [step], callback } as unknown as ServiceDefinition;
    const subjects = Array.from({ length: 200 }, (_, at) => ({
      entity: {
        kind: 'lead' as const,
        id: String(at),
        fields: { country: 'DE', zip: at % 2 === 0 ? '10115' : 'none' },
      },
      given: {},
      refusal: null,
    }));
    const batch: BatchEntity = { kind: 'batch', id: 'call', subjects, refusal: null };
    const input = { entity: batch, flowStep: {}, globalAttributes: {}, journey: {}, subscription: {}, paths: [] };
    const action = { id: 'a', service: 'territory', timeoutMs: 3_600_000, secrets: null, input };
    await enrich(lead({ country: 'DE', zip: '10115' }));
    statements.length = 0;
    const due = { ...action, deadlineAtMs: performance.now() + 3_600_000 } as unknown as LeasedAction;
    const { outcome } = await new BatchRunner(runner, { noteSubject: () => Promise.resolve(true) }).run(
      due,
      batch,
      definition,
    );
    runner.onApplicationShutdown();
    const found = outcome.kind === 'success' ? outcome.result.subjects : [];
    expect(found?.map((one) => one.kind === 'success' && one.result.fields['isKnown'])).toEqual(
      subjects.map((_, at) => at % 2 === 0),
    );
    expect(statements).toEqual(['lookupRows.find']);
  });

  it.each([
    ['a table that is not there', { ...SETTINGS, table: 'nowhere' }, /table nowhere is not there/],
    ['another key than the table has', { ...SETTINGS, key: { land: 'country' } }, /has the key land, plz, not land/],
    ['a column that is not there', { ...SETTINGS, values: { region: 'region' } }, /has no column region/],
  ])('fails for %s, and says so without a value', async (_what, settings, message) => {
    const failure = await enrich(lead({ country: 'DE', zip: '10115' }), settings).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(EnrichmentError);
    expect((failure as EnrichmentError).message).toMatch(message);
    expect((failure as EnrichmentError).message).not.toMatch(/10115/);
  });

  it('waits for a PostgreSQL that comes back within the time of the step', async () => {
    let away = 2;
    const provider = new LookupProvider({
      find: async (query) => {
        if (away-- > 0) throw Object.assign(new Error('gone'), { code: '57P01' });
        return tables.find(query);
      },
    });
    const found = await provider.enrich(
      sampleSubject(lead({ country: 'DE', zip: '10115' })),
      SETTINGS,
      sampleContext(),
    );
    expect(found.fields?.['territory']).toBe('North');
  });

  it('does its work in a journey, on the version that is current', async () => {
    const submit = async (zip: string): Promise<Record<string, unknown>> => {
      const request = leadRequest({ callbackUrl: `${adobe.url}/callback`, leadData: { country: 'DE', zip } });
      const { body } = await service.submit(request);
      const id = body['requestId'] as string;
      await new Records(database).untilState([id], 'completed');
      const [row] = await new Records(database).sql<{ body: string }>(
        'SELECT body FROM deliveries WHERE owner_id = $1',
        [id],
      );
      return JSON.parse(row?.body ?? '{}') as Record<string, unknown>;
    };
    expect(JSON.stringify(await submit('10115'))).toContain('"territory":"North"');
    await putTable(service.url, 'territories', CSV.replace('North', 'Nord'));
    const after = JSON.stringify(await submit('10115'));
    expect(after).toContain('"territory":"Nord"');
    expect(after).toContain('"discount":1.5');
    expect(JSON.stringify(await submit('1'))).toContain('"territory":"none"');
  });
});

describe('the statement of a look-up', () => {
  it('reads rows by their primary key, however many there are', async () => {
    const pool = (database.dataSource.driver as unknown as { master: Pool }).master;
    const found: string[] = [];
    const recorder = {
      query: ({ text }: { text: string }) => {
        found.push(text);
        return Promise.resolve([]);
      },
    } as unknown as Database;
    await new LookupRowsRepository(recorder).find([{ table: 't', versionId: 1, key: '0'.repeat(32) }]);
    const client = await pool.connect();
    try {
      await client.query(`PREPARE look (uuid[], int[], text[]) AS ${found[0] ?? ''}`);
      await client.query('SET plan_cache_mode = force_generic_plan');
      const { rows } = await client.query<{ 'QUERY PLAN': string }>(`EXPLAIN EXECUTE look ('{}', '{}', '{}')`);
      const plan = rows.map((row) => row['QUERY PLAN']).join('\n');
      expect(plan).toContain('lookup_rows_pkey');
      expect(plan).toContain('lookup_tables_pkey');
      expect(plan).not.toMatch(/Seq Scan|Hash Join|Merge/);
    } finally {
      client.release(true);
    }
  });
});
