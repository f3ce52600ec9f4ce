import { randomUUID } from 'node:crypto';
import type { Browser } from 'playwright-core';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { StatisticsWriter } from '../src/statistics/statistics-writer.js';
import { TEST_ADMIN_KEY, TEST_KEY } from './support/app.js';
import { findChromium, startChromium, Visitor } from './support/browser.js';
import { admin, send, until } from './support/company-world.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { HttpsReceiver } from './support/https-receiver.js';
import { leadRequest } from './support/requests.js';
import { createTestCa } from './support/test-ca.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';
import { startTrustingApp, type TrustingApp } from './support/trusting-app.js';

/** Personal data, a token and a key that no page may show. */
const CANARIES = { email: 'canary-0815@example.com', token: 'canary-token-4711', key: 'canary-query-key' };

const PAGES = [
  ['overview', '/console'],
  ['actions', '/console/actions'],
  ['deliveries', '/console/deliveries'],
  ['sent-again', '/console/recoveries'],
  ['destinations', '/console/destinations'],
  ['services', '/console/services'],
  ['service', '/console/services/contact-quality'],
  ['registrations', '/console/registrations'],
  ['customers', '/console/customers'],
  ['customers-async', '/console/customers?family=async-clients'],
  ['lookup-tables', '/console/lookup-tables'],
  ['credentials', '/console/credentials'],
  ['notices', '/console/notices'],
  ['person', '/console/person'],
  ['keys', '/console/keys'],
  ['audit', '/console/audit'],
  ['unknown', '/console/no/such/page'],
] as const;

const certificates = createTestCa();
let database: TestDatabase;
let adobe: FakeAdobe;
let receiver: HttpsReceiver;
let service: TrustingApp;
let browser: Browser;
let visitor: Visitor;

async function submit(path: string, leadId: number | string = randomUUID()): Promise<string> {
  const leadData = { email: CANARIES.email, firstName: 'Ada', lastName: 'Lovelace' };
  const callbackUrl = `${adobe.url}${path}?key=${CANARIES.key}`;
  const request = leadRequest({ callbackUrl, leadId, leadData, token: `${CANARIES.token}-${randomUUID()}` });
  const answer = await send('POST', `${service.url}/submitAsyncAction`, { 'x-api-key': TEST_KEY }, request);
  return answer.body['requestId'] as string;
}

async function stateOf(id: string): Promise<unknown> {
  return (await admin(service, 'GET', `/admin/actions/${id}`)).body['state'];
}

