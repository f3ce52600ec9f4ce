import { execFile } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { promisify } from 'node:util';
import { parse, stringify } from 'yaml';
import { type RunningApp, startApp } from './support/app.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { Records } from './support/records.js';
import { leadRequest } from './support/requests.js';
import { compiled, PROJECT_ROOT } from './support/service-process.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const run = promisify(execFile);

const SERVICE = join(import.meta.dirname, 'fixtures', 'services', 'check-email.yaml');
const folder = mkdtempSync(join(tmpdir(), 'ricochet-provider-errors-'));
const servicesDir = mkdtempSync(join(folder, 'services-'));
const providers = join(folder, 'providers.mjs');

/** A user's module: it lies somewhere else and imports nothing of ours. */
const MODULE = `
  class LimitError extends Error {
    code = 'RATE_LIMIT_EXCEEDED';
  }
  export class OwnClass {
    key = 'own-class';
    async enrich() { throw new LimitError('the register takes 100 questions a minute'); }
  }
  export class Assigned {
    key = 'assigned';
    enrich() { throw Object.assign(new Error('no such firm\\n\\u0000'), { code: 'NOT_FOUND' }); }
  }
  export class Found {
    key = 'found';
    async enrich() { return { fields: { checked: true } }; }
  }
  export class Hanging {
    key = 'hanging';
    enrich() { return new Promise(() => undefined); }
  }
`;

const PIPELINES: Record<string, object[]> = {
  'own-class': [{ provider: 'own-class', required: true }],
  assigned: [{ provider: 'found' }, { provider: 'assigned', required: true }],
  optional: [{ provider: 'found' }, { provider: 'assigned' }],
  'out-of-time': [
    { provider: 'found', required: true },
    { provider: 'hanging', timeout: '50m' },
    { provider: 'found' },
  ],
};

let database: TestDatabase;
let adobe: FakeAdobe;
let app: RunningApp;
const ENV = { SERVICES_DIR: servicesDir, PROVIDER_MODULES: providers };

beforeAll(async () => {
  writeFileSync(providers, MODULE);
  const service = parse(readFileSync(SERVICE, 'utf8')) as {
    openapi: object;
    callbackPayloadDef: object;
  };
  const attributes = [{ apiName: 'missingSteps', i18n: { en_US: { displayName: 'Late' } }, dataType: 'string' }];
  const callbackPayloadDef = { ...service.callbackPayloadDef, attributes };
  for (const [apiName, steps] of Object.entries(PIPELINES)) {
    const pipeline = steps.map((step, index) => ({ name: `step-${index}`, ...step }));
    writeFileSync(
      join(servicesDir, `${apiName}.yaml`),
      stringify({
        ...service,
        apiName,
        default: false,
        openapi: { ...service.openapi, title: apiName },
        callbackPayloadDef,
        pipeline,
      }),
    );
  }
  database = await createTestDatabase();
  adobe = await FakeAdobe.start();
  app = await startApp({ databaseUrl: database.url, adobe, env: ENV });
});
afterAll(async () => {
  await app.close();
  await adobe.stop();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

async function play(service: string): Promise<unknown> {
  const path = `/callback/${randomUUID()}`;
  const answer = await app.submit(
    leadRequest({ callbackUrl: adobe.url + path }),
    `/services/${service}/submitAsyncAction`,
  );
  expect(answer.status).toBe(200);
  await adobe.until(() => adobe.of(path).length > 0);
  return adobe.of(path)[0]?.body.objectData[0];
}

describe("an error with a code of Adobe's", () => {
  it('of a class of the module reaches the callback', async () => {
    expect(await play('own-class')).toMatchObject({
      activityData: {
        success: false,
        errorCode: 'RATE_LIMIT_EXCEEDED',
        reason: expect.stringContaining('the register takes 100 questions a minute'),
      },
    });
  });

  it('that was assigned to an ordinary error reaches the callback, as one storable line', async () => {
    expect(await play('assigned')).toMatchObject({
      activityData: { success: false, errorCode: 'NOT_FOUND', reason: expect.stringMatching(/: no such firm$/) },
    });
  });

  it('of an optional step costs nothing but its result', async () => {
    expect(await play('optional')).toMatchObject({ activityData: { success: true }, leadData: { checked: true } });
  });
});

describe('the class of our own', () => {
  it('can be imported by modules inside the package', async () => {
    const code = `import { EnrichmentError } from 'ricochet/provider';
      console.log(new EnrichmentError('NOT_FOUND', 'no such firm').code);`;
    compiled('src/enrichment/enrichment-provider.js');
    const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', code], { cwd: PROJECT_ROOT });
    expect(stdout.trim()).toBe('NOT_FOUND');
  });
});

describe('time that runs out', () => {
  it('costs the optional steps that are left, and the callback carries what was found', async () => {
    const env = { ...ENV, ROLE: 'api', REDIS_URL: 'redis://127.0.0.1:9/0' };
    const other = await createTestDatabase();
    const records = new Records(other);
    const path = `/callback/${randomUUID()}`;
    const intake = await startApp({ databaseUrl: other.url, adobe, env });
    const { body } = await intake.submit(
      leadRequest({ callbackUrl: adobe.url + path, timeout: 1 }),
      '/services/out-of-time/submitAsyncAction',
    );
    const id = body['requestId'] as string;
    await intake.close();
    // Six of the sixty seconds are kept for the callback.
    await records.moveDeadline(id, 9_000);
    const worker = await startApp({ databaseUrl: other.url, adobe, env: ENV });
    try {
      await adobe.until(() => adobe.of(path).length > 0, 9_000);
      expect(adobe.of(path)[0]?.body.objectData[0]).toMatchObject({
        activityData: { success: true, missingSteps: 'step-1, step-2' },
        leadData: { checked: true },
      });
      await records.untilState([id], 'completed');
      const { body: shown } = await worker.admin(`/admin/actions/${id}`);
      expect(shown['steps']).toMatchObject([
        { step: 'step-0', outcome: 'ok' },
        { step: 'step-1', outcome: 'failed', errorCode: 'TIMEOUT' },
        { step: 'step-2', outcome: 'skipped', errorCode: 'TIMEOUT', reason: expect.stringContaining('not begun') },
      ]);
    } finally {
      await worker.close();
      await other.drop();
    }
  });
});
