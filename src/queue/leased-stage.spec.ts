import { describe, expect, it } from 'vitest';
import { type LeasedRow, LeasedStage, type LeasedStageOptions } from './leased-stage.js';
import { SuspectFloor } from './suspect-floor.js';
import { WorkQueue, type RingHandler } from './work-queue.js';

class SilentQueue extends WorkQueue {
  handler: RingHandler = () => undefined;
  ring(): void {
    void this.handler();
  }
  listen(_stage: string, handler: RingHandler): void {
    this.handler = handler;
  }
  isConnected(): boolean {
    return true;
  }
  close(): Promise<void> {
    return Promise.resolve();
  }
}

const rows = (count: number, prefix = 'r'): LeasedRow[] =>
  Array.from({ length: count }, (_, index) => ({ id: `${prefix}${index}`, leaseToken: 'token' }));

const settle = (ms = 20): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** A stage over rows in memory; `work` is recorded and ended by the test. */
function stageOf(
  due: LeasedRow[],
  suspects: LeasedRow[],
  overrides: Partial<LeasedStageOptions<LeasedRow>> = {},
  floor = new SuspectFloor(),
) {
  const started: string[] = [];
  const givenBack: string[] = [];
  const claims: number[] = [];
  const queue = new SilentQueue();
  const stage = new LeasedStage<LeasedRow>(
    {
      stage: 'enrichment',
      capacity: 4,
      leaseMs: 60_000,
      pollMs: 30,
      claim: (limit) => {
        claims.push(limit);
        const taken = due.splice(0, limit);
        return Promise.resolve({ rows: taken, more: taken.length === limit });
      },
      findSuspicion: () => Promise.resolve(suspects.length > 0 ? { aloneMaxMs: 60_000 } : null),
      claimSuspects: (limit, alone) => Promise.resolve(alone ? [] : suspects.splice(0, limit)),
      inCompany: () => Promise.resolve(),
      work: (taken) => started.push(...taken.map((row) => row.id)),
      extend: (leases) => Promise.resolve(new Set(leases.map((lease) => lease.id))),
      lost: () => undefined,
      giveBack: (leases) => {
        givenBack.push(...leases.map((lease) => lease.id));
        return Promise.resolve();
      },
      ...overrides,
    },
    queue,
    floor,
  );
  return { stage, started, givenBack, claims, queue };
}

const row = (id: string): LeasedRow => ({ id, leaseToken: 'token' });

