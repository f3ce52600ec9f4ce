import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { checkedEnvironment } from '../support/answer-check.js';
import { machineEnvironment, PROJECT_ROOT, type ProcessEnd } from '../support/service-process.js';

const READY_WITHIN_MS = 60_000;
const STOP_WITHIN_MS = 40_000;
const OUTPUT_TAIL = 16_000;
/** A build elsewhere, for work on the suite while others build. */
export const DIST = process.env['FAULTS_DIST'] ?? join(PROJECT_ROOT, 'dist');

/** A run that is killed must not leave its services behind. */
const alive = new Set<ChildProcess>();
process.once('exit', () => alive.forEach((child) => child.kill('SIGKILL')));

export interface ChildOptions {
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  /** Another program than the service itself, given the compiled folder as its argument. */
  readonly entry?: string;
}

/** The compiled service as a child process that may die at any moment, by its own hand (a failpoint) or by ours. */
export class ServiceChild {
  readonly exited: Promise<ProcessEnd>;
  readonly url: string;
  /** The last of what it printed. */
  output = '';
  end: ProcessEnd | null = null;
  private readonly child: ChildProcess;

  /** Starts it; {@link untilReady} waits for it. */
  constructor(options: ChildOptions) {
    const folder = mkdtempSync(join(tmpdir(), 'ricochet-fault-'));
    this.url = `http://127.0.0.1:${options.port}`;
    const program = options.entry === undefined ? [join(DIST, 'src', 'main.js')] : [options.entry, DIST];
    // In a folder of its own: a .env of the checkout must not take part.
    // Without source maps: a start is quicker, and there are hundreds of starts.
    this.child = spawn(process.execPath, program, {
      cwd: folder,
      env: {
        ...machineEnvironment(),
        ...checkedEnvironment(),
        ...options.env,
        PORT: String(options.port),
        DATA_DIR: folder,
      },
    });
    const remember = (chunk: Buffer): void => {
      this.output = (this.output + chunk.toString('utf8')).slice(-OUTPUT_TAIL);
    };
    this.child.stdout?.on('data', remember);
    this.child.stderr?.on('data', remember);
    alive.add(this.child);
    this.exited = new Promise((resolve) => {
      this.child.once('close', (exitCode, signal) => {
        alive.delete(this.child);
        rmSync(folder, { recursive: true, force: true });
        this.end = { exitCode, signal };
        resolve(this.end);
      });
    });
  }

  get pid(): number {
    return this.child.pid ?? 0;
  }

  /** @returns false when it ended before it was ready, by SIGKILL. @throws when it ended otherwise or takes too long. */
  async untilReady(withinMs = READY_WITHIN_MS): Promise<boolean> {
    const giveUpAt = performance.now() + withinMs;
    while (!(await answersReady(this.url))) {
      if (this.end !== null) {
        if (this.end.signal === 'SIGKILL') return false;
        throw new Error(`the service ended before it was ready:\n${this.output}`);
      }
      if (performance.now() > giveUpAt) {
        await this.kill();
        throw new Error(`the service was not ready after ${withinMs} ms:\n${this.output}`);
      }
      await sleep(50);
    }
    return true;
  }

  /** Ends it as a crash does, and waits for the end. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
  }

  /** SIGSTOP, SIGCONT, SIGTERM and the like. */
  signal(signal: NodeJS.Signals): void {
    this.child.kill(signal);
  }

  /** Asks it to stop; one that does not is killed, which shows as an exit code of null. */
  async stop(): Promise<ProcessEnd & { readonly ms: number }> {
    const startedAt = performance.now();
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_WITHIN_MS);
    const end = await this.exited;
    clearTimeout(timer);
    return { ...end, ms: performance.now() - startedAt };
  }
}

async function answersReady(url: string): Promise<boolean> {
  try {
    const answer = await request(`${url}/health/ready`, { headersTimeout: 2_000, bodyTimeout: 2_000 });
    await answer.body.dump();
    return answer.statusCode === 200;
  } catch {
    // Nobody listens yet; the caller knows when to give up.
    return false;
  }
}
