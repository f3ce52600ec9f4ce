import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import { Database, type Tx } from '../src/database/database.js';
import { OrphanRepository } from '../src/recovery/orphan.repository.js';
import { OrphanSweeper } from '../src/recovery/orphan.sweeper.js';
import { ChannelRegistry } from '../src/delivery/channel-registry.js';
import { DeliveryRetentionRepository } from '../src/delivery/delivery-retention.repository.js';
import { ResultRetentionSweeper } from '../src/recovery/result-retention.sweeper.js';
import type { StoredAsyncCalls } from '../src/async-calls/stored-async-calls.js';
import { AsyncCallChannel } from '../src/async-calls/async-call.channel.js';
import { type RunningApp, startApp } from './support/app.js';
import { asyncCallsOf, entry, newCall, queue, subscribers } from './support/async-calls.js';
import { Receiver } from './support/receiver.js';
import { Records } from './support/records.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const TABLES = [
  'async_calls',
  'result_messages',
  'action_payloads',
  'deliveries',
  'delivery_attempts',
  'actions',
  'action_history',
  'erase_jobs',
];
const LATER = Date.now() + 3_600_000;

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
});
afterAll(async () => {
  await service.close();
  await receiver.stop();
  await database.drop(failed);
});

/** A call that tells everything it knows, its second object about the person. */
function callAbout(person: string, clientId: string): ReturnType<typeof newCall> {
  const objects = subscribers(3).map((object, ordinal) =>
    ordinal === 1 ? { ordinal, properties: { EmailAddress: person, LastName: 'Doe' } } : object,
  );
  const more = { includeResults: true, includeObjects: true };
  return newCall({ clientId, objects, responses: [entry(receiver.url + '/told', 'Always', more)] });
}

async function untilCompleted(requestIds: readonly string[]): Promise<void> {
  const sql = `SELECT count(*)::int AS n FROM actions WHERE entity_id = ANY($1) AND state = 'completed'`;
  await expect.poll(() => records.sql(sql, [requestIds]), { timeout: 15_000 }).toEqual([{ n: requestIds.length }]);
}

async function erase(tenant: string, entityId: string): Promise<void> {
  const answer = await service.admin('/admin/erase', { method: 'POST', body: { tenant, entityId } });
  expect(answer.status).toBe(202);
  const sql = `SELECT count(*)::int AS n FROM erase_jobs WHERE state = 'running'`;
  await expect.poll(() => records.sql(sql), { timeout: 15_000 }).toEqual([{ n: 0 }]);
}

/** Where a text still stands in the database: rows by table. */
async function findAll(text: string): Promise<Record<string, number>> {
  const found: Record<string, number> = {};
  for (const table of TABLES) {
    const [row] = await records.sql<{ n: number }>(
      `SELECT count(*)::int AS n FROM ${table} t WHERE strpos(t::text, $1) > 0`,
      [text],
    );
    if (row !== undefined && row.n > 0) found[table] = row.n;
  }
  return found;
}

