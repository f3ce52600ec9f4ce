import { randomUUID } from 'node:crypto';
import { v7 as uuidv7 } from 'uuid';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { ActionTrialsRepository } from '../src/actions/action-trials.repository.js';
import { type ActionInsert, ActionsRepository } from '../src/actions/actions.repository.js';
import { Database } from '../src/database/database.js';
import { DeliveriesRepository, type SweptRow } from '../src/delivery/deliveries.repository.js';
import { DeliverySuspectsRepository } from '../src/delivery/delivery-suspects.repository.js';
import { destinationOf } from '../src/delivery/destination.js';
import { LeaseTokens } from '../src/queue/lease-tokens.js';
import { ProcessBeatsRepository } from '../src/queue/process-beats.repository.js';
import { randomFrom } from './faults/random.js';
import { MortalProcess } from './support/mortal-process.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const LEASE_MS = 60_000;
const LIVES_MS = 60_000;

let test: TestDatabase;
let database: Database;
let actions: ActionsRepository;
let trials: ActionTrialsRepository;
let deliveries: DeliveriesRepository;
let suspects: DeliverySuspectsRepository;
let beats: ProcessBeatsRepository;
let failed = false;

beforeAll(async () => {
  test = await createTestDatabase();
  database = new Database(test.dataSource);
  actions = new ActionsRepository(database);
  trials = new ActionTrialsRepository(database);
  deliveries = new DeliveriesRepository(database);
  suspects = new DeliverySuspectsRepository(database);
  beats = new ProcessBeatsRepository(database);
});
afterEach(async ({ task }) => {
  failed ||= task.result?.state === 'fail';
  await sql(
    'TRUNCATE actions, action_tokens, action_payloads, action_history, deliveries, delivery_attempts, processes',
  );
});
afterAll(() => test.drop(failed));

async function sql<Row = Record<string, unknown>>(text: string, values: unknown[] = []): Promise<Row[]> {
  const result: unknown = await test.dataSource.query(text, values);
  return (Array.isArray(result) && Array.isArray(result[0]) ? result[0] : result) as Row[];
}

function row(overrides: Partial<ActionInsert> = {}): ActionInsert {
  return {
    id: uuidv7(),
    tokenKey: randomUUID(),
    service: 'contact-quality',
    dialect: 'adobe',
    tenant: 'org',
    objectType: 'lead',
    entityId: '1',
    timeoutMs: 3_600_000,
    request: '{}',
    secrets: 'sealed',
    callbackUrl: 'https://adobe.com/callback',
    leaseToken: null,
    ...overrides,
  };
}

/** A process that holds leases: it lives until {@link end}. */
async function begin(): Promise<LeaseTokens> {
  const tokens = new LeaseTokens();
  await beats.beat(tokens.holder, 'all', LIVES_MS);
  return tokens;
}

/** As when it is killed: it is silent from now on, and its leases have run out. */
async function end({ holder }: LeaseTokens): Promise<void> {
  await sql(
    `UPDATE processes SET beat_at = now() - interval '1 minute', lives_until = now() - interval '1 s' WHERE id = $1`,
    [holder],
  );
  for (const table of ['actions', 'deliveries']) {
    await sql(`UPDATE ${table} SET lease_until = now() - interval '1 s' WHERE left(lease_token::text, 18) = $1`, [
      holder,
    ]);
  }
}

/** Time that passes for everything the verdict goes by. */
async function elapse(ms: number): Promise<void> {
  for (const table of ['actions', 'deliveries']) {
    await sql(
      `UPDATE ${table} SET suspect_since = suspect_since - $1 * interval '1 ms', tried_at = tried_at - $1 * interval '1 ms'
        WHERE suspect_since IS NOT NULL`,
      [ms],
    );
  }
  await sql(`UPDATE processes SET ended_at = ended_at - $1 * interval '1 ms' WHERE ended_at IS NOT NULL`, [ms]);
}

