import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { register } from 'prom-client';
import { request } from 'undici';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { VERSION } from '../src/config/version.js';
import { routeClassOf } from '../src/http/http.metrics.js';
import { newId, timeOfId } from '../src/database/new-id.js';
import { call, startApp, TEST_KEY } from './support/app.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { leadRequest } from './support/requests.js';
import { httpService } from './support/http-services.js';
import { PROJECT_ROOT, ServiceProcess } from './support/service-process.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

let database: TestDatabase;
let adobe: FakeAdobe;
let service: ServiceProcess;
/** As a process shows it that has served nothing yet. */
let first: Map<string, number>;
const services = mkdtempSync(join(tmpdir(), 'ricochet-services-'));
const SETTINGS = { url: 'https://api.example.com/x', budget: { perDay: 5 }, map: { fields: { name: 'answer.name' } } };

beforeAll(async () => {
  // Hosts and budgets are those that steps name.
  cpSync(join(PROJECT_ROOT, 'services'), services, { recursive: true });
  writeFileSync(join(services, 'ask.yaml'), httpService({ apiName: 'ask', settings: SETTINGS }));
  database = await createTestDatabase();
  adobe = await FakeAdobe.start();
  // A process of its own: counters are the process's, and other tests count too.
  service = await ServiceProcess.start({
    databaseUrl: database.url,
    adobe,
    env: { ADOBE_RETRY_SCHEDULE: '0s,100ms,10m', SERVICES_DIR: services },
  });
  first = await scrape();
});
afterAll(async () => {
  await service.stop();
  await adobe.stop();
  await database.drop();
  rmSync(services, { recursive: true });
});

/** Samples by name and labels, as written. */
async function scrape(): Promise<Map<string, number>> {
  const answer = await request(`${service.url}/metrics`);
  const lines = (await answer.body.text()).split('\n').filter((line) => line !== '' && !line.startsWith('#'));
  return new Map(
    lines.map((line) => [line.slice(0, line.lastIndexOf(' ')), Number(line.slice(line.lastIndexOf(' ') + 1))]),
  );
}

function samplesOf(samples: ReadonlyMap<string, number>, name: string): [string, number][] {
  return [...samples].filter(([sample]) => sample.startsWith(`${name}{`));
}

describe('a process that has just started', () => {
  it('has a series at 0 of every labelled counter, and of every histogram', async () => {
    // Loads every metric of the service into this process, for their types and labels.
    const app = await startApp({ databaseUrl: database.url, adobe });
    await app.close();
    const ours = register.getMetricsAsArray().filter(({ name }) => name.startsWith('ricochet_')) as unknown as {
      name: string;
      type: string;
      labelNames: string[];
    }[];
    const labelled = ours.filter(({ type, labelNames }) => type !== 'gauge' && labelNames.length > 0);
    expect(labelled.length).toBeGreaterThan(15);
    const missing = labelled.filter(
      ({ name, type }) => samplesOf(first, type === 'histogram' ? `${name}_count` : name).length === 0,
    );
    expect(missing.map(({ name }) => name)).toEqual([]);
    const early = labelled
      .filter(({ name }) => name !== 'ricochet_http_requests_total')
      .flatMap(({ name, type }) => samplesOf(first, type === 'histogram' ? `${name}_count` : name))
      .filter(([, value]) => value !== 0);
    expect(early).toEqual([]);
  });

  it.each([
    'ricochet_delivery_attempts_total{channel="adobe",result="delivered"}',
    'ricochet_delivery_attempts_total{channel="companies",result="timeout"}',
    'ricochet_deliveries_settled_total{channel="adobe",status="dead"}',
    'ricochet_deliveries_settled_total{channel="eqp",status="expired"}',
    'ricochet_deliveries_settled_total{channel="async-call",status="held"}',
    'ricochet_deliveries_late_total{channel="adobe"}',
    'ricochet_destination_changes_total{channel="companies",change="disabled"}',
    'ricochet_deliveries_deferred_total{channel="adobe",reason="halfOpen"}',
    'ricochet_destination_open{channel="adobe"}',
    'ricochet_adobe_callbacks_refused_total{status="401"}',
    'ricochet_ims_token_requests_total{outcome="refused"}',
    'ricochet_callback_values_dropped_total{service="contact-quality"}',
    'ricochet_enriched_total{service="contact-quality",outcome="failure"}',
    'ricochet_intake_requests_total{service="contact-quality",status="200"}',
    'ricochet_intake_requests_total{service="contact-quality",status="429"}',
    'ricochet_intake_requests_total{service="",status="404"}',
    'ricochet_intake_duplicates_total{service="contact-quality"}',
    'ricochet_leases_reclaimed_total{stage="delivery"}',
    'ricochet_quarantined_total{stage="enrichment"}',
    'ricochet_retention_removed_total{kind="async result"}',
    'ricochet_queue_rings_lost_total{stage="delivery"}',
    'ricochet_queue_redis_errors_total{connection="client"}',
    'ricochet_http_requests_total{route="submit",status="200"}',
    'ricochet_deliveries_waiting{channel="adobe",status="held"}',
    'ricochet_deliveries_waiting{channel="companies",status="pending"}',
    'ricochet_acknowledgement_seconds_count{service="contact-quality"}',
    'ricochet_delivery_attempt_seconds_count{channel="adobe"}',
    'ricochet_accepted_to_called_back_seconds_count{channel="adobe"}',
    'ricochet_pipeline_seconds_count{service="contact-quality"}',
    'ricochet_http_step_requests_total{host="api.example.com",outcome="found"}',
    'ricochet_http_step_budget_refused_total{budget="api.example.com"}',
  ])('has %s', (sample) => {
    expect(first.get(sample)).toBe(0);
  });

  it('says what runs', () => {
    const [[sample, value] = ['', 0]] = samplesOf(first, 'ricochet_build_info');
    expect(value).toBe(1);
    expect(sample).toContain(`version="${VERSION}"`);
    expect(sample).toContain(`node="${process.version}"`);
    expect(sample).toContain(`role="all"`);
  });
});