describe.skipIf(findChromium() === null)('the console', () => {
  beforeAll(async () => {
    database = await createTestDatabase();
    adobe = await FakeAdobe.start();
    receiver = await HttpsReceiver.start(certificates.server);
    adobe.answer = ({ path }) => (path.startsWith('/gone') ? { status: 404 } : undefined);
    service = await startTrustingApp({ databaseUrl: database.url, ca: certificates.ca, adobe });
    browser = await startChromium();
    const ids = await Promise.all([submit('/well-1'), submit('/well-2'), submit('/gone-1')]);
    await until(async () => !(await Promise.all(ids.map(stateOf))).some((state) => state === 'calling_back'));
  }, 120_000);
  afterEach(() => visitor.leaveInPeace());
  afterAll(async () => {
    await browser.close();
    await service.close();
    await receiver.stop();
    await adobe.stop();
    await database.drop();
  });

  describe('logging in', () => {
    it('refuses a wrong key in words, takes a right one, and logs out', async () => {
      visitor = await Visitor.arrive(browser, service.url);
      const { page } = visitor;
      await page.goto(`${service.url}/console`);
      await page.getByLabel('Admin key').fill('wrong');
      await page.getByRole('button', { name: 'Log in' }).click();
      await page.getByText('This key is not known here').waitFor();
      expect(await visitor.findBarriers()).toEqual([]);
      await visitor.picture('login');
      await visitor.logIn(TEST_ADMIN_KEY);
      await page.getByRole('heading', { name: 'Overview' }).waitFor();
      await page.getByRole('button', { name: 'Log out' }).click();
      await page.getByLabel('Admin key').waitFor();
      await page.reload();
      await page.getByLabel('Admin key').waitFor();
    });

    it('keeps nothing secret where scripts can read', async () => {
      visitor = await Visitor.arrive(browser, service.url);
      await visitor.logIn(TEST_ADMIN_KEY);
      const kept = await visitor.page.evaluate(
        `JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie, location.href])`,
      );
      expect(kept).not.toContain(TEST_ADMIN_KEY);
      expect(kept).not.toContain('ricochet_session');
      expect(kept).toMatch(/"",/);
    });

    it.each([
      ['viewer', ['Overview', 'Actions', 'Deliveries', 'Audit'], ['A person', 'Keys']],
      ['operator', ['Overview', 'A person'], ['Keys']],
      ['admin', ['Overview', 'A person', 'Keys'], []],
    ])('shows to a %s its pages alone', async (role, shown, hidden) => {
      const made = await admin(service, 'POST', '/admin/keys', { name: `console ${role}`, role });
      visitor = await Visitor.arrive(browser, service.url);
      await visitor.logIn(made.body['key'] as string);
      const pages = visitor.page.getByRole('navigation', { name: 'Pages' });
      for (const name of shown) expect(await pages.getByText(name, { exact: true }).count(), name).toBe(1);
      for (const name of hidden) expect(await pages.getByText(name, { exact: true }).count(), name).toBe(0);
      await visitor.visit('/console/deliveries?status=dead');
      await visitor.page.getByRole('table').waitFor();
      const canSend = await visitor.page.getByRole('button', { name: 'Send all that match again' }).count();
      expect(canSend).toBe(role === 'viewer' ? 0 : 1);
    });

    it('is asked for again when the session is over, and leads back to the same page', async () => {
      visitor = await Visitor.arrive(browser, service.url);
      await visitor.logIn(TEST_ADMIN_KEY, '/console/actions?state=completed');
      await database.dataSource.query('DELETE FROM admin_sessions');
      await visitor.page.getByText('The session is over').waitFor();
      await visitor.page.getByLabel('Admin key').fill(TEST_ADMIN_KEY);
      await visitor.page.getByRole('button', { name: 'Log in' }).click();
      await visitor.page.getByRole('heading', { name: 'Actions' }).waitFor();
      expect(visitor.page.url()).toContain('state=completed');
    });

    it('counts for a second tab, and so does logging out', async () => {
      visitor = await Visitor.arrive(browser, service.url);
      await visitor.logIn(TEST_ADMIN_KEY);
      const tab = await visitor.openTab();
      await tab.goto(`${service.url}/console/audit`);
      await tab.getByRole('heading', { name: 'Audit' }).waitFor();
      await visitor.page.getByRole('button', { name: 'Log out' }).click();
      await tab.getByLabel('Admin key').waitFor();
    });
  });

  describe('watching', () => {
    it('shows an action arrive and end without a reload', async () => {
      visitor = await Visitor.arrive(browser, service.url);
      await visitor.logIn(TEST_ADMIN_KEY, '/console/actions');
      const id = await submit('/live');
      await visitor.page.getByTitle(id).waitFor();
      await visitor.page
        .getByRole('row')
        .filter({ has: visitor.page.getByTitle(id) })
        .getByText('completed')
        .waitFor();
    });

    it('draws the last hour, and has the same numbers as a table', async () => {
      await service.app.get(StatisticsWriter, { strict: false }).flush();
      visitor = await Visitor.arrive(browser, service.url);
      await visitor.logIn(TEST_ADMIN_KEY);
      const chart = visitor.page.getByRole('region', { name: 'Requests and callbacks' });
      await chart.locator('canvas').waitFor();
      await chart.getByRole('button', { name: 'As a table' }).click();
      await chart.getByRole('columnheader', { name: 'Called back' }).waitFor();
      await visitor.page.getByText('callback was given up since yesterday').waitFor();
      await visitor.picture('overview-light');
    });

    it('leads by the keyboard to a failed action, and says why it failed', async () => {
      visitor = await Visitor.arrive(browser, service.url);
      await visitor.logIn(TEST_ADMIN_KEY, '/console/actions?state=undeliverable');
      const { page } = visitor;
      await page.getByRole('row').nth(1).waitFor();
      await page.keyboard.press('j');
      await page.keyboard.press('Enter');
      await page.getByText('because the receiver answered 404').waitFor();
      await page.getByRole('img', { name: /wait|rest|connect/ }).waitFor();
      expect(await visitor.findBarriers()).toEqual([]);
      await visitor.picture('action');
      await page.goBack();
      await page.getByRole('heading', { name: 'Actions' }).waitFor();
      expect(page.url()).toContain('state=undeliverable');
    });

    it('keeps filters in the address, through back and forward', async () => {
      visitor = await Visitor.arrive(browser, service.url);
      await visitor.logIn(TEST_ADMIN_KEY, '/console/deliveries');
      const { page } = visitor;
      await page.getByLabel('Status').selectOption('dead');
      await page.waitForURL(/status=dead/);
      await page.keyboard.press('Escape');
      await page.getByRole('heading', { level: 1 }).click();
      await page.keyboard.press('/');
      await page.keyboard.type('adobe');
      await page.keyboard.press('Enter');
      await page.waitForURL(/channel=adobe/);
      await page.goBack();
      await page.waitForURL((url) => !url.search.includes('channel'));
      expect(await page.getByLabel('Status').inputValue()).toBe('dead');
      await page.goForward();
      await page.waitForURL(/channel=adobe/);
      expect(await page.getByLabel('Channel').inputValue()).toBe('adobe');
    });
  });

  describe('mending', () => {
    it('sends all that match again, counted before, and shows how far it got', async () => {
      visitor = await Visitor.arrive(browser, service.url);
      await visitor.logIn(TEST_ADMIN_KEY, '/console/deliveries?status=dead');
      const { page } = visitor;
      const before = adobe.of(`/gone-1?key=${CANARIES.key}`).length;
      await page.getByRole('button', { name: 'Send all that match again' }).click();
      await page.getByText('1 match, 1 would be sent').waitFor();
      expect(adobe.of(`/gone-1?key=${CANARIES.key}`)).toHaveLength(before);
      await visitor.picture('send-all-again');
      expect(await visitor.findBarriers()).toEqual([]);
      await page.getByRole('button', { name: 'Send 1', exact: true }).click();
      await page.getByRole('progressbar').waitFor();
      await page.getByText('done', { exact: true }).waitFor();
      await until(() => adobe.of(`/gone-1?key=${CANARIES.key}`).length > before);
    });

    it('does not send more than the list shows', async () => {
      visitor = await Visitor.arrive(browser, service.url);
      await visitor.logIn(TEST_ADMIN_KEY, '/console/deliveries?status=dead&lastStatus=404');
      await visitor.page.getByRole('button', { name: 'Send all that match again' }).click();
      await visitor.page.getByText('Clear the filter last status').waitFor();
      expect(await visitor.page.getByRole('button', { name: /^Send( \d+)?$/ }).count()).toBe(0);
    });

    it('registers a callback of a company, and shows the attempt of a test event', async () => {
      visitor = await Visitor.arrive(browser, service.url);
      await visitor.logIn(TEST_ADMIN_KEY, '/console/customers');
      const { page } = visitor;
      const dialog = page.getByRole('dialog');
      await page.getByRole('button', { name: 'New company' }).click();
      await dialog.getByLabel('Id').fill('console-co');
      await dialog.getByRole('button', { name: 'New company' }).click();
      await dialog.getByText('Shown only now').waitFor();
      await dialog.getByRole('button', { name: 'Close' }).click();
      await page.getByRole('link', { name: 'Registrations' }).click();
      await page.getByRole('button', { name: 'New callback of a company' }).click();
      await dialog.getByLabel('Company').fill('console-co');
      await dialog.getByLabel('Event type').fill('person_added');
      await dialog.getByLabel('Address').fill(`${receiver.url}/from-console`);
      await dialog.getByRole('button', { name: 'New callback of a company' }).click();
      await page.getByText('console-co (company)').click();
      await page.getByRole('button', { name: 'Send a test event' }).click();
      await dialog.getByRole('button', { name: 'Send a test event' }).click();
      await page.getByText('delivered', { exact: true }).waitFor();
      expect(await visitor.findBarriers()).toEqual([]);
      await visitor.picture('registration');
    });

    it('uploads a table, and shows its rows', async () => {
      visitor = await Visitor.arrive(browser, service.url);
      await visitor.logIn(TEST_ADMIN_KEY, '/console/lookup-tables');
      const { page } = visitor;
      const dialog = page.getByRole('dialog');
      await page.getByRole('button', { name: 'Upload a table' }).click();
      await dialog.getByLabel('Name').fill('territories');
      const file = {
        name: 'territories.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from('country,region\nDE,DACH\nFR,West\n'),
      };
      await dialog.locator('input[type=file]').setInputFiles(file);
      await dialog.getByRole('button', { name: 'Upload a table' }).click();
      await dialog.getByText('Version 1 with 2 rows is in use').waitFor();
      await dialog.getByRole('button', { name: 'Close' }).click();
      await page.getByRole('cell', { name: 'territories', exact: true }).click();
      await page.getByText('DACH').waitFor();
      expect(await visitor.findBarriers()).toEqual([]);
    });

    it('shows what is held of a person, and erases it', async () => {
      const id = await submit('/person', 'person-to-forget');
      await until(async () => (await stateOf(id)) === 'completed');
      visitor = await Visitor.arrive(browser, service.url);
      await visitor.logIn(TEST_ADMIN_KEY, '/console/person');
      const { page } = visitor;
      await page.getByLabel('Organisation').fill('TESTORG@AdobeOrg');
      await page.getByLabel('Lead, person or account').fill('person-to-forget');
      await page.getByRole('button', { name: 'Show what is held' }).click();
      await page.getByRole('table').getByText('stored').waitFor();
      expect(page.url()).not.toContain('person-to-forget');
      await page.getByRole('button', { name: 'Erase' }).click();
      await page.getByRole('dialog').getByRole('button', { name: 'Erase' }).click();
      await page.getByText('Erased', { exact: true }).waitFor();
    });

    it('makes a key, shows it once, and disables it', async () => {
      visitor = await Visitor.arrive(browser, service.url);
      await visitor.logIn(TEST_ADMIN_KEY, '/console/keys');
      const { page } = visitor;
      const dialog = page.getByRole('dialog');
      await page.getByRole('button', { name: 'New key' }).click();
      await dialog.getByLabel('Name').fill('from the console');
      await dialog.getByRole('button', { name: 'New key' }).click();
      await dialog.getByText('Shown only now').waitFor();
      await dialog.getByRole('button', { name: 'Close' }).click();
      const row = page.getByRole('row').filter({ hasText: 'from the console' });
      await row.getByRole('button', { name: 'Disable' }).click();
      await dialog.getByRole('button', { name: 'Disable' }).click();
      await row.getByText('disabled').waitFor();
    });
  });

  describe.each(['light', 'dark'] as const)('in %s colours', (scheme) => {
    it('has no serious barrier and no canary on any page', async () => {
      visitor = await Visitor.arrive(browser, service.url, scheme);
      await visitor.logIn(TEST_ADMIN_KEY);
      for (const [name, path] of PAGES) {
        await visitor.visit(path);
        await visitor.settle();
        expect(await visitor.findBarriers(), name).toEqual([]);
        const source = await visitor.page.content();
        for (const canary of Object.values(CANARIES)) expect(source, name).not.toContain(canary);
        await visitor.picture(`${name}-${scheme}`);
      }
    }, 120_000);
  });

  it('fits a telephone: nothing is wider than the page', async () => {
    visitor = await Visitor.arrive(browser, service.url);
    await visitor.logIn(TEST_ADMIN_KEY);
    await visitor.page.setViewportSize({ width: 375, height: 740 });
    for (const [name, path] of PAGES) {
      await visitor.visit(path);
      const width = await visitor.page.evaluate('document.documentElement.scrollWidth');
      expect(width, name).toBeLessThanOrEqual(375);
    }
    await visitor.picture('phone');
  }, 60_000);
});
