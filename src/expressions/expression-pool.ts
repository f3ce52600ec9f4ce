import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Piscina } from 'piscina';
import { type ExpressionOutcome, type OwnFailure, toFailure } from './expression-outcome.js';
import type { ExpressionProgress, ExpressionTask, ExpressionWorkerData } from './expression-worker.js';
import { expressionThreadsEndedTotal } from './expressions.metrics.js';

/** Limits of the threads. */
export interface ExpressionPoolOptions {
  readonly threads: number;
  readonly heapMb: number;
  readonly resultMaxBytes: number;
  /** Module of further functions; none in the product. */
  readonly extension?: string;
}

/** Limits of one run. */
export interface RunLimits {
  /** From the moment a thread begins with it. */
  readonly timeoutMs: number;
  /** From the call, waiting for a thread included; for callers that cannot leave earlier. */
  readonly totalMs?: number;
  /** Ends the waiting for a thread and for the result. The thread keeps its own time. */
  readonly signal?: AbortSignal;
}

/** A run that no thread began with by then has timed out: its caller has gone. */
const WAIT_MS = 10_000;
/**
 * V8's own limit stands well above the one that a thread keeps itself: with 16 MB between them, an allocation of 24 MB ended
 * the process instead of the thread.
 */
const V8_ALLOWANCE_MB = 256;
/** JSONata needs little; what lives longer belongs to the old generation. */
const YOUNG_MB = 8;
const TIMEOUT: ExpressionOutcome = Object.freeze({ kind: 'timeout' });

/** Threads that evaluate expressions and can be ended: JSONata's own limits do not hold for functions it has built in. */
export class ExpressionPool {
  private readonly runs = new Map<number, Run>();
  private readonly pool: Piscina<ExpressionTask, readonly ExpressionOutcome[]>;
  private lastRun = 0;
  private whenIdle: (() => void) | null = null;

  constructor({ threads, heapMb, resultMaxBytes, extension }: ExpressionPoolOptions) {
    const workerData: ExpressionWorkerData = { heapMb, resultMaxBytes, extension: extension ?? null };
    this.pool = new Piscina({
      filename: findWorkerFile(),
      name: 'evaluate',
      // With fewer at least than at most, a run that waits stays behind when the only thread is ended.
      minThreads: threads,
      maxThreads: threads,
      resourceLimits: { maxOldGenerationSizeMb: heapMb + V8_ALLOWANCE_MB, maxYoungGenerationSizeMb: YOUNG_MB },
      // A thread knows neither the environment, which holds secrets, nor the flags of the process.
      env: {},
      argv: [],
      execArgv: [],
      workerData,
      recordTiming: false,
    });
    this.pool.on('message', (progress: ExpressionProgress) => this.runs.get(progress.run)?.advance(progress.outcomes));
    // A thread that fails while it has nothing to do: the next run starts another one.
    this.pool.on('error', () => expressionThreadsEndedTotal.inc({ reason: 'crash' }));
  }

  /** Never rejects. One outcome per subject, in order; a run that is cut short keeps those it has. */
  async run(source: string, subjects: readonly unknown[], limits: RunLimits): Promise<readonly ExpressionOutcome[]> {
    this.lastRun += 1;
    const id = this.lastRun;
    const run = new Run(limits);
    this.runs.set(id, run);
    try {
      return await this.pool.run({ run: id, source, subjects }, { signal: run.signal });
    } catch (error) {
      const rest = run.cutShort ? TIMEOUT : toFailure(countFailure(error));
      return subjects.map((_, index) => run.outcomes[index] ?? rest);
    } finally {
      run.end();
      this.runs.delete(id);
      if (this.runs.size === 0) this.whenIdle?.();
    }
  }

  get threads(): number {
    return this.pool.threads.length;
  }

  /** Ends every thread when the runs under way have ended; there must be no others. */
  async retire(): Promise<void> {
    if (this.runs.size > 0) await new Promise<void>((resolve) => (this.whenIdle = resolve));
    await this.close();
  }

  /** Ends every thread; runs under way fail. */
  async close(): Promise<void> {
    await this.pool.destroy();
  }
}

/** The time of one run: waiting for a thread first, then its own. */
class Run {
  readonly outcomes: ExpressionOutcome[] = [];
  private readonly controller = new AbortController();
  private timer: NodeJS.Timeout;
  private readonly calledAtMs = performance.now();
  private begun = false;
  private ended = false;

  constructor(private readonly limits: RunLimits) {
    this.timer = setTimeout(() => this.stop(), Math.min(Math.max(WAIT_MS, limits.timeoutMs), this.leftMs));
    if (limits.signal?.aborted === true) this.stop();
    else limits.signal?.addEventListener('abort', this.giveUp);
  }

  private get leftMs(): number {
    const { totalMs = Number.POSITIVE_INFINITY } = this.limits;
    return Math.max(0, this.calledAtMs + totalMs - performance.now());
  }

  get signal(): AbortSignal {
    return this.controller.signal;
  }

  get cutShort(): boolean {
    return this.controller.signal.aborted;
  }

  /** The first report says that a thread has begun. */
  advance(outcomes: readonly ExpressionOutcome[]): void {
    this.outcomes.push(...outcomes);
    if (this.begun) return;
    this.begun = true;
    clearTimeout(this.timer);
    // A process that was busy reads first what the thread has sent meanwhile.
    this.timer = setTimeout(() => setImmediate(() => this.stop()), Math.min(this.limits.timeoutMs, this.leftMs));
  }

  end(): void {
    this.ended = true;
    clearTimeout(this.timer);
    this.limits.signal?.removeEventListener('abort', this.giveUp);
  }

  private readonly giveUp = (): void => {
    // A thread that runs keeps its own time: ending it for each caller that goes would cost the callers that wait.
    if (!this.begun) this.stop();
  };

  private stop(): void {
    if (this.ended) return;
    if (this.begun) expressionThreadsEndedTotal.inc({ reason: 'timeout' });
    this.controller.abort();
  }
}

function countFailure(error: unknown): OwnFailure {
  const outOfMemory = (error as { code?: unknown }).code === 'ERR_WORKER_OUT_OF_MEMORY';
  expressionThreadsEndedTotal.inc({ reason: outOfMemory ? 'memory' : 'crash' });
  return outOfMemory ? 'OUT_OF_MEMORY' : 'WORKER_LOST';
}

/** Threads load compiled files only. Where a test runner loads the sources, the build is beside them. */
function findWorkerFile(): string {
  const beside = fileURLToPath(new URL('./expression-worker.js', import.meta.url));
  if (existsSync(beside)) return beside;
  return fileURLToPath(new URL('../../dist/src/expressions/expression-worker.js', import.meta.url));
}
