import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { Database } from '../src/database/database.js';
import type { DeliveryPolicy } from '../src/delivery/delivery-channel.js';
import type { NewDelivery } from '../src/delivery/delivery.js';
import { DestinationSwitch } from '../src/delivery/destination-switch.js';
import { type RunningApp, startApp } from './support/app.js';
import { FakeAdobe } from './support/fake-adobe.js';
import { fakeDelivery, FakeChannel, registerChannel, send } from './support/fake-channel.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

/** Open and throttle times are minutes, and tests move them in the database: nothing here depends on being fast. */
const MINUTE = 60_000;
const POLICY: Partial<DeliveryPolicy> = {
  breaker: { consecutiveFailures: 3, openFirstMs: MINUTE, openMaxMs: 3 * MINUTE },
  disableOnGone: true,
};

interface DestinationRow {
  readonly id: string;
  readonly open_s: number | null;
  readonly open_count: number;
  readonly throttled_s: number | null;
  readonly disabled_reason: string | null;
  readonly probing: boolean;
}

let database: TestDatabase;
let receiver: FakeAdobe;
interface Engine {
  readonly app: RunningApp;
  readonly channel: FakeChannel;
}

/** The engine of most tests; those that need a second process, another policy or a restart start their own. */
let one: Engine;
const own: Engine[] = [];
/** Destinations of the test, its own: what engines know of others does not matter. */
let a: string;
let b: string;
let c: string;
let tests = 0;
let failed = false;

beforeAll(async () => {
  database = await createTestDatabase();
  receiver = await FakeAdobe.start();
  one = await startEngine();
});
beforeEach(() => {
  receiver.callbacks.length = 0;
  receiver.answer = () => undefined;
  tests += 1;
  [a, b, c] = [`a${tests}`, `b${tests}`, `c${tests}`];
});
afterEach(async (context) => {
  failed ||= context.task.result?.state === 'fail';
  await Promise.all(own.splice(0).map(({ app }) => app.close()));
  one.channel.reset();
  // Not TRUNCATE: the engine goes on claiming and reading.
  for (const table of ['deliveries', 'delivery_attempts', 'destinations']) await sql(`DELETE FROM ${table}`);
});
afterAll(async () => {
  await one.app.close();
  await receiver.stop();
  await database.drop(failed);
});

async function sql<Row>(text: string, values: unknown[] = []): Promise<Row[]> {
  const result: unknown = await database.dataSource.query(text, values);
  return (Array.isArray(result) && Array.isArray(result[0]) ? result[0] : result) as Row[];
}

async function startEngine(policy: Partial<DeliveryPolicy> = POLICY): Promise<Engine> {
  const app = await startApp({ databaseUrl: database.url, adobe: receiver });
  const channel = new FakeChannel(policy);
  registerChannel(app, channel);
  return { app, channel };
}

async function startOwn(policy?: Partial<DeliveryPolicy>): Promise<Engine> {
  const engine = await startEngine(policy);
  own.push(engine);
  return engine;
}

const to = (scope: string, overrides: Partial<NewDelivery> = {}): NewDelivery =>
  fakeDelivery(`${receiver.url}/${scope}`, scope, overrides);

const many = (count: number, scope: string, overrides: Partial<NewDelivery> = {}): NewDelivery[] =>
  Array.from({ length: count }, () => to(scope, overrides));

async function destination(scope: string): Promise<DestinationRow> {
  const rows = await sql<DestinationRow>(
    `SELECT id, open_count, disabled_reason, coalesce(probing_until > now(), false) AS probing,
            extract(epoch FROM opened_until - now())::float8 AS open_s,
            extract(epoch FROM throttled_until - now())::float8 AS throttled_s
       FROM destinations WHERE scope = $1`,
    [scope],
  );
  if (rows[0] === undefined) throw new Error(`no destination ${scope}`);
  return rows[0];
}

async function statuses(scope: string): Promise<Record<string, number>> {
  const rows = await sql<{ status: string; n: number }>(
    `SELECT d.status, count(*)::int AS n FROM deliveries d JOIN destinations t ON t.id = d.destination_id
      WHERE t.scope = $1 GROUP BY 1`,
    [scope],
  );
  return Object.fromEntries(rows.map((row) => [row.status, row.n]));
}

