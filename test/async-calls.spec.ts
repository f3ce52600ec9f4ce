import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { RespondWhen } from '../src/async-calls/async-call.js';
import type { StoredAsyncCalls } from '../src/async-calls/stored-async-calls.js';
import { StoredResultFinder } from '../src/async-calls/retrieve/stored-result-finder.js';
import { type RunningApp, startApp } from './support/app.js';
import {
  asyncCallsOf,
  entry,
  formOf,
  NAMELESS,
  newCall,
  queue,
  refusalOf,
  subscribers,
} from './support/async-calls.js';
import { Receiver } from './support/receiver.js';
import { Records } from './support/records.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

let database: TestDatabase;
let records: Records;
let receiver: Receiver;
let service: RunningApp;
let calls: StoredAsyncCalls;
let failed = false;

beforeAll(async () => {
  database = await createTestDatabase();
  records = new Records(database);
  receiver = await Receiver.start();
  service = await startApp({ databaseUrl: database.url });
  calls = asyncCallsOf(service);
});
afterEach(({ task }) => {
  failed ||= task.result?.state === 'fail';
  receiver.answer = (response) => response.end();
});
afterAll(async () => {
  await service.close();
  await receiver.stop();
  await database.drop(failed);
});

const freshPath = (): string => `/hook/${randomUUID()}`;

interface ActionRow {
  readonly id: string;
  readonly state: string;
  readonly outcome: string | null;
}

async function actionOf(requestId: string): Promise<ActionRow> {
  const [row] = await records.sql<ActionRow>('SELECT * FROM actions WHERE entity_id = $1', [requestId]);
  if (row === undefined) throw new Error(`there is no action of call ${requestId}`);
  return row;
}

async function untilEnded(requestIds: readonly string[]): Promise<void> {
  await expect
    .poll(
      () =>
        records.sql(`SELECT count(*)::int AS n FROM actions WHERE entity_id = ANY($1) AND finished_at IS NOT NULL`, [
          requestIds,
        ]),
      { timeout: 15_000 },
    )
    .toEqual([{ n: requestIds.length }]);
}

