import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DELIVERY_STATUSES, type DeliveryStatus } from '../src/delivery/delivery.js';
import { DELIVERY_TRANSITIONS, type DeliveryTransition, nextStatuses } from '../src/delivery/delivery-transitions.js';
import { SETTLED_STATUSES } from '../src/delivery/settlement.js';
import { SEALED_COLUMNS } from '../src/security/sealed-columns.js';
import { readWrites, type TableWrite } from './support/delivery-writes.js';
import { readStatements, type SourceStatement } from './support/sql-statements.js';
import { createTestDatabase, type TestDatabase } from './support/test-database.js';

/** Statements that write a status they are given, and the statuses their callers may give. */
const GIVEN: Readonly<Record<string, readonly DeliveryStatus[]>> = { 'deliveries.settle': SETTLED_STATUSES };
const TABLES = ['deliveries', 'delivery_attempts'];
const WRITES =
  /\b(INSERT\s+INTO|UPDATE|DELETE\s+FROM|MERGE\s+INTO|TRUNCATE)\s+(ONLY\s+)?(public\.)?"?deliver(ies|y_attempts)\b/i;

const table: readonly DeliveryTransition[] = DELIVERY_TRANSITIONS;
const { statements, pieces } = readStatements();
const writers = statements
  .filter(({ text }) => /\bdeliver(ies|y_attempts)\b/.test(text))
  .map((statement) => ({ ...statement, ...readOf(statement) }));
const movers = writers.flatMap(({ name, file, writes }) =>
  writes.flatMap(({ moves }) => (moves === null ? [] : [{ name, file, moves }])),
);

function readOf({ name, text }: SourceStatement): { writes: TableWrite[]; problem: string | null } {
  try {
    return { writes: readWrites(text, DELIVERY_STATUSES).filter(({ table }) => TABLES.includes(table)), problem: null };
  } catch (error) {
    return { writes: [], problem: `${name}: ${(error as Error).message}` };
  }
}

function sorted(moves: readonly string[]): string[] {
  return [...new Set(moves)].sort();
}

function pairs(from: readonly string[], to: readonly string[]): string[] {
  const before = from.length === 0 ? ['(new)'] : from;
  return before.flatMap((one) => to.filter((other) => other !== one).map((other) => `${one} -> ${other}`));
}

describe('the life of a delivery', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());

  it('is frozen, each row with what it holds', () => {
    expect(Object.isFrozen(DELIVERY_TRANSITIONS)).toBe(true);
    for (const row of table) expect([row, row.from, row.to].every(Object.isFrozen)).toBe(true);
  });

  it('knows the statuses that Postgres lets in', async () => {
    const [check] = await database.dataSource.query<{ text: string }[]>(
      `SELECT pg_get_constraintdef(oid) AS text FROM pg_constraint WHERE conname = 'deliveries_status_check'`,
    );
    const allowed = [...(check?.text ?? '').matchAll(/'(\w+)'/g)].map((match) => match[1] ?? '');
    expect(sorted(allowed)).toEqual(sorted(DELIVERY_STATUSES));
    expect(sorted(table.flatMap(({ from, to }) => [...from, ...to]))).toEqual(sorted(DELIVERY_STATUSES));
  });

  it('is written in SQL that says from which statuses to which', () => {
    expect(writers.flatMap(({ problem }) => problem ?? [])).toEqual([]);
    expect(writers.length).toBeGreaterThan(50);
  });

  it('has a statement that leads to each status', () => {
    for (const status of DELIVERY_STATUSES)
      expect(
        movers.flatMap((one) => reached(one)),
        status,
      ).toContain(status);
  });

  it('holds every statement that writes a status to its row', () => {
    expect(movers.map(({ name }) => name).sort()).toEqual(table.map(({ statement }) => statement).sort());
    for (const mover of movers) {
      const row = table.find(({ statement }) => statement === mover.name);
      expect(sorted(pairs(mover.moves.from, reached(mover))), mover.name).toEqual(
        sorted(pairs(row?.from ?? [], row?.to ?? [])),
      );
    }
  });

  it('is written by statements of delivery/ alone, and by nothing that is no prepared statement', () => {
    const strangers = writers.filter(({ file, writes }) => writes.length > 0 && !file.startsWith('src/delivery/'));
    expect(strangers.map(({ name, file }) => `${file}: ${name}`)).toEqual([]);
    const hidden = pieces.filter(({ text }) => WRITES.test(text) && !statements.some((one) => one.text.includes(text)));
    expect(hidden.map(({ file, text }) => `${file}: ${text.slice(0, 80)}`)).toEqual([]);
    // One statement gets the name of its table at run time: the rotation of keys, in the columns listed for it.
    const general = statements.filter(({ text }) => /\b(INTO|UPDATE|DELETE\s+FROM)\s+unknown_here\b/.test(text));
    expect(general.map(({ file }) => file)).toEqual(['src/security/secret-rotation.repository.ts']);
    expect(Object.values(SEALED_COLUMNS).filter(({ table: sealed }) => TABLES.includes(sealed))).toEqual([]);
  });

  it('ends by itself: without a person, and with an end to its time, every walk does', () => {
    const byPerson = table.filter(({ by }) => by === 'administrator' || by === 'registration');
    const ends = DELIVERY_STATUSES.filter((status) => {
      const byItself = table.filter((row) => !byPerson.includes(row) && row.from.includes(status));
      return byItself.length === 0;
    });
    expect(ends).toEqual(['delivered', 'dead', 'expired', 'cancelled']);
    for (const status of DELIVERY_STATUSES) expect(walk(status), status).toEqual(expect.arrayContaining(ends));
  });
});

