import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { MarkUpgrades1764200000100 } from '../migrations/1764200000100-mark-upgrades.js';
import { earlierTokenKeyOf } from '../src/actions/token-key.js';
import { newId } from '../src/database/new-id.js';
import { type RunningApp, startApp } from './support/app.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { leadRequest } from './support/requests.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const [FIRST, SECOND] = ['FIRST@AdobeOrg', 'SECOND@AdobeOrg'];
const ORGANISATIONS = { ADOBE_IMS_ORG_IDS: `${FIRST},${SECOND}` };

let adobe: FakeAdobe;
let database: TestDatabase;
const services: RunningApp[] = [];

beforeAll(async () => {
  adobe = await FakeAdobe.start();
  database = await createTestDatabase();
});
afterEach(async () => {
  await Promise.all(services.splice(0).map((service) => service.close()));
  await database.dataSource.query('TRUNCATE actions, action_tokens, action_payloads, action_history, deliveries');
});
afterAll(async () => {
  await adobe.stop();
  await database.drop();
});

async function start(): Promise<RunningApp> {
  const service = await startApp({ databaseUrl: database.url, adobe, env: ORGANISATIONS });
  services.push(service);
  return service;
}

interface Sent {
  readonly token: string;
  readonly path: string;
  readonly organisation?: string;
  readonly leadId?: number;
}

/** A request of one organisation; without one it names none. */
function requestOf({ token, path, organisation, leadId = 4711 }: Sent): Record<string, unknown> {
  const request = leadRequest({ callbackUrl: adobe.url + path, token, leadId });
  return { ...request, context: organisation === undefined ? {} : { subscription: { imsOrgId: organisation } } };
}

const freshPath = (): string => `/callback/${randomUUID()}`;

describe('a token', () => {
  it('that two organisations send for the same id is an action of each, and each is called back', async () => {
    const service = await start();
    const token = randomUUID();
    const [ofFirst, ofSecond] = [freshPath(), freshPath()];
    const first = await service.submit(requestOf({ token, path: ofFirst, organisation: FIRST }));
    const second = await service.submit(requestOf({ token, path: ofSecond, organisation: SECOND }));
    expect([first.status, second.status]).toEqual([200, 200]);
    expect(second.body['requestId']).not.toBe(first.body['requestId']);
    await adobe.until(() => adobe.of(ofFirst).length + adobe.of(ofSecond).length === 2);
    expect(adobe.of(ofFirst)[0]?.headers).toMatchObject({ 'x-gw-ims-org-id': FIRST, 'x-callback-token': token });
    expect(adobe.of(ofSecond)[0]?.headers).toMatchObject({ 'x-gw-ims-org-id': SECOND, 'x-callback-token': token });
  });

  it('that two organisations send at the same moment is an action of each', async () => {
    const service = await start();
    const token = randomUUID();
    const requests = [FIRST, SECOND, FIRST, SECOND].map((organisation) =>
      requestOf({ token, path: '/callback/moment', organisation }),
    );
    const answers = await Promise.all(requests.map((request) => service.submit(request)));
    const ids = answers.map(({ body }) => body['requestId']);
    expect(ids[0]).toBe(ids[2]);
    expect(ids[1]).toBe(ids[3]);
    expect(new Set(ids).size).toBe(2);
  });

  it('is one action within an organisation, and a conflict for another entity of it', async () => {
    const service = await start();
    const token = randomUUID();
    const path = freshPath();
    const first = await service.submit(requestOf({ token, path, organisation: SECOND }));
    const again = await service.submit(requestOf({ token, path, organisation: SECOND }));
    expect(again.body['requestId']).toBe(first.body['requestId']);
    expect((await service.submit(requestOf({ token, path, organisation: SECOND, leadId: 1 }))).status).toBe(409);
    expect((await service.submit(requestOf({ token, path, organisation: FIRST, leadId: 1 }))).status).toBe(200);
  });

  it('of a request without an organisation is one of the first that is configured', async () => {
    const service = await start();
    const token = randomUUID();
    const path = freshPath();
    const unnamed = await service.submit(requestOf({ token, path }));
    const named = await service.submit(requestOf({ token, path, organisation: FIRST }));
    expect(named.body['requestId']).toBe(unnamed.body['requestId']);
  });
});

describe('a token that version 0.1.0 stored', () => {
  const MARK = 'organisation_in_token_key';

  /** A row as the earlier version left it, and the upgrade on top of it. */
  async function upgradeWith(token: string): Promise<string> {
    const runner = database.dataSource.createQueryRunner();
    const migration = new MarkUpgrades1764200000100();
    await migration.down(runner);
    const id = newId();
    await runner.query(`INSERT INTO action_tokens (token_key, action_id) VALUES ($1, $2)`, [
      earlierTokenKeyOf('contact-quality', token),
      id,
    ]);
    await runner.query(
      `INSERT INTO actions (id, service, dialect, tenant, object_type, entity_id, state, outcome, deadline_at, finished_at)
       VALUES ($1, 'contact-quality', 'adobe', $2, 'lead', '4711', 'completed', 'success', now() + interval '1 hour', now())`,
      [id, FIRST],
    );
    await migration.up(runner);
    await runner.release();
    return id;
  }

  it('still belongs to its action when the same organisation sends it again', async () => {
    const token = randomUUID();
    const id = await upgradeWith(token);
    const service = await start();
    const path = freshPath();
    const repeated = await service.submit(requestOf({ token, path, organisation: FIRST }));
    expect([repeated.status, repeated.body['requestId']]).toEqual([200, id]);
    expect((await service.submit(requestOf({ token, path, organisation: FIRST, leadId: 1 }))).status).toBe(409);
    const other = await service.submit(requestOf({ token, path, organisation: SECOND }));
    expect(other.status).toBe(200);
    expect(other.body['requestId']).not.toBe(id);
    const again = await service.submit(requestOf({ token, path, organisation: SECOND }));
    expect(again.body['requestId']).toBe(other.body['requestId']);
  });

  it('is no longer looked for once payload retention has removed the last of them', async () => {
    const token = randomUUID();
    const id = await upgradeWith(token);
    await database.dataSource.query(`UPDATE upgrades SET at = now() - interval '32 days' WHERE name = $1`, [MARK]);
    const service = await start();
    const answer = await service.submit(requestOf({ token, path: freshPath(), organisation: FIRST }));
    expect(answer.status).toBe(200);
    expect(answer.body['requestId']).not.toBe(id);
  });

  it('is not looked for on a database that never held one', async () => {
    const runner = database.dataSource.createQueryRunner();
    const migration = new MarkUpgrades1764200000100();
    await migration.down(runner);
    await migration.up(runner);
    await runner.release();
    expect(await database.dataSource.query('SELECT * FROM upgrades')).toEqual([]);
  });
});
