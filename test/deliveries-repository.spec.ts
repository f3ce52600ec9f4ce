import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import { Database } from '../src/database/database.js';
import type { DeliveryAnswer } from '../src/delivery/answer.js';
import { DeliveriesRepository, type DeliveryRow } from '../src/delivery/deliveries.repository.js';
import { DeliverySuspectsRepository, type SuspectRow } from '../src/delivery/delivery-suspects.repository.js';
import type { LeasedDelivery, NewDelivery } from '../src/delivery/delivery.js';
import { destinationOf } from '../src/delivery/destination.js';
import type { Settlement } from '../src/delivery/settlement.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const LEASE = 45_000;
const ADOBE = [{ key: 'adobe', perDestination: 256, free: 384 }];

let test: TestDatabase;
let database: Database;
let repository: DeliveriesRepository;

beforeAll(async () => {
  test = await createTestDatabase();
  database = new Database(test.dataSource);
  repository = new DeliveriesRepository(database);
});
afterEach(() => sql('TRUNCATE deliveries, delivery_attempts, destinations'));
afterAll(() => test.drop());

async function sql<Row = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
  const result: unknown = await test.dataSource.query(text, values);
  return (Array.isArray(result) && Array.isArray(result[0]) ? result[0] : result) as Row[];
}

function delivery(host = 'a.example', overrides: Partial<NewDelivery> = {}): NewDelivery {
  const id = uuidv7();
  return {
    id,
    channel: 'adobe',
    ownerId: uuidv7(),
    destination: destinationOf('adobe', 'org', `https://${host}/callback`),
    eventId: id,
    method: 'POST',
    url: `https://${host}/callback`,
    contentType: 'application/json',
    body: '{"objectData":[]}',
    expiresInMs: 60_000,
    ...overrides,
  };
}

async function insert(rows: readonly NewDelivery[], leaseToken: string | null = null): Promise<void> {
  await database.transaction(async (tx) => {
    await repository.insertDestinations(tx, [
      ...new Map(rows.map((row) => [row.destination.id, row.destination])).values(),
    ]);
    await repository.insert(
      tx,
      rows,
      rows.map(() => leaseToken),
      LEASE,
    );
  });
}

const claim = (limit: number, busy: [string, number][] = [], channels = ADOBE): Promise<DeliveryRow[]> =>
  repository.claimDue({ limit, channels, busy }, randomUUID(), LEASE);

function answer(overrides: Partial<DeliveryAnswer> = {}): DeliveryAnswer {
  return {
    status: 200,
    errorClass: null,
    error: null,
    requestStarted: true,
    resolvedIp: '127.0.0.1',
    timing: { totalMs: 12.4, dnsMs: null, connectMs: null, tlsMs: null, firstByteMs: 11.6 },
    retryAfterMs: null,
    headers: null,
    excerpt: null,
    ...overrides,
  };
}

function leased(row: NewDelivery, leaseToken: string, attemptNumber = 1): LeasedDelivery {
  return {
    id: row.id,
    channel: row.channel,
    ownerId: row.ownerId,
    destinationId: row.destination.id,
    eventId: row.eventId,
    method: row.method,
    url: row.url,
    contentType: row.contentType,
    body: row.body,
    leaseToken,
    attemptNumber,
    attemptCount: attemptNumber,
    trigger: 'auto',
    lastStatus: null,
    crashCount: 0,
    expiresAtMs: null,
  };
}

const settle = (...settlements: Settlement[]): Promise<Set<string>> =>
  database.transaction((tx) => repository.settle(tx, settlements));

const attempted = (given: DeliveryAnswer): NonNullable<Settlement['attempt']> => ({
  startedAtMs: performance.now() - 12,
  answer: given,
  errorClass: given.status === 200 ? null : 'server_error',
  requestBody: null,
});

