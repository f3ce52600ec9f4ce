import type { Stage, WorkQueue } from './work-queue.js';

const BACKOFF_FIRST_MS = 100;
const BACKOFF_MAX_MS = 5_000;
/** Share of the poll interval added at random, so that processes do not poll in step. */
const JITTER = 0.25;

export interface ClaimLoopOptions {
  readonly stage: Stage;
  readonly queue: WorkQueue;
  readonly pollMs: number;
  /** One look for due work: `more` when there may be more right now, `idle` when there is none or no free slot. */
  readonly claim: () => Promise<'more' | 'idle'>;
  readonly log: { error(message: string): void; log(message: string): void };
}

/**
 * Keeps a stage looking for due work: claims until it finds none, then sleeps until a ring, a {@link wake}, or the
 * poll interval is over. Never two claims side by side. A claim that throws (database away) is told once per outage
 * and tried again, at most five seconds later.
 */
export class ClaimLoop {
  private running: Promise<void> | undefined;
  private stopped = false;
  /** A wake that came while a claim was in progress counts for the sleep after it. */
  private woken = false;
  private rouse: (() => void) | undefined;

  constructor(private readonly options: ClaimLoopOptions) {}

  /** Subscribes to the stage's rings and looks for work at once. */
  start(): void {
    if (this.running !== undefined) return;
    this.options.queue.listen(this.options.stage, () => this.wake());
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

  private async run(): Promise<void> {
    let failures = 0;
    while (!this.stopped) {
      this.woken = false;
      try {
        const found = await this.options.claim();
        if (failures > 0) this.options.log.log(`${this.options.stage} claims again after ${failures} failures`);
        failures = 0;
        if (found === 'idle') await this.sleep(this.options.pollMs * (1 + Math.random() * JITTER), { wakeable: true });
      } catch (error) {
        failures += 1;
        if (failures === 1) this.options.log.error(`${this.options.stage} cannot claim: ${(error as Error).message}`);
        // Not wakeable: rings must not turn an outage into a storm of statements.
        await this.sleep(Math.min(BACKOFF_FIRST_MS * 2 ** (failures - 1), BACKOFF_MAX_MS), { wakeable: false });
      }
    }
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
