import { randomUUID } from 'node:crypto';
import type { Browser, Page } from 'playwright-core';
import type { AppOptions } from './app.js';
import { TEST_KEY } from './app.js';
import { startChromium } from './browser.js';
import { admin, send, until } from './company-world.js';
import { FakeAdobe } from './fake-adobe.js';
import { leadRequest } from './requests.js';
import { createTestCa } from './test-ca.js';
import { createTestDatabase, type TestDatabase } from './test-database.js';
import { startTrustingApp, type TrustingApp } from './trusting-app.js';

/** A service with a browser before it and a fake Adobe behind it. */
export class ConsoleWorld {
  private constructor(
    readonly database: TestDatabase,
    readonly adobe: FakeAdobe,
    readonly service: TrustingApp,
    readonly browser: Browser,
  ) {}

  static async start(options: Omit<AppOptions, 'databaseUrl' | 'adobe'> = {}): Promise<ConsoleWorld> {
    const database = await createTestDatabase();
    const adobe = await FakeAdobe.start();
    const { ca } = createTestCa();
    const service = await startTrustingApp({ ...options, databaseUrl: database.url, ca, adobe });
    return new ConsoleWorld(database, adobe, service, await startChromium());
  }

  get url(): string {
    return this.service.url;
  }

  /** @returns the id of an action that is called back at `path` of the fake Adobe */
  async submit(path: string, leadData: object = { email: 'ada@example.com' }): Promise<string> {
    const callbackUrl = `${this.adobe.url}${path}`;
    const request = leadRequest({ callbackUrl, leadId: randomUUID(), leadData, token: randomUUID() });
    const answer = await send('POST', `${this.url}/submitAsyncAction`, { 'x-api-key': TEST_KEY }, request);
    return answer.body['requestId'] as string;
  }

  async untilState(id: string, state: string): Promise<void> {
    await until(async () => (await admin(this, 'GET', `/admin/actions/${id}`)).body['state'] === state);
  }

  async stop(): Promise<void> {
    await this.browser.close();
    await this.service.close();
    await this.adobe.stop();
    await this.database.drop();
  }
}

/** In the place of the browser's own stream: the test says when it is open, cut or refused, and what it tells. */
const FAKE_STREAMS = `
  window.streams = [];
  window.EventSource = class extends EventTarget {
    static CONNECTING = 0;
    static OPEN = 1;
    static CLOSED = 2;
    readyState = 0;
    constructor() {
      super();
      window.streams.push(this);
    }
    close() {
      this.readyState = 2;
    }
  };`;

/** The streams of a tab, in the hands of a test. */
export class FakeStreams {
  private constructor(private readonly page: Page) {}

  /** Before the tab shows its first page. */
  static async in(page: Page): Promise<FakeStreams> {
    await page.addInitScript(FAKE_STREAMS);
    return new FakeStreams(page);
  }

  async open(): Promise<void> {
    await this.page.waitForFunction('window.streams.at(-1)?.readyState === 0');
    await this.page.evaluate('streams.at(-1).readyState = 1, streams.at(-1).onopen?.(new Event("open")), 0');
  }

  /** @param state 0: the browser connects again; 2: the service refused, and it does not */
  async lose(state: 0 | 2): Promise<void> {
    await this.page.evaluate(`streams.at(-1).readyState = ${state}, streams.at(-1).onerror?.(new Event("error")), 0`);
  }

  async tell(topics: readonly string[], times = 1): Promise<void> {
    const data = JSON.stringify(JSON.stringify({ topics, ids: [] }));
    await this.page.evaluate(
      `for (let i = 0; i < ${times}; i += 1) streams.at(-1).dispatchEvent(new MessageEvent("changed", { data: ${data} }))`,
    );
  }

  states(): Promise<number[]> {
    return this.page.evaluate('streams.map(({ readyState }) => readyState)');
  }
}
