import { randomUUID } from 'node:crypto';
import { Logger } from '@nestjs/common';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest';
import type { Tx } from '../src/database/database.js';
import type { DeliveryAnswer, Verdict } from '../src/delivery/answer.js';
import type { Preparation, SettledDelivery } from '../src/delivery/delivery-channel.js';
import type { LeasedDelivery, NewDelivery } from '../src/delivery/delivery.js';
import { type RunningApp, startApp } from './support/app.js';
import { Receiver } from './support/receiver.js';
import { Records } from './support/records.js';
import { deliverThrough, newDelivery, ScriptedChannel } from './support/scripted-channel.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

/** A channel in which every step may be told to fail; only deliveries of the path `/bad…` are told about it. */
class FailingChannel extends ScriptedChannel {
  prepares: (batch: readonly LeasedDelivery[]) => unknown = () => undefined;
  renders: (delivery: LeasedDelivery) => string = (delivery) => delivery.body;
  judges: (answer: DeliveryAnswer) => unknown = () => undefined;
  settles: (settled: readonly SettledDelivery[], tx: Tx) => unknown = () => undefined;

  override async prepare(batch: readonly LeasedDelivery[]): Promise<ReadonlyMap<string, Preparation>> {
    const told = batch.some(isBad) ? this.prepares(batch) : undefined;
    return told === undefined ? super.prepare(batch) : (told as ReadonlyMap<string, Preparation>);
  }

  render(delivery: LeasedDelivery): string {
    return isBad(delivery) ? this.renders(delivery) : delivery.body;
  }

  judge(answer: DeliveryAnswer, delivery: LeasedDelivery): Verdict | undefined {
    return isBad(delivery) ? (this.judges(answer) as Verdict | undefined) : undefined;
  }

  override async onSettled(tx: Tx, settled: readonly SettledDelivery[]): Promise<void> {
    if (settled.some(({ id }) => bad.has(id))) await this.settles(settled, tx);
    await super.onSettled(tx, settled);
  }
}

const isBad = ({ url }: { readonly url: string }): boolean => url.includes('/bad');

const throwing = (error: unknown) => (): never => {
  throw error;
};

interface Row {
  readonly status: string;
  readonly last_error: string | null;
  readonly attempt_count: number;
}

interface AttemptRow {
  readonly number: number;
  readonly status: number | null;
  readonly error_class: string | null;
  readonly error: string | null;
}

let database: TestDatabase;
let records: Records;
let receiver: Receiver;
let service: RunningApp;
let channel: FailingChannel;
let once: FailingChannel;
let deliver: (...deliveries: NewDelivery[]) => Promise<void>;
const bad = new Set<string>();
const logged: string[] = [];

beforeAll(async () => {
  database = await createTestDatabase();
  records = new Records(database);
  receiver = await Receiver.start();
  service = await startApp({ databaseUrl: database.url });
  channel = new FailingChannel('failing', { retryScheduleMs: [0, 50] });
  once = new FailingChannel('failing-once', { atMostOnce: true });
  deliver = deliverThrough(service, channel, once);
});
beforeEach(() => {
  logged.length = 0;
  vi.spyOn(Logger.prototype, 'error').mockImplementation((message: unknown) => void logged.push(String(message)));
});
afterEach(() => {
  for (const one of [channel, once]) {
    one.prepares = one.judges = one.settles = () => undefined;
    one.renders = (delivery) => delivery.body;
  }
  receiver.answer = (response) => response.end();
  vi.restoreAllMocks();
});
afterAll(async () => {
  // Nothing is left behind in the hands of a process, whatever happened.
  const left = await records.sql(`SELECT id FROM deliveries WHERE status = 'delivering' OR lease_token IS NOT NULL`);
  expect(left).toEqual([]);
  await service.close();
  await receiver.stop();
  await database.drop();
});