describe('an asynchronous call', () => {
  it('is run and told once, in the fields of the contract and no others', async () => {
    const path = freshPath();
    const requestId = await queue(calls, newCall({ responses: [entry(receiver.url + path, 'OnCallComplete')] }));
    await expect.poll(() => receiver.of(path).length).toBe(1);
    const [callback] = receiver.of(path);
    expect(callback?.headers['content-type']).toBe('application/x-www-form-urlencoded');
    expect(callback?.body).toBe(
      `RequestID=${requestId}&OverallStatusCode=OK&StatusCode=OK&RequestType=Asynchronous&ResultType=Asynchronous`,
    );
    await untilEnded([requestId]);
    expect(await actionOf(requestId)).toMatchObject({ state: 'completed', outcome: 'success' });
    expect(await records.sql('SELECT state, request FROM async_calls WHERE id = $1', [requestId])).toEqual([
      { state: 'ended', request: null },
    ]);
  });

  it('is told at the address of its call, which no registration moves', async () => {
    const path = freshPath();
    const requestId = await queue(calls, newCall({ responses: [entry(receiver.url + path, 'OnCallComplete')] }));
    await untilEnded([requestId]);
    const rows = await records.sql(
      `SELECT d.url, a.url AS used FROM async_calls c JOIN deliveries d ON d.owner_id = c.action_id
         JOIN delivery_attempts a ON a.delivery_id = d.id WHERE c.id = $1`,
      [requestId],
    );
    expect(rows).toEqual([{ url: receiver.url + path, used: null }]);
  });

  it('carries its result when it is asked to, with the objects only when these are asked for', async () => {
    const [bare, full, base] = [freshPath(), freshPath(), freshPath()];
    const responses = [
      entry(receiver.url + bare, 'Always', { includeResults: true }),
      entry(receiver.url + full, 'Always', { includeResults: true, includeObjects: true }),
      entry(receiver.url + base, 'Always', { includeResults: true, includeObjects: true, onlyIncludeBase: true }),
    ];
    await queue(calls, newCall({ responses }));
    const detailOf = async (path: string): Promise<string> => {
      await expect.poll(() => receiver.of(path).length).toBe(1);
      return formOf(receiver.of(path)[0]?.body ?? '')['ResultDetailXML'] ?? '';
    };
    expect(await detailOf(bare)).not.toContain('person0@example.com');
    expect(await detailOf(full)).toContain('person0@example.com');
    expect(await detailOf(full)).toContain('contactTier');
    expect(await detailOf(base)).toContain('person0@example.com');
    expect(await detailOf(base)).not.toContain('contactTier');
  });

  it('with objects that fail says which ones and why, and the others are enriched', async () => {
    const clientId = randomUUID();
    const objects = subscribers(3).map((object, ordinal) => (ordinal === 1 ? { ...NAMELESS, ordinal } : object));
    const requestId = await queue(calls, newCall({ clientId, objects }));
    const result = await calls.waitFor(clientId, requestId, 10_000);
    expect(result?.overallStatus).toBe('Has Errors');
    expect(result?.objects.map(({ ordinal, ok, errorCode }) => [ordinal, ok, errorCode])).toEqual([
      [0, true, null],
      [1, false, 204],
      [2, true, null],
    ]);
    expect(result?.objects[0]?.properties).toMatchObject({
      EmailAddress: 'person0@example.com',
      emailStatus: 'valid',
      firstNameNormalized: 'Ada',
    });
    expect(result?.objects[1]).toMatchObject({
      statusMessage: 'Missing required field: email',
      properties: { SubscriberKey: 'key-nameless' },
    });
    const { id } = await actionOf(requestId);
    await records.untilState([id], 'completed');
    const shown = await service.admin(`/admin/actions/${id}`);
    expect(shown.body).toMatchObject({ objectType: 'batch', entityId: requestId, imsOrgId: clientId });
    expect(JSON.stringify(shown.body)).toContain('1 of 3 objects failed');
  });

  it('is told of 500 times when there are 500, each with its own RequestID', async () => {
    const path = freshPath();
    const submitted = await Promise.all(
      Array.from({ length: 500 }, () =>
        queue(calls, newCall({ responses: [entry(receiver.url + path, 'OnCallComplete')] })),
      ),
    );
    await expect.poll(() => receiver.of(path).length, { timeout: 20_000 }).toBe(500);
    await untilEnded(submitted);
    const told = receiver.of(path).map(({ body }) => formOf(body)['RequestID']);
    expect(new Set(told)).toEqual(new Set(submitted));
    expect(receiver.of(path)).toHaveLength(500);
  });

  it('of 500 objects is told once, and every object has its result', async () => {
    const path = freshPath();
    const clientId = randomUUID();
    const responses = [entry(receiver.url + path, 'OnCallComplete')];
    const requestId = await queue(calls, newCall({ clientId, objects: subscribers(500), responses }));
    const result = await calls.waitFor(clientId, requestId, 15_000);
    expect(result?.overallStatus).toBe('OK');
    expect(result?.objects.map(({ ordinal, properties }) => [ordinal, properties['EmailAddress']])).toEqual(
      Array.from({ length: 500 }, (_, ordinal) => [ordinal, `person${ordinal}@example.com`]),
    );
    await untilEnded([requestId]);
    expect(receiver.of(path)).toHaveLength(1);
  });

  it('of 1,000 objects is told in a body of the size that the page for receivers names', async () => {
    const [bare, base, full] = [freshPath(), freshPath(), freshPath()];
    const responses = [
      entry(receiver.url + bare, 'OnCallComplete', { includeResults: true }),
      entry(receiver.url + base, 'OnCallComplete', {
        includeResults: true,
        includeObjects: true,
        onlyIncludeBase: true,
      }),
      entry(receiver.url + full, 'OnCallComplete', { includeResults: true, includeObjects: true }),
    ];
    await queue(calls, newCall({ objects: subscribers(1_000), responses }));
    const page = readFileSync(join(import.meta.dirname, '../docs/async-calls.md'), 'utf8');
    const cells = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
    for (const [path, row] of [
      [bare, '`IncludeResults`'],
      [base, '… and `IncludeObjects`, `OnlyIncludeBase`'],
      [full, '… and `IncludeObjects`'],
    ] as const) {
      await expect.poll(() => receiver.of(path).length, { timeout: 20_000 }).toBe(1);
      const bytes = receiver.of(path)[0]?.body.length ?? 0;
      const documented =
        Number.parseInt(cells.find(([, name, size]) => name === row && size?.endsWith(' kB'))?.[2] ?? '') * 1_000;
      expect(Math.abs(bytes / documented - 1), `${row}: ${bytes} bytes, documented ${documented}`).toBeLessThan(0.03);
    }
  });

  it.each<[RespondWhen, boolean, boolean]>([
    ['Never', false, false],
    ['OnError', false, true],
    ['OnExpired', false, false],
    ['OnCallComplete', true, true],
    ['Always', true, true],
    ['OnConversationError', false, true],
    ['OnConversationComplete', true, false],
  ])('with %s is told of a success: %s, of a failure: %s', async (respondWhen, success, failure) => {
    const [good, bad, end] = [freshPath(), freshPath(), freshPath()];
    const responsesTo = (path: string): ReturnType<typeof entry>[] => [
      entry(receiver.url + path, respondWhen),
      entry(receiver.url + end, 'Always'),
    ];
    const ids = [
      await queue(calls, newCall({ responses: responsesTo(good) })),
      await queue(calls, newCall({ responses: responsesTo(bad), objects: [NAMELESS] })),
    ];
    await untilEnded(ids);
    expect([receiver.of(good).length, receiver.of(bad).length]).toEqual([Number(success), Number(failure)]);
    expect(receiver.of(end)).toHaveLength(2);
    for (const { body } of receiver.of(bad)) {
      expect(formOf(body)).toMatchObject({
        OverallStatusCode: 'Error',
        StatusCode: 'Error',
        StatusMessage: 'Missing required field: email',
        ErrorCode: '204',
      });
    }
  });

  it('that nobody is to be told of is complete without a delivery', async () => {
    const requestId = await queue(calls, newCall({ responses: [] }));
    await untilEnded([requestId]);
    const { id, state } = await actionOf(requestId);
    expect(state).toBe('completed');
    expect(await records.sql('SELECT 1 FROM deliveries WHERE owner_id = $1', [id])).toEqual([]);
  });
});

