import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { freePort } from '../simulator/free-port.js';
import { Database } from '../src/database/database.js';
import { DeliveriesRepository } from '../src/delivery/deliveries.repository.js';
import type { NewDelivery } from '../src/delivery/delivery.js';
import { SendingMarksRepository } from '../src/delivery/sending-marks.repository.js';
import { type RunningApp, startApp } from './support/app.js';
import { Receiver } from './support/receiver.js';
import { Records } from './support/records.js';
import { deliverThrough, newDelivery, ScriptedChannel } from './support/scripted-channel.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

/** Longer than the schedule's delays, a poll and a sweep together: whatever would be sent again has been by then. */
const QUIET_MS = 1_500;

interface Row {
  readonly status: string;
  readonly last_error: string | null;
  readonly lease_token: string | null;
  readonly sending_at: Date | null;
  readonly attempt_number: number;
  readonly attempt_count: number;
  readonly crash_count: number;
}

const newChannel = (): ScriptedChannel =>
  // A schedule with room for more, to be sure that it is the policy that keeps them away.
  new ScriptedChannel('once', { atMostOnce: true, retryScheduleMs: [0, 100, 100], repeatLastDelay: true });

let database: TestDatabase;
let records: Records;
let receiver: Receiver;
let service: RunningApp;
let channel: ScriptedChannel;
let deliver: (...deliveries: NewDelivery[]) => Promise<void>;

beforeAll(async () => {
  database = await createTestDatabase();
  records = new Records(database);
  receiver = await Receiver.start();
  service = await startApp({ databaseUrl: database.url });
  channel = newChannel();
  deliver = deliverThrough(service, channel);
});
afterEach(() => {
  receiver.answer = (response) => response.end();
  channel.prepareOne = () => ({ kind: 'ready', headers: {} });
  vi.restoreAllMocks();
});
afterAll(async () => {
  await service.close();
  await receiver.stop();
  await database.drop();
});

const freshPath = (): string => `/hook/${randomUUID()}`;

async function rowOf(delivery: NewDelivery): Promise<Row> {
  const [row] = await records.sql<Row>('SELECT * FROM deliveries WHERE id = $1', [delivery.id]);
  if (row === undefined) throw new Error(`there is no delivery ${delivery.id}`);
  return row;
}

async function untilStatus(delivery: NewDelivery, ...statuses: string[]): Promise<Row> {
  await expect.poll(async () => (await rowOf(delivery)).status, { timeout: 10_000 }).toBeOneOf(statuses);
  return rowOf(delivery);
}

const attemptsOf = (
  delivery: NewDelivery,
): Promise<{ number: number; status: number | null; error_class: string | null; fenced: boolean }[]> =>
  records.sql(
    'SELECT number, status, error_class, fenced FROM delivery_attempts WHERE delivery_id = $1 ORDER BY number',
    [delivery.id],
  );

/** Leaves a delivery as a process leaves it that is killed with it in its hands. */
async function leaveBehind(delivery: NewDelivery, { marked }: { marked: boolean }): Promise<void> {
  const db = service.app.get(Database, { strict: false });
  const repository = service.app.get(DeliveriesRepository, { strict: false });
  const leaseToken = randomUUID();
  await db.transaction(async (tx) => {
    await repository.insertDestinations(tx, [delivery.destination]);
    await repository.insert(tx, [delivery], [leaseToken], 60_000);
  });
  if (marked) {
    const ours = await service.app
      .get(SendingMarksRepository, { strict: false })
      .markSending([{ id: delivery.id, leaseToken }]);
    expect(ours).toEqual(new Set([delivery.id]));
  }
  await endLease(delivery);
}

const endLease = (delivery: NewDelivery): Promise<unknown> =>
  records.sql(`UPDATE deliveries SET lease_until = now() - interval '1 second' WHERE id = $1`, [delivery.id]);