describe('DeliveriesRepository.claimDue', () => {
  it('takes turns between destinations, whatever the length of their backlogs', async () => {
    await insert(Array.from({ length: 50 }, () => delivery('busy.example')));
    await insert([delivery('quiet.example'), delivery('silent.example')]);
    const hosts = (await claim(6)).map((row) => new URL(row.url).host);
    expect(hosts).toEqual(expect.arrayContaining(['quiet.example', 'silent.example']));
    expect(hosts.filter((host) => host === 'busy.example')).toHaveLength(4);
  });

  it('keeps the in-flight cap of a destination, counting what is under way', async () => {
    const rows = Array.from({ length: 10 }, () => delivery());
    await insert(rows);
    const capped = [{ key: 'adobe', perDestination: 4, free: 384 }];
    const busy: [string, number][] = [[(rows[0] as NewDelivery).destination.id, 3]];
    expect(await claim(100, busy, capped)).toHaveLength(1);
    expect(await claim(100, [], capped)).toHaveLength(4);
  });

  it('gives a channel no more places than are left for it, and the others theirs', async () => {
    await insert(
      Array.from({ length: 40 }, (_, index) =>
        delivery(`fan-out-${index}.example`, {
          channel: 'eqp',
          destination: destinationOf('eqp', `r${index}`, `https://fan-out-${index}.example/`),
        }),
      ),
    );
    await insert([delivery('adobe.example')]);
    const channels = [
      { key: 'eqp', perDestination: 16, free: 5 },
      { key: 'adobe', perDestination: 256, free: 384 },
    ];
    const claimed = await claim(100, [], channels);
    expect(claimed.filter((row) => row.channel === 'eqp')).toHaveLength(5);
    expect(claimed.filter((row) => row.channel === 'adobe')).toHaveLength(1);
  });

  it('leaves channels alone that this process does not know', async () => {
    await insert([delivery()]);
    expect(await claim(10, [], [{ key: 'eqp', perDestination: 16, free: 384 }])).toEqual([]);
  });

  it('leaves what is not due yet', async () => {
    await insert([delivery()]);
    await sql(`UPDATE deliveries SET next_attempt_at = now() + interval '1 minute'`);
    expect(await claim(10)).toEqual([]);
  });

  it('takes the number of the attempt with the claim', async () => {
    await insert([delivery()]);
    const [row] = await claim(1);
    expect(row).toMatchObject({ attempt_number: 1, attempt_count: 1, next_trigger: 'auto' });
    expect(row?.remaining_ms).toBeGreaterThan(50_000);
  });

  it('never gives a delivery to two of many racing claimers', async () => {
    await insert(Array.from({ length: 150 }, (_, index) => delivery(`h${index % 7}.example`)));
    const ids: string[] = [];
    // Racing claimers pass each other's locked rows over; the next poll finds them.
    for (let round = 0; round < 10 && ids.length < 150; round += 1) {
      const claims = await Promise.all(Array.from({ length: 6 }, () => claim(40)));
      ids.push(...claims.flat().map((row) => row.id));
    }
    expect(ids).toHaveLength(150);
    expect(new Set(ids).size).toBe(150);
  });
});