describe('callbacks of a call', () => {
  it('are attempted once; the action is done when the last has ended, and a dead one may be sent by hand', async () => {
    const [good, bad] = [freshPath(), freshPath()];
    receiver.answer = (response, { path }) => response.writeHead(path === bad ? 503 : 200).end();
    const responses = [entry(receiver.url + good, 'Always'), entry(receiver.url + bad, 'Always')];
    const requestId = await queue(calls, newCall({ responses }));
    await expect.poll(async () => (await actionOf(requestId)).state, { timeout: 10_000 }).toBe('undeliverable');
    await sleep(1_000);
    expect([receiver.of(good).length, receiver.of(bad).length]).toEqual([1, 1]);
    const { id } = await actionOf(requestId);
    const shown = await service.admin(`/admin/actions/${id}`);
    const deliveries = shown.body['deliveries'] as { deliveryId: string; status: string; lastError: string | null }[];
    expect(deliveries.map(({ status, lastError }) => [status, lastError]).sort()).toEqual([
      ['dead', 'answered 503; this channel sends only once'],
      ['delivered', null],
    ]);
    expect(shown.body['explanation']).toContain('answered 503');

    receiver.answer = (response) => response.end();
    const dead = deliveries.find(({ status }) => status === 'dead');
    const resent = await service.admin(`/admin/deliveries/${dead?.deliveryId}/resend`, { method: 'POST', body: {} });
    expect(resent.status).toBe(202);
    await records.untilState([id], 'completed');
    expect(receiver.of(bad)).toHaveLength(2);
    expect(receiver.of(bad)[1]?.body).toBe(receiver.of(bad)[0]?.body);
  });

  it('of one action that end at the same moment still end the action', async () => {
    const path = freshPath();
    const held: (() => void)[] = [];
    receiver.answer = (response) => held.push(() => response.end());
    const responses = Array.from({ length: 12 }, () => entry(receiver.url + path, 'Always'));
    const ids = await Promise.all([1, 2, 3].map(() => queue(calls, newCall({ responses }))));
    await expect.poll(() => held.length, { timeout: 10_000 }).toBe(36);
    for (const answer of held) answer();
    await untilEnded(ids);
    for (const id of ids) expect((await actionOf(id)).state).toBe('completed');
  });
});

