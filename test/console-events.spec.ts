import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEST_ADMIN_KEY } from './support/app.js';
import { findChromium, Visitor } from './support/browser.js';
import { ConsoleWorld } from './support/console-world.js';
import { PROJECT_ROOT } from './support/service-process.js';

/** With the stream open the pages poll once a minute: that never comes. */
const NO_SLOW_POLLS = `
  for (const name of ['setTimeout', 'setInterval']) {
    const real = window[name].bind(window);
    window[name] = (work, ms, ...rest) => (ms >= 30_000 ? 0 : real(work, ms, ...rest));
  }`;

/** The bench is plain JavaScript. */
const { PAGES } = (await import(join(PROJECT_ROOT, 'bench', 'consoles.mjs'))) as {
  PAGES: Record<string, readonly string[]>;
};

let world: ConsoleWorld;

describe.skipIf(findChromium() === null)('a console and the events of the service', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    world = await ConsoleWorld.start();
  }, 120_000);
  afterAll(() => world.stop());

  it('shows a journey as it goes on: each action comes and ends without a poll', async () => {
    const visitor = await Visitor.arrive(world.browser, world.url);
    const { page } = visitor;
    await page.addInitScript(NO_SLOW_POLLS);
    await visitor.logIn(TEST_ADMIN_KEY, '/console/actions');
    await page.getByRole('status', { name: 'Changes' }).getByText('live', { exact: true }).waitFor();
    await visitor.settle();
    const marks: (string | undefined)[] = [];
    page.on('request', (request) => {
      if (new URL(request.url()).pathname === '/admin/actions') marks.push(request.headers()['x-console-poll']);
    });
    for (let step = 0; step < 7; step += 1) {
      const id = await world.submit(`/journey-${step}`);
      const row = page.getByRole('row').filter({ has: page.getByTitle(id) });
      await row.getByText('completed').waitFor();
    }
    // Each follows an event, which lets the service share its answer.
    expect(marks.length).toBeGreaterThan(0);
    for (const mark of marks) expect(mark).toMatch(/^[0-9a-f-]{36}:\d+$/);
    expect(visitor.complaints).toEqual([]);
    await visitor.leave();
  });

  it.each(Object.entries(PAGES))('asks on the page %s for the views that the bench asks for', async (name, paths) => {
    const visitor = await Visitor.arrive(world.browser, world.url);
    const { page } = visitor;
    await page.addInitScript(NO_SLOW_POLLS);
    await visitor.logIn(TEST_ADMIN_KEY, name === 'overview' ? '/console' : `/console/${name}`);
    await page.getByRole('status', { name: 'Changes' }).getByText('live', { exact: true }).waitFor();
    await visitor.settle();
    const asked = new Set<string>();
    page.on('request', (request) => {
      const { pathname, search } = new URL(request.url());
      if (request.headers()['x-console-poll'] !== undefined) asked.add(pathname + search);
    });
    await world.submit(`/bench-${name}`);
    await expect.poll(() => [...asked].sort(), { timeout: 30_000 }).toEqual([...paths].sort());
    await visitor.leave();
  });

  it('asks for the login as soon as another tab logs out', async () => {
    const visitor = await Visitor.arrive(world.browser, world.url);
    await visitor.logIn(TEST_ADMIN_KEY, '/console/actions');
    const tab = await visitor.openTab();
    await tab.goto(`${world.url}/console/registrations`);
    await tab.getByRole('status', { name: 'Changes' }).getByText('live', { exact: true }).waitFor();
    await visitor.page.getByRole('button', { name: 'Log out' }).click();
    await tab.getByLabel('Admin key').waitFor();
    await visitor.leave();
  });
});
