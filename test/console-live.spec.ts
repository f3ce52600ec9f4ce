import type { Page } from 'playwright-core';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TEST_ADMIN_KEY } from './support/app.js';
import { findChromium, Visitor } from './support/browser.js';
import { ConsoleWorld, FakeStreams } from './support/console-world.js';

let world: ConsoleWorld;
let visitor: Visitor;
let streams: FakeStreams;

function changes(page: Page) {
  return page.getByRole('status', { name: 'Changes' });
}

/** The requests of the page for a list, from now on. */
function countRequests(page: Page, path: string): () => number {
  let count = 0;
  page.on('request', (request) => {
    if (new URL(request.url()).pathname === path) count += 1;
  });
  return () => count;
}

describe.skipIf(findChromium() === null)('a console with a stream of changes', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    world = await ConsoleWorld.start();
  }, 120_000);
  beforeEach(async () => {
    visitor = await Visitor.arrive(world.browser, world.url);
    streams = await FakeStreams.in(visitor.page);
  });
  afterEach(() => visitor.leaveInPeace());
  afterAll(() => world.stop());

  it('shows an action by an event: no poll comes in between', async () => {
    await visitor.logIn(TEST_ADMIN_KEY, '/console/actions');
    const { page } = visitor;
    await streams.open();
    await changes(page).getByText('live', { exact: true }).waitFor();
    const id = await world.submit('/told');
    await world.untilState(id, 'completed');
    expect(await page.getByTitle(id).count()).toBe(0);
    await streams.tell(['keys', 'tables']);
    await streams.tell(['actions']);
    await page.getByTitle(id).waitFor();
  });

  it('asks once for many events at once', async () => {
    await visitor.logIn(TEST_ADMIN_KEY, '/console/actions');
    const { page } = visitor;
    await streams.open();
    await changes(page).getByText('live', { exact: true }).waitFor();
    await visitor.settle();
    const count = countRequests(page, '/admin/actions');
    for (let burst = 0; burst < 2; burst += 1) {
      const answered = page.waitForResponse((response) => new URL(response.url()).pathname === '/admin/actions');
      await streams.tell(['actions', 'deliveries'], 50);
      await answered;
    }
    expect(count()).toBe(2);
  });

  it('polls where the service offers no stream, and says so', async () => {
    await visitor.logIn(TEST_ADMIN_KEY, '/console/actions');
    const { page } = visitor;
    await streams.lose(2);
    await changes(page).getByText('polling').waitFor();
    const id = await world.submit('/polled');
    await page.getByTitle(id).waitFor();
  });

  it('says that it connects again, and catches up with all that it missed', async () => {
    await visitor.logIn(TEST_ADMIN_KEY, '/console/registrations');
    const { page } = visitor;
    await streams.open();
    await changes(page).getByText('live', { exact: true }).waitFor();
    await streams.lose(0);
    await changes(page).getByText('reconnecting').waitFor();
    const asked = page.waitForRequest((request) => new URL(request.url()).pathname === '/admin/registrations');
    await streams.open();
    await asked;
    await changes(page).getByText('live', { exact: true }).waitFor();
  });

  it('has no stream while the tab is in the back', async () => {
    await visitor.logIn(TEST_ADMIN_KEY, '/console/actions');
    const { page } = visitor;
    await streams.open();
    const turn = (state: string): Promise<unknown> =>
      page.evaluate(
        `Object.defineProperty(document, 'visibilityState', { configurable: true, get: () => '${state}' }),
         document.dispatchEvent(new Event('visibilitychange'))`,
      );
    const before = (await streams.states()).length;
    await turn('hidden');
    expect((await streams.states()).at(-1)).toBe(2);
    await turn('visible');
    expect(await streams.states()).toHaveLength(before + 1);
    await streams.open();
    await changes(page).getByText('live', { exact: true }).waitFor();
  });

  it('moves no row under a reader who is further down', async () => {
    for (let made = 0; made < 12; made += 1) await world.submit(`/row-${made}`);
    await visitor.logIn(TEST_ADMIN_KEY, '/console/actions');
    const { page } = visitor;
    await page.setViewportSize({ width: 1280, height: 400 });
    await streams.open();
    await page.getByRole('row').nth(12).scrollIntoViewIfNeeded();
    await page.waitForFunction('window.scrollY > 80');
    const id = await world.submit('/above');
    await world.untilState(id, 'completed');
    await streams.tell(['actions']);
    await page.getByRole('button', { name: '1 new', exact: true }).waitFor();
    expect(await page.getByTitle(id).count()).toBe(0);
    expect(await visitor.findBarriers()).toEqual([]);
    await page.getByRole('button', { name: '1 new', exact: true }).click();
    await page.getByTitle(id).waitFor();
    expect(await page.getByRole('button', { name: / new$/ }).count()).toBe(0);
  });
});
