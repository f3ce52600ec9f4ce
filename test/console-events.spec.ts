import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEST_ADMIN_KEY } from './support/app.js';
import { findChromium, Visitor } from './support/browser.js';
import { ConsoleWorld } from './support/console-world.js';

/** With the stream open the pages poll once a minute: that never comes. */
const NO_SLOW_POLLS = `
  for (const name of ['setTimeout', 'setInterval']) {
    const real = window[name].bind(window);
    window[name] = (work, ms, ...rest) => (ms >= 30_000 ? 0 : real(work, ms, ...rest));
  }`;

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
    for (let step = 0; step < 7; step += 1) {
      const id = await world.submit(`/journey-${step}`);
      const row = page.getByRole('row').filter({ has: page.getByTitle(id) });
      await row.getByText('completed').waitFor();
    }
    expect(visitor.complaints).toEqual([]);
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
