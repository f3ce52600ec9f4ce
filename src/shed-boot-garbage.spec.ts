import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it, vi } from 'vitest';
import { shedBootGarbage } from './shed-boot-garbage.js';

const LOOK_MS = 40;

describe('the garbage of the start', () => {
  it('is collected once the process has had nothing to do', async () => {
    const collect = vi.fn(async () => undefined);
    expect(await shedBootGarbage(collect, LOOK_MS)).toBe(true);
    expect(collect).toHaveBeenCalledTimes(1);
  });

  it('stays while the process is busy', async () => {
    const collect = vi.fn(async () => undefined);
    const shed = shedBootGarbage(collect, LOOK_MS);
    // Busy for more than half of each look.
    for (let turn = 0; turn < 10; turn += 1) {
      const until = performance.now() + LOOK_MS;
      while (performance.now() < until);
      await sleep(1);
    }
    expect(collect).not.toHaveBeenCalled();
    expect(await shed).toBe(true);
  });

  it('is collected for real without an error', async () => {
    expect(await shedBootGarbage(undefined, LOOK_MS)).toBe(true);
  });
});
