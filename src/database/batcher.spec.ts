import { describe, expect, it } from 'vitest';
import { Batcher, classifyWriteError, OutcomeUnknownError } from './batcher.js';

const sqlError = (code: string): Error => Object.assign(new Error(`sqlstate ${code}`), { code });

/** A batcher over numbers that records its statements. */
function recording(write: (items: readonly number[]) => Promise<readonly string[]>, max = 200, paceMs = 0) {
  const statements: number[][] = [];
  const batcher = new Batcher<number, string>({
    max,
    paceMs,
    key: (item) => String(item).padStart(6, '0'),
    write: (items) => {
      statements.push([...items]);
      return write(items);
    },
  });
  return { batcher, statements };
}

const echo = (items: readonly number[]): Promise<string[]> => Promise.resolve(items.map((item) => `r${item}`));

describe('Batcher', () => {
  it('answers every item with its own result', async () => {
    const { batcher } = recording(echo);
    expect(await Promise.all([3, 1, 2].map((item) => batcher.submit(item)))).toEqual(['r3', 'r1', 'r2']);
  });

  it('writes what arrives together in one statement, sorted by key', async () => {
    const { batcher, statements } = recording(echo);
    await Promise.all([3, 1, 2].map((item) => batcher.submit(item)));
    expect(statements).toEqual([[1, 2, 3]]);
  });

  it('with a pace writes at once when idle, and then collects', async () => {
    const { batcher, statements } = recording(echo, 200, 60_000);
    expect(await batcher.submit(1)).toBe('r1');
    const later = [batcher.submit(2), batcher.submit(3)];
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(statements).toEqual([[1]]);
    // A stop does not wait out a pace.
    await batcher.drained();
    expect(await Promise.all(later)).toEqual(['r2', 'r3']);
    expect(statements).toEqual([[1], [2, 3]]);
  });

  it('with a pace keeps a full statement no longer than the one before it takes', async () => {
    const { batcher, statements } = recording(echo, 2, 60_000);
    await Promise.all([1, 2, 3, 4].map((item) => batcher.submit(item)));
    expect(statements).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });

  it('with a pace writes as soon as a statement is full', async () => {
    const { batcher, statements } = recording(echo, 3, 60_000);
    await batcher.submit(1);
    const later = [batcher.submit(2), batcher.submit(3)];
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(batcher.waiting).toBe(2);
    later.push(batcher.submit(4));
    expect(await Promise.all(later)).toEqual(['r2', 'r3', 'r4']);
    expect(statements).toEqual([[1], [2, 3, 4]]);
  });

  it('with a pace takes what arrives once it is over', async () => {
    const { batcher, statements } = recording(echo, 200, 30);
    await batcher.submit(1);
    expect(await batcher.submit(2)).toBe('r2');
    expect(statements).toEqual([[1], [2]]);
  });

  it('collects what arrives while a statement is in flight into the next one', async () => {
    let release: () => void = () => undefined;
    const gate = new Promise<void>((resolve) => (release = resolve));
    const { batcher, statements } = recording(async (items) => {
      if (statements.length === 1) await gate;
      return echo(items);
    });
    const first = batcher.submit(1);
    await new Promise((resolve) => setImmediate(resolve));
    const later = [batcher.submit(2), batcher.submit(3), batcher.submit(4)];
    expect(batcher.waiting).toBe(4);
    release();
    await Promise.all([first, ...later]);
    expect(statements).toEqual([[1], [2, 3, 4]]);
    expect(batcher.waiting).toBe(0);
  });

  it('gives one row and one result to items with the same key', async () => {
    const { batcher, statements } = recording(echo);
    expect(await Promise.all([batcher.submit(7), batcher.submit(7)])).toEqual(['r7', 'r7']);
    expect(statements).toEqual([[7]]);
  });

  it('never writes more than max rows at once', async () => {
    const { batcher, statements } = recording(echo, 10);
    await Promise.all(Array.from({ length: 25 }, (_, item) => batcher.submit(item)));
    expect(statements.map((statement) => statement.length)).toEqual([10, 10, 5]);
  });

  it('stops growing a statement at its weight, but always takes one', async () => {
    const sizes: number[] = [];
    const batcher = new Batcher<number, null>({
      max: 200,
      key: String,
      weigh: () => 9 * 1024 * 1024,
      write: (items) => {
        sizes.push(items.length);
        return Promise.resolve(items.map(() => null));
      },
    });
    await Promise.all([1, 2, 3].map((item) => batcher.submit(item)));
    expect(sizes).toEqual([1, 1, 1]);
  });

  it('splits a batch with a bad row until only the offender fails', async () => {
    const { batcher } = recording((items) => (items.includes(5) ? Promise.reject(sqlError('22P02')) : echo(items)));
    const results = await Promise.allSettled(Array.from({ length: 16 }, (_, item) => batcher.submit(item)));
    expect(results.map((result) => result.status)).toEqual(
      Array.from({ length: 16 }, (_, item) => (item === 5 ? 'rejected' : 'fulfilled')),
    );
  });

  it.each(['40P01', '40001'])('writes once more after %s', async (code) => {
    let failures = 1;
    const { batcher, statements } = recording((items) => {
      if (failures-- > 0) return Promise.reject(sqlError(code));
      return echo(items);
    });
    expect(await batcher.submit(1)).toBe('r1');
    expect(statements).toEqual([[1], [1]]);
  });

  it.each(['08006', '57P01', '57014', '53300', 'ECONNRESET', 'ETIMEDOUT'])(
    'tells all waiting that %s leaves the outcome unknown',
    async (code) => {
      const { batcher } = recording(() => Promise.reject(sqlError(code)));
      const results = await Promise.allSettled([batcher.submit(1), batcher.submit(2)]);
      for (const result of results) {
        expect(result.status === 'rejected' && result.reason).toBeInstanceOf(OutcomeUnknownError);
      }
    },
  );

  it('goes on after a failure', async () => {
    let fail = true;
    const { batcher } = recording((items) => (fail ? Promise.reject(sqlError('08006')) : echo(items)));
    await expect(batcher.submit(1)).rejects.toThrow(OutcomeUnknownError);
    fail = false;
    expect(await batcher.submit(1)).toBe('r1');
  });

  it('is drained only when nothing waits', async () => {
    const { batcher, statements } = recording(echo, 2);
    const all = Promise.all([1, 2, 3, 4, 5].map((item) => batcher.submit(item)));
    await batcher.drained();
    expect(statements.flat()).toHaveLength(5);
    await all;
    await batcher.drained();
  });
});

describe('classifyWriteError', () => {
  it('keeps a bug of ours apart from a broken connection', () => {
    expect(classifyWriteError(new TypeError('x is undefined'))).toBe('other');
    expect(classifyWriteError(new Error('Connection terminated unexpectedly'))).toBe('unknown');
    expect(classifyWriteError(sqlError('42703'))).toBe('other');
    for (const code of ['25006', '28P01', '3D000', '53300', '55000', '57P01']) {
      expect(classifyWriteError(sqlError(code))).toBe('unknown');
    }
  });
});
