import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { request } from 'undici';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type RunningApp, startApp } from './support/app.js';
import { leadRequest } from './support/requests.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const SECRET = 'client-secret-that-nobody-may-see';

let database: TestDatabase;
let ims: Server;
let answer: { status: number; body: string };

beforeAll(async () => {
  database = await createTestDatabase();
  ims = createServer((incoming, outgoing) => {
    incoming.resume().on('end', () => outgoing.writeHead(answer.status).end(answer.body));
  });
  await new Promise<void>((resolve) => ims.listen(0, '127.0.0.1', resolve));
});
beforeEach(() => database.dataSource.query('TRUNCATE actions, action_tokens, action_payloads, deliveries'));
afterAll(async () => {
  await new Promise((resolve) => ims.close(resolve));
  await database.drop();
});

const imsUrl = (): string => `http://127.0.0.1:${(ims.address() as AddressInfo).port}`;

function start(): Promise<RunningApp> {
  return startApp({ databaseUrl: database.url, env: { IMS_BASE_URL: imsUrl(), ADOBE_CLIENT_SECRETS: SECRET } });
}

async function explanationOf(service: RunningApp, id: string): Promise<string> {
  return String((await service.admin(`/admin/actions/${id}`)).body['explanation']);
}

async function refusedGauge(service: RunningApp): Promise<number> {
  const text = await (await request(`${service.url}/metrics`)).body.text();
  return Number(/^ricochet_ims_credentials_refused (\d+)$/m.exec(text)?.[1]);
}

describe('while IMS refuses the credential', () => {
  it.each([
    [400, 'invalid_scope', 'ADOBE_SCOPES'],
    [401, 'invalid_client', 'ADOBE_CLIENT_SECRETS'],
    [400, 'unauthorized_client', 'ADOBE_CLIENT_ID'],
  ])('with %i %s, an administrator is told to look at %s', async (status, error, variable) => {
    answer = { status, body: JSON.stringify({ error, error_description: `no: ${SECRET}` }) };
    const service = await start();
    try {
      const accepted = await service.submit(leadRequest({ callbackUrl: `${imsUrl()}/callback` }));
      expect(accepted.status).toBe(200);
      const id = String(accepted.body['requestId']);
      await expect.poll(() => explanationOf(service, id)).toContain(`IMS gives no access token (${error})`);
      const explanation = await explanationOf(service, id);
      expect(explanation).toContain(variable);
      expect(explanation).not.toContain('nothing to do');
      const shown = await service.admin('/admin/status');
      expect(shown.body['refusedCredentials']).toEqual([
        { imsOrgId: null, error, waiting: 1, remedy: expect.stringContaining(variable) as string },
      ]);
      expect(await refusedGauge(service)).toBe(1);
      expect(JSON.stringify(shown.body) + explanation).not.toContain(SECRET);
    } finally {
      await service.close();
    }
  });

  it('says nothing of credentials while all is well, and of an outage that it ends by itself', async () => {
    answer = { status: 503, body: '' };
    const service = await start();
    try {
      expect((await service.admin('/admin/status')).body['refusedCredentials']).toEqual([]);
      const accepted = await service.submit(leadRequest({ callbackUrl: `${imsUrl()}/callback` }));
      const id = String(accepted.body['requestId']);
      await expect.poll(() => explanationOf(service, id)).toContain('no access token at the moment');
      expect((await service.admin('/admin/status')).body['refusedCredentials']).toEqual([]);
      answer = { status: 200, body: '{"access_token":"t","token_type":"bearer","expires_in":3600}' };
      await expect
        .poll(() => explanationOf(service, id), { timeout: 20_000 })
        .toBe('The action was enriched, and the callback was delivered. It has ended. There is nothing to do.');
    } finally {
      await service.close();
    }
  });
});