describe('the times of a call', () => {
  it('keep it until ScheduledTime', async () => {
    const scheduledAtMs = Date.now() + 2_500;
    const clientId = randomUUID();
    const requestId = await queue(calls, newCall({ clientId, scheduledAtMs }));
    expect(await calls.waitFor(clientId, requestId, 1_000)).toBeNull();
    expect(await records.sql('SELECT 1 FROM actions WHERE entity_id = $1', [requestId])).toEqual([]);
    expect(await calls.waitFor(clientId, requestId, 10_000)).toMatchObject({ overallStatus: 'OK' });
    expect(Date.now()).toBeGreaterThanOrEqual(scheduledAtMs);
  });

  it('end it with an error when it could not start before RequestExpirationTime', async () => {
    const path = freshPath();
    const expired = freshPath();
    const responses = [
      entry(receiver.url + path, 'OnError', { includeResults: true, includeObjects: true }),
      entry(receiver.url + expired, 'OnExpired'),
    ];
    const times = { scheduledAtMs: Date.now() + 60_000, expiresAtMs: Date.now() + 1_000 };
    await queue(calls, newCall({ responses, ...times }));
    await expect.poll(() => receiver.of(path).length, { timeout: 10_000 }).toBe(1);
    const form = formOf(receiver.of(path)[0]?.body ?? '');
    expect(form).toMatchObject({ OverallStatusCode: 'Error', ErrorCode: '203' });
    expect(form['StatusMessage']).toContain('RequestExpirationTime');
    expect(form['ResultDetailXML']).toContain('person0@example.com');
    await expect.poll(() => receiver.of(expired).length).toBe(1);
    expect(formOf(receiver.of(expired)[0]?.body ?? '')).toMatchObject({ OverallStatusCode: 'Error', ErrorCode: '203' });
  });

  it('tell OnExpired of a conversation of one call, and not of a call that began in time', async () => {
    const [late, begun, end] = [freshPath(), freshPath(), freshPath()];
    const part = { conversationId: randomUUID(), sequenceCode: 1, callsInConversation: 1 };
    const soon = { scheduledAtMs: Date.now() + 60_000, expiresAtMs: Date.now() + 1_000 };
    await queue(calls, newCall({ part, ...soon, responses: [entry(receiver.url + late, 'OnExpired')] }));
    const responses = [entry(receiver.url + begun, 'OnExpired'), entry(receiver.url + end, 'OnCallComplete')];
    const inTime = newCall({ expiresAtMs: Date.now() + 60_000, responses, objects: [NAMELESS] });
    await untilEnded([await queue(calls, inTime)]);
    await expect.poll(() => receiver.of(late).length, { timeout: 10_000 }).toBe(1);
    expect([receiver.of(end).length, receiver.of(begun).length]).toEqual([1, 0]);
  });

  it('end it unexecuted when its action waited in a backlog until after RequestExpirationTime', async () => {
    const [expired, end] = [freshPath(), freshPath()];
    const responses = [entry(receiver.url + expired, 'OnExpired'), entry(receiver.url + end, 'OnCallComplete')];
    const times = { scheduledAtMs: Date.now() + 3_000_000, expiresAtMs: Date.now() + 3_600_000 };
    const clientId = randomUUID();
    const requestId = await queue(calls, newCall({ clientId, responses, ...times }));
    // As a process leaves it that recorded the action an hour and more ago, when there was no room to run it.
    await records.sql(
      `WITH action AS (
         INSERT INTO actions (id, service, dialect, tenant, object_type, entity_id, state, deadline_at)
         VALUES (gen_random_uuid(), 'contact-quality', 'async-call', $1, 'batch', $2, 'received', now() + interval '1 hour') RETURNING id
       )
       INSERT INTO action_payloads (action_id, token_key, request, secrets, callback_url)
       SELECT action.id, gen_random_uuid(), replace(c.request, $3, $4), '', '' FROM action, async_calls c WHERE c.id = $2::uuid`,
      [clientId, requestId, String(times.expiresAtMs), String(Date.now() - 1)],
    );
    await expect.poll(() => receiver.of(expired).length, { timeout: 10_000 }).toBe(1);
    await expect.poll(() => receiver.of(end).length).toBe(1);
    const form = formOf(receiver.of(expired)[0]?.body ?? '');
    expect(form).toMatchObject({ RequestID: requestId, OverallStatusCode: 'Error', ErrorCode: '203' });
    expect(form['StatusMessage']).toContain('RequestExpirationTime');
  });

  it('end it with an error when its action is not enriched in time', async () => {
    const clientId = randomUUID();
    const path = freshPath();
    const expired = freshPath();
    const responses = [entry(receiver.url + path, 'OnError'), entry(receiver.url + expired, 'OnExpired')];
    const requestId = await queue(calls, newCall({ clientId, scheduledAtMs: Date.now() + 3_600_000, responses }));
    // As a process would leave it that was lost right after it had recorded the action.
    await records.sql(
      `INSERT INTO actions (id, service, dialect, tenant, object_type, entity_id, state, received_at, deadline_at)
       VALUES (gen_random_uuid(), 'contact-quality', 'async-call', $1, 'batch', $2, 'enriching', now() - interval '1 hour', now() + interval '1 second')`,
      [clientId, requestId],
    );
    await expect.poll(() => receiver.of(path).length, { timeout: 10_000 }).toBe(1);
    expect(formOf(receiver.of(path)[0]?.body ?? '')).toMatchObject({ OverallStatusCode: 'Error', ErrorCode: '203' });
    expect(await calls.waitFor(clientId, requestId, 0)).toMatchObject({
      overallStatus: 'Error',
      objects: [{ ok: false }],
    });
    await untilEnded([requestId]);
    // It was begun, and not finished: that is a failure of ours, and no expiry.
    expect(receiver.of(expired)).toEqual([]);
  });
});