/** One delivery that fails, between two that do not. */
async function deliverBad(of = channel): Promise<NewDelivery> {
  const made = newDelivery(of, `${receiver.url}/bad/${randomUUID()}`);
  bad.add(made.id);
  const others = [1, 2].map(() => newDelivery(of, `${receiver.url}/good/${randomUUID()}`));
  const [before, after] = others as [NewDelivery, NewDelivery];
  await deliver(before, made, after);
  for (const other of others) expect((await untilStatus(other, 'delivered')).last_error).toBeNull();
  return made;
}

async function untilStatus(delivery: NewDelivery, status: string): Promise<Row> {
  const read = async (): Promise<Row | undefined> =>
    (await records.sql<Row>('SELECT * FROM deliveries WHERE id = $1', [delivery.id]))[0];
  await expect.poll(async () => (await read())?.status, { timeout: 10_000 }).toBe(status);
  return (await read()) as Row;
}

const attemptsOf = (delivery: NewDelivery): Promise<AttemptRow[]> =>
  records.sql(
    'SELECT number, status, error_class, error FROM delivery_attempts WHERE delivery_id = $1 ORDER BY number',
    [delivery.id],
  );

/** Errors, and what is thrown without being one. */
const ERRORS: readonly unknown[] = [new TypeError('s3cret'), new Error('s3cret'), null, undefined, 's3cret'];

describe('an error of the service itself is an attempt, on the schedule and in the log:', () => {
  it.each(ERRORS)('in render, %s', async (error) => {
    channel.renders = throwing(error);
    const made = await deliverBad();
    const row = await untilStatus(made, 'dead');
    expect(row.last_error).toMatch(/^internal: .* in this process; every attempt of the schedule was made$/);
    expect(await attemptsOf(made)).toMatchObject([
      { number: 1, status: null, error_class: 'internal' },
      { number: 2, status: null, error_class: 'internal' },
    ]);
    expect(receiver.of(new URL(made.url).pathname)).toHaveLength(0);
    expect(logged.filter((line) => line.includes(made.id))).toHaveLength(2);
    expect(logged.join() + JSON.stringify(row)).not.toContain('s3cret');
  });

  it.each(ERRORS)('in judge, %s', async (error) => {
    channel.judges = throwing(error);
    const made = await deliverBad();
    const row = await untilStatus(made, 'dead');
    expect(row.last_error).toMatch(/^internal: .*the receiver had answered 200; every attempt/);
    expect(await attemptsOf(made)).toMatchObject([
      { status: 200, error_class: 'internal' },
      { status: 200, error_class: 'internal' },
    ]);
    expect(logged.filter((line) => line.includes(made.id))).toHaveLength(2);
  });

  it.each([new TypeError('s3cret'), null, 's3cret'])('in prepare, for one of a batch, %s', async (error) => {
    channel.prepares = throwing(error);
    const made = await deliverBad();
    expect((await untilStatus(made, 'dead')).last_error).toMatch(/^internal: /);
    expect(await attemptsOf(made)).toMatchObject([{ error_class: 'internal' }, { error_class: 'internal' }]);
  });

  it.each([
    ['no map', () => 'nonsense'],
    ['an unknown kind', (batch: readonly LeasedDelivery[]) => new Map(batch.map(({ id }) => [id, { kind: 'odd' }]))],
  ])('prepare answers with %s', async (name, prepares) => {
    channel.prepares = prepares;
    const made =
      name === 'an unknown kind' ? newDelivery(channel, `${receiver.url}/bad/${randomUUID()}`) : await deliverBad();
    if (name === 'an unknown kind') await deliver(made);
    expect((await untilStatus(made, 'dead')).last_error).toMatch(/^internal: /);
    expect(await attemptsOf(made)).toMatchObject([{ error_class: 'internal' }, { error_class: 'internal' }]);
  });

  it('judge answers with an unknown kind', async () => {
    channel.judges = () => ({ kind: 'odd' });
    const made = await deliverBad();
    await untilStatus(made, 'dead');
    expect(await attemptsOf(made)).toMatchObject([{ error_class: 'internal' }, { error_class: 'internal' }]);
  });

  it('a channel that sends at most once does not try again', async () => {
    once.judges = throwing(new Error('odd'));
    const judged = await deliverBad(once);
    expect((await untilStatus(judged, 'dead')).last_error).toMatch(/^OUTCOME_UNKNOWN: internal: .*answered 200/);
    expect(receiver.of(new URL(judged.url).pathname)).toHaveLength(1);
    once.renders = throwing(new Error('odd'));
    const rendered = await deliverBad(once);
    expect((await untilStatus(rendered, 'dead')).last_error).toMatch(/^internal: .*this channel tries only once$/);
    expect(receiver.of(new URL(rendered.url).pathname)).toHaveLength(0);
  });
});

