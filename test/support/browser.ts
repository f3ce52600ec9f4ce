import { existsSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import axe from 'axe-core';
import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { expect } from 'vitest';

const CHROMIUM = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'];
/** Pictures of every page; CI keeps the folder. */
const PICTURES = join(import.meta.dirname, '..', '..', 'coverage', 'console');

interface Violation {
  readonly id: string;
  readonly impact: string | null;
  readonly nodes: readonly { readonly html: string }[];
}

/** The browser of this machine; null: there is none. */
export function findChromium(): string | null {
  return CHROMIUM.find((path) => existsSync(path)) ?? null;
}

export function startChromium(): Promise<Browser> {
  // As root there is no sandbox; the pages are our own.
  return chromium.launch({ executablePath: findChromium() ?? '', args: ['--no-sandbox', '--disable-dev-shm-usage'] });
}

/** A person at a browser of their own: its complaints, and every request that leaves the service's origin. */
export class Visitor {
  readonly complaints: string[] = [];
  readonly foreign: string[] = [];

  private constructor(
    readonly context: BrowserContext,
    readonly page: Page,
    private readonly origin: string,
  ) {}

  static async arrive(browser: Browser, origin: string, scheme: 'light' | 'dark' = 'light'): Promise<Visitor> {
    const context = await browser.newContext({ colorScheme: scheme, viewport: { width: 1280, height: 900 } });
    const visitor = new Visitor(context, await context.newPage(), origin);
    visitor.watch(visitor.page);
    return visitor;
  }

  /** Another tab of the same browser. */
  async openTab(): Promise<Page> {
    const page = await this.context.newPage();
    this.watch(page);
    return page;
  }

  async logIn(key: string, path = '/console'): Promise<void> {
    await this.page.goto(this.origin + path);
    await this.page.getByLabel('Admin key').fill(key);
    await this.page.getByRole('button', { name: 'Log in' }).click();
    await this.page.getByRole('button', { name: 'Log out' }).waitFor();
  }

  async visit(path: string): Promise<void> {
    await this.page.goto(this.origin + path);
    await this.page.getByRole('heading', { level: 1 }).waitFor();
  }

  /** Until all parts of the page have their first numbers. A page with a stream of changes is never without a request. */
  async settle(): Promise<void> {
    await this.page.locator('[aria-label="Loading"]').first().waitFor({ state: 'detached' });
    await this.page.getByText('Loading …').first().waitFor({ state: 'detached' });
  }

  async picture(name: string): Promise<void> {
    mkdirSync(PICTURES, { recursive: true });
    await this.page.screenshot({ path: join(PICTURES, `${name}.png`) });
  }

  /** Places that stop a person with a screen reader, a keyboard or weak eyes. */
  async findBarriers(): Promise<string[]> {
    await this.page.evaluate(axe.source);
    const found = await this.page.evaluate<readonly Violation[]>(
      `axe.run(document, { resultTypes: ['violations'] }).then(({ violations }) => violations)`,
    );
    return found
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 160)).join(' | ')}`);
  }

  leave(): Promise<void> {
    return this.context.close();
  }

  /** Leaves. @throws where a page complained, or a request went to another origin. */
  async leaveInPeace(): Promise<void> {
    await this.leave();
    const { complaints, foreign } = this;
    expect({ complaints, foreign }).toEqual({ complaints: [], foreign: [] });
  }

  private watch(page: Page): void {
    page.on('console', (message) => {
      // A refusal is answered by the page itself; everything else of this kind is a mistake of ours.
      const isRefusal = /Failed to load resource: the server responded with a status of 4\d\d/.test(message.text());
      if (message.type() === 'error' && !isRefusal) this.complaints.push(message.text());
    });
    page.on('pageerror', (error) => this.complaints.push(error.message));
    page.on('request', (request) => {
      const url = request.url();
      if (!url.startsWith(`${this.origin}/`) && !/^(data|about|blob):/.test(url)) this.foreign.push(url);
    });
  }
}
