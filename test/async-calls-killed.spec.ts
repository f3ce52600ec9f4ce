import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { AsyncCallWorld, QUIET_MS, SOON } from './support/async-call-world.js';
import { entry, newCall } from './support/async-calls.js';

let world: AsyncCallWorld;
let failed = false;

// Most of it is a process starting: on a busy machine that takes as long as it takes.
vi.setConfig({ testTimeout: 90_000 });

beforeAll(async () => {
  world = await AsyncCallWorld.open();
});
afterEach(async ({ task }) => {
  failed ||= task.result?.state === 'fail';
  await world.endService();
});
afterAll(() => world.close(failed));

const freshPath = (): string => `/hook/${randomUUID()}`;

describe('a process that is killed', () => {
  it('right after the immediate answer: what it said is queued is run, and told at most once', async () => {
    const path = freshPath();
    const first = await world.start();
    const responses = [entry(world.receiver.url + path, 'OnCallComplete')];
    const submitted = await Promise.all(Array.from({ length: 20 }, () => world.submit(newCall({ responses }))));
    await first.kill();
    const queued = submitted.map((one) => (one.kind === 'queued' ? one.requestId : 'refused'));
    await world.start();
    const sql = 'SELECT count(*)::int AS n FROM actions WHERE entity_id = ANY($1) AND finished_at IS NOT NULL';
    await expect.poll(() => world.records.sql(sql, [queued]), SOON).toEqual([{ n: 20 }]);
    await sleep(QUIET_MS);
    // Of what was being sent when it died nobody knows whether it arrived: that is never sent again.
    for (const id of queued) {
      const sent = world.toldOf(path).filter((one) => one === id).length;
      const [delivery] = await world.deliveriesOf(id);
      if (delivery?.status === 'delivered') expect(sent).toBe(1);
      else expect([sent <= 1, delivery?.last_error]).toEqual([true, expect.stringMatching(/^OUTCOME_UNKNOWN/)]);
    }
    const results = 'SELECT 1 FROM result_messages WHERE request_id = ANY($1::uuid[])';
    expect(await world.records.sql(results, [queued])).toHaveLength(20);
  });

  it.each(['async-call.after-commit', 'async-call.before-mark'])(
    'at %s: the call is run once and told once',
    async (failpoint) => {
      const path = freshPath();
      const clientId = randomUUID();
      const first = await world.start(`${failpoint}=kill`);
      const call = newCall({ clientId, responses: [entry(world.receiver.url + path, 'OnCallComplete')] });
      await world.submit(call).catch(() => null);
      await first.exited;
      const requestId = await world.storedCall(clientId);
      await world.start();
      await expect.poll(() => world.toldOf(path), SOON).toEqual([requestId]);
      await expect.poll(() => world.stateOf(requestId), SOON).toBe('completed');
      const rows = await world.records.sql('SELECT state FROM async_calls WHERE id = $1', [requestId]);
      expect(rows).toEqual([{ state: 'ended' }]);
    },
  );
});