describe('requests', () => {
  it('are counted by class of route and status', async () => {
    const before = await scrape();
    await service.submit({});
    await call('GET', `${service.url}/nowhere/${Date.now()}`, {});
    await call('GET', `${service.url}/services/contact-quality/status`, { 'x-api-key': TEST_KEY });
    await call('DELETE', `${service.url}/submitAsyncAction`, {});
    await call('GET', `${service.url}/admin/actions`, {});
    const after = await scrape();
    const grown = (sample: string): number => (after.get(sample) ?? 0) - (before.get(sample) ?? 0);
    for (const [route, status] of [
      ['submit', 400],
      ['none', 404],
      ['none', 405],
      ['service', 200],
      ['admin', 401],
    ] as const) {
      expect(grown(`ricochet_http_requests_total{route="${route}",status="${status}"}`), `${route} ${status}`).toBe(1);
    }
  });

  it.each([
    ['/submitAsyncAction', 'submit'],
    ['/services/:apiName/submitAsyncAction', 'submit'],
    ['/services/:apiName/openapi.json', 'service'],
    ['/admin/actions/:id', 'admin'],
    ['/administrator', 'other'],
    ['/rest/v1/users/:mage_id', 'eqp'],
    ['/Service.asmx', 'async-calls'],
    ['/docs/*', 'docs'],
    ['/*', 'other'],
  ])('of %s are of the class %s', (pattern, name) => {
    expect(routeClassOf(pattern)).toBe(name);
  });

  it('are timed from their acceptance to their callback', async () => {
    const { body } = await service.submit(leadRequest({ callbackUrl: `${adobe.url}/timed` }));
    expect(body['status']).toBe('accepted');
    await vi.waitFor(
      async () => {
        const samples = await scrape();
        expect(samples.get('ricochet_acknowledgement_seconds_count{service="contact-quality"}')).toBe(1);
        expect(samples.get('ricochet_delivery_attempt_seconds_count{channel="adobe"}')).toBe(1);
        expect(samples.get('ricochet_accepted_to_called_back_seconds_count{channel="adobe"}')).toBe(1);
        const seconds = samples.get('ricochet_accepted_to_called_back_seconds_sum{channel="adobe"}') ?? 0;
        expect(seconds).toBeGreaterThan(0);
        expect(seconds).toBeLessThan(20);
      },
      { timeout: 10_000, interval: 200 },
    );
  });

  it('whose callbacks wait are shown by channel and status', async () => {
    adobe.answer = () => ({ status: 503 });
    await service.submit(leadRequest({ callbackUrl: `${adobe.url}/waiting`, leadId: 2 }));
    await vi.waitFor(
      async () => {
        const samples = await scrape();
        expect(samples.get('ricochet_deliveries_waiting{channel="adobe",status="pending"}')).toBe(1);
        expect(samples.get('ricochet_deliveries_waiting{channel="adobe",status="held"}')).toBe(0);
      },
      { timeout: 10_000, interval: 200 },
    );
  });
});

it('reads the time of an id', () => {
  const before = Date.now();
  const time = timeOfId(newId());
  expect(time).toBeGreaterThanOrEqual(before - 1);
  expect(time).toBeLessThanOrEqual(Date.now() + 1);
  expect(timeOfId('4bf92f35-77b3-4da6-a3ce-929d0e0e4736')).toBeNull();
  expect(timeOfId('x')).toBeNull();
});