describe('DeliveriesRepository.settle', () => {
  it('records the attempt and the end', async () => {
    const row = delivery();
    const token = randomUUID();
    await insert([row], token);
    const ours = await settle({
      delivery: leased(row, token),
      status: 'delivered',
      delayMs: null,
      lastError: null,
      attempt: attempted(answer()),
    });
    expect(ours).toEqual(new Set([row.id]));
    expect(await sql('SELECT status, lease_token, last_status, attempt_number FROM deliveries')).toEqual([
      { status: 'delivered', lease_token: null, last_status: 200, attempt_number: 1 },
    ]);
    expect(
      await sql(
        'SELECT number, trigger, fenced, total_ms, first_byte_ms, status, headers, excerpt FROM delivery_attempts',
      ),
    ).toEqual([
      {
        number: 1,
        trigger: 'auto',
        fenced: false,
        total_ms: 12,
        first_byte_ms: 12,
        status: 200,
        headers: null,
        excerpt: null,
      },
    ]);
  });

  it('keeps what a refusal said: headers, bytes that are no text, timings of a new connection', async () => {
    const row = delivery();
    const token = randomUUID();
    await insert([row], token);
    const given = answer({
      status: 503,
      headers: { 'retry-after': '7' },
      excerpt: Buffer.from([0, 255, 1]),
      retryAfterMs: 7_000,
      timing: { totalMs: 5, dnsMs: 1, connectMs: 2, tlsMs: 3, firstByteMs: 4 },
    });
    await settle({
      delivery: leased(row, token),
      status: 'pending',
      delayMs: 7_000,
      lastError: 'answered 503',
      attempt: attempted(given),
    });
    const [stored] = await sql<{ next_attempt_at: Date }>('SELECT * FROM delivery_attempts');
    expect(stored).toMatchObject({
      dns_ms: 1,
      connect_ms: 2,
      tls_ms: 3,
      headers: { 'retry-after': '7' },
      retry_after_ms: '7000',
    });
    expect((stored as unknown as { excerpt: Buffer }).excerpt).toEqual(Buffer.from([0, 255, 1]));
    expect(stored?.next_attempt_at.getTime()).toBeGreaterThan(Date.now() + 5_000);
    expect(await sql('SELECT status, last_error FROM deliveries')).toEqual([
      { status: 'pending', last_error: 'answered 503' },
    ]);
  });

  it('never plans an attempt beyond the deadline', async () => {
    const row = delivery('a.example', { expiresInMs: 5_000 });
    const token = randomUUID();
    await insert([row], token);
    await settle({
      delivery: leased(row, token),
      status: 'pending',
      delayMs: 3_600_000,
      lastError: null,
      attempt: attempted(answer({ status: 500 })),
    });
    expect(await sql('SELECT next_attempt_at = expires_at AS capped FROM deliveries')).toEqual([{ capped: true }]);
  });

  it('gives the number back when no request was started', async () => {
    const row = delivery();
    const token = randomUUID();
    await insert([row], token);
    await settle({
      delivery: leased(row, token),
      status: 'pending',
      delayMs: 10,
      lastError: 'IMS is away',
      attempt: null,
    });
    expect(await sql('SELECT attempt_number, attempt_count, last_error FROM deliveries')).toEqual([
      { attempt_number: 0, attempt_count: 0, last_error: 'IMS is away' },
    ]);
    expect(await sql('SELECT * FROM delivery_attempts')).toEqual([]);
  });

  it('is fenced: an old lease changes nothing, and its attempt is recorded as fenced', async () => {
    const row = delivery();
    const old = randomUUID();
    await insert([row], old);
    await sql(`UPDATE deliveries SET lease_token = $1, attempt_number = 2`, [randomUUID()]);
    const ours = await settle({
      delivery: leased(row, old),
      status: 'delivered',
      delayMs: null,
      lastError: null,
      attempt: attempted(answer()),
    });
    expect(ours.size).toBe(0);
    expect(await sql('SELECT status FROM deliveries')).toEqual([{ status: 'delivering' }]);
    expect(await sql('SELECT number, fenced FROM delivery_attempts')).toEqual([{ number: 1, fenced: true }]);
  });

  it('records no content when it is fenced: the delivery may have been erased meanwhile', async () => {
    const row = delivery();
    await insert([row], randomUUID());
    const refused = answer({ status: 400, headers: { server: 'x' }, excerpt: Buffer.from('ada@example.com') });
    await settle({
      delivery: leased(row, randomUUID()),
      status: 'dead',
      delayMs: null,
      lastError: null,
      attempt: { ...attempted(refused), requestBody: '{"email":"ada@example.com"}' },
    });
    expect(await sql('SELECT fenced, status, headers, excerpt, request_body FROM delivery_attempts')).toEqual([
      { fenced: true, status: 400, headers: null, excerpt: null, request_body: null },
    ]);
  });

  it('may be repeated when its outcome was unknown', async () => {
    const row = delivery();
    const token = randomUUID();
    await insert([row], token);
    const settlement: Settlement = {
      delivery: leased(row, token),
      status: 'delivered',
      delayMs: null,
      lastError: null,
      attempt: attempted(answer()),
    };
    await settle(settlement);
    expect((await settle(settlement)).size).toBe(0);
    expect(await sql('SELECT number, fenced FROM delivery_attempts')).toEqual([{ number: 1, fenced: false }]);
  });
});

