import { afterEach, describe, expect, it } from 'vitest';
import type { LeasedAction } from '../actions/action.js';
import type { ActionHandover } from '../actions/action-handover.js';
import type { MigrationStatus } from '../database/migration-status.js';
import { testConfig } from '../intake/intake.fixtures.js';
import { Drain } from '../queue/drain.js';
import { SuspectFloor } from '../queue/suspect-floor.js';
import { WorkQueue } from '../queue/work-queue.js';
import type { ActionPipelines } from './action-pipelines.js';
import type { EnrichmentClaims } from './enrichment-claims.js';
import { EnrichmentStage } from './enrichment-stage.js';
import type { FinishWriter } from './finish-writer.js';
import { PipelinePlaces } from './pipeline-places.js';

class SilentQueue extends WorkQueue {
  ring(): void {}
  listen(): void {}
  isConnected(): boolean {
    return true;
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

const ACTIONS = 2_000;

const previousLimit = Error.stackTraceLimit;
afterEach(() => (Error.stackTraceLimit = previousLimit));

/** Frames above the caller. */
function depth(): number {
  Error.stackTraceLimit = Infinity;
  const { stack = '' } = new Error();
  Error.stackTraceLimit = previousLimit;
  return stack.split('\n').length;
}

describe('an enrichment stage with one place and two thousand actions that wait for another system', () => {
  it('begins and ends each of them without one inside the other', async () => {
    const config = testConfig({
      enrichment: { concurrency: 1, ioConcurrency: ACTIONS, leaseMs: 60_000 },
      queue: { pollMs: 60_000 },
    } as unknown as Parameters<typeof testConfig>[0]);
    const places = new PipelinePlaces(config);
    const drain = new Drain(config);
    const due = Array.from({ length: ACTIONS }, (_, id) => ({ id: `a${id}`, leaseToken: 't' }) as LeasedAction);
    const depths = { begun: [] as number[], ended: [] as number[] };
    let begun = 0;
    let answer: () => void = () => undefined;
    const answered = new Promise<void>((resolve) => (answer = resolve));
    const finished: string[] = [];
    const pipelines = {
      begin: () => undefined,
      end: () => undefined,
      // As the runner does for a provider with waitsForIo: the place is free before this returns.
      run: async (action: LeasedAction) => {
        depths.begun.push(depth());
        begun += 1;
        await places.wait(action, () => answered);
        depths.ended.push(depth());
        return { outcome: { kind: 'success' }, steps: [] };
      },
    } as unknown as ActionPipelines;
    const claims = {
      claim: (limit: number) => {
        const rows = due.splice(0, limit);
        return Promise.resolve({ rows, more: rows.length === limit });
      },
      findSuspicion: () => Promise.resolve(null),
      extend: (leases: readonly { id: string }[]) => Promise.resolve(new Set(leases.map(({ id }) => id))),
    } as unknown as EnrichmentClaims;
    const writer = {
      finish: ({ action }: { action: LeasedAction }) => {
        finished.push(action.id);
        return Promise.resolve();
      },
      stop: () => undefined,
    } as unknown as FinishWriter;
    const handover = { attach: () => undefined, detach: () => undefined } as unknown as ActionHandover;
    const migrations = { whenReady: () => Promise.resolve() } as unknown as MigrationStatus;
    const stage = new EnrichmentStage(
      claims,
      handover,
      pipelines,
      writer,
      places,
      config,
      migrations,
      drain,
      new SilentQueue(),
      new SuspectFloor(),
    );
    stage.onApplicationBootstrap();
    await expect.poll(() => begun, { timeout: 10_000 }).toBe(ACTIONS);
    expect(places.waitingOutside).toBe(ACTIONS);
    answer();
    await expect.poll(() => finished.length, { timeout: 10_000 }).toBe(ACTIONS);
    expect(new Set(finished).size).toBe(ACTIONS);
    // A pump inside a pump would be four frames deeper with every action.
    expect(Math.max(...depths.begun)).toBeLessThan(50);
    expect(Math.max(...depths.ended)).toBeLessThan(50);
    await drain.beforeApplicationShutdown();
  });
});