/** One round of the sweep of leases. @returns ids of the actions that are to blame. */
async function sweep(): Promise<string[]> {
  await beats.noteEnded();
  while ((await actions.reclaimExpired(500)).length > 0);
  return database.transaction(async (tx) => {
    const proven = await actions.lockQuarantined(tx, 500);
    const convicted = await actions.lockConvicted(tx, 500);
    const toFailure = ({ id }: { id: string }) => ({ id, leaseToken: null, outcome: 'failure' as const });
    await actions.transition(tx, 'enriching', 'calling_back', proven.map(toFailure));
    await actions.transition(tx, 'received', 'calling_back', convicted.map(toFailure));
    return [...proven, ...convicted].map(({ id }) => id);
  });
}

/** The sweep, a quiet while later. */
async function sweepLater(): Promise<string[]> {
  await elapse(90_000);
  return sweep();
}

const crashesOf = async (id: string): Promise<number | undefined> =>
  (await sql<{ n: number }>('SELECT crash_count AS n FROM actions WHERE id = $1', [id]))[0]?.n;

/** One life of a process that claims the action as the suspect it is; `at`: where it ends. */
async function crash(at: 'claimed' | 'working' | 'answered', alone: boolean): Promise<string[]> {
  const tokens = await begin();
  const leaseToken = tokens.next();
  const claimed = await actions.claimSuspects(10, alone, leaseToken, LEASE_MS);
  expect(claimed).toHaveLength(1);
  const leases = claimed.map(({ id }) => ({ id, leaseToken }));
  if (at !== 'claimed') await trials.begin(leases);
  if (at === 'answered') await trials.end(leases);
  await end(tokens);
  return sweep();
}

/** An action that was under way when its process ended among many others. */
async function suspect(): Promise<string> {
  const tokens = await begin();
  const one = row({ leaseToken: tokens.next() });
  await actions.insertOnce([one], LEASE_MS);
  await end(tokens);
  expect(await sweep()).toEqual([]);
  expect(await crashesOf(one.id)).toBe(1);
  return one.id;
}

describe('a lease token', () => {
  it('is a uuid that names its process, and no two are the same', () => {
    const [a, b] = [new LeaseTokens(), new LeaseTokens()];
    const made = [...Array.from({ length: 200 }, () => a.next()), ...Array.from({ length: 200 }, () => b.next())];
    for (const token of made)
      expect(token).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(new Set(made).size).toBe(400);
    expect(new Set(made.map((token) => token.slice(0, 18)))).toEqual(new Set([a.holder, b.holder]));
  });
});

