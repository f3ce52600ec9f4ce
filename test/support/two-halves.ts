import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect } from 'vitest';
import { FakeAdobe } from './fake-adobe.js';
import { Records } from './records.js';
import { leadRequest } from './requests.js';
import { ServiceProcess } from './service-process.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';

const ACTIONS = 60;
const RETRY_MS = 1_000;
/** Polls make up for every ring that is lost; this is many polls. */
const LATE_AT_MOST_MS = 15_000;

/** An api and workers as processes of their own, which meet in one database and by the doorbell that a test gives them. */
export class TwoHalves {
  readonly records: Records;
  private readonly running: ServiceProcess[] = [];

  private constructor(
    readonly database: TestDatabase,
    readonly adobe: FakeAdobe,
  ) {
    this.records = new Records(database);
  }

  static async open(): Promise<TwoHalves> {
    return new TwoHalves(await createTestDatabase(), await FakeAdobe.start());
  }

  async start(env: Readonly<Record<string, string>>, workers = 1): Promise<ServiceProcess> {
    const roles = ['api', ...Array.from({ length: workers }, () => 'worker')];
    const [api] = await Promise.all(roles.map((role) => this.startOne(role, env)));
    if (api === undefined) throw new Error('there is always an api');
    return api;
  }

  /** @returns the api and one worker. */
  async startBoth(env: Readonly<Record<string, string>>): Promise<ServiceProcess[]> {
    return Promise.all(['api', 'worker'].map((role) => this.startOne(role, env)));
  }

  /** Submits one after the other; every third callback is refused once. Then checks that each came, and when. */
  async flow(
    api: ServiceProcess,
    disturb: (submitted: number) => Promise<unknown> = () => Promise.resolve(),
  ): Promise<void> {
    const { adobe } = this;
    const refused = new Set<string>();
    adobe.answer = ({ path }, count) => (count === 1 && refused.has(path) ? { status: 503 } : undefined);
    const planned = new Map<string, { readonly id: string; readonly atMs: number; readonly callbacks: number }>();
    for (let index = 0; index < ACTIONS; index += 1) {
      const path = `/callback/${randomUUID()}`;
      if (index % 3 === 0) refused.add(path);
      const answer = await api.submit(leadRequest({ callbackUrl: adobe.url + path, leadId: index }));
      expect(answer.status).toBe(200);
      const again = refused.has(path);
      planned.set(path, {
        id: answer.body['requestId'] as string,
        atMs: Date.now() + (again ? RETRY_MS : 0),
        callbacks: again ? 2 : 1,
      });
      await disturb(index);
      await sleep(10);
    }
    const missing = (): string[] =>
      [...planned].filter(([path, { callbacks }]) => adobe.of(path).length < callbacks).map(([path]) => path);
    await adobe.until(() => missing().length === 0, RETRY_MS + LATE_AT_MOST_MS);
    for (const [path, { atMs, callbacks }] of planned) {
      expect(adobe.of(path)).toHaveLength(callbacks);
      expect((adobe.of(path).at(-1)?.atMs ?? Infinity) - atMs).toBeLessThan(LATE_AT_MOST_MS);
    }
    const ids = [...planned.values()].map(({ id }) => id);
    await this.records.untilState(ids, 'completed');
    expect([...(await this.records.endings(ids)).values()]).toEqual(ids.map(() => 1));
  }

  /** Ends the processes and checks that each ended well. */
  async stop(): Promise<void> {
    this.adobe.answer = () => undefined;
    const ends = await Promise.all(this.running.splice(0).map((service) => service.stop()));
    expect(ends.map((end) => end.exitCode)).toEqual(ends.map(() => 0));
  }

  async close(): Promise<void> {
    await this.adobe.stop();
    await this.database.drop();
  }

  private async startOne(role: string, env: Readonly<Record<string, string>>): Promise<ServiceProcess> {
    const service = await ServiceProcess.start({
      databaseUrl: this.database.url,
      adobe: this.adobe,
      env: { ROLE: role, ADOBE_RETRY_SCHEDULE: `0s,${RETRY_MS}ms`, POLL_MS: '1000', ...env },
    });
    this.running.push(service);
    return service;
  }
}
