import type { Stage, WorkQueue } from './work-queue.js';

const BACKOFF_FIRST_MS = 100;
const BACKOFF_MAX_MS = 5_000;
/** Between two looks of a busy stage: claims of a row or two would cost a statement each. */
const BUSY_PACE_MS = 25;
/** A ring of a busy stage is answered after so long: its sender need not know of more, and a job of Bull's has an end. */
const ANSWERED_WITHIN_MS = 1_000;
/** Share of the poll interval added at random, so that processes do not poll in step. */
const JITTER = 0.25;

/**
 * The result of a look for due work, for the next one: `more` when there may be more right now, `busy` when more will be due in
 * a moment, `idle` when there is none or no free slot.
 */
export type Found = 'more' | 'busy' | 'idle';

export interface ClaimLoopOptions {
  readonly stage: Stage;
  readonly queue: WorkQueue;
  readonly pollMs: number;
  /** One look for due work. */
  readonly claim: () => Promise<Found>;
  readonly log: { error(message: string): void; log(message: string): void };
}

interface HeldRing {
  readonly answer: () => void;
  readonly sinceMs: number;
}

/**
 * Keeps a stage looking for due work: claims until it finds none, then sleeps until a ring, a {@link wake}, or the
 * poll interval is over. A busy stage looks again by itself and holds the ring that woke it meanwhile: nobody needs to
 * ring a second time, and a ring through Redis costs both processes eight commands. Never two claims side by side. A
 * claim that throws (database away) is told once per outage and tried again, at most five seconds later.
 */
export class ClaimLoop {
  private running: Promise<void> | undefined;
  private stopped = false;
  /** A wake that came while a claim was in progress counts for the sleep after it. */
  private woken = false;
  private rouse: (() => void) | undefined;
  /** Rings that were heard and not answered yet, the oldest first. */
  private readonly rings: HeldRing[] = [];

  constructor(private readonly options: ClaimLoopOptions) {}

  /** Subscribes to the stage's rings and looks for work at once. */
  start(): void {
    if (this.running !== undefined) return;
    this.options.queue.listen(this.options.stage, () => this.hear());
    this.running = this.run();
  }

  /** A slot became free, or work is known to be due. */
  wake(): void {
    this.woken = true;
    this.rouse?.();
  }

  /** Resolves when the claim in progress has ended; no other follows. */
  async stop(): Promise<void> {
    this.stopped = true;
    this.rouse?.();
    await this.running;
  }

  /** Resolves when the stage has looked for work since, and is idle or has been busy for long enough. */
  private hear(): Promise<void> | undefined {
    if (this.stopped) return undefined;
    this.wake();
    return new Promise((answer) => this.rings.push({ answer, sinceMs: performance.now() }));
  }

  private answer(count: number): void {
    for (const ring of this.rings.splice(0, count)) ring.answer();
  }

  private async run(): Promise<void> {
    let failures = 0;
    while (!this.stopped) {
      this.woken = false;
      const heard = this.rings.length;
      try {
        const found = await this.options.claim();
        if (failures > 0) this.options.log.log(`${this.options.stage} claims again after ${failures} failures`);
        failures = 0;
        switch (found) {
          case 'more':
            break;
          case 'busy':
            this.answer(this.countHeldLong(heard));
            await this.sleep(BUSY_PACE_MS, { wakeable: false });
            break;
          case 'idle':
            // Rings that came during the look are for the next one.
            this.answer(heard);
            await this.sleep(this.options.pollMs * (1 + Math.random() * JITTER), { wakeable: true });
            break;
          default:
            found satisfies never;
        }
      } catch (error) {
        failures += 1;
        if (failures === 1) this.options.log.error(`${this.options.stage} cannot claim: ${(error as Error).message}`);
        // Not wakeable: rings must not turn an outage into a storm of statements.
        await this.sleep(Math.min(BACKOFF_FIRST_MS * 2 ** (failures - 1), BACKOFF_MAX_MS), { wakeable: false });
      }
    }
    this.answer(this.rings.length);
  }

  private countHeldLong(heard: number): number {
    const untilMs = performance.now() - ANSWERED_WITHIN_MS;
    return this.rings.slice(0, heard).filter(({ sinceMs }) => sinceMs <= untilMs).length;
  }

  private async sleep(ms: number, { wakeable }: { readonly wakeable: boolean }): Promise<void> {
    if (this.stopped || (wakeable && this.woken)) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.rouse = () => {
        if (!wakeable && !this.stopped) return;
        clearTimeout(timer);
        resolve();
      };
    });
    this.rouse = undefined;
  }
}
