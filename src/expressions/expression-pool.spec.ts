import { afterAll, afterEach, describe, expect, it } from 'vitest';
import { type ExpressionOutcome, toFailure } from './expression-outcome.js';
import { ExpressionPool, type ExpressionPoolOptions } from './expression-pool.js';
import { expressionThreadsEndedTotal } from './expressions.metrics.js';

/** For a machine on which everything takes ten times as long. */
const PATIENT = { timeoutMs: 80_000 };
/** Registered by this test alone: keeps a thread busy until it is ended, and ends by itself should that fail. */
const SPINNING =
  'data:text/javascript,export const functions = { spin() { const end = Date.now() + 30000; while (Date.now() < end); } }';
/** Honest, and longer than a few milliseconds. */
const LONG = '$count($map([1..300000], function($i) { $string($i) }))';
/** Honest, and larger than 32 MB. */
const LARGE = '[1..900000].{"number": $string($), "half": $ / 2}';
/**
 * Registered by this test alone: keeps small objects until V8 ends the thread. The loop calls a function of its own, as every
 * evaluation does: on Node 24 some loops that call none were not ended at all.
 */
const HOARDING =
  'data:text/javascript,export const functions = { hoard() { const kept = []; const one = (n) => ({ n, list: [n, n, n, n] }); for (let n = 0; ; n++) kept.push(one(n)); } }';

const pools: ExpressionPool[] = [];

function open(options: Partial<ExpressionPoolOptions> = {}): ExpressionPool {
  const pool = new ExpressionPool({ threads: 1, heapMb: 64, resultMaxBytes: 1_000_000, ...options });
  pools.push(pool);
  return pool;
}

const shared = new ExpressionPool({ threads: 1, heapMb: 64, resultMaxBytes: 1_000_000 });
const small = new ExpressionPool({ threads: 1, heapMb: 64, resultMaxBytes: 1_000 });

afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()));
});
afterAll(async () => {
  await Promise.all([shared.close(), small.close()]);
});

function value(value: unknown): ExpressionOutcome {
  return { kind: 'value', value };
}

async function ended(reason: 'timeout' | 'memory' | 'crash'): Promise<number> {
  const { values } = await expressionThreadsEndedTotal.get();
  return values.find(({ labels }) => labels.reason === reason)?.value ?? 0;
}