describe('an action', () => {
  it('that ends its process is to blame after three crashes: among others, among suspects, alone', async () => {
    const id = await suspect();
    expect(await crash('working', false)).toEqual([]);
    await elapse(1_000);
    expect(await crash('working', true)).toEqual([]);
    // It is not tried again meanwhile, and keeps nobody else from running.
    expect(await actions.findSuspectAge()).toBeNull();
    expect(await actions.claimSuspects(10, true, randomUUID(), LEASE_MS)).toEqual([]);
    expect(await sweepLater()).toEqual([id]);
    expect(await crashesOf(id)).toBe(3);
  });

  it.each(['claimed', 'answered'] as const)(
    'that was %s when its process ended, alone, is not to blame, however often',
    async (at) => {
      const id = await suspect();
      await crash('working', false);
      for (let time = 0; time < 6; time += 1) expect(await crash(at, true)).toEqual([]);
      expect(await crashesOf(id)).toBe(2);
      // Those ends had another cause, so one proof alone may be a coincidence, and three are not.
      for (let time = 0; time < 3; time += 1) expect(await crash('working', true)).toEqual([]);
      expect(await sweepLater()).toEqual([id]);
    },
  );

  it.each(['claimed', 'answered'] as const)(
    'that was %s among suspects when the process ended stays one of them',
    async (at) => {
      const id = await suspect();
      for (let time = 0; time < 4; time += 1) expect(await crash(at, false)).toEqual([]);
      expect(await crashesOf(id)).toBe(1);
    },
  );

  it('that crashed alone is tried again when another process ends soon after, and is free if it goes well', async () => {
    const id = await suspect();
    await crash('working', false);
    await crash('working', true);
    await end(await begin());
    expect(await sweepLater()).toEqual([]);
    expect(await actions.findSuspectAge()).toBeGreaterThanOrEqual(0);
    expect(await crash('answered', true)).toEqual([]);
    expect(await sweepLater()).toEqual([]);
    expect(await crashesOf(id)).toBe(3);
  });

  it('needs three proofs where a process ended meanwhile that it cannot have ended', async () => {
    const id = await suspect();
    const other = await begin();
    await end(other);
    expect(await crash('working', false)).toEqual([]);
    expect(await crash('working', true)).toEqual([]);
    expect(await crash('working', true)).toEqual([]);
    expect(await crash('working', true)).toEqual([]);
    expect(await sweepLater()).toEqual([id]);
    expect(await crashesOf(id)).toBe(5);
  });

  it('needs three proofs where processes ended again and again for no known reason', async () => {
    for (let time = 0; time < 5; time += 1) await end(await begin());
    await beats.noteEnded();
    const id = await suspect();
    expect(await crash('working', false)).toEqual([]);
    expect(await crash('working', true)).toEqual([]);
    expect(await crash('working', true)).toEqual([]);
    expect(await crash('working', true)).toEqual([]);
    expect(await sweepLater()).toEqual([id]);
  });

  it('is to blame after six crashes alone, although processes go on ending all the time', async () => {
    const id = await suspect();
    await crash('working', false);
    for (let time = 1; time <= 6; time += 1) {
      await end(await begin());
      await beats.noteEnded();
      expect(await crash('working', true)).toEqual(time === 6 ? [id] : []);
    }
  });

  it('is let go by a process that stops of its own accord, and that is no crash', async () => {
    const id = await suspect();
    const tokens = await begin();
    const leaseToken = tokens.next();
    await actions.claimSuspects(10, false, leaseToken, LEASE_MS);
    await trials.begin([{ id, leaseToken }]);
    await actions.releaseLeases([{ id, leaseToken }]);
    await beats.leave(tokens.holder);
    expect(await beats.noteEnded()).toEqual([]);
    expect(await crashesOf(id)).toBe(1);
  });

  it('that its process cannot finish for a reason of its own is to blame, though the process lives', async () => {
    const tokens = await begin();
    const one = row({ leaseToken: tokens.next() });
    await actions.insertOnce([one], LEASE_MS);
    let leaseToken = one.leaseToken as string;
    const forfeit = async (): Promise<string[]> => {
      await trials.forfeit([{ id: one.id, leaseToken }]);
      await sql(`UPDATE actions SET lease_until = now() - interval '1 s' WHERE state = 'enriching'`);
      return sweep();
    };
    expect(await forfeit()).toEqual([]);
    for (const alone of [false, true]) {
      leaseToken = tokens.next();
      expect(await actions.claimSuspects(10, alone, leaseToken, LEASE_MS)).toHaveLength(1);
      expect(await forfeit()).toEqual(alone ? [one.id] : []);
    }
  });
});

