import { afterEach, describe, expect, it, vi } from 'vitest';
import { ClaimLoop, type Found } from './claim-loop.js';
import { EmbeddedWorkQueue } from './embedded-work-queue.js';
import type { RingHandler, Stage } from './work-queue.js';

/** Hands the rings of a test to the listener, and its answer back. */
class HeardQueue extends EmbeddedWorkQueue {
  private handler: RingHandler = () => undefined;
  override listen(_stage: Stage, handler: RingHandler): void {
    this.handler = handler;
  }
  async hear(): Promise<void> {
    await this.handler();
  }
}

describe('a claim loop', () => {
  const queue = (): EmbeddedWorkQueue => new EmbeddedWorkQueue();
  const lines: string[] = [];
  const log = { error: (line: string) => void lines.push(line), log: (line: string) => void lines.push(line) };
  let loop: ClaimLoop | undefined;

  afterEach(async () => {
    await loop?.stop();
    lines.length = 0;
  });

  it('claims until there is nothing more, then waits for a ring', async () => {
    const bell = queue();
    let due = 3;
    let claims = 0;
    const claim = () => {
      claims += 1;
      return Promise.resolve((due -= 1) > 0 ? ('more' as const) : ('idle' as const));
    };
    loop = new ClaimLoop({ stage: 'enrichment', queue: bell, pollMs: 60_000, claim, log });
    loop.start();
    await vi.waitFor(() => expect(claims).toBe(3));
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(claims).toBe(3);
    bell.ring('enrichment');
    await vi.waitFor(() => expect(claims).toBe(4));
  });

  it('looks again in a moment while it is busy, without a ring', async () => {
    const found = ['busy', 'busy', 'idle'] as const;
    const at: number[] = [];
    const claim = () => Promise.resolve(found[at.push(performance.now()) - 1] ?? ('idle' as const));
    loop = new ClaimLoop({ stage: 'enrichment', queue: queue(), pollMs: 60_000, claim, log });
    loop.start();
    await vi.waitFor(() => expect(at).toHaveLength(3));
    // Timers may be a little early.
    for (const [index, ms] of at.slice(1).entries()) expect(ms - (at[index] ?? 0)).toBeGreaterThanOrEqual(20);
    await new Promise((resolve) => setTimeout(resolve, 80));
    expect(at).toHaveLength(3);
  });

  it('holds a ring until it has looked and is idle', async () => {
    const bell = new HeardQueue();
    const outcomes: ((found: Found) => void)[] = [];
    const claim = () => new Promise<Found>((resolve) => outcomes.push(resolve));
    loop = new ClaimLoop({ stage: 'enrichment', queue: bell, pollMs: 60_000, claim, log });
    loop.start();
    const answers: string[] = [];
    void bell.hear().then(() => answers.push('during the first look'));
    outcomes[0]?.('idle');
    await vi.waitFor(() => expect(outcomes).toHaveLength(2));
    expect(answers).toEqual([]);
    outcomes[1]?.('busy');
    await vi.waitFor(() => expect(outcomes).toHaveLength(3));
    void bell.hear().then(() => answers.push('during a busy look'));
    expect(answers).toEqual([]);
    outcomes[2]?.('idle');
    await vi.waitFor(() => expect(outcomes).toHaveLength(4));
    expect(answers).toEqual(['during the first look']);
    outcomes[3]?.('idle');
    await vi.waitFor(() => expect(answers).toEqual(['during the first look', 'during a busy look']));
  });

  it('answers a ring after a second although it stays busy, and when it stops', async () => {
    const bell = new HeardQueue();
    const claim = () => Promise.resolve('busy' as const);
    loop = new ClaimLoop({ stage: 'enrichment', queue: bell, pollMs: 60_000, claim, log });
    loop.start();
    const startedAt = performance.now();
    await bell.hear();
    expect(performance.now() - startedAt).toBeGreaterThan(900);
    expect(performance.now() - startedAt).toBeLessThan(3_000);
    const last = bell.hear();
    await loop.stop();
    await last;
    await bell.hear();
  });

  it('looks again by itself after the poll interval, so that a lost ring costs no more than that', async () => {
    let claims = 0;
    const claim = () => Promise.resolve(((claims += 1), 'idle' as const));
    loop = new ClaimLoop({ stage: 'delivery', queue: queue(), pollMs: 20, claim, log });
    loop.start();
    await vi.waitFor(() => expect(claims).toBeGreaterThan(3));
  });

  it('remembers a wake that came while it was looking, and never looks twice side by side', async () => {
    let now = 0;
    let most = 0;
    let claims = 0;
    const claim = async () => {
      most = Math.max(most, (now += 1));
      claims += 1;
      await new Promise((resolve) => setTimeout(resolve, 20));
      now -= 1;
      return 'idle' as const;
    };
    loop = new ClaimLoop({ stage: 'delivery', queue: queue(), pollMs: 60_000, claim, log });
    loop.start();
    for (let number = 0; number < 5; number += 1) loop.wake();
    await vi.waitFor(() => expect(claims).toBe(2));
    expect(most).toBe(1);
  });

  it('tells of an outage once, keeps trying, and tells when it is over', async () => {
    let claims = 0;
    const claim = () => {
      claims += 1;
      return claims <= 3 ? Promise.reject(new Error('database away')) : Promise.resolve('idle' as const);
    };
    loop = new ClaimLoop({ stage: 'enrichment', queue: queue(), pollMs: 60_000, claim, log });
    loop.start();
    for (let number = 0; number < 100; number += 1) loop.wake();
    await vi.waitFor(() => expect(claims).toBe(4), { timeout: 3_000 });
    expect(lines).toEqual(['enrichment cannot claim: database away', 'enrichment claims again after 3 failures']);
  });

  it('stops at once while it sleeps, and waits for the claim in progress', async () => {
    let ended = false;
    const claim = async () => {
      await new Promise((resolve) => setTimeout(resolve, 50));
      ended = true;
      return 'more' as const;
    };
    loop = new ClaimLoop({ stage: 'enrichment', queue: queue(), pollMs: 60_000, claim, log });
    loop.start();
    await new Promise((resolve) => setTimeout(resolve, 10));
    await loop.stop();
    expect(ended).toBe(true);
    const asleep = new ClaimLoop({
      stage: 'enrichment',
      queue: queue(),
      pollMs: 60_000,
      claim: () => Promise.resolve('idle'),
      log,
    });
    asleep.start();
    await new Promise((resolve) => setTimeout(resolve, 10));
    await asleep.stop();
  });

  it('stops at once in the middle of an outage', async () => {
    const claim = () => Promise.reject(new Error('away'));
    loop = new ClaimLoop({ stage: 'enrichment', queue: queue(), pollMs: 60_000, claim, log });
    loop.start();
    await new Promise((resolve) => setTimeout(resolve, 400));
    const startedAt = performance.now();
    await loop.stop();
    expect(performance.now() - startedAt).toBeLessThan(100);
  });
});