describe('calls that are refused', () => {
  it('are those of a type no service takes, and those with too many objects', async () => {
    expect(await refusalOf(calls, newCall({ objectType: 'DataExtensionObject' }))).toBe(204);
    expect(await refusalOf(calls, newCall({ objects: subscribers(1_001) }))).toBe(218);
    expect(
      await refusalOf(calls, newCall({ objects: subscribers(1_000), scheduledAtMs: Date.now() + 3_600_000 })),
    ).toBeNull();
  });
});

describe('stored results', () => {
  it('are found by request, by conversation and by both, a page at a time, by their own client alone', async () => {
    const results = service.app.get(StoredResultFinder, { strict: false });
    const clientId = randomUUID();
    const ids: string[] = [];
    for (let index = 0; index < 5; index += 1) ids.push(await queue(calls, newCall({ clientId })));
    const part = { conversationId: 'c-1', sequenceCode: 1, callsInConversation: 1 };
    const inConversation = await queue(calls, newCall({ clientId, part }));
    await untilEnded([...ids, inConversation]);
    const idsOf = async (...given: Parameters<StoredResultFinder['find']>): Promise<(string | null)[]> => {
      const page = await results.find(...given);
      return [...page.results.map(({ requestId }) => requestId), page.next];
    };
    const byRequest = (id = ''): { property: 'RequestID'; equals: string } => ({ property: 'RequestID', equals: id });
    const byConversation = { property: 'ConversationID', equals: 'c-1' } as const;
    expect(await idsOf(clientId, null, null, 10)).toEqual([...ids, inConversation, null]);
    expect(await idsOf(clientId, null, null, 4)).toEqual([...ids.slice(0, 4), ids[3]]);
    expect(await idsOf(clientId, null, ids[3] ?? '', 4)).toEqual([ids[4], inConversation, null]);
    expect(await idsOf(clientId, byRequest(ids[2]?.toUpperCase()), null, 10)).toEqual([ids[2], null]);
    expect(await idsOf(clientId, byConversation, null, 10)).toEqual([inConversation, null]);
    const either = { operator: 'OR', left: byRequest(ids[0]), right: byConversation } as const;
    expect(await idsOf(clientId, either, null, 10)).toEqual([ids[0], inConversation, null]);
    expect(await idsOf(clientId, { ...either, operator: 'AND' }, null, 10)).toEqual([null]);
    const nothing = { property: 'RequestID', equals: "'; DROP TABLE actions" } as const;
    expect(await idsOf(clientId, nothing, null, 10)).toEqual([null]);
    expect(await idsOf(randomUUID(), byRequest(ids[0]), null, 10)).toEqual([null]);
    expect(await idsOf(randomUUID(), null, null, 10)).toEqual([null]);
    expect(await calls.waitFor(randomUUID(), ids[0] ?? '', 0)).toBeNull();
    const [first] = (await results.find(clientId, byConversation, null, 1)).results;
    expect(first).toMatchObject({
      conversationId: 'c-1',
      sequenceCode: 1,
      callsInConversation: 1,
      overallStatusCode: 'OK',
      statusCode: 'OK',
      statusMessage: null,
      errorCode: null,
      objectType: 'Subscriber',
    });
    expect(first?.createdAt).toBeInstanceOf(Date);
  });
});