describe('a lease that runs out under a process that lives', () => {
  const ranOut = (): Promise<unknown> =>
    sql(`UPDATE actions SET lease_until = now() - interval '1 s' WHERE state = 'enriching'`);

  it('makes nobody a suspect: the action is due again as it was', async () => {
    const tokens = await begin();
    const one = row({ leaseToken: tokens.next() });
    await actions.insertOnce([one], LEASE_MS);
    await ranOut();
    await beats.beat(tokens.holder, 'all', LIVES_MS);
    expect(await sweep()).toEqual([]);
    expect(await sql('SELECT state, crash_count FROM actions')).toEqual([{ state: 'received', crash_count: 0 }]);
    expect(await actions.findSuspectAge()).toBeNull();
    expect(await sql(`SELECT note FROM action_history WHERE to_state = 'received'`)).toEqual([
      { note: 'lease ran out, its process lives' },
    ]);
  });

  it('counts nothing against a suspect on trial either', async () => {
    const id = await suspect();
    await crash('working', false);
    const tokens = await begin();
    const leaseToken = tokens.next();
    await actions.claimSuspects(1, true, leaseToken, LEASE_MS);
    await trials.begin([{ id, leaseToken }]);
    await ranOut();
    await beats.beat(tokens.holder, 'all', LIVES_MS);
    expect(await sweep()).toEqual([]);
    expect(await crashesOf(id)).toBe(2);
  });

  it('is left alone while nobody can tell whether the process lives', async () => {
    const tokens = await begin();
    const one = row({ leaseToken: tokens.next() });
    await actions.insertOnce([one], LEASE_MS);
    await sql(`UPDATE processes SET beat_at = now() - interval '5 s'`);
    await ranOut();
    await sweep();
    expect(await sql('SELECT state FROM actions')).toEqual([{ state: 'enriching' }]);
    await end(tokens);
    await sweep();
    expect(await sql('SELECT state, crash_count FROM actions')).toEqual([{ state: 'received', crash_count: 1 }]);
  });
});

describe('a delivery', () => {
  const destination = destinationOf('fake', 'scope', 'https://receiver.example');
  const channels = [{ key: 'fake', perDestination: 10 }];
  let id: string;

  async function insert(leaseToken: string): Promise<void> {
    id = uuidv7();
    const one = {
      id,
      channel: 'fake',
      ownerId: uuidv7(),
      destination,
      eventId: 'e',
      method: 'POST' as const,
      url: 'https://receiver.example/hook',
      contentType: 'application/json',
      body: '{}',
      expiresInMs: null,
    };
    await database.transaction(async (tx) => {
      await deliveries.insertDestinations(tx, [destination]);
      await deliveries.insert(tx, [one], [leaseToken], LEASE_MS);
    });
  }

  const convict = async (): Promise<SweptRow[]> => {
    await elapse(90_000);
    return database.transaction((tx) => suspects.convict(tx, 10));
  };

  const sweepDeliveries = async (): Promise<SweptRow[]> => {
    await beats.noteEnded();
    return database.transaction((tx) => deliveries.reclaimExpired(tx, 10));
  };

  async function crashOf(at: 'claimed' | 'working' | number, alone: boolean): Promise<SweptRow | undefined> {
    const tokens = await begin();
    const leaseToken = tokens.next();
    expect(await suspects.claimSuspects({ limit: 10, alone, channels }, leaseToken, LEASE_MS)).toHaveLength(1);
    if (at !== 'claimed') await suspects.beginTrials([{ id, leaseToken }]);
    if (typeof at === 'number') await suspects.endTrials([{ id, leaseToken, status: at }]);
    await end(tokens);
    return (await sweepDeliveries())[0];
  }

  it('is dead after the third crash, alone while it was sent', async () => {
    const tokens = await begin();
    await insert(tokens.next());
    await end(tokens);
    expect(await sweepDeliveries()).toMatchObject([{ status: 'pending' }]);
    expect(await crashOf('working', false)).toMatchObject({ status: 'pending' });
    expect(await crashOf('working', true)).toMatchObject({ status: 'pending' });
    expect(await suspects.hasSuspects()).toBe(false);
    expect(await convict()).toMatchObject([{ id, status: 'dead', last_error: 'quarantined after 3 crashes' }]);
    expect(await sql('SELECT crash_count FROM deliveries')).toEqual([{ crash_count: 3 }]);
  });

  it('that was answered, or not begun, when its process ended is not to blame; a 2xx is noted', async () => {
    const tokens = await begin();
    await insert(tokens.next());
    await end(tokens);
    await sweepDeliveries();
    await crashOf('working', false);
    for (const at of ['claimed', 200, 204, 503, 'claimed', 200] as const)
      expect(await crashOf(at, true)).toMatchObject({ status: 'pending' });
    expect(await sql('SELECT crash_count, answered_2xx FROM deliveries')).toEqual([
      { crash_count: 2, answered_2xx: 3 },
    ]);
  });

  it('whose lease runs out under a living process costs no attempt of its schedule, and keeps its number used', async () => {
    const tokens = await begin();
    await insert(tokens.next());
    await sql(`UPDATE deliveries SET lease_until = now() - interval '1 s'`);
    await beats.beat(tokens.holder, 'all', LIVES_MS);
    expect(await sweepDeliveries()).toMatchObject([{ status: 'pending' }]);
    expect(await sql('SELECT crash_count, attempt_number, attempt_count FROM deliveries')).toEqual([
      { crash_count: 0, attempt_number: 1, attempt_count: 0 },
    ]);
  });
});

