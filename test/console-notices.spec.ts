import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TEST_ADMIN_KEY } from './support/app.js';
import { findChromium, Visitor } from './support/browser.js';
import { admin, Receiver, until } from './support/company-world.js';
import { ConsoleWorld } from './support/console-world.js';

let world: ConsoleWorld;
let people: Receiver;
let visitor: Visitor;

async function findNotice(name: string): Promise<Record<string, unknown> | undefined> {
  const { body } = await admin(world, 'GET', '/admin/notices');
  return (body['items'] as Record<string, unknown>[]).find((notice) => notice['name'] === name);
}

describe.skipIf(findChromium() === null)('the page of notices', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    world = await ConsoleWorld.start();
    people = await Receiver.start();
  }, 120_000);
  afterEach(() => visitor.leaveInPeace());
  afterAll(async () => {
    await world.stop();
    await people.stop();
  });

  it('makes a notice, tests it, changes, pauses, continues and deletes it', async () => {
    visitor = await Visitor.arrive(world.browser, world.url);
    await visitor.logIn(TEST_ADMIN_KEY, '/console/notices');
    const { page } = visitor;
    const dialog = page.getByRole('dialog');
    await page.getByText('No notice is there').waitFor();
    await page.getByRole('button', { name: 'New notice' }).click();
    await dialog.getByLabel('Name').fill('night shift');
    await dialog.getByLabel('Address').fill(people.url('/canary-hook'));
    await dialog.getByLabel('Form').selectOption('json');
    await dialog.getByRole('checkbox', { name: 'Many requests wait' }).check();
    await dialog.getByLabel('From so many on').fill('250');
    expect(await visitor.findBarriers()).toEqual([]);
    await visitor.picture('new-notice');
    await dialog.getByRole('button', { name: 'New notice' }).click();
    await dialog.getByText('Shown only now').waitFor();
    await dialog.getByRole('button', { name: 'Close' }).click();
    const row = page.getByRole('row').filter({ hasText: 'night shift' });
    await row.getByText('Many requests wait (250)').waitFor();
    expect(await findNotice('night shift')).toMatchObject({ format: 'json', backlogRows: 250, lagSeconds: null });
    // The path of such an address is a secret.
    expect(await page.content()).not.toContain('canary-hook');

    const confirm = async (verb: string): Promise<void> => {
      await row.getByRole('button', { name: verb }).click();
      await dialog.getByRole('button', { name: verb }).click();
      await dialog.waitFor({ state: 'detached' });
    };
    await confirm('Test');
    await page.getByRole('status').getByText('delivered').waitFor();
    await until(() => people.of('/canary-hook').length === 1);

    await row.getByRole('button', { name: 'Change' }).click();
    await dialog.getByLabel('Name').fill('day shift');
    await dialog.getByRole('checkbox', { name: 'Many requests wait' }).uncheck();
    await dialog.getByRole('button', { name: 'Change' }).click();
    const renamed = page.getByRole('row').filter({ hasText: 'day shift' });
    await renamed.waitFor();
    expect(await findNotice('day shift')).toMatchObject({ backlogRows: null });

    const confirmOn = async (verb: string): Promise<void> => {
      await renamed.getByRole('button', { name: verb }).click();
      await dialog.getByRole('button', { name: verb }).click();
      await dialog.waitFor({ state: 'detached' });
    };
    await confirmOn('Pause');
    await renamed.getByText('paused', { exact: true }).waitFor();
    expect(await renamed.getByRole('button', { name: 'Test' }).count()).toBe(0);
    await confirmOn('Continue');
    await renamed.getByText('active', { exact: true }).waitFor();
    await renamed.getByRole('button', { name: 'Delete' }).click();
    await dialog.getByRole('button', { name: 'Delete' }).click();
    await page.getByText('No notice is there').waitFor();
  });

  it('shows a refusal in the form', async () => {
    visitor = await Visitor.arrive(world.browser, world.url);
    await visitor.logIn(TEST_ADMIN_KEY, '/console/notices');
    const { page } = visitor;
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'New notice' }).click();
    await dialog.getByLabel('Name').fill('wrong');
    await dialog.getByLabel('Address').fill('https://user:word@hooks.example.com/x');
    await dialog.getByRole('button', { name: 'New notice' }).click();
    await dialog.getByRole('alert').waitFor();
    expect(await findNotice('wrong')).toBeUndefined();
  });

  it('lets a viewer look alone', async () => {
    const made = await admin(world, 'POST', '/admin/keys', { name: 'notices viewer', role: 'viewer' });
    visitor = await Visitor.arrive(world.browser, world.url);
    await visitor.logIn(made.body['key'] as string, '/console/notices');
    await visitor.page.getByText('No notice is there').waitFor();
    expect(await visitor.page.getByRole('button', { name: 'New notice' }).count()).toBe(0);
  });

  it.each(['light', 'dark'] as const)('has no serious barrier in %s colours', async (scheme) => {
    const order = { name: `in ${scheme}`, url: people.url('/x'), format: 'slack', causes: ['callbacksDead'] };
    expect((await admin(world, 'POST', '/admin/notices', order)).status).toBe(201);
    visitor = await Visitor.arrive(world.browser, world.url, scheme);
    await visitor.logIn(TEST_ADMIN_KEY, '/console/notices');
    await visitor.page.getByText(`in ${scheme}`).waitFor();
    expect(await visitor.findBarriers()).toEqual([]);
    await visitor.picture(`notices-${scheme}`);
  });
});
