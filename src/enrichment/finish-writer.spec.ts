import { describe, expect, it } from 'vitest';
import type { ActionFinishers } from '../actions/action-registries.js';
import type { ActionTrialsRepository } from '../actions/action-trials.repository.js';
import type { Database } from '../database/database.js';
import { testConfig } from '../intake/intake.fixtures.js';
import { PendingWrites } from '../queue/pending-writes.js';
import { FinishWriter } from './finish-writer.js';

function writerWith(batchMax: number, database: Partial<Database> = {}) {
  const pending = new PendingWrites();
  const finishers = { get: () => ({ finish: () => new Promise(() => undefined) }) } as unknown as ActionFinishers;
  const writer = new FinishWriter(
    database as Database,
    finishers,
    {} as ActionTrialsRepository,
    pending,
    testConfig({ batchMax }),
  );
  return { writer, pending };
}

describe('a finish writer is behind', () => {
  it.each([
    [200, 600, false],
    [200, 601, true],
    [400, 1_200, false],
    [400, 1_201, true],
    [1, 512, false],
    [1, 513, true],
  ])('with statements of at most %i rows and %i outcomes that wait: %s', (batchMax, outcomes, isBehind) => {
    const { writer, pending } = writerWith(batchMax);
    expect(writer.isBehind).toBe(false);
    pending.include(() => outcomes);
    expect(writer.isBehind).toBe(isBehind);
  });

  it('counts its own results until they are stored', async () => {
    let commit: () => void = () => undefined;
    const committed = new Promise<void>((resolve) => (commit = resolve));
    const { writer, pending } = writerWith(200, { transaction: () => committed as Promise<never> });
    const results = Array.from({ length: 601 }, (_, id) => writer.finish({ action: { id: `a${id}` } } as never));
    expect([pending.count, writer.isBehind]).toEqual([601, true]);
    commit();
    await Promise.all(results);
    expect([pending.count, writer.isBehind]).toEqual([0, false]);
  });
});
