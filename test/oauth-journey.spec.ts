import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { OAuthClient } from '../simulator/caller-credentials.js';
import { freePort } from '../simulator/free-port.js';
import { play } from '../simulator/play.js';
import { SHIPPED_SERVICES } from '../simulator/service-finder.js';
import { Simulation } from '../simulator/simulation.js';
import { createApp } from '../src/boot.js';
import { loadConfig } from '../src/config/load-config.js';
import { testEnvironment } from './support/app.js';
import { makeClient } from './support/oauth-world.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const COUNTS = { lead: 12, account: 4, accountPerson: 2 };
const ALL = 18;

let database: TestDatabase;
let dataDir: string;
let app: NestFastifyApplication;
let url: string;
let simulation: Simulation;
let base: string;

beforeAll(async () => {
  database = await createTestDatabase();
  dataDir = mkdtempSync(join(tmpdir(), 'ricochet-oauth-journey-'));
  const started = await Simulation.start({
    port: 0,
    clientId: 'client',
    secrets: ['secret'],
    faults: new Map(),
    seed: 'oauth',
  });
  ({ simulation, base } = started);
  const port = await freePort();
  url = `http://127.0.0.1:${String(port)}`;
  const env = { IMS_BASE_URL: base, PUBLIC_URL: url, INBOUND_AUTH: 'oauth2', DATA_DIR: dataDir };
  app = await createApp(loadConfig(testEnvironment({ databaseUrl: database.url, env })));
  await app.listen(port, '127.0.0.1');
});
afterAll(async () => {
  vi.restoreAllMocks();
  await app.close();
  await simulation.close();
  await database.drop();
  rmSync(dataDir, { recursive: true, force: true });
});

const PLAN = {
  services: SHIPPED_SERVICES,
  counts: COUNTS,
  seed: 'oauth',
  concurrency: 8,
  timeoutMinutes: 5,
  json: true,
};

it('a journey is played over OAuth 2.0, as the documents of the services say', async () => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const { id, clientSecret } = await makeClient({ url });
  const apiKey = new OAuthClient(id, clientSecret);
  const { summary, clean } = await play({ ...PLAN, url, apiKey, callbackBase: base }, simulation.ledger);
  expect(summary).toMatchObject({ submitted: ALL, acknowledged: ALL, callbacks: ALL, valid: ALL, failed: 0 });
  expect(clean).toBe(true);
  // One for each service, kept for all of its requests.
  expect(apiKey.fetched).toBe(3);
}, 60_000);

it('no journey begins with a key, nor with a wrong secret', async () => {
  vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const { id } = await makeClient({ url });
  const wrong = new OAuthClient(id, 'wrong');
  await expect(play({ ...PLAN, url, apiKey: wrong, callbackBase: base }, simulation.ledger)).rejects.toThrow(
    '401: invalid_client',
  );
  const key = 'test-key-of-a-caller-0001';
  await expect(play({ ...PLAN, url, apiKey: key, callbackBase: base }, simulation.ledger)).rejects.toThrow('401');
});
