import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { NewAsyncCall } from '../src/async-calls/async-call.js';
import type { StoredAsyncCalls } from '../src/async-calls/stored-async-calls.js';
import { type RunningApp, startApp } from './support/app.js';
import { asyncCallsOf, entry, formOf, NAMELESS, newCall, queue, refusalOf } from './support/async-calls.js';
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
});
afterAll(async () => {
  await service.close();
  await receiver.stop();
  await database.drop(failed);
});

/** A conversation of one client, its parts made as a test needs them. */
class Talk {
  readonly path = `/hook/${randomUUID()}`;
  readonly clientId = randomUUID();
  readonly conversationId = `talk-${randomUUID()}`;

  constructor(readonly length: number) {}

  part(sequenceCode: number, overrides: Partial<NewAsyncCall> = {}): NewAsyncCall {
    const { clientId, conversationId, length } = this;
    const part = { conversationId, sequenceCode, callsInConversation: length };
    return newCall({ clientId, part, responses: [entry(receiver.url + this.path, 'OnCallComplete')], ...overrides });
  }

  /** What was told, in the order of arrival. */
  told(path = this.path): Record<string, string>[] {
    return receiver.of(path).map(({ body }) => formOf(body));
  }

  async state(): Promise<string | undefined> {
    const rows = await records.sql<{ state: string }>(
      'SELECT state FROM async_conversations WHERE client_id = $1 AND conversation_id = $2',
      [this.clientId, this.conversationId],
    );
    return rows[0]?.state;
  }

  /** Resolves when every part has a result. @returns their statuses, in sequence. */
  async untilEnded(parts = this.length): Promise<string[]> {
    const read = (): Promise<{ overall_status: string }[]> =>
      records.sql('SELECT overall_status FROM result_messages WHERE client_id = $1 ORDER BY sequence_code', [
        this.clientId,
      ]);
    await expect.poll(async () => (await read()).length, { timeout: 15_000 }).toBe(parts);
    return (await read()).map(({ overall_status: status }) => status);
  }
}

