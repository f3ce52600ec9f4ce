import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';

const STOP_WITHIN_MS = 40_000;
const LOOK_EVERY_MS = 50;
const ANSWERS_WITHIN_MS = 5_000;
const OUTPUT_TAIL = 16_000;

/** How a process ended: by itself or by a signal. Neither is set where it could not be started. */
export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

export interface ChildServiceOptions {
  /** For Node: flags, the program, its own arguments. */
  readonly args: readonly string[];
  /** A folder without a .env, which would take part. */
  readonly cwd: string;
  /** The whole environment. */
  readonly env: Readonly<Record<string, string>>;
  /** Where it answers once it is ready. */
  readonly url: string;
}

/** A service in a process of its own, so that it can be stopped, killed and stalled: for the demo, tests and faults. */
export class ChildService {
  readonly url: string;
  /** Resolves when it has ended and its output is read. */
  readonly exited: Promise<ProcessEnd>;
  /** The last of what it printed. */
  output = '';
  /** Null while it runs. */
  end: ProcessEnd | null = null;
  private readonly child: ChildProcess;
  private readonly ending = new AbortController();

  /** Starts it; {@link untilReady} waits for it. */
  constructor({ args, cwd, env, url }: ChildServiceOptions) {
    this.url = url;
    this.child = spawn(process.execPath, args, { cwd, env: { ...env }, stdio: ['ignore', 'pipe', 'pipe'] });
    const remember = (chunk: Buffer | string): void => {
      this.output = (this.output + chunk.toString()).slice(-OUTPUT_TAIL);
    };
    this.child.stdout?.on('data', remember);
    this.child.stderr?.on('data', remember);
    this.exited = new Promise((resolve) => {
      const ended = (end: ProcessEnd): void => {
        if (this.end !== null) return;
        this.end = end;
        this.ending.abort(`the service ${describeEnd(end)}`);
        resolve(end);
      };
      this.child.once('error', (error) => {
        remember(error.message);
        // A signal that cannot be sent is an error as well; the process goes on.
        if (this.child.pid === undefined) ended({ exitCode: null, signal: null });
      });
      this.child.once('close', (exitCode, signal) => ended({ exitCode, signal }));
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  get hasEnded(): boolean {
    return this.end !== null;
  }

  /** Aborted when the process ends. */
  get endSignal(): AbortSignal {
    return this.ending.signal;
  }

  /** For people: its secrets are as made up as its caller. */
  lastOutput(): string {
    return this.output.trim() === '' ? '(it printed nothing)' : `Its last output:\n${this.output.trimEnd()}`;
  }

  /**
   * Waits for `/health/ready`. @returns null, or how it ended before it was ready.
   * @throws with its last output when it takes longer; it then runs on.
   */
  async untilReady(withinMs: number, signal?: AbortSignal): Promise<ProcessEnd | null> {
    const giveUpAt = performance.now() + withinMs;
    while (!(await answersReady(this.url))) {
      if (this.end !== null) return this.end;
      if (performance.now() > giveUpAt) {
        throw new Error(`the service was not ready after ${withinMs / 1_000} s\n${this.lastOutput()}`);
      }
      await sleep(LOOK_EVERY_MS, undefined, { signal });
    }
    return null;
  }

  /** Sends it a signal and waits for nothing. */
  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Ends it as a crash does, and waits for the end. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  /** Asks it to stop. A service that has not after 40 s is killed, which shows as the signal of its end. */
  async stop(): Promise<ProcessEnd & { readonly ms: number }> {
    const startedAt = performance.now();
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_WITHIN_MS);
    const end = await this.exited;
    clearTimeout(timer);
    return { ...end, ms: performance.now() - startedAt };
  }
}

/** Behind "the service": `ended with exit code 1`. */
export function describeEnd({ exitCode, signal }: ProcessEnd): string {
  if (signal !== null) return `ended with ${signal}`;
  return exitCode === null ? 'could not be started' : `ended with exit code ${exitCode}`;
}

async function answersReady(url: string): Promise<boolean> {
  const limits = { headersTimeout: ANSWERS_WITHIN_MS, bodyTimeout: ANSWERS_WITHIN_MS };
  try {
    const answer = await request(`${url}/health/ready`, limits);
    await answer.body.dump();
    return answer.statusCode === 200;
  } catch {
    // Nothing listens yet; the caller knows when to give up.
    return false;
  }
}
