import { randomUUID } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DataSource } from 'typeorm';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildDataSourceOptions, MIGRATIONS } from '../src/database/data-source.js';
import { type EmbeddedPostgres, startEmbeddedPostgres } from '../src/database/embedded-postgres.js';
import { runMigrations } from '../src/database/migrator.js';
import { type RunningApp, startApp } from './support/app.js';
import { admin, Receiver, TestCompany } from './support/company-world.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { binariesOfFolder, findPostgres15 } from './support/other-postgres.js';
import { leadRequest } from './support/requests.js';
import { readStatements, UNKNOWN } from './support/sql-statements.js';
import { askTables, putTable } from './support/tables.js';

const FOLDER = findPostgres15();
/** `PREPARE` takes these alone; the others are of sessions and transactions. */
const PREPARABLE = /^\s*(?:WITH|SELECT|INSERT|UPDATE|DELETE)\b/i;
const PATIENT = { timeout: 60_000, interval: 50 };
const LONG = { timeout: 300_000 };

if (FOLDER === null) console.warn('PostgreSQL 15 is not installed here: nothing is tried on it');

describe.skipIf(FOLDER === null)('PostgreSQL 15', () => {
  let directory: string;
  let server: EmbeddedPostgres;
  let dataSource: DataSource;

  beforeAll(async () => {
    directory = mkdtempSync(join(tmpdir(), 'ricochet-postgres-15-'));
    server = await startEmbeddedPostgres({
      dataDir: directory,
      log: () => undefined,
      settings: { fsync: 'off', shared_buffers: '64MB' },
      binaries: binariesOfFolder(FOLDER ?? ''),
    });
    const options = buildDataSourceOptions(server.url, { role: 'all', database: { embedded: false, poolSize: 3 } });
    expect(await runMigrations(options, () => undefined)).toHaveLength(MIGRATIONS.length);
    dataSource = await new DataSource(options).initialize();
  }, 120_000);
  afterAll(async () => {
    if (dataSource.isInitialized) await dataSource.destroy();
    await server.stop();
    rmSync(directory, { recursive: true, force: true });
  }, 60_000);

  it('is what runs here', async () => {
    const [row] = await dataSource.query<{ server_version: string }[]>('SHOW server_version');
    expect(row?.server_version).toMatch(/^15\./);
  });

  it('understands every statement of the service', LONG, async () => {
    const { statements } = readStatements();
    const known = statements.filter(({ text }) => !text.includes(UNKNOWN) && PREPARABLE.test(text));
    expect(known.length).toBeGreaterThan(150);
    const refused: string[] = [];
    for (const [index, { name, text }] of known.entries()) {
      const refusal = await dataSource.query(`PREPARE s${index} AS ${text}`).then(
        () => null,
        (error: unknown) => `${name}: ${(error as Error).message}`,
      );
      if (refusal !== null) refused.push(refusal);
    }
    expect(refused).toEqual([]);
  });

  describe('with the service', () => {
    let adobe: FakeAdobe;
    let receiver: Receiver;
    let service: RunningApp;

    beforeAll(async () => {
      adobe = await FakeAdobe.start();
      receiver = await Receiver.start();
      service = await startApp({
        databaseUrl: server.url,
        adobe,
        env: { ADOBE_RETRY_SCHEDULE: '0s,100ms', QUEUE: 'postgres' },
      });
    }, 120_000);
    afterAll(async () => {
      await service.close();
      await adobe.stop();
      await receiver.stop();
    }, 60_000);

    async function untilState(id: string, state: string): Promise<void> {
      await vi.waitFor(async () => {
        const { body } = await service.admin(`/admin/actions/${id}`);
        expect(body['state']).toBe(state);
      }, PATIENT);
    }

    it('takes a request, retries its callback, shows it, sends it again and forgets it', LONG, async () => {
      const path = `/callback/${randomUUID()}`;
      adobe.answer = (_, count) => (count === 1 ? { status: 503 } : undefined);
      const taken = await service.submit(leadRequest({ callbackUrl: adobe.url + path, leadId: 4242 }));
      expect(taken.status).toBe(200);
      const id = taken.body['requestId'] as string;
      await untilState(id, 'completed');
      expect(adobe.of(path)).toHaveLength(2);

      const { body } = await service.admin(`/admin/actions/${id}`);
      const [delivery] = body['deliveries'] as { deliveryId: string }[];
      const again = await service.admin(`/admin/deliveries/${delivery?.deliveryId ?? ''}/resend`, {
        method: 'POST',
        body: { force: true },
      });
      expect(again.status).toBeLessThan(300);
      await adobe.until(() => adobe.of(path).length === 3, 60_000);
      await untilState(id, 'completed');

      const erased = await service.admin('/admin/erase', {
        method: 'POST',
        body: { tenant: 'TESTORG@AdobeOrg', entityId: '4242' },
      });
      expect(erased.status).toBeLessThan(300);
      await vi.waitFor(async () => {
        const [row] = await dataSource.query<{ request: string | null }[]>(
          'SELECT request FROM action_payloads WHERE action_id = $1',
          [id],
        );
        expect(row?.request ?? null).toBeNull();
      }, PATIENT);
    });

    it('keeps registrations apart in time, calls them back, and looks up a table', LONG, async () => {
      const company = await TestCompany.create(service, `co-${randomUUID().slice(0, 8)}`);
      const path = `/hook/${randomUUID()}`;
      const registration = { event_type: 'person_added', destination: { url: receiver.url(path) } };
      expect((await company.register(registration)).status).toBe(201);
      // The exclusion constraint, which btree_gist is for.
      expect((await company.register(registration)).status).toBe(409);
      expect((await company.test({ event_type: 'person_added' })).status).toBe(201);
      await vi.waitFor(() => expect(receiver.of(path)).toHaveLength(1), PATIENT);

      expect((await putTable(service.url, 'countries', 'code,name\nde,Germany\n')).status).toBeLessThan(300);
      expect((await askTables(service.url, 'GET')).status).toBe(200);
      for (const page of ['/admin/actions', '/admin/deliveries', '/admin/destinations', '/admin/status']) {
        expect((await admin(service, 'GET', page)).status, page).toBe(200);
      }
    });
  });
});
