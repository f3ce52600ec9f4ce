import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { runHere } from '../src/authoring/authoring.fixtures.js';
import { ENTITIES, type EntityName } from '../src/authoring/new-service/entity-names.js';
import { NEW_SERVICE } from '../src/authoring/new-service/new-service-command.js';
import { samplesFor } from '../src/authoring/new-service/step-samples.js';
import { call, type RunningApp, startApp, TEST_KEY } from './support/app.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const folder = mkdtempSync(join(tmpdir(), 'new-service-'));
const names: string[] = [];
let database: TestDatabase;
let app: RunningApp;

beforeAll(async () => {
  for (const entity of Object.keys(ENTITIES) as EntityName[]) {
    for (const step of samplesFor(ENTITIES[entity])) {
      const name = `${entity}-${step}`;
      const words = ['--name', name, '--entity', entity, '--step', step, '--output', join(folder, `${name}.yaml`)];
      expect(await runHere(NEW_SERVICE, words)).toMatchObject({ code: 0, err: '' });
      names.push(name);
    }
  }
  database = await createTestDatabase();
  app = await startApp({ databaseUrl: database.url, env: { SERVICES_DIR: folder } });
});
afterAll(async () => {
  await app.close();
  await database.drop();
  rmSync(folder, { recursive: true, force: true });
});

it('starts with every service that npm run new-service can write, and serves each', async () => {
  expect(names.length).toBeGreaterThan(20);
  for (const name of names) {
    const answer = await call('GET', `${app.url}/services/${name}/getServiceDefinition`, { 'x-api-key': TEST_KEY });
    expect(answer).toMatchObject({ status: 200, body: { apiName: name, primaryAttribute: 'campaign' } });
  }
});