describe('a conversation', () => {
  it('of five parts sent in reverse starts with the last to arrive, and runs in sequence', async () => {
    const talk = new Talk(5);
    const ids = new Map<number, string>();
    for (const sequenceCode of [5, 4, 3, 2]) ids.set(sequenceCode, await queue(calls, talk.part(sequenceCode)));
    await expect.poll(() => talk.state()).toBe('gathering');
    expect(await records.sql('SELECT 1 FROM actions WHERE tenant = $1', [talk.clientId])).toEqual([]);
    ids.set(1, await queue(calls, talk.part(1)));
    expect(await talk.untilEnded()).toEqual(['OK', 'OK', 'OK', 'OK', 'OK']);
    await expect.poll(() => talk.told().length).toBe(5);
    expect(new Set(talk.told().map((form) => `${form['SequenceCode']} ${form['RequestID']}`))).toEqual(
      new Set([...ids].map(([sequenceCode, id]) => `${sequenceCode} ${id}`)),
    );
    expect(talk.told().every((form) => form['ConversationID'] === talk.conversationId)).toBe(true);
    // Each was made an action only when the one before it had its result.
    const order = await records.sql<{ started: Date; ended: Date }>(
      `SELECT a.received_at AS started, r.created_at AS ended FROM result_messages r JOIN actions a ON a.id = r.action_id
        WHERE r.client_id = $1 ORDER BY r.sequence_code`,
      [talk.clientId],
    );
    for (const [index, { started }] of order.entries()) {
      if (index > 0) expect(started.getTime()).toBeGreaterThanOrEqual(order[index - 1]?.ended.getTime() ?? Infinity);
    }
    expect(await talk.state()).toBe('completed');
  });

  it('whose parts arrive side by side runs once', async () => {
    const talk = new Talk(8);
    await Promise.all(Array.from({ length: 8 }, (_, index) => queue(calls, talk.part(index + 1))));
    expect(await talk.untilEnded()).toHaveLength(8);
    await expect.poll(() => talk.told().length).toBe(8);
    expect(await records.sql('SELECT count(*)::int AS n FROM actions WHERE tenant = $1', [talk.clientId])).toEqual([
      { n: 8 },
    ]);
  });

  it('is in error when a part fails: those after it end with an error, and are not run', async () => {
    const talk = new Talk(4);
    for (const sequenceCode of [1, 3, 4]) await queue(calls, talk.part(sequenceCode));
    await queue(calls, talk.part(2, { objects: [NAMELESS] }));
    expect(await talk.untilEnded()).toEqual(['OK', 'Error', 'Error', 'Error']);
    await expect.poll(() => talk.told().length).toBe(4);
    const codes = new Map(talk.told().map((form) => [form['SequenceCode'], form['ErrorCode']]));
    expect(codes).toEqual(
      new Map([
        ['1', undefined],
        ['2', '204'],
        ['3', '213'],
        ['4', '213'],
      ]),
    );
    const actions = await records.sql<{ state: string; outcome: string }>(
      'SELECT state, outcome FROM actions WHERE tenant = $1 ORDER BY id',
      [talk.clientId],
    );
    expect(actions.map(({ outcome }) => outcome).sort()).toEqual(['failure', 'failure', 'success', 'success']);
    expect(await talk.state()).toBe('error');
    expect(await refusalOf(calls, talk.part(2))).toBe(213);
  });

  it('tells OnConversationComplete of every part when it is over, each with its own result, and not of an error', async () => {
    const talk = new Talk(3);
    const [complete, error] = [`/hook/${randomUUID()}`, `/hook/${randomUUID()}`];
    const responses = [
      entry(receiver.url + complete, 'OnConversationComplete', { includeResults: true }),
      entry(receiver.url + error, 'OnConversationError'),
    ];
    const ids: string[] = [];
    for (const sequenceCode of [1, 2, 3]) ids.push(await queue(calls, talk.part(sequenceCode, { responses })));
    await talk.untilEnded();
    await expect.poll(() => talk.told(complete).length).toBe(3);
    expect(talk.told(error)).toEqual([]);
    expect(new Set(talk.told(complete).map((form) => form['RequestID']))).toEqual(new Set(ids));
    expect(talk.told(complete).every((form) => form['ResultDetailXML'] !== undefined)).toBe(true);
    const owners = await records.sql(
      `SELECT DISTINCT r.sequence_code FROM deliveries d JOIN result_messages r ON r.action_id = d.owner_id WHERE r.client_id = $1`,
      [talk.clientId],
    );
    expect(owners).toEqual([{ sequence_code: 3 }]);
  });

  it('tells OnConversationError of every part once, of those before the failure, of it, and of those after it', async () => {
    const talk = new Talk(4);
    const [complete, error] = [`/hook/${randomUUID()}`, `/hook/${randomUUID()}`];
    const responses = [
      entry(receiver.url + complete, 'OnConversationComplete'),
      entry(receiver.url + error, 'OnConversationError'),
    ];
    for (const sequenceCode of [1, 2, 4]) await queue(calls, talk.part(sequenceCode, { responses }));
    await queue(calls, talk.part(3, { responses, objects: [NAMELESS] }));
    await talk.untilEnded();
    await expect.poll(() => talk.told(error).length).toBe(4);
    expect(
      talk
        .told(error)
        .map((form) => `${form['SequenceCode']} ${form['OverallStatusCode']}`)
        .sort(),
    ).toEqual(['1 OK', '2 OK', '3 Error', '4 Error']);
    expect(talk.told(complete)).toEqual([]);
  });

  it('is in error when a part expires before its turn', async () => {
    const talk = new Talk(2);
    await queue(calls, talk.part(2, { expiresAtMs: Date.now() + 500 }));
    expect(await talk.untilEnded(1)).toEqual(['Error']);
    await expect.poll(() => talk.told().length).toBe(1);
    expect(talk.told()[0]).toMatchObject({ SequenceCode: '2', ErrorCode: '203' });
    expect(await refusalOf(calls, talk.part(1))).toBe(213);
  });

  it('is in error when its parts are not all there after a day', async () => {
    const talk = new Talk(2);
    await queue(calls, talk.part(1));
    await records.sql(`UPDATE async_conversations SET wait_until = now() - interval '1 second' WHERE client_id = $1`, [
      talk.clientId,
    ]);
    expect(await talk.untilEnded(1)).toEqual(['Error']);
    await expect.poll(() => talk.told().length).toBe(1);
    expect(talk.told()[0]).toMatchObject({
      ErrorCode: '203',
      StatusMessage: expect.stringContaining('other parts') as string,
    });
  });

  it('waits with a part for its ScheduledTime, and with the parts after it', async () => {
    const talk = new Talk(2);
    const scheduledAtMs = Date.now() + 2_000;
    await queue(calls, talk.part(1, { scheduledAtMs }));
    await queue(calls, talk.part(2));
    await talk.untilEnded();
    expect(Date.now()).toBeGreaterThanOrEqual(scheduledAtMs);
    await expect.poll(() => talk.told().length).toBe(2);
  });
});

