import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TEST_ADMIN_KEY } from './support/app.js';
import { findChromium, Visitor } from './support/browser.js';
import { admin } from './support/company-world.js';
import { ConsoleWorld } from './support/console-world.js';

const CANARY = 'canary-reveal@example.com';
let world: ConsoleWorld;
let closed: ConsoleWorld;
let visitor: Visitor;

describe.skipIf(findChromium() === null)('content in the console', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    world = await ConsoleWorld.start({ env: { ADMIN_REVEAL: 'true' } });
    closed = await ConsoleWorld.start();
  }, 180_000);
  afterEach(() => visitor.leaveInPeace());
  afterAll(async () => {
    await world.stop();
    await closed.stop();
  });

  it('is shown for a reason, until the window is closed', async () => {
    const id = await world.submit('/revealed', { email: CANARY });
    await world.untilState(id, 'completed');
    visitor = await Visitor.arrive(world.browser, world.url);
    await visitor.logIn(TEST_ADMIN_KEY, `/console/actions/${id}`);
    const { page } = visitor;
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'Show its content' }).click();
    await dialog.getByLabel('Reason').fill('Ticket');
    expect(await dialog.getByRole('button', { name: 'Show it' }).isDisabled()).toBe(true);
    await dialog.getByLabel('Reason').fill('Ticket 4711: a field is missing');
    await dialog.getByRole('button', { name: 'Show it' }).click();
    await dialog.getByRole('region', { name: 'Request' }).getByText(CANARY).waitFor();
    expect(await visitor.findBarriers()).toEqual([]);
    await visitor.picture('reveal');
    await dialog.getByRole('button', { name: 'Close' }).click();
    await dialog.waitFor({ state: 'detached' });
    expect(await page.content()).not.toContain(CANARY);
    const audit = await world.database.dataSource.query<{ details: object }[]>(
      `SELECT details FROM admin_audit WHERE verb = 'action.reveal' AND target = $1`,
      [`action:${id}`],
    );
    expect(audit).toEqual([{ details: { reason: 'Ticket 4711: a field is missing' } }]);
  });

  it('is not shown where the operator does not allow it, and the page says how', async () => {
    const id = await closed.submit('/hidden', { email: CANARY });
    visitor = await Visitor.arrive(closed.browser, closed.url);
    await visitor.logIn(TEST_ADMIN_KEY, `/console/actions/${id}`);
    const dialog = visitor.page.getByRole('dialog');
    await visitor.page.getByRole('button', { name: 'Show its content' }).click();
    await dialog.getByLabel('Reason').fill('Ticket 4711: a field is missing');
    await dialog.getByRole('button', { name: 'Show it' }).click();
    await dialog.getByText('ADMIN_REVEAL=true in its configuration').waitFor();
    expect(await visitor.page.content()).not.toContain(CANARY);
  });

  it('is not offered to an operator', async () => {
    const id = await world.submit('/for-operators');
    const made = await admin(world, 'POST', '/admin/keys', { name: 'reveal operator', role: 'operator' });
    visitor = await Visitor.arrive(world.browser, world.url);
    await visitor.logIn(made.body['key'] as string, `/console/actions/${id}`);
    await visitor.page.getByRole('heading', { name: 'Timeline' }).waitFor();
    expect(await visitor.page.getByRole('button', { name: 'Show its content' }).count()).toBe(0);
  });
});
