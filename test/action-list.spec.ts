import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningApp, startApp } from './support/app.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

interface Page {
  readonly items: { readonly requestId: string; readonly entityId: string }[];
  readonly nextCursor: string | null;
  readonly searchedUntil: string | null;
}

const MANY = 60_000;
const FIRST_MS = 1_577_836_800_000;
/** The first of them all; the one before it failed, and the one before that is under way. */
const LEAD = 'looked-for';

let database: TestDatabase;
let service: RunningApp;

beforeAll(async () => {
  database = await createTestDatabase();
  service = await startApp({ databaseUrl: database.url });
  // Their ids begin with the year 2020, one for each millisecond.
  await database.dataSource.query(
    `INSERT INTO actions (id, service, dialect, tenant, object_type, entity_id, state, received_at, deadline_at, finished_at)
     SELECT (lpad(to_hex($1::bigint + n), 12, '0') || '70008000000000000000')::uuid, 'contact-quality', 'adobe',
            CASE n % 2 WHEN 0 THEN 'even@AdobeOrg' ELSE 'odd@AdobeOrg' END, 'lead',
            CASE WHEN n IN (1, 20000, $2 - 10) THEN $3 ELSE 'lead-' || n END,
            CASE n WHEN 2 THEN 'undeliverable' WHEN 3 THEN 'calling_back' ELSE 'completed' END,
            to_timestamp(($1::bigint + n) / 1000.0), '2100-01-01', to_timestamp(($1::bigint + n) / 1000.0)
       FROM generate_series(1, $2::int) AS n`,
    [FIRST_MS, MANY, LEAD],
  );
  await database.dataSource.query(
    `INSERT INTO action_payloads (action_id, token_key, request, secrets, callback_url)
     SELECT id, gen_random_uuid(), '{"context":{"journey":{"id":"journey-1"}}}', '', 'https://old.example.com/'
       FROM actions WHERE id IN ($1, $2)`,
    [idOf(1), idOf(MANY - 15_000)],
  );
  await database.dataSource.query('ANALYZE actions');
}, 120_000);
afterAll(async () => {
  await service.close();
  await database.drop();
});

function idOf(n: number): string {
  const hex = (FIRST_MS + n).toString(16).padStart(12, '0');
  return `${hex.slice(0, 8)}-${hex.slice(8)}-7000-8000-000000000000`;
}

function timeOf(n: number): string {
  return new Date(FIRST_MS + n).toISOString();
}

async function list(query: string): Promise<Page> {
  const { status, body } = await service.admin(`/admin/actions?${query}`);
  expect(status, JSON.stringify(body)).toBe(200);
  return body as unknown as Page;
}

function idsOf({ items }: Page): string[] {
  return items.map(({ requestId }) => requestId);
}

/** Pages until there is none. */
async function listAll(query: string): Promise<Page[]> {
  const pages: Page[] = [];
  for (let cursor: string | null = ''; cursor !== null; cursor = pages.at(-1)?.nextCursor ?? null) {
    pages.push(await list(cursor === '' ? query : `${query}&cursor=${cursor}`));
    expect(pages.length).toBeLessThan(20);
  }
  return pages;
}