async function until<Value>(
  read: () => Promise<Value>,
  isDone: (value: Value) => boolean,
  ms = 15_000,
): Promise<Value> {
  const giveUpAt = performance.now() + ms;
  for (;;) {
    const value = await read();
    if (isDone(value)) return value;
    if (performance.now() > giveUpAt) throw new Error(`not within ${ms} ms: ${JSON.stringify(value)}`);
    await sleep(50);
  }
}

const untilOpen = (scope: string, count = 1): Promise<DestinationRow> =>
  until(
    () => destination(scope),
    (row) => row.open_count === count && !row.probing,
  );

const untilDelivered = (scope: string, count: number): Promise<unknown> =>
  until(
    () => statuses(scope),
    (now) => now['delivered'] === count,
  );

/** Time passes: whatever waited for the destination is due. */
async function openTimeEnds(scope: string): Promise<void> {
  await sql(`UPDATE deliveries SET next_attempt_at = now() WHERE status = 'pending'`);
  await sql(`UPDATE destinations SET opened_until = now() WHERE scope = $1`, [scope]);
}

async function throttleEnds(scope: string): Promise<void> {
  await sql(`UPDATE deliveries SET next_attempt_at = now() WHERE status = 'pending'`);
  await sql(`UPDATE destinations SET throttled_until = now() WHERE scope = $1`, [scope]);
}

/** Three failures of one process, one after the other. @returns how many requests that took */
async function breakIt(app: RunningApp, scope: string): Promise<number> {
  receiver.answer = () => ({ status: 503 });
  await send(app, [to(scope)]);
  await untilOpen(scope);
  return receiver.of(`/${scope}`).length;
}

/** Several polls and a reading of the states: whoever wanted to send would have. */
const aWhile = (): Promise<void> => sleep(1_600);

