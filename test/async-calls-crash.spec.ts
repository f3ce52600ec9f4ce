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
  it('after the claim and before the request: the callback still comes', async () => {
    const path = freshPath();
    const clientId = randomUUID();
    const first = await world.start('deliver.claimed=kill');
    await world.submit(newCall({ clientId, responses: [entry(world.receiver.url + path, 'OnCallComplete')] }));
    await first.exited;
    const requestId = await world.storedCall(clientId);
    expect(world.toldOf(path)).toEqual([]);
    await world.start();
    await expect.poll(() => world.toldOf(path), SOON).toEqual([requestId]);
    await expect.poll(() => world.stateOf(requestId), SOON).toBe('completed');
    expect(await world.deliveriesOf(requestId)).toEqual([{ status: 'delivered', last_error: null }]);
  });

  it('during the request: at most one attempt is ever made, and its outcome is said to be unknown', async () => {
    const path = freshPath();
    const clientId = randomUUID();
    world.receiver.answer = () => undefined;
    const first = await world.start();
    await world.submit(newCall({ clientId, responses: [entry(world.receiver.url + path, 'OnCallComplete')] }));
    await expect.poll(() => world.toldOf(path).length, SOON).toBe(1);
    await first.kill();
    world.receiver.answer = (response) => response.end();
    const requestId = await world.storedCall(clientId);
    await world.start();
    await expect.poll(() => world.stateOf(requestId), SOON).toBe('undeliverable');
    expect(await world.deliveriesOf(requestId)).toEqual([
      { status: 'dead', last_error: 'OUTCOME_UNKNOWN: the process ended while the request was under way' },
    ]);
    await sleep(QUIET_MS);
    expect(world.toldOf(path)).toHaveLength(1);
  });
});