describe('a search for actions among many', () => {
  it('ends a page after 50,000, says how far it looked, and goes on from there to the end', async () => {
    const [first, second, ...others] = await listAll(`entityId=${LEAD}`);
    expect(idsOf(first as Page)).toEqual([idOf(MANY - 10), idOf(20_000)]);
    const stoppedAt = MANY - 50_000 + 1;
    expect(first).toMatchObject({ nextCursor: idOf(stoppedAt), searchedUntil: timeOf(stoppedAt) });
    expect(idsOf(second as Page)).toEqual([idOf(1)]);
    expect(second).toMatchObject({ nextCursor: null, searchedUntil: null });
    expect(others).toEqual([]);
  });

  it('may have pages without actions before one that has some', async () => {
    const pages = await listAll('entityId=lead-4');
    expect(pages.map(idsOf)).toEqual([[], [idOf(4)]]);
  });

  it.each([
    ['service=contact-quality&entityId=lead-4', [[], [idOf(4)]]],
    ['imsOrgId=even@AdobeOrg&entityId=lead-4', [[], [idOf(4)]]],
    ['imsOrgId=odd@AdobeOrg&entityId=lead-4', [[], []]],
    ['state=completed&entityId=lead-4', [[], [idOf(4)]]],
    ['imsOrgId=nobody@AdobeOrg', [[], []]],
  ])('looks for %s in bounded pages', async (query, found) => {
    expect((await listAll(query)).map(idsOf)).toEqual(found);
  });

  it.each([
    [`requestId=${idOf(1)}`, [idOf(1)]],
    [`requestId=${idOf(1).toUpperCase()}&entityId=${LEAD}`, [idOf(1)]],
    [`requestId=${idOf(1)}&entityId=lead-4`, []],
    [`requestId=${randomUUID()}`, []],
    ['state=undeliverable', [idOf(2)]],
    ['state=calling_back', [idOf(3)]],
    ['state=undeliverable&imsOrgId=even@AdobeOrg', [idOf(2)]],
    ['state=calling_back&entityId=lead-4', []],
    [`entityId=lead-4&until=${timeOf(5)}`, [idOf(4)]],
    [`entityId=lead-4&since=${timeOf(4)}&until=${timeOf(50_000)}`, [idOf(4)]],
    [`entityId=lead-4&since=${timeOf(5)}&until=${timeOf(50_000)}`, []],
  ])('finds %s at once: an index leaves all others out', async (query, found) => {
    const page = await list(query);
    expect(idsOf(page)).toEqual(found);
    expect(page).toMatchObject({ nextCursor: null, searchedUntil: null });
  });

  it('says of a full page where the next one begins, not where the search would end', async () => {
    const page = await list('imsOrgId=odd@AdobeOrg&limit=5');
    expect(idsOf(page)).toEqual([1, 3, 5, 7, 9].map((before) => idOf(MANY - before)));
    expect(page).toMatchObject({ nextCursor: idOf(MANY - 9), searchedUntil: timeOf(MANY - 9) });
  });

  it('fills pages over the bound without a gap and without a repetition', async () => {
    const pages = await listAll(`entityId=${LEAD}&limit=1`);
    expect(pages.flatMap(idsOf)).toEqual([idOf(MANY - 10), idOf(20_000), idOf(1)]);
  });

  it('begins after any id, also one that no action has', async () => {
    expect(idsOf(await list(`entityId=lead-4&cursor=${idOf(5)}`))).toEqual([idOf(4)]);
    expect(idsOf(await list(`entityId=lead-4&cursor=${idOf(4)}`))).toEqual([]);
    expect(await list(`entityId=lead-4&cursor=00000000-0000-0000-0000-000000000000`)).toEqual({
      items: [],
      nextCursor: null,
      searchedUntil: null,
    });
    const all = await list('entityId=lead-4&cursor=ffffffff-ffff-ffff-ffff-ffffffffffff');
    expect(all.nextCursor).toBe(idOf(MANY - 50_000 + 1));
  });

  it.each(['cursor=1', `cursor=${idOf(1)}0`, `cursor=${idOf(1)}&cursor=${idOf(2)}`, 'cursor=%00', 'cursor='])(
    'refuses %s',
    async (query) => {
      const { status, body } = await service.admin(`/admin/actions?entityId=${LEAD}&${query}`);
      expect(status).toBe(400);
      expect(body).toMatchObject({ code: 'INVALID_REQUEST', errors: [{ field: 'cursor' }] });
    },
  );

  it('reads 10,000 requests a page for a journey, within its range', async () => {
    const pages = await listAll('journeyId=journey-1&since=2019-01-01');
    expect(pages.map(idsOf)).toEqual([[], [idOf(MANY - 15_000)], [], [], [], [idOf(1)], []]);
    expect(pages[0]).toMatchObject({ nextCursor: idOf(MANY - 10_000 + 1), searchedUntil: timeOf(MANY - 10_000 + 1) });
    expect(pages.at(-1)).toMatchObject({ nextCursor: null, searchedUntil: null });
    const without = await list('journeyId=journey-1');
    expect(without).toMatchObject({ items: [], nextCursor: null, searchedUntil: null });
  });
});
