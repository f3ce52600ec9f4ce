import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { v7 as uuidv7 } from 'uuid';
import { ACTION_STATES, ACTION_TRANSITIONS, type ActionState } from '../src/actions/action-state.js';
import { ActionTrialsRepository } from '../src/actions/action-trials.repository.js';
import { ActionTokensRepository } from '../src/actions/action-tokens.repository.js';
import { type ActionInsert, ActionsRepository } from '../src/actions/actions.repository.js';
import { deadlineMarginMs } from '../src/actions/deadline-margin.js';
import { Database } from '../src/database/database.js';
import { DELIVERY_STATUSES } from '../src/delivery/delivery.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

const MINUTE = 60_000;
const LEASE = 20_000;

let test: TestDatabase;
let database: Database;
let repository: ActionsRepository;

beforeAll(async () => {
  test = await createTestDatabase();
  database = new Database(test.dataSource);
  repository = new ActionsRepository(database);
});
afterEach(() => sql('TRUNCATE actions, action_tokens, action_payloads, action_history'));
afterAll(() => test.drop());

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
    timeoutMs: 60 * MINUTE,
    request: '{}',
    secrets: 'sealed',
    callbackUrl: 'https://adobe.com/callback',
    leaseToken: null,
    ...overrides,
  };
}

async function insert(...rows: ActionInsert[]): Promise<Set<string>> {
  return repository.insertOnce(
    [...rows].sort((a, b) => (a.tokenKey < b.tokenKey ? -1 : 1)),
    LEASE,
  );
}

async function inState(state: ActionState, overrides: Partial<ActionInsert> = {}): Promise<string> {
  const one = row(overrides);
  await insert(one);
  await sql('UPDATE actions SET state = $2 WHERE id = $1', [one.id, state]);
  return one.id;
}

async function stateOf(id: string): Promise<string | undefined> {
  return (await sql<{ state: string }>('SELECT state FROM actions WHERE id = $1', [id]))[0]?.state;
}

function checkedValues(definition: string): string[] {
  return [...definition.matchAll(/'([a-z_]+)'::text/g)].map((match) => match[1] as string);
}

describe('the table', () => {
  it.each([
    ['actions_state_check', ACTION_STATES],
    ['deliveries_status_check', DELIVERY_STATUSES],
  ])('allows in %s exactly the constant', async (name, values) => {
    const [constraint] = await sql<{ definition: string }>(
      'SELECT pg_get_constraintdef(oid) AS definition FROM pg_constraint WHERE conname = $1',
      [name],
    );
    expect(checkedValues(constraint?.definition ?? '').sort()).toEqual([...values].sort());
  });

  it('has the same margin in SQL as in TypeScript', async () => {
    for (const minutes of [1, 2, 5, 10, 11, 60, 240, 1000]) {
      const one = row({ timeoutMs: minutes * MINUTE });
      await insert(one);
      // One second before the margin begins it is left alone, one second after it is taken.
      for (const [offset, expected] of [
        [1000, 0],
        [-1000, 1],
      ] as const) {
        const left = deadlineMarginMs(minutes * MINUTE) + offset;
        await sql(
          `UPDATE actions SET deadline_at = now() + $2 * interval '1 ms', received_at = now() - ($3 - $2) * interval '1 ms' WHERE id = $1`,
          [one.id, left, minutes * MINUTE],
        );
        const locked = await database.transaction((tx) => repository.lockPastMargin(tx, 10));
        expect(locked, `${minutes} min, ${offset} ms`).toHaveLength(expected);
      }
      await sql('TRUNCATE actions');
    }
  });
});