describe('the breaker of a destination', () => {
  it('opens after as many failures in a row as the policy says, for as long as it says', async () => {
    const { app } = one;
    await breakIt(app, a);
    const row = await destination(a);
    expect(row.open_s).toBeGreaterThan(50);
    expect(row.open_s).toBeLessThanOrEqual(60);
    expect(receiver.of(`/${a}`)).toHaveLength(3);
  });

  it('keeps what comes while it is open: no request, no attempt, no number', async () => {
    const { app } = one;
    await breakIt(app, a);
    const waiting = many(5, a);
    await send(app, waiting);
    await aWhile();
    expect(receiver.of(`/${a}`)).toHaveLength(3);
    const ids = waiting.map(({ id }) => id);
    expect(
      await sql(`SELECT DISTINCT status, attempt_number, attempt_count FROM deliveries WHERE id = ANY($1::uuid[])`, [
        ids,
      ]),
    ).toEqual([{ status: 'pending', attempt_number: 0, attempt_count: 0 }]);
    expect(await sql(`SELECT 1 FROM delivery_attempts WHERE delivery_id = ANY($1::uuid[])`, [ids])).toEqual([]);
  });

  it('leaves other destinations of the same channel and origin alone', async () => {
    const { app } = one;
    await breakIt(app, a);
    receiver.answer = () => undefined;
    await send(app, many(3, b));
    await untilDelivered(b, 3);
  });

  it('sends what is in hand back to wait, due when it opens, at the price of no attempt', async () => {
    const { app, channel } = one;
    let openGate: () => void = () => undefined;
    channel.gate = new Promise<void>((resolve) => (openGate = resolve));
    const [inHand] = many(1, a) as [NewDelivery];
    await send(app, [inHand]);
    await sql(`UPDATE destinations SET opened_until = now() + interval '60 s', open_count = 1`);
    await aWhile();
    openGate();
    const [row] = await until(
      () =>
        sql<{ status: string; attempt_number: number; last_error: string; due_s: number }>(
          `SELECT status, attempt_number, last_error, extract(epoch FROM next_attempt_at - now())::float8 AS due_s FROM deliveries`,
        ),
      (rows) => rows[0]?.status === 'pending',
    );
    expect(row).toMatchObject({ attempt_number: 0, last_error: expect.stringContaining('left alone') as string });
    expect(row?.due_s).toBeGreaterThan(30);
    expect(receiver.callbacks).toEqual([]);
    expect(await sql('SELECT 1 FROM delivery_attempts')).toEqual([]);
  });

  it('lets one probe through when half-open, whichever of two processes gets there, and closes when it succeeds', async () => {
    await startOwn();
    const sent = await breakIt(one.app, a);
    // Either process may have opened it; the other one knows within a second.
    await aWhile();
    await send(one.app, many(20, a));
    let answerProbe: () => void = () => undefined;
    const probed = new Promise<undefined>((resolve) => (answerProbe = () => resolve(undefined)));
    receiver.answer = () => probed;
    await openTimeEnds(a);
    await receiver.until(() => receiver.of(`/${a}`).length > sent);
    await aWhile();
    expect(receiver.of(`/${a}`)).toHaveLength(sent + 1);
    expect((await destination(a)).probing).toBe(true);
    answerProbe();
    await untilDelivered(a, 21);
    expect(await destination(a)).toMatchObject({ open_s: null, open_count: 0, probing: false });
    expect(receiver.of(`/${a}`)).toHaveLength(sent + 21);
  });

  it('opens for twice as long when the probe fails, up to the longest time', async () => {
    const { app } = one;
    await breakIt(app, a);
    await send(app, many(5, a));
    const seconds: number[] = [];
    for (const count of [2, 3, 4]) {
      await openTimeEnds(a);
      seconds.push((await untilOpen(a, count)).open_s ?? 0);
    }
    expect(seconds.map((value) => Math.ceil(value / 10) * 10)).toEqual([120, 180, 180]);
    expect(receiver.of(`/${a}`)).toHaveLength(6);
  });

  it('opens for a share of failures too, though successes come in between', async () => {
    const breaker = {
      consecutiveFailures: 100,
      failureShare: 0.7,
      windowMs: 5 * MINUTE,
      minCalls: 10,
      openFirstMs: MINUTE,
      openMaxMs: MINUTE,
    };
    const { app } = await startOwn({ retryScheduleMs: [0], repeatLastDelay: false, breaker });
    const answered = (): Promise<number> => sql('SELECT 1 FROM delivery_attempts').then((rows) => rows.length);
    for (const [index, status] of [200, 503, 503, 503, 200, 503, 503, 200, 503, 503].entries()) {
      receiver.answer = () => ({ status });
      expect((await sql('SELECT 1 FROM destinations WHERE opened_until IS NOT NULL')).length).toBe(0);
      await send(app, [to(a)]);
      await until(answered, (count) => count === index + 1);
    }
    expect((await untilOpen(a)).open_s).toBeGreaterThan(50);
  });

  it('never stays open past the deadline nearest among those that wait', async () => {
    const { app, channel } = one;
    channel.preparation = { kind: 'deferred', delayMs: 1, reason: 'not yet' };
    await send(app, many(2, a, { expiresInMs: 25_000 }));
    await sql(`UPDATE deliveries SET status = 'pending', lease_token = NULL, next_attempt_at = now() + interval '5 s'`);
    channel.preparation = { kind: 'ready', headers: {} };
    await breakIt(app, a);
    expect((await destination(a)).open_s).toBeLessThanOrEqual(22);
  });

  it('is hurried by a short deadline that comes to wait later, and the short one is the probe', async () => {
    const { app } = one;
    await breakIt(app, a);
    await send(app, many(3, a));
    const short = to(a, { expiresInMs: 8_000 });
    await send(app, [short]);
    receiver.answer = () => undefined;
    await receiver.until(() => receiver.of(`/${a}`).length > 3, 8_000);
    expect((receiver.of(`/${a}`)[3]?.body as unknown as { id: string }).id).toBe(short.id);
  });

  it('gives the turn to the next when a probe was deferred by a fault of our own', async () => {
    const { app, channel } = one;
    await breakIt(app, a);
    await send(app, many(2, a));
    receiver.answer = () => undefined;
    channel.preparation = { kind: 'deferred', delayMs: 100, reason: 'IMS is away' };
    await openTimeEnds(a);
    await aWhile();
    expect(await destination(a)).toMatchObject({ open_count: 1 });
    channel.preparation = { kind: 'ready', headers: {} };
    await untilDelivered(a, 3);
    expect(await sql('SELECT max(attempt_number)::int AS most FROM deliveries')).toEqual([{ most: 4 }]);
  });

  it('is remembered over a restart', async () => {
    const first = await startEngine();
    const sent = await breakIt(first.app, a);
    await first.app.close();
    const { app } = await startOwn();
    receiver.answer = () => undefined;
    await send(app, many(3, a));
    await aWhile();
    expect(receiver.of(`/${a}`)).toHaveLength(sent);
    await openTimeEnds(a);
    await untilDelivered(a, 4);
  });

  it('does not keep a delivery beyond its time: it expires unsent, and its owner is told', async () => {
    const { app, channel } = one;
    await sql(
      `INSERT INTO destinations (id, channel, scope, origin, throttled_until)
               VALUES ($1, 'fake', $2, 'x', now() + interval '1 hour')`,
      [to(a).destination.id, a],
    );
    await aWhile();
    const [late] = many(1, a, { expiresInMs: 1_500 }) as [NewDelivery];
    await send(app, [late]);
    await until(
      () => statuses(a),
      (now) => now['expired'] === 1,
    );
    expect(channel.settled).toMatchObject([{ id: late.id, status: 'expired' }]);
    expect(receiver.callbacks).toEqual([]);
  });

  it('at a half-open destination lets a suspect be the probe, and none while it is open', async () => {
    const { app } = one;
    await breakIt(app, a);
    receiver.answer = () => undefined;
    await sql(`UPDATE deliveries SET crash_count = 1, next_attempt_at = now()`);
    await aWhile();
    expect(receiver.of(`/${a}`)).toHaveLength(3);
    await openTimeEnds(a);
    await untilDelivered(a, 1);
    expect(await destination(a)).toMatchObject({ open_s: null, open_count: 0 });
  });
});

