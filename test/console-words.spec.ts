import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { errorRowsOf } from '../console/src/lib/error-rows.js';
import { problemLines } from '../console/src/lib/problem-lines.js';
import { StatisticsWriter } from '../src/statistics/statistics-writer.js';
import { TEST_ADMIN_KEY } from './support/app.js';
import { findChromium, Visitor } from './support/browser.js';
import { admin, TestCompany, until } from './support/company-world.js';
import { ConsoleWorld } from './support/console-world.js';

/** A text field with a list, as far as a test reads it. */
interface Suggesting {
  readonly list: { readonly options: Iterable<{ readonly value: string }> } | null;
}

describe('the words of a refusal', () => {
  const problem = { field: 'company_id', message: 'must be 1 to 64 letters' };

  it('stand once, under the label of the field', () => {
    const title = 'company_id must be 1 to 64 letters';
    expect(problemLines(title, [problem], { company_id: 'Id' })).toEqual({
      text: 'Id must be 1 to 64 letters',
      list: [],
    });
    expect(problemLines(title, [problem]).text).toBe('Company id must be 1 to 64 letters');
  });

  it('are a list where there are several', () => {
    const problems = [problem, { field: 'destination.url', message: 'Missing required field: url' }];
    const title = problems.map(({ field, message }) => `${field} ${message}`).join('; ');
    expect(problemLines(title, problems, { 'destination.url': 'Address' })).toEqual({
      text: null,
      list: ['Company id must be 1 to 64 letters', 'Address: Missing required field: url'],
    });
  });

  it('keep a sentence of the service, and what it does not say', () => {
    expect(problemLines('It is taken', [])).toEqual({ text: 'It is taken', list: [] });
    expect(problemLines('The id in the path must be 1 to 64 letters', [problem])).toEqual({
      text: 'The id in the path must be 1 to 64 letters',
      list: [],
    });
    expect(problemLines('It does not fit', [problem]).list).toHaveLength(1);
  });
});

describe('the errors of the overview', () => {
  it('tell actions, callbacks that were given up, and attempts apart', () => {
    const counts = { success: null, p50Ms: null, p95Ms: null, delivered: 0, failed: 0 };
    const attempts = { failed: 5, errors: [{ error: 'answered 500', count: 5 }] };
    const total = { ...counts, accepted: 0, errors: [{ error: 'TIMEOUT', count: 1 }], attempts };
    const events = { ...counts, errors: [{ error: 'answered 500', count: 3 }], attempts };
    expect(errorRowsOf({ total, events })).toEqual([
      { error: 'answered 500', attempts: 10, givenUp: 3, actions: 0 },
      { error: 'TIMEOUT', attempts: 0, givenUp: 0, actions: 1 },
    ]);
  });
});