describe('ten thousand actions under kills at random', () => {
  const COUNT = 10_000;

  /** Lets one process live after the other until nothing is left. */
  async function run(
    seed: number,
    poisons: number,
  ): Promise<{ kills: number; blamed: string[]; crashes: Map<string, number> }> {
    const random = randomFrom(seed);
    const rows = Array.from({ length: COUNT }, () => row());
    const poison = new Set(
      Array.from({ length: poisons }, (_, index) => (rows[37 + index * 3_333] as ActionInsert).id),
    );
    for (let from = 0; from < COUNT; from += 1_000) await actions.insertOnce(rows.slice(from, from + 1_000), LEASE_MS);
    const crashes = new Map<string, number>();
    const blamed: string[] = [];
    for (let kills = 0; ; kills += 1) {
      // After so many kills they stop: then everything has to come to its end.
      const livesMs = kills < 120 ? random() * 700 : Infinity;
      const one = new MortalProcess({
        database,
        actions,
        trials,
        beats,
        livesMs,
        workMs: () => 5 + random() * 55,
        isPoison: (id) => poison.has(id),
      });
      const how = await one.live();
      await elapse(Math.round(one.nowMs));
      blamed.push(...(await sweep()));
      if (how === 'idle') {
        // What awaits its verdict gets it in the quiet that follows.
        blamed.push(...(await sweepLater()));
        return { kills, blamed, crashes };
      }
      for (const id of one.working) crashes.set(id, (crashes.get(id) ?? 0) + 1);
      await sql(`UPDATE actions SET lease_until = now() - interval '1 s' WHERE state = 'enriching'`);
      await sql(
        `UPDATE processes SET beat_at = now() - interval '1 minute', lives_until = now() - interval '1 s' WHERE ended_at IS NULL`,
      );
      blamed.push(...(await sweep()));
    }
  }

  it('blames none that is innocent', { timeout: 120_000 }, async () => {
    const { kills, blamed } = await run(Number(process.env['BLAME_SEED'] ?? 11), 0);
    expect(kills).toBeGreaterThanOrEqual(60);
    expect(blamed).toEqual([]);
    expect(await sql(`SELECT state, count(*)::int AS n FROM actions GROUP BY 1`)).toEqual([
      { state: 'completed', n: COUNT },
    ]);
  });

  it('still finds the three that end processes, and no other', { timeout: 120_000 }, async () => {
    const { blamed, crashes } = await run(12, 3);
    expect(blamed).toHaveLength(3);
    const guilty = [...crashes].filter(([, times]) => times >= 3).map(([id]) => id);
    for (const id of blamed) expect(guilty).toContain(id);
    expect(await sql(`SELECT state, count(*)::int AS n FROM actions GROUP BY 1 ORDER BY 1`)).toEqual([
      { state: 'calling_back', n: 3 },
      { state: 'completed', n: COUNT - 3 },
    ]);
  });
});