describe('ExpressionPool', { timeout: 90_000 }, () => {
  it('evaluates one expression for many subjects, each apart and in order', async () => {
    const outcomes = await shared.run('a + 1', [{ a: 1 }, { a: 'x' }, {}, { a: 4 }], PATIENT);
    expect(outcomes).toEqual([
      value(2),
      {
        kind: 'error',
        code: 'T2001',
        message: 'the left side of the operator is no number, near "+"',
        position: 3,
      },
      value(undefined),
      value(5),
    ]);
  });

  it('hands plain JSON over, without what JSONata adds to its lists', async () => {
    const [outcome] = await shared.run('people.{"name": name}', [{ people: [{ name: 'A' }, { name: 'B' }] }], PATIENT);
    expect(outcome).toEqual(value([{ name: 'A' }, { name: 'B' }]));
  });

  it('quotes no value of a subject in a failure', async () => {
    const subject = { mail: 'ada@example.com', words: 'secret words' };
    const sources = [
      '$number(mail)',
      '-mail',
      '$error(words)',
      '$assert(false, words)',
      'mail > 3',
      '{mail.x: 1}',
      '$sqrt(-$length(mail))',
    ];
    for (const source of sources) {
      const outcomes = await shared.run(source, [subject], PATIENT);
      expect(JSON.stringify(outcomes), source).not.toMatch(/ada|example|secret|15/);
    }
  });

  it('ends a thread that spins, keeps what was done before, and goes on with another', async () => {
    const before = await ended('timeout');
    const pool = open({ extension: SPINNING });
    let ticks = 0;
    const ticking = setInterval(() => (ticks += 1), 10);
    // The first takes longer than the pause between two reports.
    const slow = 'slow ? $spin() : ($count([1..200000]); a)';
    const outcomes = await pool.run(slow, [{ a: 1 }, { a: 2 }, { slow: true }, { a: 4 }], { timeoutMs: 3_000 });
    clearInterval(ticking);
    expect(outcomes.at(0)).toEqual(value(1));
    expect(outcomes.slice(2)).toEqual([{ kind: 'timeout' }, { kind: 'timeout' }]);
    // This process went on meanwhile.
    expect(ticks).toBeGreaterThan(5);
    expect(await pool.run('a', [{ a: 5 }], PATIENT)).toEqual([value(5)]);
    expect(await ended('timeout')).toBe(before + 1);
  });

  it('serves what waits behind a run that is ended', async () => {
    const pool = open({ extension: SPINNING });
    const spinning = pool.run('$spin()', [{}], { timeoutMs: 300 });
    const waiting = [1, 2, 3].map((a) => pool.run('a', [{ a }], PATIENT));
    expect(await spinning).toEqual([{ kind: 'timeout' }]);
    expect(await Promise.all(waiting)).toEqual([[value(1)], [value(2)], [value(3)]]);
  });

  it('holds an honest long expression to a few milliseconds', async () => {
    const pool = open();
    expect(await pool.run(LONG, [{}], { timeoutMs: 3 })).toEqual([{ kind: 'timeout' }]);
    expect(await pool.run(LONG, [{}], PATIENT)).toEqual([value(300_000)]);
  });

  it('fails an honest result that its heap cannot hold, and goes on', async () => {
    const pool = open({ heapMb: 32 });
    const outcomes = await pool.run(`large ? ${LARGE} : a`, [{ a: 1 }, { large: true }, { a: 2 }], PATIENT);
    expect(outcomes).toEqual([value(1), toFailure('OUT_OF_MEMORY'), value(2)]);
  });

  it('replaces a thread that V8 ended for its memory', async () => {
    const before = await ended('memory');
    const pool = open({ heapMb: 32, extension: HOARDING });
    expect(await pool.run('$hoard()', [{}], PATIENT)).toEqual([toFailure('OUT_OF_MEMORY')]);
    expect(await pool.run('a', [{ a: 6 }], PATIENT)).toEqual([value(6)]);
    expect(await ended('memory')).toBe(before + 1);
  });

  it.each([
    ['a text that $pad makes', '$length($pad("", 5000000))', 'TEXT_TOO_LONG'],
    ['a text that $join makes', '$length($join([1..600000].("0123456789")))', 'TEXT_TOO_LONG'],
    ['a text that & makes', '( $x := $pad("", 4000000); $length($x & $x) )', 'TEXT_TOO_LONG'],
    ['a list', '$count([1..2000000])', 'D2015'],
  ])('refuses %s when it is too long on the way already', async (_, source, code) => {
    expect(await shared.run(source, [{}], PATIENT)).toMatchObject([{ kind: 'error', code }]);
  });

  it.each([
    ['$pad("a", 3, "-") & $pad("a", -3)', 'a--  a'],
    ['$join(["a", "b"], ", ") & $join(["c", "d"])', 'a, bcd'],
    ['$count($join(missing)) + $count($pad(missing, 3))', 0],
  ])('leaves what JSONata does otherwise: %s', async (source, result) => {
    expect(await shared.run(source, [{}], PATIENT)).toEqual([value(result)]);
  });

  it.each([
    ['more than may be returned', '$join([1..500].("0123456789"))', 'RESULT_TOO_LARGE'],
    ['a function', 'function($x) { $x }', 'RESULT_NOT_JSON'],
    ['a built-in function', '$uppercase', 'RESULT_NOT_JSON'],
    ['infinite', '1/0', 'RESULT_NOT_JSON'],
  ])('refuses a result that is %s', async (_, source, code) => {
    expect(await small.run(source, [{}], PATIENT)).toMatchObject([{ kind: 'error', code }]);
  });

  it.each([
    ['the environment', 'process.env'],
    ['the global object', 'globalThis'],
    ['modules', 'require'],
    ['prototypes', 'constructor'],
    ['prototypes of texts', 'text.constructor'],
    ['prototypes by their name', '`__proto__`'],
  ])('does not reach %s', async (_, source) => {
    expect(await shared.run(source, [{ text: 'x' }], PATIENT)).toEqual([value(undefined)]);
  });

  it('knows no $eval: text of a subject is no code', async () => {
    const [outcome] = await shared.run('$eval(code)', [{ code: '1 + 1' }], PATIENT);
    expect(outcome).toMatchObject({ kind: 'error', code: 'T1006' });
  });

  it('leaves a subject as it was, also for the next run', async () => {
    const pool = open();
    const subject = { a: { b: 1 } };
    await pool.run('$ ~> |a|{"b": 2}|', [subject], PATIENT);
    expect(await pool.run('a.b', [subject], PATIENT)).toEqual([value(1)]);
  });

  it('drops a run that waits when its caller gives up, and lets one that runs keep its time', async () => {
    const pool = open({ extension: SPINNING });
    const caller = new AbortController();
    const spinning = pool.run('$spin()', [{}], { timeoutMs: 300 });
    const waiting = pool.run('a', [{ a: 1 }], { ...PATIENT, signal: caller.signal });
    caller.abort();
    expect(await waiting).toEqual([{ kind: 'timeout' }]);
    expect(await spinning).toEqual([{ kind: 'timeout' }]);
    expect(await pool.run('a', [{ a: 1 }], { ...PATIENT, signal: AbortSignal.abort() })).toEqual([{ kind: 'timeout' }]);
  });

  it('does not let a caller wait longer than it can', async () => {
    const pool = open({ extension: SPINNING });
    const spinning = pool.run('$spin()', [{}], { timeoutMs: 1_500 });
    const waiting = pool.run('a', [{ a: 1 }], { ...PATIENT, totalMs: 50 });
    expect(await Promise.race([waiting, spinning.then(() => 'the thread was free first')])).toEqual([
      { kind: 'timeout' },
    ]);
    await spinning;
  });

  it('fails what is under way when it is closed', async () => {
    const pool = open({ extension: SPINNING });
    const spinning = pool.run('$spin()', [{}], PATIENT);
    await new Promise((resolve) => setTimeout(resolve, 200));
    await pool.close();
    expect(await spinning).toMatchObject([{ kind: 'error', code: 'WORKER_LOST' }]);
  });
});