describe.skipIf(findChromium() === null)('to an administrator without the documents the console', () => {
  let world: ConsoleWorld;
  let visitor: Visitor;
  let company: TestCompany;
  let destination: string;

  beforeAll(async () => {
    world = await ConsoleWorld.start({ env: { REGISTRATION_RETRY_SCHEDULE: '0s,50ms,50ms' } });
    world.adobe.answer = ({ path }) => (path.startsWith('/sick') ? { status: 500 } : undefined);
    company = await TestCompany.create(world, 'acme');
    const registered = await company.register({
      event_type: 'person_added',
      destination: { url: `${world.adobe.url}/sick` },
    });
    expect(registered.status, JSON.stringify(registered.body)).toBe(201);
    const id = await world.submit('/well');
    await world.untilState(id, 'completed');
    for (const person of ['1', '2']) await company.publish('person_added', { person_id: person });
    await until(async () => {
      const { body } = await admin(world, 'GET', '/admin/destinations?troubled=true');
      destination = (body['items'] as { id: string }[])[0]?.id ?? '';
      return destination !== '';
    });
  }, 120_000);
  afterEach(() => visitor.leaveInPeace());
  afterAll(() => world.stop());

  it('says of a destination that it is not called, until when, why, and whose it is', async () => {
    visitor = await Visitor.arrive(world.browser, world.url);
    await visitor.logIn(TEST_ADMIN_KEY, '/console/destinations?troubled=true');
    const { page } = visitor;
    const row = page.getByRole('row').filter({ hasText: 'acme (company)' });
    await row.getByText('too many failures').waitFor();
    expect(await page.getByLabel('Show', { exact: true }).locator('option').allTextContents()).toEqual([
      'all destinations',
      'only those in trouble',
    ]);
    await visitor.visit(`/console/destinations/${destination}`);
    await page.getByText('answered 500', { exact: false }).first().waitFor();
    await page.getByText('too many attempts failed').waitFor();
    expect(await page.getByText('Tried again').count()).toBe(0);
    await page.getByRole('link', { name: 'Those that were given up' }).waitFor();
    expect(await visitor.findBarriers()).toEqual([]);
    await visitor.picture('destination');
    const buttons = (): Promise<string[]> => page.locator('main .mantine-Button-root').allTextContents();
    expect(await buttons()).toEqual(expect.arrayContaining(['Pause', 'Call it again now']));
    expect(await buttons()).not.toContain('Resume');
    await page.getByRole('button', { name: 'Pause' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Pause' }).click();
    await page.getByText('Not called: paused').waitFor();
    await page.getByRole('button', { name: 'Resume' }).waitFor();
    expect(await buttons()).not.toContain('Pause');
    expect(await buttons()).not.toContain('Call it again now');
    await page.getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Resume' }).click();
    await page.getByRole('button', { name: 'Pause' }).waitFor();
    await page.getByRole('link', { name: 'acme (company)' }).click();
    await page.getByRole('heading', { level: 1 }).getByText('acme').waitFor();
  });

  it('counts callbacks that were given up on the overview, and does not say that nothing failed', async () => {
    await until(async () => {
      await admin(world, 'POST', `/admin/destinations/${destination}/resume`);
      await world.service.app.get(StatisticsWriter, { strict: false }).flush();
      const { body } = await admin(world, 'GET', '/admin/statistics');
      return (body['events'] as { failed: number }).failed > 0;
    }, 30_000);
    visitor = await Visitor.arrive(world.browser, world.url);
    await visitor.logIn(TEST_ADMIN_KEY);
    const { page } = visitor;
    const events = page.getByRole('region', { name: 'Callbacks of events' }).first();
    await events.getByText('Given up').waitFor();
    await page.getByRole('row').filter({ hasText: 'answered 500' }).waitFor();
    expect(await page.getByText(/nothing failed|No action, callback or attempt failed/i).count()).toBe(0);
    expect(await visitor.findBarriers()).toEqual([]);
    await visitor.picture('overview-events');
  });

  it('names the field of a form as the form does, once, and lets a secret be copied', async () => {
    visitor = await Visitor.arrive(world.browser, world.url);
    await visitor.logIn(TEST_ADMIN_KEY, '/console/customers');
    const { page } = visitor;
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'New company' }).click();
    await dialog.getByRole('textbox', { name: 'Id' }).fill('Acme Pumps Ltd.');
    await dialog.getByRole('button', { name: 'New company' }).click();
    const alert = dialog.getByRole('alert');
    await alert.getByText('Id must be 1 to 64 letters').waitFor();
    expect((await alert.textContent())?.match(/must be/g)).toHaveLength(1);
    expect(await alert.textContent()).not.toContain('company_id');
    await dialog.getByRole('textbox', { name: 'Id' }).fill('acme-pumps');
    await dialog.getByRole('button', { name: 'New company' }).click();
    await dialog.getByText('User name', { exact: true }).first().waitFor();
    await dialog.getByRole('button', { name: /^Copy\s+Password$/ }).click();
    await dialog.getByRole('button', { name: /^Copied\s+Password$/ }).waitFor();
    expect(await visitor.findBarriers()).toEqual([]);
    await dialog.getByRole('button', { name: 'Close' }).click();
    await visitor.visit('/console/registrations');
    await page.getByRole('button', { name: 'New callback of a company' }).click();
    const suggested = (label: string): Promise<string[]> =>
      dialog
        .getByLabel(label)
        .evaluate((input) => [...((input as unknown as Suggesting).list?.options ?? [])].map(({ value }) => value));
    expect(await suggested('Company')).toEqual(['acme-pumps', 'acme']);
    expect(await suggested('Event type')).toContain('person_added');
  });

  it('leads from no registration to the customers', async () => {
    visitor = await Visitor.arrive(world.browser, world.url);
    await visitor.logIn(TEST_ADMIN_KEY, '/console/registrations');
    await visitor.page.route('**/admin/registrations?*', (route) =>
      route.fulfill({ json: { items: [], nextCursor: null } }),
    );
    await visitor.page.route('**/admin/registrations', (route) =>
      route.fulfill({ json: { items: [], nextCursor: null } }),
    );
    await visitor.page.reload();
    await visitor.page.getByRole('link', { name: 'A customer comes first' }).click();
    await visitor.page.getByRole('heading', { name: 'Customers' }).waitFor();
  });

  it('says of a person of an organisation that is not known that this is no answer', async () => {
    const id = await world.submit('/person');
    await world.untilState(id, 'completed');
    visitor = await Visitor.arrive(world.browser, world.url);
    await visitor.logIn(TEST_ADMIN_KEY, '/console/person');
    const { page } = visitor;
    const look = async (tenant: string, person: string): Promise<void> => {
      await page.getByRole('combobox', { name: 'Organisation' }).fill(tenant);
      await page.getByLabel('Lead, person or account').fill(person);
      await page.getByRole('button', { name: 'Show what is held' }).click();
    };
    await look('Adobe', '24680');
    await page.getByText('No organisation Adobe is known here').waitFor();
    await page.getByRole('alert').getByText('TESTORG@AdobeOrg').waitFor();
    expect(await page.getByText('Nothing is held').count()).toBe(0);
    expect(await page.getByRole('button', { name: 'Erase' }).count()).toBe(0);
    expect(await visitor.findBarriers()).toEqual([]);
    await visitor.picture('person-unknown');
    await look('TESTORG@AdobeOrg', '24680');
    await page.getByText('Nothing is held of 24680 of TESTORG@AdobeOrg.').waitFor();
    await page.getByText('An erasure now also reaches').waitFor();
    await page.getByRole('button', { name: 'Erase' }).waitFor();
    await visitor.picture('person-nothing');
  });

  it('fits a telephone: rows are cards, filters are folded, and no value is cut off', async () => {
    visitor = await Visitor.arrive(world.browser, world.url);
    await visitor.logIn(TEST_ADMIN_KEY);
    const { page } = visitor;
    await page.setViewportSize({ width: 390, height: 844 });
    for (const [name, path] of [
      ['overview', '/console'],
      ['destinations', '/console/destinations'],
      ['deliveries', '/console/deliveries'],
      ['actions', '/console/actions'],
      ['customers', '/console/customers'],
    ] as const) {
      await visitor.visit(path);
      await visitor.settle();
      await page.getByRole('cell').first().waitFor();
      const cells = await page
        .getByRole('cell')
        .evaluateAll((all) =>
          all.map((cell) => cell.getBoundingClientRect()).map(({ right, height }) => ({ right, height })),
        );
      for (const { right, height } of cells) {
        expect(right, name).toBeLessThanOrEqual(390);
        expect(height, name).toBeLessThan(200);
      }
      expect(await visitor.findBarriers(), name).toEqual([]);
      await visitor.picture(`phone-${name}`);
    }
    await visitor.visit('/console/deliveries?status=delivered');
    expect(await page.getByLabel('Status').isVisible()).toBe(false);
    await page.getByRole('button', { name: 'Filters (1 set)' }).click();
    await page.getByLabel('Status').waitFor();
  });
});
