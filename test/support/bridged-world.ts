import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningApp, startApp } from './app.js';
import { TestCompany } from './company-world.js';
import { FakeAdobe } from './fake-adobe.js';
import { Records } from './records.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

const SERVICES = join(import.meta.dirname, '..', '..', 'services');

/** Tables that may hold something of a person. */
const PERSONAL_TABLES = [
  'actions',
  'action_payloads',
  'action_history',
  'deliveries',
  'delivery_attempts',
  'company_events',
  'async_calls',
  'result_messages',
  'erase_jobs',
  'admin_audit',
] as const;

/** A service whose leads of two organisations are bridged to one company, Adobe, and the company's receiver. */
export class BridgedWorld {
  private constructor(
    readonly database: TestDatabase,
    readonly records: Records,
    readonly adobe: FakeAdobe,
    readonly service: RunningApp,
    readonly company: TestCompany,
    private readonly folder: string,
  ) {}

  static async start(env: Record<string, string> = {}): Promise<BridgedWorld> {
    const folder = mkdtempSync(join(tmpdir(), 'ricochet-services-'));
    cpSync(SERVICES, folder, { recursive: true });
    const lead = readFileSync(join(SERVICES, 'contact-quality.yaml'), 'utf8');
    const bridge = 'bridge:\n  companies: { TESTORG@AdobeOrg: acme, OTHER@AdobeOrg: acme }\n';
    writeFileSync(join(folder, 'contact-quality.yaml'), `${lead}\n${bridge}`);
    const database = await createTestDatabase();
    const adobe = await FakeAdobe.start();
    const service = await startApp({ databaseUrl: database.url, adobe, env: { SERVICES_DIR: folder, ...env } });
    const company = await TestCompany.create(service, 'acme');
    return new BridgedWorld(database, new Records(database), adobe, service, company, folder);
  }

  async stop(failed: boolean): Promise<void> {
    await this.service.close();
    await this.adobe.stop();
    await this.database.drop(failed);
    rmSync(this.folder, { recursive: true, force: true });
  }

  /** Orders that a person be forgotten. @returns the job. */
  async order(tenant: string, entityId: string | number): Promise<string> {
    const answer = await this.service.admin('/admin/erase', { method: 'POST', body: { tenant, entityId } });
    if (answer.status !== 202) throw new Error(`erase was answered ${answer.status}`);
    return answer.body['jobId'] as string;
  }

  /** Orders, and waits until the job is done; passes that wait for something follow at once. */
  async erase(tenant: string, entityId: string | number): Promise<Record<string, unknown>> {
    const jobId = await this.order(tenant, entityId);
    await this.untilDone(jobId);
    return (await this.service.admin(`/admin/erase/${jobId}`)).body;
  }

  async untilDone(jobId: string, withinMs = 15_000): Promise<void> {
    const giveUpAt = performance.now() + withinMs;
    for (;;) {
      await this.records.sql('UPDATE erase_jobs SET next_pass_at = now() WHERE id = $1 AND next_pass_at > now()', [
        jobId,
      ]);
      const [job] = await this.records.sql<{ state: string }>('SELECT state FROM erase_jobs WHERE id = $1', [jobId]);
      if (job?.state === 'done') return;
      if (performance.now() > giveUpAt) throw new Error(`job ${jobId} is not done within ${withinMs} ms`);
      await sleep(100);
    }
  }

  /** Where a text still stands in the database, whatever the case: rows by table. */
  async findAll(text: string): Promise<Record<string, number>> {
    const found: Record<string, number> = {};
    for (const table of PERSONAL_TABLES) {
      // Excerpts are bytes.
      const row = table === 'delivery_attempts' ? `concat(t::text, convert_from(t.excerpt, 'UTF8'))` : 't::text';
      const [hits] = await this.records.sql<{ n: number }>(
        `SELECT count(*)::int AS n FROM ${table} t WHERE strpos(lower(${row}), lower($1)) > 0`,
        [text],
      );
      if (hits !== undefined && hits.n > 0) found[table] = hits.n;
    }
    return found;
  }
}
