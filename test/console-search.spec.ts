import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { TEST_ADMIN_KEY } from './support/app.js';
import { findChromium, Visitor } from './support/browser.js';
import { ConsoleWorld } from './support/console-world.js';

const MANY = 60_000;
const FIRST_MS = 1_577_836_800_000;
let world: ConsoleWorld;
let visitor: Visitor;

function idOf(n: number): string {
  const hex = (FIRST_MS + n).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

describe.skipIf(findChromium() === null)('a search in the console', { timeout: 120_000 }, () => {
  beforeAll(async () => {
    world = await ConsoleWorld.start();
    await world.database.dataSource.query(
      `INSERT INTO actions (id, service, dialect, tenant, object_type, entity_id, state, received_at, deadline_at)
       SELECT (lpad(to_hex($1::bigint + n), 12, '0') || '70008000000000000000')::uuid, 'contact-quality', 'adobe',
              'ABC@AdobeOrg', 'lead', CASE WHEN n IN (1, $2 - 10) THEN 'twice' ELSE 'lead-' || n END, 'completed',
              to_timestamp(($1::bigint + n) / 1000.0), '2100-01-01'
         FROM generate_series(1, $2::int) AS n`,
      [FIRST_MS, MANY],
    );
  }, 120_000);
  beforeEach(async () => {
    visitor = await Visitor.arrive(world.browser, world.url);
  });
  afterEach(() => visitor.leaveInPeace());
  afterAll(() => world.stop());

  it('goes on by itself when the newest 50,000 hold nothing, and says when everything was looked at', async () => {
    await visitor.logIn(TEST_ADMIN_KEY, '/console/actions?entityId=lead-4');
    const { page } = visitor;
    await page.getByTitle(idOf(4)).waitFor();
    await page.getByText('Everything was looked at.').waitFor();
    expect(new URL(page.url()).search).toBe('?entityId=lead-4');
    expect(await visitor.findBarriers()).toEqual([]);
    await visitor.visit('/console/actions?entityId=lead-0');
    await page.getByText('No action fits these filters.').waitFor();
  });

  it('offers to go on where it found some', async () => {
    await visitor.logIn(TEST_ADMIN_KEY, '/console/actions?entityId=twice');
    const { page } = visitor;
    await page.getByTitle(idOf(MANY - 10)).waitFor();
    await page.getByText('Looked back to').waitFor();
    expect(await page.getByTitle(idOf(1)).count()).toBe(0);
    await visitor.picture('actions-searched');
    await page.getByRole('button', { name: 'Search further' }).click();
    await page.getByTitle(idOf(1)).waitFor();
    expect(await page.getByTitle(idOf(MANY - 10)).count()).toBe(1);
    await page.getByText('Everything was looked at.').waitFor();
  });

  it('leads to older rows page by page where pages are full', async () => {
    await visitor.logIn(TEST_ADMIN_KEY, '/console/actions?service=contact-quality');
    const { page } = visitor;
    await page.getByTitle(idOf(MANY)).waitFor();
    await page.getByRole('button', { name: 'Older' }).click();
    await page.getByTitle(idOf(MANY - 50)).waitFor();
    await page.goBack();
    await page.getByTitle(idOf(MANY)).waitFor();
  });

  it.each(['actions', 'deliveries'])('of %s asks before it looks further than twenty pages', async (list) => {
    const { page } = visitor;
    let [asked, cursor] = [0, 900];
    await page.route(`**/admin/${list}?*`, async (route) => {
      const from = new URL(route.request().url()).searchParams.get('cursor');
      if (from !== null) [asked, cursor] = [asked + 1, Number(from) - 1];
      const searchedUntil = new Date(cursor * 86_400_000).toISOString();
      await route.fulfill({ json: { items: [], nextCursor: String(from === null ? 900 : cursor), searchedUntil } });
    });
    await visitor.logIn(TEST_ADMIN_KEY, `/console/${list}?service=contact-quality`);
    const further = page.getByRole('button', { name: 'Search further' });
    await further.waitFor();
    await page.getByText('Nothing fits among those that were looked at.').waitFor();
    expect(asked).toBe(20);
    await further.click();
    await expect.poll(() => asked).toBe(40);
    await further.waitFor();
    expect(cursor).toBe(860);
  });

  it('can be stopped', async () => {
    const { page } = visitor;
    let asked = 0;
    await page.route('**/admin/actions?*cursor=*', async (route) => {
      asked += 1;
      // Its second page never comes.
      if (asked === 1) await route.fulfill({ json: { items: [], nextCursor: idOf(9), searchedUntil: '2020-01-01' } });
    });
    await visitor.logIn(TEST_ADMIN_KEY, '/console/actions?entityId=lead-4');
    await page.getByText('Searching; looked back to').waitFor();
    await expect.poll(() => asked).toBe(2);
    await page.getByRole('button', { name: 'Stop' }).click();
    await page.getByRole('button', { name: 'Search further' }).waitFor();
    await page.unroute('**/admin/actions?*cursor=*');
    await page.getByRole('button', { name: 'Search further' }).click();
    await page.getByTitle(idOf(4)).waitFor();
  });
});