describe('a delivery of a channel that sends at most once', () => {
  it('is marked before its request is seen, and delivered', async () => {
    const delivery = newDelivery(channel, receiver.url + freshPath());
    let marked: Date | null = null;
    receiver.answer = (response) => {
      void rowOf(delivery).then((row) => {
        marked = row.sending_at;
        response.end();
      });
    };
    await deliver(delivery);
    expect(await untilStatus(delivery, 'delivered')).toMatchObject({ lease_token: null, attempt_number: 1 });
    expect(marked).toBeInstanceOf(Date);
    expect(channel.settled.find((one) => one.id === delivery.id)).toMatchObject({ status: 'delivered' });
  });

  it('is marked in one statement for a whole batch', async () => {
    const path = freshPath();
    const mark = vi.spyOn(service.app.get(SendingMarksRepository, { strict: false }), 'markSending');
    const batch = Array.from({ length: 30 }, () => newDelivery(channel, receiver.url + path));
    await deliver(...batch);
    await Promise.all(batch.map((delivery) => untilStatus(delivery, 'delivered')));
    expect(mark.mock.calls.map(([leases]) => leases.length)).toEqual([30]);
    expect(receiver.of(path)).toHaveLength(30);
  });

  it('is never sent again, whatever the answer', async () => {
    const statuses = [302, 400, 401, 404, 408, 410, 425, 429, 500, 503];
    const deliveries = statuses.map((status) => newDelivery(channel, `${receiver.url}/hook/${status}/${randomUUID()}`));
    receiver.answer = (response, { path }) =>
      response.writeHead(Number(path.split('/')[2]), { 'retry-after': '0' }).end();
    await deliver(...deliveries);
    const rows = await Promise.all(deliveries.map((delivery) => untilStatus(delivery, 'dead')));
    await sleep(QUIET_MS);
    for (const [index, delivery] of deliveries.entries()) {
      const status = statuses[index];
      expect(receiver.of(new URL(delivery.url).pathname), `${status}`).toHaveLength(1);
      expect(await attemptsOf(delivery)).toMatchObject([{ number: 1, status, fenced: false }]);
      expect(rows[index]?.last_error).not.toContain('OUTCOME_UNKNOWN');
      expect(await rowOf(delivery)).toMatchObject({ status: 'dead', attempt_number: 1 });
    }
    expect(rows.at(-1)?.last_error).toBe('answered 503; this channel sends only once');
  });

  it('is dead with an unknown outcome when the connection breaks before the answer', async () => {
    const path = freshPath();
    const delivery = newDelivery(channel, receiver.url + path);
    receiver.answer = (response) => response.destroy();
    await deliver(delivery);
    const row = await untilStatus(delivery, 'dead');
    expect(row.last_error).toMatch(/^OUTCOME_UNKNOWN: reset: /);
    await sleep(QUIET_MS);
    expect(receiver.of(path)).toHaveLength(1);
    expect(await attemptsOf(delivery)).toMatchObject([{ number: 1, status: null, error_class: 'reset' }]);
  });

  it('is dead when no connection was made, and says that nothing was sent', async () => {
    const delivery = newDelivery(channel, `http://127.0.0.1:${await freePort()}/`);
    await deliver(delivery);
    const { last_error: lastError } = await untilStatus(delivery, 'dead');
    expect(lastError).toMatch(/^connect: .*; no request was made, and this channel tries only once$/);
    await sleep(QUIET_MS);
    expect(await attemptsOf(delivery)).toMatchObject([{ number: 1, status: null, error_class: 'connect' }]);
  });

  it('may be deferred as often as need be before it is sent: that costs nothing', async () => {
    const path = freshPath();
    const delivery = newDelivery(channel, receiver.url + path);
    let asked = 0;
    channel.prepareOne = () =>
      ++asked <= 3 ? { kind: 'deferred', delayMs: 50, reason: 'no credential yet' } : { kind: 'ready', headers: {} };
    await deliver(delivery);
    expect(await untilStatus(delivery, 'delivered')).toMatchObject({ attempt_number: 1, attempt_count: 1 });
    expect(asked).toBe(4);
    expect(receiver.of(path)).toHaveLength(1);
  });

  it('is deferred, not lost, when it cannot be marked', async () => {
    const path = freshPath();
    const delivery = newDelivery(channel, receiver.url + path);
    vi.spyOn(service.app.get(SendingMarksRepository, { strict: false }), 'markSending').mockRejectedValueOnce(
      new Error('Connection terminated'),
    );
    await deliver(delivery);
    await expect.poll(async () => (await rowOf(delivery)).last_error).toBe('it could not be marked as being sent');
    expect(receiver.of(path)).toHaveLength(0);
    expect(await untilStatus(delivery, 'delivered')).toMatchObject({ attempt_number: 1 });
    expect(receiver.of(path)).toHaveLength(1);
  });

  it('is not sent by a process that lost it before it could mark it', async () => {
    const path = freshPath();
    const delivery = newDelivery(channel, receiver.url + path);
    let stolen = false;
    channel.prepareOne = async () => {
      if (!stolen) {
        stolen = true;
        await records.sql('UPDATE deliveries SET lease_token = $2 WHERE id = $1', [delivery.id, randomUUID()]);
      }
      return { kind: 'ready', headers: {} };
    };
    await deliver(delivery);
    await sleep(QUIET_MS);
    expect(receiver.of(path)).toHaveLength(0);
    // Whoever stole it ends without having marked it: it may still be sent, once.
    await endLease(delivery);
    await untilStatus(delivery, 'delivered');
    expect(receiver.of(path)).toHaveLength(1);
  });
});