describe('ActionsRepository.insertOnce', () => {
  it('inserts an action with its token and payload, received or born leased', async () => {
    const due = row();
    const leased = row({ leaseToken: randomUUID() });
    expect(await insert(due, leased)).toEqual(new Set([due.id, leased.id]));
    expect(await stateOf(due.id)).toBe('received');
    expect(await stateOf(leased.id)).toBe('enriching');
    const [payload] = await sql('SELECT request, secrets, callback_url FROM action_payloads WHERE action_id = $1', [
      due.id,
    ]);
    expect(payload).toEqual({ request: '{}', secrets: 'sealed', callback_url: 'https://adobe.com/callback' });
  });

  it('lets the first request of a token win and tells who it was', async () => {
    const first = row();
    const second = row({ tokenKey: first.tokenKey, entityId: '2' });
    await insert(first);
    expect(await insert(second)).toEqual(new Set());
    expect(await new ActionTokensRepository(database).findTokenOwners([first.tokenKey])).toEqual([
      { tokenKey: first.tokenKey, actionId: first.id, objectType: 'lead', entityId: '1' },
    ]);
    expect(await sql('SELECT count(*)::int AS n FROM action_payloads')).toEqual([{ n: 1 }]);
  });

  it('survives racing batches over the same tokens', async () => {
    const tokens = Array.from({ length: 100 }, () => randomUUID());
    const batches = Array.from({ length: 8 }, () => insert(...tokens.map((tokenKey) => row({ tokenKey }))));
    const inserted = await Promise.all(batches);
    expect(inserted.reduce((sum, ids) => sum + ids.size, 0)).toBe(100);
  });

  it('keeps ids and texts of every script byte for byte', async () => {
    const one = row({ entityId: '9007199254740993123', request: '{"name":"渡辺 \\u0000 🙂 \\"x\\""}' });
    await insert(one);
    expect(await sql('SELECT entity_id FROM actions')).toEqual([{ entity_id: '9007199254740993123' }]);
    expect(await sql('SELECT request FROM action_payloads')).toEqual([{ request: one.request }]);
  });
});

describe('ActionsRepository.transition', () => {
  const moves = ACTION_STATES.flatMap((from) => ACTION_STATES.map((to) => [from, to] as const));

  it.each(moves)('%s → %s follows the table', async (from, to) => {
    const id = await inState(from);
    const allowed = (ACTION_TRANSITIONS[from] as readonly string[]).includes(to);
    const move = database.transaction((tx) => repository.transition(tx, from, to, [{ id, leaseToken: null }]));
    if (!allowed) {
      await expect(move).rejects.toThrow(`no action moves from ${from} to ${to}`);
      expect(await stateOf(id)).toBe(from);
      return;
    }
    expect(await move).toEqual(new Set([id]));
    expect(await stateOf(id)).toBe(to);
    expect(await sql('SELECT from_state, to_state FROM action_history')).toEqual([{ from_state: from, to_state: to }]);
  });

  it('writes outcome, note and steps with the move', async () => {
    const id = await inState('enriching');
    const steps = [{ step: 'email', outcome: 'ok' as const, ms: 1 }];
    await database.transaction((tx) =>
      repository.transition(tx, 'enriching', 'calling_back', [
        { id, leaseToken: null, outcome: 'failure', errorCode: 'TIMEOUT', reason: 'too slow', note: 'n', steps },
      ]),
    );
    expect(await sql('SELECT outcome, error_code, reason FROM actions')).toEqual([
      { outcome: 'failure', error_code: 'TIMEOUT', reason: 'too slow' },
    ]);
    expect(await sql('SELECT note, steps FROM action_history')).toEqual([{ note: 'n', steps }]);
  });

  it('is fenced: a lost lease moves nothing and writes no history', async () => {
    const one = row({ leaseToken: randomUUID() });
    await insert(one);
    const moved = await database.transaction((tx) =>
      repository.transition(tx, 'enriching', 'calling_back', [{ id: one.id, leaseToken: randomUUID() }]),
    );
    expect(moved.size).toBe(0);
    expect(await stateOf(one.id)).toBe('enriching');
    expect(await sql('SELECT * FROM action_history')).toEqual([]);
  });

  it('lets exactly one of many racing finishers win', async () => {
    const one = row({ leaseToken: randomUUID() });
    await insert(one);
    const racers = Array.from({ length: 10 }, () =>
      database.transaction((tx) =>
        repository.transition(tx, 'enriching', 'calling_back', [{ id: one.id, leaseToken: one.leaseToken }]),
      ),
    );
    const won = (await Promise.all(racers)).filter((ids) => ids.size === 1);
    expect(won).toHaveLength(1);
    expect(await sql('SELECT count(*)::int AS n FROM action_history')).toEqual([{ n: 1 }]);
  });
});