describe('LeasedStage', () => {
  it('never holds more than it has places for, and goes on as places come free', async () => {
    const { stage, started } = stageOf(rows(6), []);
    stage.start();
    await settle();
    expect(started).toEqual(['r0', 'r1', 'r2', 'r3']);
    expect(stage.reserve(1)).toBe(0);
    for (const id of ['r0', 'r1', 'r2']) stage.done(row(id));
    await settle(60);
    expect(started).toEqual(['r0', 'r1', 'r2', 'r3', 'r4', 'r5']);
    for (const id of ['r3', 'r4', 'r5']) stage.done(row(id));
    await stage.drain(performance.now() + 1_000);
  });

  it('takes rows in memory next to those it claims', async () => {
    const { stage, started } = stageOf([], []);
    stage.start();
    expect(stage.reserve(3)).toBe(3);
    stage.accept(rows(3, 'm'));
    await settle();
    expect(started).toEqual(['m0', 'm1', 'm2']);
    expect(stage.held).toBe(3);
    for (const id of ['m0', 'm1', 'm2']) stage.done(row(id));
    await stage.drain(performance.now() + 1_000);
  });

  it('leaves places to what is born here while a claim is under way', async () => {
    let answer: (claimed: { rows: LeasedRow[]; more: boolean }) => void = () => undefined;
    const { stage, started } = stageOf([], [], {
      capacity: 1_000,
      claim: () => new Promise((resolve) => (answer = resolve)),
    });
    stage.start();
    await settle();
    expect(stage.reserve(500)).toBe(500);
    stage.accept(rows(500, 'born'));
    answer({ rows: rows(3), more: false });
    await settle();
    expect(started).toHaveLength(503);
    expect(stage.held).toBe(503);
    for (const id of started) stage.done(row(id));
    await stage.drain(performance.now() + 1_000);
  });

  it('fills all its places from a long backlog, one claim after the other', async () => {
    const { stage, started, claims } = stageOf(rows(2_000), [], { capacity: 1_000 });
    stage.start();
    await settle();
    expect(started).toHaveLength(1_000);
    expect(claims.length).toBeGreaterThan(1);
    for (const id of started) stage.done(row(id));
    await stage.drain(performance.now() + 1_000);
  });

  it('claims nothing while it is behind with storing, and soon after that', async () => {
    let behind = true;
    const { stage, started, claims } = stageOf(rows(3), [], { pollMs: 60_000, isBehind: () => behind });
    stage.start();
    await settle(60);
    expect(claims).toEqual([]);
    expect(stage.reserve(1)).toBe(1);
    stage.release(1);
    behind = false;
    await settle(60);
    expect(started).toEqual(['r0', 'r1', 'r2']);
    for (const id of started) stage.done(row(id));
    await stage.drain(performance.now() + 1_000);
  });

  it('stops at once while it is behind', async () => {
    const { stage, claims } = stageOf(rows(3), [], { isBehind: () => true });
    stage.start();
    await settle();
    await stage.drain(performance.now() + 1_000);
    await settle(60);
    expect(claims).toEqual([]);
  });

  it('runs suspects among themselves with nobody beside them', async () => {
    const { stage, started } = stageOf(rows(2), rows(2, 's'));
    stage.start();
    await settle();
    expect(started).toEqual(['s0', 's1']);
    expect(stage.reserve(1)).toBe(0);
    stage.done(row('s0'));
    await settle();
    expect(stage.reserve(1)).toBe(0);
    stage.done(row('s1'));
    await settle();
    expect(started).toEqual(['s0', 's1', 'r0', 'r1']);
    for (const id of ['r0', 'r1']) stage.done(row(id));
    await stage.drain(performance.now() + 1_000);
  });

  it('runs what crashed among suspects one after the other, after those that did not', async () => {
    const [once, twice] = [rows(2, 's'), rows(2, 't')];
    const { stage, started } = stageOf(rows(1), [], {
      findSuspicion: () => Promise.resolve(once.length + twice.length > 0 ? { aloneMaxMs: 60_000 } : null),
      claimSuspects: (limit, alone) => Promise.resolve((alone ? twice : once).splice(0, limit)),
    });
    stage.start();
    await settle();
    expect(started).toEqual(['s0', 's1']);
    for (const id of ['s0', 's1']) stage.done(row(id));
    await settle();
    expect(started).toEqual(['s0', 's1', 't0']);
    expect(stage.reserve(1)).toBe(0);
    stage.done(row('t0'));
    await settle();
    expect(started).toEqual(['s0', 's1', 't0', 't1']);
    stage.done(row('t1'));
    await settle();
    expect(started).toEqual(['s0', 's1', 't0', 't1', 'r0']);
    stage.done(row('r0'));
    await stage.drain(performance.now() + 1_000);
  });

  it('leaves suspects alone while the other stage of the process runs its own, and serves the others', async () => {
    const floor = new SuspectFloor();
    expect(floor.tryTake()).toBe(true);
    const { stage, started } = stageOf(rows(1), rows(1, 's'), {}, floor);
    stage.start();
    await settle();
    expect(started).toEqual(['r0']);
    stage.done(row('r0'));
    floor.release();
    await settle(60);
    expect(started).toEqual(['r0', 's0']);
    expect(floor.tryTake()).toBe(false);
    stage.done(row('s0'));
    await settle();
    expect(floor.tryTake()).toBe(true);
    await stage.drain(performance.now() + 1_000);
  });

  it('waits for the house to be empty before a suspect runs', async () => {
    const { stage, started } = stageOf([], rows(1, 's'));
    stage.reserve(1);
    stage.accept([row('m0')]);
    stage.start();
    await settle(80);
    expect(started).toEqual(['m0']);
    stage.done(row('m0'));
    await settle();
    expect(started).toEqual(['m0', 's0']);
    stage.done(row('s0'));
    await stage.drain(performance.now() + 1_000);
  });

  it('lets the others in when a suspect takes long, and says that it is in company', async () => {
    const company: string[] = [];
    const suspects = rows(1, 's');
    const { stage, started } = stageOf(rows(1), suspects, {
      findSuspicion: () => Promise.resolve(suspects.length > 0 ? { aloneMaxMs: 30 } : null),
      inCompany: (suspects) => {
        company.push(...suspects.map((suspect) => suspect.id));
        return Promise.resolve();
      },
    });
    stage.start();
    await settle(90);
    expect(company).toEqual(['s0']);
    expect(started).toEqual(['s0', 'r0']);
    for (const id of ['s0', 'r0']) stage.done(row(id));
    await stage.drain(performance.now() + 1_000);
  });

  it('lets suspects go on in company, uncounted, where the house does not get empty', async () => {
    const company: string[] = [];
    const suspects = rows(2, 's');
    const { stage, started } = stageOf([], suspects, {
      findSuspicion: () => Promise.resolve(suspects.length > 0 ? { aloneMaxMs: 30 } : null),
      inCompany: (suspects) => {
        company.push(...suspects.map((suspect) => suspect.id));
        return Promise.resolve();
      },
    });
    stage.reserve(1);
    stage.accept([row('hangs')]);
    stage.start();
    await settle(120);
    expect(company).toEqual(['s0', 's1']);
    expect(started).toEqual(['hangs', 's0', 's1']);
    for (const id of ['s0', 's1', 'hangs']) stage.done(row(id));
    await stage.drain(performance.now() + 1_000);
  });

  it('gives back on a stop what does not end in time', async () => {
    const { stage, givenBack } = stageOf(rows(3), []);
    stage.start();
    await settle();
    stage.done(row('r1'));
    await stage.drain(performance.now() + 30);
    expect(givenBack).toEqual(['r0', 'r2']);
    expect(stage.reserve(1)).toBe(0);
  });

  it('gives back at once on a stop what has not begun, and what is handed over later', async () => {
    const waiting = [row('r2'), row('r3')];
    const { stage, started, givenBack } = stageOf(rows(4), [], { takeWaiting: () => waiting.splice(0) });
    stage.start();
    await settle();
    expect(stage.reserve(4)).toBe(0);
    stage.done(row('r1'));
    expect(stage.reserve(1)).toBe(1);
    const drained = stage.drain(performance.now() + 10_000);
    await settle();
    expect(givenBack).toEqual(['r2', 'r3']);
    stage.accept([row('late')]);
    await settle();
    expect(givenBack).toEqual(['r2', 'r3', 'late']);
    expect(started).not.toContain('late');
    stage.done(row('r0'));
    await drained;
    expect(stage.held).toBe(0);
  });

  it('interrupts what is under way when the time of a stop is up, and gives back only what does not end then', async () => {
    const { stage, givenBack } = stageOf(rows(3), [], {
      interrupt: () => {
        for (const id of ['r0', 'r2']) stage.done(row(id));
      },
    });
    stage.start();
    await settle();
    await stage.drain(performance.now() + 30);
    expect(givenBack).toEqual(['r1']);
  });

  it('gives back what a claim brings that was in progress when the stop came', async () => {
    let answer: () => void = () => undefined;
    const { stage, started, givenBack } = stageOf([], [], {
      claim: (limit) =>
        new Promise((resolve) => (answer = () => resolve({ rows: rows(2).slice(0, limit), more: false }))),
    });
    stage.start();
    await settle();
    const drained = stage.drain(performance.now() + 10_000);
    answer();
    await drained;
    expect({ started, givenBack }).toEqual({ started: [], givenBack: ['r0', 'r1'] });
  });

  it('takes what is handed over in memory after it has stopped claiming', async () => {
    const { stage, started } = stageOf(rows(1), []);
    stage.stopClaiming();
    stage.start();
    await settle(60);
    expect(started).toEqual([]);
    expect(stage.reserve(1)).toBe(1);
    stage.accept([row('handed')]);
    expect(started).toEqual(['handed']);
    stage.done(row('handed'));
    await stage.drain(performance.now() + 1_000);
  });

  it('frees its places when a claim fails', async () => {
    let fail = true;
    const { stage, started } = stageOf(rows(1), [], {
      claim: (limit) =>
        fail
          ? Promise.reject(new Error('database away'))
          : Promise.resolve({ rows: rows(1).slice(0, limit), more: false }),
    });
    stage.start();
    await settle();
    expect(stage.held).toBe(0);
    fail = false;
    await settle(300);
    expect(started[0]).toBe('r0');
    await stage.drain(performance.now() + 10);
  });
});