describe('after a crash', () => {
  it('a delivery that was marked is dead with an unknown outcome, and its owner is told', async () => {
    const path = freshPath();
    const delivery = newDelivery(channel, receiver.url + path);
    await leaveBehind(delivery, { marked: true });
    expect(await untilStatus(delivery, 'dead')).toMatchObject({
      last_error: 'OUTCOME_UNKNOWN: the process ended while the request was under way',
      lease_token: null,
    });
    await sleep(QUIET_MS);
    expect(receiver.of(path)).toHaveLength(0);
    expect(channel.settled.filter((one) => one.id === delivery.id)).toMatchObject([
      { status: 'dead', lastError: expect.stringContaining('OUTCOME_UNKNOWN') as string },
    ]);
  });

  it('a delivery that was not marked is sent', async () => {
    const path = freshPath();
    const delivery = newDelivery(channel, receiver.url + path);
    await leaveBehind(delivery, { marked: false });
    await untilStatus(delivery, 'delivered');
    expect(receiver.of(path)).toHaveLength(1);
  });

  it('that was only a stall, the answer that comes late is recorded and changes nothing', async () => {
    const path = freshPath();
    const delivery = newDelivery(channel, receiver.url + path);
    let answer: (() => void) | null = null;
    receiver.answer = (response) => (answer = () => response.end());
    await deliver(delivery);
    await expect.poll(() => receiver.of(path).length).toBe(1);
    await endLease(delivery);
    await untilStatus(delivery, 'dead');
    (answer as (() => void) | null)?.();
    await expect
      .poll(() => attemptsOf(delivery))
      .toEqual([{ number: 1, status: 200, error_class: null, fenced: true }]);
    expect((await rowOf(delivery)).status).toBe('dead');
    expect(receiver.of(path)).toHaveLength(1);
  });
});

describe('on a graceful stop', () => {
  it('what was sent has an unknown outcome, and what was not is still to be sent', async () => {
    const own = await startApp({ databaseUrl: database.url, env: { SHUTDOWN_GRACE_MS: '1000' } });
    const once = new ScriptedChannel('once-stopping', { atMostOnce: true });
    const deliverHere = deliverThrough(own, once);
    const [hanging, deferred] = [freshPath(), freshPath()].map((path) => newDelivery(once, receiver.url + path));
    if (hanging === undefined || deferred === undefined) throw new Error('two were made');
    receiver.answer = () => undefined;
    let preparing = false;
    once.prepareOne = async ({ id }) => {
      if (id === deferred.id) {
        preparing = true;
        await sleep(20_000, undefined, { ref: false });
      }
      return { kind: 'ready', headers: {} };
    };
    await deliverHere(deferred);
    // Claimed together, the two would be prepared together.
    await expect.poll(() => preparing).toBe(true);
    await deliverHere(hanging);
    await expect.poll(() => receiver.of(new URL(hanging.url).pathname).length).toBe(1);
    await own.close();
    expect(await rowOf(hanging)).toMatchObject({
      status: 'dead',
      last_error: 'OUTCOME_UNKNOWN: the process stopped while the request was under way',
      lease_token: null,
    });
    expect(await attemptsOf(hanging)).toMatchObject([{ number: 1, status: null, error_class: 'interrupted' }]);
    expect(once.settled).toMatchObject([{ id: hanging.id, status: 'dead' }]);
    expect(await rowOf(deferred)).toMatchObject({
      status: 'pending',
      lease_token: null,
      sending_at: null,
      crash_count: 0,
    });
    expect(await attemptsOf(deferred)).toEqual([]);
  });
});