describe('claims and leases', () => {
  it('claims the nearest deadlines first, no more than asked, with payloads', async () => {
    await insert(
      row({ entityId: 'late', timeoutMs: 9 * MINUTE }),
      row({ entityId: 'soon', timeoutMs: MINUTE }),
      row({ entityId: 'mid', timeoutMs: 5 * MINUTE }),
    );
    const claimed = await repository.claimDue(2, randomUUID(), LEASE);
    expect(claimed.map((each) => each.entity_id).sort()).toEqual(['mid', 'soon']);
    expect(claimed[0]?.request).toBe('{}');
    const soon = claimed.find((each) => each.entity_id === 'soon');
    expect(soon?.remaining_ms).toBeGreaterThan(MINUTE - 5_000);
    expect(soon?.remaining_ms).toBeLessThanOrEqual(MINUTE);
    expect(soon?.timeout_ms).toBe(MINUTE);
  });

  it('never gives an action to two of many racing claimers', async () => {
    await insert(...Array.from({ length: 200 }, () => row()));
    const claims = await Promise.all(Array.from({ length: 10 }, () => repository.claimDue(50, randomUUID(), LEASE)));
    const ids = claims.flat().map((each) => each.id);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids.length).toBe(200);
  });

  it('extends only leases that are still ours', async () => {
    const mine = row({ leaseToken: randomUUID() });
    const theirs = row({ leaseToken: randomUUID() });
    await insert(mine, theirs);
    const held = [
      { id: mine.id, leaseToken: mine.leaseToken as string },
      { id: theirs.id, leaseToken: randomUUID() },
    ];
    expect(await repository.extendLeases(held, LEASE)).toEqual(new Set([mine.id]));
  });

  it('takes back what a process left behind as a suspect, and counts what it crashes on trial: among suspects, then alone', async () => {
    const one = row({ leaseToken: randomUUID() });
    await insert(one);
    await sql(`UPDATE actions SET lease_until = now() - interval '1 s'`);
    expect(await repository.reclaimExpired(10)).toEqual([one.id]);
    expect(await repository.claimDue(10, randomUUID(), LEASE)).toEqual([]);
    expect(await repository.findSuspectAge()).toBeGreaterThanOrEqual(0);
    expect(await repository.claimSuspects(10, true, randomUUID(), LEASE)).toEqual([]);
    const [second, third] = [randomUUID(), randomUUID()];
    expect(await repository.claimSuspects(10, false, second, LEASE)).toMatchObject([{ crash_count: 1 }]);
    await new ActionTrialsRepository(database).begin([{ id: one.id, leaseToken: second }]);
    await sql(`UPDATE actions SET lease_until = now() - interval '1 s'`);
    expect(await repository.reclaimExpired(10)).toEqual([one.id]);
    expect(await repository.claimSuspects(10, false, randomUUID(), LEASE)).toEqual([]);
    expect(await repository.claimSuspects(10, true, third, LEASE)).toMatchObject([{ crash_count: 2 }]);
    await new ActionTrialsRepository(database).begin([{ id: one.id, leaseToken: third }]);
    await sql(`UPDATE actions SET lease_until = now() - interval '1 s'`);
    expect(await repository.reclaimExpired(10)).toEqual([]);
    const quarantined = await database.transaction((tx) => repository.lockQuarantined(tx, 10));
    expect(quarantined).toMatchObject([{ id: one.id, crash_count: 3 }]);
  });

  it('gives suspects out in sets, and each of them once', async () => {
    await insert(...Array.from({ length: 20 }, () => row({ leaseToken: randomUUID() })));
    await sql(`UPDATE actions SET lease_until = now() - interval '1 s'`);
    await repository.reclaimExpired(100);
    const claims = await Promise.all(
      Array.from({ length: 5 }, () => repository.claimSuspects(8, false, randomUUID(), LEASE)),
    );
    const ids = claims.flat().map((each) => each.id);
    expect([ids.length, new Set(ids).size, Math.max(...claims.map((claimed) => claimed.length))]).toEqual([20, 20, 8]);
    const history = await sql(
      `SELECT note, count(*)::int AS count FROM action_history WHERE note LIKE '%suspects%' GROUP BY 1`,
    );
    expect(history).toEqual([{ note: 'among suspects, after a crash', count: 20 }]);
  });

  it('counts nothing against a lease that was given back', async () => {
    const one = row({ leaseToken: randomUUID() });
    await insert(one);
    expect(await repository.releaseLeases([{ id: one.id, leaseToken: one.leaseToken as string }])).toEqual([one.id]);
    expect(await repository.findSuspectAge()).toBeNull();
    expect(await sql('SELECT state, crash_count FROM actions')).toEqual([{ state: 'received', crash_count: 0 }]);
  });

  it('leaves live leases alone', async () => {
    await insert(row({ leaseToken: randomUUID() }));
    expect(await repository.reclaimExpired(10)).toEqual([]);
  });
});
