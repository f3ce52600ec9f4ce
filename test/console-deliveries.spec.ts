import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { TEST_ADMIN_KEY } from './support/app.js';
import { findChromium, startChromium, Visitor } from './support/browser.js';
import { admin, until } from './support/company-world.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { HttpsReceiver } from './support/https-receiver.js';
import { createTestCa } from './support/test-ca.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';
import { startTrustingApp, type TrustingApp } from './support/trusting-app.js';

const certificates = createTestCa();
let database: TestDatabase;
let adobe: FakeAdobe;
let receiver: HttpsReceiver;
let service: TrustingApp;
let browser: Browser;
let visitor: Visitor;
const registrations: Record<string, string> = {};

interface Item {
  readonly deliveryId: string;
  readonly status: string;
}

/** A registered callback of the company at this path. */
async function register(name: string, eventType: string): Promise<void> {
  const made = await admin(service, 'POST', '/admin/companies/trial/callbacks', {
    event_type: eventType,
    destination: { url: `${receiver.url}/${name}` },
  });
  expect(made.status, JSON.stringify(made.body)).toBe(201);
  const all = await admin(service, 'GET', '/admin/registrations?owner=trial');
  const items = all.body['items'] as { id: string; eventType: string }[];
  registrations[name] = items.find((one) => one.eventType === eventType)?.id ?? '';
}

async function sentTo(name: string): Promise<Item[]> {
  const page = await admin(service, 'GET', `/admin/registrations/${registrations[name]}/deliveries`);
  return page.body['items'] as Item[];
}

/** @returns the id of a sample event's delivery, once it has this status after an attempt */
async function sample(name: string, status: string): Promise<string> {
  const before = new Set((await sentTo(name)).map(({ deliveryId }) => deliveryId));
  const test = await admin(service, 'POST', `/admin/registrations/${registrations[name]}/test`);
  expect(test.status).toBe(202);
  let found: (Item & { readonly attempts?: unknown[] }) | undefined;
  await until(async () => {
    found = (await sentTo(name)).find(({ deliveryId }) => !before.has(deliveryId));
    return found?.status === status && (found.attempts?.length ?? 0) > 0;
  });
  return found?.deliveryId ?? '';
}

async function arrive(path: string): Promise<Visitor['page']> {
  visitor = await Visitor.arrive(browser, service.url);
  await visitor.logIn(TEST_ADMIN_KEY, path);
  return visitor.page;
}

