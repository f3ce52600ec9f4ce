import { rmSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { FakeApi, json } from '../src/enrichment/providers/http/http.fixtures.js';
import { TEST_ADMIN_KEY } from './support/app.js';
import { findChromium, Visitor } from './support/browser.js';
import { admin } from './support/company-world.js';
import { ConsoleWorld } from './support/console-world.js';
import { httpService, httpServicesDir } from './support/http-services.js';

const ORG = '0123456789ABCDEF01234567@AdobeOrg';
const api = new FakeApi();
let folder: string;
let world: ConsoleWorld;
let visitor: Visitor;

async function arriveAs(role: string, path: string): Promise<void> {
  const made = await admin(world, 'POST', '/admin/keys', { name: `services ${role} ${Math.random()}`, role });
  visitor = await Visitor.arrive(world.browser, world.url);
  await visitor.logIn(made.body['key'] as string, path);
}

describe.skipIf(findChromium() === null)('the pages of services', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    await api.start();
    api.reset((_, response) => json(response, { name: 'Ada' }));
    folder = httpServicesDir({ settings: { url: `${api.url}/people`, map: { fields: { name: 'answer.name' } } } });
    world = await ConsoleWorld.start({ env: { SERVICES_DIR: folder } });
  }, 120_000);
  afterEach(() => visitor.leaveInPeace());
  afterAll(async () => {
    await world.stop();
    await api.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  it('check a definition that is pasted, or a file, and say what to do', async () => {
    await arriveAs('operator', '/console/services');
    const { page } = visitor;
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'Check a definition' }).click();
    const right = httpService({
      apiName: 'pasted',
      settings: { url: `${api.url}/x`, map: { fields: { name: 'answer' } } },
    });
    await dialog.getByLabel('Or its text').fill(right.replace('Ask by pasted', 'Ask by ask'));
    await dialog.getByRole('button', { name: 'Check it' }).click();
    await dialog.getByText('One mistake keeps it from being served').waitFor();
    await dialog.getByText('Duplicate title').waitFor();
    await dialog.getByText('To do: choose another title').waitFor();
    expect(await visitor.findBarriers()).toEqual([]);
    await visitor.picture('check-definition');
    const file = { name: 'pasted.yaml', mimeType: 'application/yaml', buffer: Buffer.from(right) };
    await dialog.locator('input[type=file]').setInputFiles(file);
    await dialog.getByRole('button', { name: 'Check it' }).click();
    await dialog.getByText('pasted: It can be served.').waitFor();
  });

  it('try a service with a subject: it really asks, and its result is gone with the page', async () => {
    await arriveAs('operator', '/console/services');
    const { page } = visitor;
    await page.getByRole('link', { name: 'Try it' }).click();
    await page.getByText('Steps really ask other systems').waitFor();
    await page.getByLabel('Subject').fill('{"email": ');
    await page.getByRole('button', { name: 'Run the pipeline' }).click();
    await page.getByText('The subject is not valid JSON').waitFor();
    const before = api.seen.length;
    await page.getByLabel('Subject').fill('{"email": "ada@example.com"}');
    await page.getByRole('button', { name: 'Run the pipeline' }).click();
    await page.getByText('It succeeds').waitFor();
    expect(api.seen.length).toBe(before + 1);
    await page.getByText('name="Ada"').waitFor();
    expect(await visitor.findBarriers()).toEqual([]);
    await visitor.picture('try-service');
    await page.reload();
    await page.getByLabel('Subject').waitFor();
    expect(await page.getByText('It succeeds').count()).toBe(0);
  });

  it('allow and deny organisations', async () => {
    await arriveAs('admin', '/console/services/ask');
    const { page } = visitor;
    const dialog = page.getByRole('dialog');
    await page.getByRole('button', { name: 'New rule' }).click();
    await dialog.getByLabel('Organisation').fill(ORG);
    await dialog.getByRole('button', { name: 'New rule' }).click();
    const row = page.getByRole('row').filter({ hasText: ORG });
    await row.getByText('deny', { exact: true }).waitFor();
    await row.getByRole('button', { name: 'Allow' }).click();
    await dialog.getByRole('button', { name: 'Allow' }).click();
    await row.getByText('allow', { exact: true }).waitFor();
    const { body } = await admin(world, 'GET', `/admin/services/ask/tenants/${encodeURIComponent(ORG)}`);
    expect(body).toMatchObject({ access: 'allow', source: 'rule' });
    await row.getByRole('button', { name: 'Remove the rule' }).click();
    await dialog.getByRole('button', { name: 'Remove the rule' }).click();
    await row.waitFor({ state: 'detached' });
  });

  it('offer nothing of it to a viewer', async () => {
    await arriveAs('viewer', '/console/services/ask');
    const { page } = visitor;
    await page.getByRole('heading', { name: 'Organisations' }).waitFor();
    for (const name of ['New rule', 'Run the pipeline', 'Check a definition']) {
      expect(await page.getByRole('button', { name }).count(), name).toBe(0);
    }
  });

  it.each(['light', 'dark'] as const)('have no serious barrier in %s colours', async (scheme) => {
    visitor = await Visitor.arrive(world.browser, world.url, scheme);
    await visitor.logIn(TEST_ADMIN_KEY, '/console/services/ask');
    await visitor.page.getByRole('button', { name: 'Run the pipeline' }).click();
    await visitor.page.getByText('It succeeds').waitFor();
    expect(await visitor.findBarriers()).toEqual([]);
    await visitor.picture(`service-${scheme}`);
  });
});