describe('what PostgreSQL would refuse does not keep an outcome from being written:', () => {
  it('NUL and half a surrogate pair in a reason and in a rendered body', async () => {
    channel.renders = () => '{"a":"\0\ud800"}';
    channel.judges = () => ({ kind: 'dead', errorClass: 'client_error', reason: 'it said \0 and \udc00' });
    const made = await deliverBad();
    expect((await untilStatus(made, 'dead')).last_error).toBe('it said \ufffd and \ufffd');
    expect(await attemptsOf(made)).toMatchObject([{ status: 200, error_class: 'client_error' }]);
  });

  it.each([Number.NaN, Number.POSITIVE_INFINITY, -1])('a delay of %s ms', async (delayMs) => {
    channel.judges = () => ({ kind: 'retry', errorClass: 'server_error', delayMs });
    const made = await deliverBad();
    await expect.poll(async () => (await attemptsOf(made)).length).toBeGreaterThan(0);
    const status = Number.isFinite(delayMs) || Number.isNaN(delayMs) ? 'dead' : 'pending';
    expect((await untilStatus(made, status)).last_error).toMatch(/^answered 200/);
    await records.sql(`UPDATE deliveries SET status = 'cancelled' WHERE id = $1`, [made.id]);
  });

  it('an answer whose headers come twice, of any bytes', async () => {
    receiver.answer = (response, request) => {
      if (!isBad({ url: request.path })) return response.end();
      response.writeHead(500, [
        ...['retry-after', '0', 'retry-after', '0', 'x-request-id', '\u00ff\u0080', 'server', 'a', 'server', 'b'],
      ] as unknown as Record<string, string>);
      return response.end(Buffer.from([0, 255, 0xed, 0xa0, 0x80]));
    };
    const made = await deliverBad();
    await untilStatus(made, 'dead');
    expect(await attemptsOf(made)).toMatchObject([
      { status: 500, error_class: 'server_error' },
      { status: 500, error_class: 'server_error' },
    ]);
  });
});

describe('an owner that cannot take an outcome', () => {
  it.each(ERRORS)(
    'by %s: the delivery is held with its attempt, sent once, and the others of the batch are settled',
    async (error) => {
      channel.settles = throwing(error);
      const made = await deliverBad();
      const row = await untilStatus(made, 'held');
      expect(row.last_error).toMatch(/^internal: .*; its outcome \(delivered\) could not be recorded, see the log$/);
      expect(await attemptsOf(made)).toMatchObject([{ number: 1, status: 200, error_class: 'internal' }]);
      expect(receiver.of(new URL(made.url).pathname)).toHaveLength(1);
      expect(logged.some((line) => line.includes(made.id))).toBe(true);
      expect(logged.join() + JSON.stringify(row)).not.toContain('s3cret');
    },
  );

  it('by a statement that PostgreSQL refuses', async () => {
    channel.settles = (_settled, tx) => tx.query({ name: 'test.refused', text: `SELECT 'x'::int` }, []);
    const made = await deliverBad();
    await untilStatus(made, 'held');
    expect(await attemptsOf(made)).toMatchObject([{ number: 1, status: 200, error_class: 'internal' }]);
  });

  it('only once: the next try is recorded as ever', async () => {
    let calls = 0;
    channel.settles = () => {
      calls += 1;
      if (calls === 1) throw new Error('odd');
    };
    const made = await deliverBad();
    expect((await untilStatus(made, 'delivered')).last_error).toBeNull();
    expect(await attemptsOf(made)).toMatchObject([{ number: 1, status: 200, error_class: null }]);
  });
});