describe('a person who is erased', () => {
  it('is nowhere any more: neither in results nor in bodies nor in calls still to come; the others stay', async () => {
    const clientId = randomUUID();
    const person = `jane.${randomUUID()}@example.com`;
    const ended = await queue(calls, callAbout(person, clientId));
    const scheduled = await queue(calls, { ...callAbout(person, clientId), scheduledAtMs: LATER });
    const part = { conversationId: 'talk', sequenceCode: 2, callsInConversation: 2 };
    const waiting = await queue(calls, { ...callAbout(person, clientId), part });
    await untilCompleted([ended]);
    expect(await findAll(person)).toEqual({ async_calls: 2, result_messages: 1, action_payloads: 1 });
    expect(await findAll(person.replace('@', '%40'))).toEqual({ deliveries: 1 });

    await erase(clientId, person);
    expect(await findAll(person)).toEqual({});
    expect(await findAll(person.replace('@', '%40'))).toEqual({});
    const result = await calls.waitFor(clientId, ended, 0);
    expect(result?.objects.map(({ ok, properties }) => [ok, properties['EmailAddress']])).toEqual([
      [true, 'person0@example.com'],
      [true, undefined],
      [true, 'person2@example.com'],
    ]);

    await records.sql(`UPDATE async_calls SET due_at = now(), look_at = now() WHERE id = $1`, [scheduled]);
    expect((await calls.waitFor(clientId, scheduled, 10_000))?.objects.map(({ ok }) => ok)).toEqual([
      true,
      false,
      true,
    ]);
    await queue(calls, newCall({ clientId, part: { ...part, sequenceCode: 1 } }));
    expect((await calls.waitFor(clientId, waiting, 10_000))?.objects.map(({ ok }) => ok)).toEqual([true, false, true]);
    expect(await findAll(person)).toEqual({});
  });

  it('is no longer in callbacks that a later part of the conversation sent', async () => {
    const clientId = randomUUID();
    const person = `jim.${randomUUID()}@example.com`;
    const more = { includeResults: true, includeObjects: true };
    const responses = [entry(receiver.url + '/told', 'OnConversationComplete', more)];
    const partOf = (sequenceCode: number): { part: NonNullable<ReturnType<typeof newCall>['part']> } => ({
      part: { conversationId: 'talk', sequenceCode, callsInConversation: 2 },
    });
    const first = await queue(calls, { ...callAbout(person, clientId), ...partOf(1), responses });
    const second = await queue(calls, newCall({ clientId, ...partOf(2), responses }));
    await untilCompleted([first, second]);
    expect(await findAll(person.replace('@', '%40'))).toEqual({ deliveries: 1 });
    await erase(clientId, person);
    expect(await findAll(person.replace('@', '%40'))).toEqual({});
    expect(await findAll(person)).toEqual({});
  });

  it('is waited for while a later part, whose callbacks repeat the results, is under way', async () => {
    const clientId = randomUUID();
    const person = `pat.${randomUUID()}@example.com`;
    const more = { includeResults: true, includeObjects: true };
    const responses = [entry(receiver.url + '/told', 'OnConversationComplete', more)];
    const partOf = (sequenceCode: number): { part: NonNullable<ReturnType<typeof newCall>['part']> } => ({
      part: { conversationId: 'long talk', sequenceCode, callsInConversation: 2 },
    });
    const first = await queue(calls, { ...callAbout(person, clientId), ...partOf(1), responses });
    const second = await queue(calls, newCall({ clientId, ...partOf(2), responses }));
    await untilCompleted([first, second]);
    await records.sql(
      `UPDATE actions SET state = 'calling_back', deadline_at = now() + interval '1 hour' WHERE entity_id = $1`,
      [second],
    );
    const ordered = await service.admin('/admin/erase', {
      method: 'POST',
      body: { tenant: clientId, entityId: person },
    });
    const progress = async (): Promise<unknown> =>
      (await service.admin(`/admin/erase/${ordered.body['jobId'] as string}`)).body;
    await expect.poll(progress, { timeout: 10_000 }).toMatchObject({ state: 'running', waiting: 1, erased: 0 });
    await records.sql(`UPDATE actions SET state = 'completed' WHERE entity_id = $1`, [second]);
    await records.sql(`UPDATE erase_jobs SET next_pass_at = now() WHERE state = 'running'`);
    await expect.poll(progress, { timeout: 10_000 }).toMatchObject({ state: 'done', erased: 1, waiting: 0 });
    expect(await findAll(person.replace('@', '%40'))).toEqual({});
    expect(await findAll(person)).toEqual({});
  });

  it('is in no message of a result: neither its own nor that of the whole', async () => {
    const clientId = randomUUID();
    const person = `tim.${randomUUID()}@example.com`;
    const requestId = await queue(calls, callAbout(person, clientId));
    await untilCompleted([requestId]);
    await records.sql(
      `UPDATE result_messages SET status_message = '1 of 3 objects failed; the first: crm: ' || $2,
              objects = jsonb_set(jsonb_set(objects::jsonb, '{1,ok}', 'false'), '{1,statusMessage}', to_jsonb('crm: ' || $2))::text
        WHERE request_id = $1`,
      [requestId, person],
    );
    await erase(clientId, person);
    expect(await findAll(person)).toEqual({});
    const result = await calls.waitFor(clientId, requestId, 0);
    expect(result?.objects.map(({ statusMessage }) => statusMessage)).toEqual(['OK', 'erased', 'OK']);
    expect(await records.sql('SELECT status_message FROM result_messages WHERE request_id = $1', [requestId])).toEqual([
      { status_message: 'erased' },
    ]);
  });

  it('is found in the result when the request is gone already, and only where it is the very same', async () => {
    const clientId = randomUUID();
    const person = `ann.${randomUUID()}@example.com`;
    const one = await queue(calls, callAbout(person, clientId));
    const other = await queue(calls, callAbout(`jo${person}`, clientId));
    await untilCompleted([one, other]);
    await records.sql('DELETE FROM action_payloads');
    await erase(clientId, person);
    expect((await calls.waitFor(clientId, one, 0))?.objects[1]?.properties).toEqual({});
    expect((await calls.waitFor(clientId, other, 0))?.objects[1]?.properties).toMatchObject({
      EmailAddress: `jo${person}`,
    });
  });
});

