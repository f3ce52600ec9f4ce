import { spawn, type ChildProcess } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';

const READY_TIMEOUT_MS = 120_000;
const STOP_TIMEOUT_MS = 40_000;
const TAIL_CHARACTERS = 6000;

/** The service, run as a child process from its compiled entry. */
export class ServiceProcess {
  private readonly child: ChildProcess;
  private tail = '';
  private readonly exited: Promise<string>;
  private ended: string | null = null;
  private readonly endController = new AbortController();

  /** @param entry path of the compiled main file; @param cwd a folder without a .env that could interfere. */
  constructor(entry: string, cwd: string, environment: Readonly<Record<string, string>>) {
    this.child = spawn(process.execPath, ['--enable-source-maps', entry], {
      cwd,
      env: { ...environment },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    const remember = (chunk: Buffer): void => {
      this.tail = (this.tail + chunk.toString('utf8')).slice(-TAIL_CHARACTERS);
    };
    this.child.stdout?.on('data', remember);
    this.child.stderr?.on('data', remember);
    this.exited = new Promise((resolve) => {
      this.child.once('error', (error) => resolve(`could not be started: ${error.message}`));
      this.child.once('close', (code, signal) => resolve(`ended with ${signal ?? `exit code ${String(code)}`}`));
    });
    void this.exited.then((how) => {
      this.ended = how;
      this.endController.abort(`the service ${how}`);
    });
  }

  /** Waits for /health/ready. @throws with the last output when the service ends first or takes over two minutes. */
  async ready(base: string, signal: AbortSignal): Promise<void> {
    const giveUpAt = performance.now() + READY_TIMEOUT_MS;
    while (performance.now() < giveUpAt) {
      if (this.ended !== null) throw new Error(`the service ${this.ended} before it was ready\n${this.lastOutput()}`);
      if (await answersReady(base)) return;
      await sleep(150, undefined, { signal });
    }
    throw new Error(`the service was not ready after ${READY_TIMEOUT_MS / 1000} s\n${this.lastOutput()}`);
  }

  /** Aborted when the process ends. */
  get endSignal(): AbortSignal {
    return this.endController.signal;
  }

  /** Its last output, secrets and all being the demo's own. */
  lastOutput(): string {
    return this.tail.trim() === '' ? '(it printed nothing)' : `Its last output:\n${this.tail.trimEnd()}`;
  }

  /** Asks it to stop and waits until it has; returns how it ended. Killed after 40 s. */
  async stop(): Promise<string> {
    if (this.ended !== null) return this.ended;
    this.child.kill('SIGTERM');
    const abort = new AbortController();
    const deadline = sleep(STOP_TIMEOUT_MS, null, { signal: abort.signal }).catch(() => null);
    const ended = await Promise.race([this.exited, deadline]);
    abort.abort();
    if (ended !== null) return ended;
    this.child.kill('SIGKILL');
    await this.exited;
    return `did not stop within ${STOP_TIMEOUT_MS / 1000} s of SIGTERM and was killed`;
  }
}

async function answersReady(base: string): Promise<boolean> {
  try {
    const answer = await request(`${base}/health/ready`, { headersTimeout: 5000 });
    await answer.body.dump();
    return answer.statusCode === 200;
  } catch {
    // Nobody listens yet: the caller asks again and knows when to stop.
    return false;
  }
}
