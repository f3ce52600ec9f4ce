import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { TEST_ADMIN_KEY } from './support/app.js';
import { findChromium, Visitor } from './support/browser.js';
import { admin } from './support/company-world.js';
import { ConsoleWorld } from './support/console-world.js';

/** One a second: there is time to pause in between. */
const COUNT = 40;
let world: ConsoleWorld;

describe.skipIf(findChromium() === null)('a job that sends again', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    world = await ConsoleWorld.start();
    world.adobe.answer = ({ path }) => (path.startsWith('/gone') ? { status: 404 } : undefined);
    const ids = await Promise.all(Array.from({ length: COUNT }, (_, index) => world.submit(`/gone-${index}`)));
    for (const id of ids) await world.untilState(id, 'undeliverable');
  }, 180_000);
  afterAll(() => world.stop());

  it('is paused, continued where it was, and cancelled', async () => {
    const visitor = await Visitor.arrive(world.browser, world.url);
    await visitor.logIn(TEST_ADMIN_KEY, '/console/recoveries');
    const { page } = visitor;
    const dialog = page.getByRole('dialog');
    const order = { status: ['dead'], ratePerSecond: 1 };
    const { body } = await admin(world, 'POST', '/admin/deliveries/recover', order);
    const path = `recoveries/${String(body['jobId'])}`;
    await visitor.visit(`/console/${path}`);
    const confirm = async (verb: string): Promise<void> => {
      await page.getByRole('button', { name: verb }).click();
      await dialog.getByRole('button', { name: verb }).click();
      await dialog.waitFor({ state: 'detached' });
    };
    await confirm('Pause');
    await page.getByText('paused', { exact: true }).waitFor();
    expect(await visitor.findBarriers()).toEqual([]);
    await visitor.picture('paused');
    expect((await admin(world, 'GET', `/admin/${path}`)).body).toMatchObject({ state: 'paused' });
    await confirm('Continue');
    await page.getByText('running', { exact: true }).waitFor();
    await confirm('Cancel');
    await page.getByText('cancelled', { exact: true }).waitFor();
    expect({ complaints: visitor.complaints, foreign: visitor.foreign }).toEqual({ complaints: [], foreign: [] });
    await visitor.leave();
  });
});