describe('what is old', () => {
  it('is forgotten after its days: results, calls that ended, conversations without calls; nothing else', async () => {
    const clientId = randomUUID();
    const partOf = (conversationId: string): { part: NonNullable<ReturnType<typeof newCall>['part']> } => ({
      part: { conversationId, sequenceCode: 1, callsInConversation: 1 },
    });
    const old = await queue(calls, newCall({ clientId, ...partOf('old') }));
    const young = await queue(calls, newCall({ clientId, ...partOf('young') }));
    const later = await queue(calls, newCall({ clientId, scheduledAtMs: LATER }));
    await untilCompleted([old, young]);
    await records.sql(`UPDATE result_messages SET created_at = now() - interval '31 days' WHERE request_id = $1`, [
      old,
    ]);
    await records.sql(`UPDATE async_calls SET ended_at = now() - interval '31 days' WHERE id = $1`, [old]);
    await records.sql(
      `UPDATE async_conversations SET changed_at = now() - interval '31 days' WHERE client_id = $1 AND conversation_id = 'old'`,
      [clientId],
    );
    const sweeper = service.app.get(ResultRetentionSweeper, { strict: false });
    expect(await sweeper.sweep()).toBe(false);
    const ids = async (sql: string): Promise<string[]> =>
      (await records.sql<{ id: string }>(sql, [clientId])).map(({ id }) => id);
    expect(await ids('SELECT request_id AS id FROM result_messages WHERE client_id = $1')).toEqual([young]);
    expect(await ids('SELECT id FROM async_calls WHERE client_id = $1 ORDER BY id')).toEqual([young, later].sort());
    expect(await ids('SELECT conversation_id AS id FROM async_conversations WHERE client_id = $1')).toEqual(['young']);
  });

  it('of an action is not taken for what was sent to a registration', async () => {
    const requestId = await queue(calls, newCall({ responses: [entry(receiver.url + '/kept', 'Always')] }));
    await untilCompleted([requestId]);
    await service.app.get(DeliveryRetentionRepository, { strict: false }).deleteEnded({
      afterId: '00000000-0000-0000-0000-000000000000',
      beforeId: uuidv7({ msecs: Date.now() + 60_000 }),
      limit: 1_000,
      ownedByActions: service.app.get(ChannelRegistry).keysOwnedBy('action'),
    });
    const sql = 'SELECT 1 FROM deliveries d JOIN actions a ON a.id = d.owner_id WHERE a.entity_id = $1';
    expect(await records.sql(sql, [requestId])).toHaveLength(1);
  });
});

describe('deliveries of calls', () => {
  it('without their action are orphans', async () => {
    const own = new Database(database.dataSource);
    const count = async (): Promise<number | undefined> => {
      await records.sql('DELETE FROM orphan_checks');
      const sweeper = new OrphanSweeper(own, new OrphanRepository(own, service.app.get(ChannelRegistry)));
      for (let pages = 0; pages < 50 && (await sweeper.sweep()); pages += 1);
      const rows = await records.sql<{ kind: string; last_found: number }>(
        'SELECT kind, last_found FROM orphan_checks',
      );
      return rows.find(({ kind }) => kind === 'deliveries')?.last_found;
    };
    expect(await count()).toBe(0);
    await records.sql(
      `INSERT INTO deliveries (id, channel, owner_id, destination_id, event_id, method, url, content_type, status)
       VALUES (gen_random_uuid(), 'async-call', gen_random_uuid(), gen_random_uuid(), 'e', 'POST', 'https://a.example/', 'x', 'dead')`,
    );
    expect(await count()).toBe(1);
  });

  it('that are settled by two processes at the same moment end their action', async () => {
    const own = service.app.get(Database, { strict: false });
    const channel = service.app.get(AsyncCallChannel, { strict: false });
    const [actionId, one, other] = [uuidv7(), uuidv7(), uuidv7()];
    await records.sql(
      `INSERT INTO actions (id, service, dialect, tenant, object_type, entity_id, state, deadline_at)
       VALUES ($1, 'contact-quality', 'async-call', 't', 'batch', 'c', 'calling_back', now() + interval '1 hour')`,
      [actionId],
    );
    await records.sql(
      `INSERT INTO deliveries (id, channel, owner_id, destination_id, event_id, method, url, content_type, status, lease_token, lease_until)
       SELECT id, 'async-call', $1, gen_random_uuid(), 'e', 'POST', 'https://a.example/', 'x', 'delivering', gen_random_uuid(), now() + interval '1 hour'
         FROM unnest($2::uuid[]) AS id`,
      [actionId, [one, other]],
    );
    const settle = async (tx: Tx, id: string): Promise<void> => {
      await tx.query({ name: 'test.deliver', text: `UPDATE deliveries SET status = 'delivered' WHERE id = $1` }, [id]);
      const settled = {
        id,
        ownerId: actionId,
        status: 'delivered',
        late: false,
        lastStatus: 200,
        lastError: null,
      } as const;
      await channel.onSettled(tx, [settled]);
    };
    const second: Promise<void>[] = [];
    await own.transaction(async (tx) => {
      await settle(tx, one);
      // It has settled its own, and waits for the action that is locked here.
      second.push(own.transaction((otherTx) => settle(otherTx, other)));
      const blocked = `SELECT count(*)::int AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()`;
      await expect.poll(() => records.sql(blocked)).toEqual([{ n: 1 }]);
    });
    await Promise.all(second);
    expect(await records.sql('SELECT state FROM actions WHERE id = $1', [actionId])).toEqual([{ state: 'completed' }]);
  });
});