describe.skipIf(findChromium() === null)('deliveries in the console', () => {
  beforeAll(async () => {
    database = await createTestDatabase();
    adobe = await FakeAdobe.start();
    receiver = await HttpsReceiver.start(certificates.server);
    receiver.answer = ({ path }) => {
      if (path === '/bad') return { status: 400, body: 'the field mdn is missing' };
      return path === '/away' ? { status: 500, body: 'down for repairs' } : undefined;
    };
    service = await startTrustingApp({
      databaseUrl: database.url,
      ca: certificates.ca,
      adobe,
      env: { REGISTRATION_RETRY_SCHEDULE: '0s,30m,30m,30m,30m,30m,30m' },
    });
    browser = await startChromium();
    expect((await admin(service, 'POST', '/admin/companies', { company_id: 'trial' })).status).toBe(201);
    await register('bad', 'person_added');
    await register('away', 'person_updated');
  }, 120_000);
  afterEach(() => visitor.leaveInPeace());
  afterAll(async () => {
    await browser.close();
    await service.close();
    await receiver.stop();
    await adobe.stop();
    await database.drop();
  });

  it('of an event are opened by Enter, say why they failed, and lead to all they are about', async () => {
    const id = await sample('bad', 'dead');
    const page = await arrive('/console/deliveries?status=dead');
    const row = page.locator(`tr[data-row="${id}"]`);
    await row.waitFor();
    await page.keyboard.press('j');
    await page.keyboard.press('Enter');
    await page.waitForURL(new RegExp(`/deliveries/${id}`));
    await page.getByText('because the receiver answered 400').waitFor();
    await page.getByText('the field mdn is missing').waitFor();
    await page.getByRole('group', { name: 'Colours of a timing' }).getByText('wait for the answer').waitFor();
    expect(await visitor.findBarriers()).toEqual([]);
    await visitor.picture('delivery');
    await page.goBack();
    await row.waitFor();
    await page.waitForFunction(`document.activeElement?.dataset.row === ${JSON.stringify(id)}`);
    await row.getByRole('link', { name: /400/ }).click();
    await page.getByRole('link', { name: 'Its registration' }).click();
    await page.getByRole('heading', { name: 'Registration of trial' }).waitFor();
    await page.getByRole('link', { name: 'person_added' }).first().click();
    await page.getByRole('heading', { name: 'Delivery of person_added' }).waitFor();
    await page.getByRole('link', { name: 'Its destination' }).click();
    await page.getByRole('link', { name: 'Its deliveries' }).waitFor();
  });

  it('that wait are tried now, on their row, their page and the card of their registration', async () => {
    const id = await sample('away', 'pending');
    const page = await arrive('/console/deliveries?status=pending');
    const told = page.getByRole('status', { name: 'What was done' });
    const attempts = (): number => receiver.of('/away').length;
    const tryNow = async (where: ReturnType<typeof page.locator>): Promise<void> => {
      const before = attempts();
      await where.getByRole('button', { name: 'Try now' }).first().click();
      await told.getByText('The callback is tried now.').waitFor();
      await until(() => attempts() === before + 1);
      await until(async () => (await sentTo('away'))[0]?.status === 'pending');
    };
    await tryNow(page.locator(`tr[data-row="${id}"]`));
    expect(await visitor.findBarriers()).toEqual([]);
    await told.getByRole('link', { name: 'See the delivery' }).click();
    await page.waitForURL(new RegExp(`/deliveries/${id}`));
    await page.getByText('an administrator', { exact: true }).waitFor();
    await tryNow(page.locator('main'));
    await page.getByRole('link', { name: 'Its registration' }).click();
    await page.getByRole('heading', { name: 'Registration of trial' }).waitFor();
    receiver.answer = ({ path }) => (path === '/bad' ? { status: 400 } : undefined);
    await page.getByRole('button', { name: 'Try now' }).first().click();
    await page.getByText('delivered', { exact: true }).first().waitFor();
    receiver.answer = ({ path }) => ({ status: path === '/bad' ? 400 : 500 });
  });

  it('that are sent again say so, although their row leaves the list', async () => {
    const id = await sample('bad', 'dead');
    const page = await arrive('/console/deliveries?status=dead');
    await page.locator(`tr[data-row="${id}"]`).getByRole('button', { name: 'Send again' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Send again' }).click();
    const told = page.getByRole('status', { name: 'What was done' });
    await told.getByText('The callback is sent again.').waitFor();
    await visitor.picture('sent-again-told');
    await told.getByRole('link', { name: 'See the delivery' }).click();
    await page.waitForURL(new RegExp(`/deliveries/${id}`));
    expect(await told.getByText('The callback').count()).toBe(0);
  });

  it('without a status chosen: the set says which count, and why the others are left out', async () => {
    await sample('bad', 'dead');
    await sample('away', 'pending');
    const page = await arrive('/console/deliveries');
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'Send all that match again' }).click();
    await dialog.getByText('deliveries that are dead (given up) or held count').waitFor();
    await dialog.getByText(/\d+ pending: tried again by themselves; Try now on a row/).waitFor();
    await dialog.getByText(/\d+ delivered: arrived already/).waitFor();
    await dialog.getByRole('link', { name: 'an event (companies)' }).first().waitFor();
    expect(await visitor.findBarriers()).toEqual([]);
    await visitor.picture('send-all-unfiltered');
    await dialog.getByRole('button', { name: 'Leave it' }).click();
    await page.getByLabel('Status').selectOption('pending');
    await page.getByRole('button', { name: 'Send all that match again' }).click();
    await dialog.getByText('Those that are pending: tried again by themselves').waitFor();
  });

  it('that failed are counted before a registration sends them again, and a test says what it is', async () => {
    await sample('bad', 'dead');
    const page = await arrive(`/console/registrations/${registrations['bad']}`);
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'Send failed ones again' }).click();
    await dialog.getByText(/[1-9]\d* dead and 0 held are sent again/).waitFor();
    await dialog.getByRole('button', { name: 'Leave it' }).click();
    await page.getByRole('button', { name: 'Send a test event' }).click();
    await dialog.getByText('the receiver takes it for a real event').waitFor();
  });

  it('j, k, / and ? work on every list, and a hint tells of them', async () => {
    const page = await arrive('/console/deliveries');
    await page.locator('tr[data-row]').first().waitFor();
    for (const [key, index] of [
      ['j', 0],
      ['j', 1],
      ['k', 0],
    ] as const) {
      await page.keyboard.press(key);
      await page.waitForFunction(`document.activeElement === document.querySelectorAll('main tr[data-row]')[${index}]`);
    }
    await page.getByRole('button', { name: 'Keys: ?' }).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('dialog').getByText('the next row of a list').waitFor();
    expect(await visitor.findBarriers()).toEqual([]);
    await visitor.picture('keys');
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
    await visitor.visit('/console/audit');
    await page.locator('tr[data-row]').first().waitFor();
    await page.keyboard.press('j');
    await page.waitForFunction(`document.activeElement === document.querySelector('main tr[data-row]')`);
    await page.keyboard.press('/');
    await page.waitForFunction(`document.activeElement?.tagName === 'INPUT'`);
  });
});
