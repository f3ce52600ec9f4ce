import { randomUUID } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { AsyncCallWorld, SOON } from './support/async-call-world.js';
import { entry, formOf, newCall, subscribers } from './support/async-calls.js';

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

describe('a process that ends in between', () => {
  it('between two parts of a conversation: the rest of it runs', async () => {
    const path = freshPath();
    const clientId = randomUUID();
    const first = await world.start('finish.after-commit=kill');
    for (const sequenceCode of [3, 2, 1]) {
      const part = { conversationId: 'talk', sequenceCode, callsInConversation: 3 };
      await world.submit(newCall({ clientId, part, responses: [entry(world.receiver.url + path, 'OnCallComplete')] }));
    }
    await first.exited;
    await world.start();
    const told = (): (string | undefined)[] => world.receiver.of(path).map(({ body }) => formOf(body)['SequenceCode']);
    await expect.poll(() => told().sort(), SOON).toEqual(['1', '2', '3']);
  });
});

describe('a call whose objects end the process', () => {
  it('ends with an error after three crashes', async () => {
    const path = freshPath();
    const clientId = randomUUID();
    const [object] = subscribers(1);
    const objects = [{ ordinal: 0, properties: { ...object?.properties, EndProcess: 'true' } }];
    await world.start();
    const call = newCall({ clientId, objects, responses: [entry(world.receiver.url + path, 'OnError')] });
    await world.submit(call).catch(() => null);
    const told = (): number => world.toldOf(path).length;
    for (let starts = 1; starts < 6 && told() === 0; starts += 1) {
      await Promise.race([
        world.child?.exited,
        expect
          .poll(told, SOON)
          .toBe(1)
          .catch(() => null),
      ]);
      if (told() === 0) await world.start();
    }
    await expect.poll(told, SOON).toBe(1);
    expect(formOf(world.receiver.of(path)[0]?.body ?? '')).toMatchObject({
      RequestID: await world.storedCall(clientId),
      OverallStatusCode: 'Error',
      StatusMessage: 'quarantined after 3 crashes',
      ErrorCode: '204',
    });
  });
});