describe('a destination that asks for fewer requests', () => {
  it('is left alone by every process until then; other destinations are not', async () => {
    const two = await startOwn();
    receiver.answer = (callback) =>
      callback.path === `/${a}` ? { status: 429, headers: { 'Retry-After': '120' } } : undefined;
    await send(one.app, [to(a)]);
    const row = await until(
      () => destination(a),
      ({ throttled_s }) => throttled_s !== null,
    );
    expect(row.throttled_s).toBeGreaterThan(110);
    await aWhile();
    await Promise.all([send(one.app, many(3, a)), send(two.app, [...many(3, a), ...many(2, b)])]);
    await untilDelivered(b, 2);
    await aWhile();
    expect(receiver.of(`/${a}`)).toHaveLength(1);
    expect(
      await sql(
        `SELECT DISTINCT attempt_number FROM deliveries JOIN destinations t ON t.id = destination_id
                       WHERE t.scope = $1 AND status = 'pending' ORDER BY 1`,
        [a],
      ),
    ).toEqual([{ attempt_number: 0 }, { attempt_number: 1 }]);
    receiver.answer = () => undefined;
    await throttleEnds(a);
    await untilDelivered(a, 7);
  });

  it('is never asked earlier than it wished, and its breaker stays closed', async () => {
    const { app } = one;
    receiver.answer = () => ({ status: 429, headers: { 'Retry-After': '100' } });
    await send(app, many(6, a));
    await until(
      () => destination(a),
      ({ throttled_s }) => throttled_s !== null,
    );
    const [due] = await until(
      () =>
        sql<{ due_s: number; n: number }>(
          `SELECT extract(epoch FROM min(next_attempt_at) - now())::float8 AS due_s, count(*)::int AS n FROM deliveries WHERE status = 'pending'`,
        ),
      (rows) => rows[0]?.n === 6,
    );
    expect(due?.due_s).toBeGreaterThan(90);
    expect(await destination(a)).toMatchObject({ open_s: null, open_count: 0 });
  });
});