describe('leases of deliveries', () => {
  const expire = (): Promise<unknown> => sql(`UPDATE deliveries SET lease_until = now() - interval '1 s'`);
  const reclaim = (): Promise<{ id: string; status: string; last_error: string | null }[]> =>
    database.transaction((tx) => repository.reclaimExpired(tx, 10));

  const CHANNELS = [{ key: delivery().channel, perDestination: 3 }];
  const suspects = (alone: boolean, token: string = randomUUID(), limit = 10): Promise<SuspectRow[]> =>
    new DeliverySuspectsRepository(database).claimSuspects({ limit, alone, channels: CHANNELS }, token, LEASE);

  const trialsOf = (): DeliverySuspectsRepository => new DeliverySuspectsRepository(database);

  it('come back as suspects that run by themselves, then alone, and die at the third crash', async () => {
    const row = delivery();
    await insert([row], randomUUID());
    await expire();
    expect(await reclaim()).toMatchObject([{ id: row.id, status: 'pending' }]);
    expect(await claim(10)).toEqual([]);
    for (const count of [2, 3]) {
      const token = randomUUID();
      expect(await suspects(count === 2)).toEqual([]);
      expect(await suspects(count === 3, token)).toMatchObject([{ crash_count: count - 1, attempt_number: count }]);
      await trialsOf().beginTrials([{ id: row.id, leaseToken: token }]);
      await expire();
      const [swept] = await reclaim();
      expect(swept?.status).toBe(count === 3 ? 'dead' : 'pending');
      if (count === 3) expect(swept?.last_error).toBe('quarantined after 3 crashes');
    }
  });

  it('do not count a crash that happens in company', async () => {
    await insert([delivery()], randomUUID());
    await expire();
    await reclaim();
    for (let round = 0; round < 5; round += 1) {
      const token = randomUUID();
      const claimed = await suspects(false, token);
      expect(claimed).toMatchObject([{ crash_count: 1 }]);
      const leases = claimed.map(({ id }) => ({ id, leaseToken: token }));
      await trialsOf().beginTrials(leases);
      await trialsOf().endTrials(leases);
      await expire();
      expect(await reclaim()).toMatchObject([{ status: 'pending' }]);
    }
  });

  it('are given out in sets, of one destination no more than its channel allows at a time', async () => {
    const rows = Array.from({ length: 8 }, () => delivery());
    await insert(rows, randomUUID());
    await expire();
    await reclaim();
    const destinations = new Set(rows.map((row) => row.destination.id));
    expect(destinations.size).toBe(1);
    const counts = [(await suspects(false)).length, (await suspects(false)).length, (await suspects(false)).length];
    expect(counts).toEqual([3, 3, 2]);
    expect(await suspects(false)).toEqual([]);
  });

  it('at a half-open destination are one at a time, which is its probe', async () => {
    const rows = Array.from({ length: 3 }, () => delivery());
    await insert(rows, randomUUID());
    await expire();
    await reclaim();
    await sql(`UPDATE destinations SET opened_until = now() - interval '1 s'`);
    const token = randomUUID();
    expect(await suspects(false, token)).toMatchObject([{ probing: true }]);
    expect(await sql('SELECT probe_token FROM destinations')).toEqual([{ probe_token: token }]);
    expect(await suspects(false)).toEqual([]);
  });

  it('of an at-most-once channel end as OUTCOME_UNKNOWN once the request may have been sent', async () => {
    await insert([delivery()], randomUUID());
    await sql('UPDATE deliveries SET sending_at = now()');
    await expire();
    const [swept] = await reclaim();
    expect(swept).toMatchObject({ status: 'dead' });
    expect(swept?.last_error).toContain('OUTCOME_UNKNOWN');
  });

  it('given back on a graceful stop never count, and keep the attempt number used', async () => {
    const row = delivery();
    const token = randomUUID();
    await insert([row], token);
    expect(await repository.releaseLeases([{ id: row.id, leaseToken: token }])).toEqual([row.id]);
    expect(await sql('SELECT status, crash_count, attempt_number FROM deliveries')).toEqual([
      { status: 'pending', crash_count: 0, attempt_number: 1 },
    ]);
  });

  it('are extended only where they are still ours', async () => {
    const row = delivery();
    const token = randomUUID();
    await insert([row], token);
    expect(await repository.extendLeases([{ id: row.id, leaseToken: randomUUID() }], LEASE)).toEqual(new Set());
    expect(await repository.extendLeases([{ id: row.id, leaseToken: token }], LEASE)).toEqual(new Set([row.id]));
  });
});

describe('held deliveries', () => {
  it('expire with their time', async () => {
    const row = delivery('a.example', { expiresInMs: -1 });
    await insert([row]);
    await sql(`UPDATE deliveries SET status = 'held'`);
    const swept = await database.transaction((tx) => repository.expireWaiting(tx, 10));
    expect(swept).toMatchObject([{ id: row.id, status: 'expired' }]);
  });
});
