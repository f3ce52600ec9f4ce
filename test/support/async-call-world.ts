import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { request } from 'undici';
import { expect } from 'vitest';
import { freePort } from '../../simulator/free-port.js';
import type { NewAsyncCall, SubmittedCall } from '../../src/async-calls/async-call.js';
import { testEnvironment } from './app.js';
import { formOf } from './async-calls.js';
import { Receiver } from './receiver.js';
import { Records } from './records.js';
import { SCRIPTED_SERVICES } from './scripted-services.js';
import { ServiceProcess } from './service-process.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

const FIXTURE = join(import.meta.dirname, '..', 'fixtures', 'async-call-service.mjs');
export const LEASE_MS = 2_000;
/** After the service is back: leases run out, and what is left is done. */
export const SOON = { timeout: 30_000 };
/** Longer than a lease, a sweep and a poll together: whatever would be sent again has been by then. */
export const QUIET_MS = LEASE_MS + 1_500;

/** A service in a process that may be killed, the database it leaves behind, and whoever it calls. */
export class AsyncCallWorld {
  child: ServiceProcess | null = null;
  private door = '';

  private constructor(
    private readonly database: TestDatabase,
    readonly records: Records,
    readonly receiver: Receiver,
    private readonly services: string,
  ) {}

  static async open(): Promise<AsyncCallWorld> {
    const database = await createTestDatabase();
    const services = mkdtempSync(join(tmpdir(), 'ricochet-services-'));
    const yaml = readFileSync(join(SCRIPTED_SERVICES.SERVICES_DIR, 'check-email.yaml'), 'utf8')
      .replace('serviceAttribute: firstName, dataType: string', 'serviceAttribute: endProcess, dataType: boolean')
      .concat('asyncCalls: { objectType: Subscriber, fields: { EmailAddress: email, EndProcess: endProcess } }\n');
    writeFileSync(join(services, 'check-email.yaml'), yaml);
    return new AsyncCallWorld(database, new Records(database), await Receiver.start(), services);
  }

  /** Starts the service; with a failpoint it ends itself there. */
  async start(failpoints?: string): Promise<ServiceProcess> {
    const submitPort = await freePort();
    this.door = `http://127.0.0.1:${submitPort}/`;
    const child = new ServiceProcess({
      port: await freePort(),
      entry: FIXTURE,
      env: {
        ...testEnvironment({ databaseUrl: this.database.url }),
        SERVICES_DIR: this.services,
        PROVIDER_MODULES: SCRIPTED_SERVICES.PROVIDER_MODULES,
        LEASE_ENRICH_MS: String(LEASE_MS),
        LEASE_DELIVERY_MS: String(LEASE_MS),
        SUBMIT_PORT: String(submitPort),
        ...(failpoints === undefined ? {} : { FAILPOINTS: failpoints }),
      },
    });
    this.child = child;
    await child.ready();
    return child;
  }

  async submit(call: NewAsyncCall): Promise<SubmittedCall> {
    const answer = await request(this.door, { method: 'POST', body: JSON.stringify(call) });
    return (await answer.body.json()) as SubmittedCall;
  }

  /** RequestID of a call that is stored, whether or not its submitter heard of it. */
  async storedCall(clientId: string): Promise<string> {
    const rows = await this.records.sql<{ id: string }>('SELECT id FROM async_calls WHERE client_id = $1', [clientId]);
    expect(rows).toHaveLength(1);
    return rows[0]?.id ?? '';
  }

  /** RequestIDs that were called back about, in the order of arrival. */
  toldOf(path: string): (string | undefined)[] {
    return this.receiver.of(path).map(({ body }) => formOf(body)['RequestID']);
  }

  deliveriesOf(requestId: string): Promise<{ status: string; last_error: string | null }[]> {
    return this.records.sql(
      `SELECT d.status, d.last_error FROM deliveries d JOIN actions a ON a.id = d.owner_id WHERE a.entity_id = $1`,
      [requestId],
    );
  }

  /** State of the call's one action. */
  async stateOf(requestId: string): Promise<string | undefined> {
    const rows = await this.records.sql<{ state: string }>('SELECT state FROM actions WHERE entity_id = $1', [
      requestId,
    ]);
    expect(rows.length).toBeLessThanOrEqual(1);
    return rows[0]?.state;
  }

  /** After each test. */
  async endService(): Promise<void> {
    this.receiver.answer = (response) => response.end();
    await this.child?.kill();
    this.child = null;
  }

  async close(failed: boolean): Promise<void> {
    await this.receiver.stop();
    rmSync(this.services, { recursive: true, force: true });
    await this.database.drop(failed);
  }
}