describe('a part is refused', () => {
  it.each<[string, number, (talk: Talk) => NewAsyncCall, ...(readonly number[])[]]>([
    ['SequenceCode above CallsInConversation', 205, (talk) => talk.part(4)],
    ['SequenceCode 0', 205, (talk) => talk.part(0)],
    ['SequenceCode between two numbers', 205, (talk) => talk.part(1.5)],
    ['SequenceCode repeated', 214, (talk) => talk.part(2), [2]],
    ['after all parts have arrived and ended', 211, (talk) => talk.part(1), [1, 2, 3]],
    ['ConversationID of 256 characters', 207, (talk) => withPart(talk, { conversationId: 'x'.repeat(256) })],
    ['CallsInConversation 0', 206, (talk) => withPart(talk, { callsInConversation: 0 })],
    ['CallsInConversation beyond all measure', 206, (talk) => withPart(talk, { callsInConversation: 2 ** 40 })],
  ])('%s: %i', async (_name, code, make, before = []) => {
    const talk = new Talk(3);
    for (const sequenceCode of before) await queue(calls, talk.part(sequenceCode));
    if (before.length === talk.length) await talk.untilEnded();
    expect(await refusalOf(calls, make(talk))).toBe(code);
  });

  it('with 215 while all parts are there and not yet done', async () => {
    const talk = new Talk(2);
    await queue(calls, talk.part(2));
    await queue(calls, talk.part(1, { scheduledAtMs: Date.now() + 3_600_000 }));
    expect(await refusalOf(calls, talk.part(2))).toBe(215);
  });

  it('with 200 when it disagrees about the number of parts, and the conversation is in error with it', async () => {
    const talk = new Talk(3);
    await queue(calls, talk.part(1));
    expect(await refusalOf(calls, withPart(talk, { callsInConversation: 4, sequenceCode: 2 }))).toBe(200);
    expect(await talk.untilEnded(1)).toEqual(['Error']);
    await expect.poll(() => talk.told().length).toBe(1);
    expect(talk.told()[0]).toMatchObject({ ErrorCode: '200' });
    expect(await refusalOf(calls, talk.part(2))).toBe(213);
  });

  it('by nobody because another client has a conversation of the same name', async () => {
    const [one, other] = [new Talk(1), new Talk(1)];
    const part = { conversationId: 'same', sequenceCode: 1, callsInConversation: 1 };
    await queue(calls, one.part(1, { part }));
    await queue(calls, other.part(1, { part }));
    expect([await one.untilEnded(), await other.untilEnded()]).toEqual([['OK'], ['OK']]);
    expect(await refusalOf(calls, one.part(1, { part }))).toBe(211);
  });
});

function withPart(talk: Talk, part: Partial<NonNullable<NewAsyncCall['part']>>): NewAsyncCall {
  const call = talk.part(1);
  if (call.part === null) throw new Error('a part was made');
  return { ...call, part: { ...call.part, ...part } };
}