describe('the reader of statements', () => {
  const from = (sql: string): readonly string[] | undefined => readWrites(sql, DELIVERY_STATUSES)[0]?.moves?.from;

  it.each([
    [`UPDATE deliveries SET status = 'dead' WHERE status = 'held'`, ['held']],
    [`UPDATE deliveries d SET status = 'dead' WHERE d.status <> 'held' AND d.status IN ('held', 'dead')`, ['dead']],
    [
      `UPDATE deliveries d SET status = 'dead' FROM x WHERE d.id = x.id AND (d.status || '') = 'held' AND x.status = 'no'`,
      ['held'],
    ],
    [
      `WITH x AS (SELECT e.id FROM deliveries e WHERE concat(e.status) NOT IN ('held', 'dead', 'pending', 'expired', 'cancelled'))
      UPDATE deliveries d SET status = 'dead' FROM x WHERE d.id = x.id`,
      ['delivering', 'delivered'],
    ],
    [
      `UPDATE deliveries SET status = 'dead' WHERE id IN (SELECT id FROM deliveries WHERE status = 'held' LIMIT 1)`,
      ['held'],
    ],
  ])('reads from where %s leads', (sql, expected) => {
    expect(from(sql)).toEqual(expected);
  });

  it.each([
    [`UPDATE deliveries SET status = 'dead' WHERE id = $1`, 'says from no status'],
    [`UPDATE deliveries SET status = 'dead' WHERE status = 'held' OR id = $1`, 'under OR or NOT'],
    [`UPDATE deliveries SET status = 'dead' WHERE status = ANY($1)`, 'not understood'],
    [`UPDATE deliveries SET status = 'dead' WHERE status = 'waiting'`, 'there is no status waiting'],
    [`UPDATE deliveries SET status = upper($1) WHERE status = 'held'`, 'a value of status is not understood'],
    [`INSERT INTO deliveries (id) SELECT $1`, 'names no status'],
    [
      `WITH x AS (SELECT id FROM deliveries d WHERE d.status = 'held')
      UPDATE deliveries d SET status = 'dead' FROM y LEFT JOIN x ON x.id = y.id WHERE d.id = y.id`,
      'says from no status',
    ],
  ])('says that it cannot read %s', (sql, problem) => {
    expect(() => readWrites(sql, DELIVERY_STATUSES)).toThrow(problem);
  });
});

function reached({ name, moves }: (typeof movers)[number]): string[] {
  return [...moves.to, ...(moves.fromParameters ? (GIVEN[name] ?? [`what callers of ${name} give`]) : [])];
}

function walk(start: DeliveryStatus): DeliveryStatus[] {
  const seen = new Set<DeliveryStatus>([start]);
  for (const each of seen) for (const next of nextStatuses(each)) seen.add(next);
  return [...seen];
}