describe('a destination that is gone', () => {
  it('is switched off: its deliveries are held, old and new, until it is enabled; then they are delivered', async () => {
    const { app, channel } = one;
    await breakIt(app, a);
    await send(app, many(4, a));
    receiver.answer = () => ({ status: 410 });
    await openTimeEnds(a);
    const { id } = await until(
      () => destination(a),
      ({ disabled_reason }) => disabled_reason !== null,
    );
    await until(
      () => statuses(a),
      (now) => now['held'] === 4,
    );
    expect(channel.disabled).toEqual([{ destinationId: id, reason: expect.stringContaining('410') as string }]);

    await send(app, many(2, a));
    expect(await statuses(a)).toEqual({ dead: 1, held: 6 });
    await sql(`UPDATE deliveries SET held_for = NULL, last_error = 'its secret cannot be read'
                WHERE id = (SELECT id FROM deliveries WHERE status = 'held' ORDER BY id DESC LIMIT 1)`);
    receiver.answer = () => undefined;
    const receipt = await app.app.get(Database).transaction((tx) => app.app.get(DestinationSwitch).enable(tx, id));
    receipt.committed();
    expect(receipt.released).toBe(5);
    await untilDelivered(a, 5);
    expect(await statuses(a)).toEqual({ dead: 1, held: 1, delivered: 5 });
    await send(app, many(2, a));
    await untilDelivered(a, 7);
  });

  it('holds what another process inserted before it knew', async () => {
    const { app } = one;
    const gone = to(a);
    await sql(
      `INSERT INTO destinations (id, channel, scope, origin, disabled_reason) VALUES ($1, 'fake', $2, 'x', 'off')`,
      [gone.destination.id, a],
    );
    await sql(
      `INSERT INTO deliveries (id, channel, owner_id, destination_id, event_id, method, url, content_type, body, status)
       VALUES ($1, 'fake', $1, $2, 'e', 'POST', $3, 'text/plain', '', 'pending')`,
      [gone.id, gone.destination.id, gone.url],
    );
    await until(
      () => statuses(a),
      (now) => now['held'] === 1,
    );
    expect(await sql('SELECT held_for, attempt_number FROM deliveries')).toEqual([
      { held_for: 'destination', attempt_number: 0 },
    ]);
    expect(app.url).not.toBe('');
  });

  it('is only told off where its channel does not switch off', async () => {
    const told = { disableOnGone: false };
    const { app, channel } = await startOwn({ ...POLICY, ...told });
    // Either process may take it.
    Object.assign(one.channel.policy, told);
    try {
      receiver.answer = () => ({ status: 410 });
      await send(app, [to(a)]);
      await until(
        () => statuses(a),
        (now) => now['dead'] === 1,
      );
      expect((await destination(a)).disabled_reason).toBeNull();
      expect([...channel.disabled, ...one.channel.disabled]).toEqual([]);
    } finally {
      Object.assign(one.channel.policy, { disableOnGone: POLICY.disableOnGone });
    }
  });

  it('is shown by the metrics', async () => {
    const { app } = one;
    await breakIt(app, a);
    receiver.answer = (callback) => (callback.path === `/${b}` ? { status: 410 } : { status: 429 });
    await send(app, [to(b), to(c)]);
    await until(
      () => statuses(b),
      (now) => now['dead'] === 1,
    );
    await until(
      () => sql('SELECT 1 FROM destinations WHERE throttled_until > now()'),
      (rows) => rows.length === 1,
    );
    const text = await (await fetch(`${app.url}/metrics`)).text();
    expect(text).toMatch(/^ricochet_destination_open\{channel="fake"\} 1$/m);
    expect(text).toMatch(/^ricochet_destination_disabled\{channel="fake"\} 1$/m);
    expect(text).toMatch(/^ricochet_destination_changes_total\{channel="fake",change="disabled"\} \d+$/m);
  });
});
