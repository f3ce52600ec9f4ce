import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { freePort } from '../../simulator/free-port.js';
import { checkedEnvironment } from './answer-check.js';
import { type Answer, type AppOptions, call, TEST_KEY, testEnvironment } from './app.js';

export const PROJECT_ROOT = join(import.meta.dirname, '..', '..');
const READY_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 40_000;
const OUTPUT_TAIL = 8_000;
/** What a program needs to start; nothing that configures the service may leak into it. */
const MACHINE_VARIABLES = ['PATH', 'HOME', 'TMPDIR', 'LANG'];

/** How a process ended: by itself or by a signal. */
export interface ProcessEnd {
  readonly exitCode: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** The compiled service as a process of its own, on a free port, so that it can be killed. */
export class ServiceProcess {
  readonly exited: Promise<ProcessEnd>;
  /** The last of what it printed. */
  output = '';
  private ended: ProcessEnd | null = null;

  private constructor(
    private readonly child: ChildProcess,
    readonly url: string,
    private readonly folder: string,
  ) {
    const remember = (chunk: Buffer): void => {
      this.output = (this.output + chunk.toString('utf8')).slice(-OUTPUT_TAIL);
    };
    child.stdout?.on('data', remember);
    child.stderr?.on('data', remember);
    this.exited = new Promise((resolve) => {
      child.once('close', (exitCode, signal) => {
        this.ended = { exitCode, signal };
        resolve(this.ended);
      });
    });
    // A test run that is killed must not leave its services behind.
    const killWithUs = (): void => void child.kill('SIGKILL');
    process.once('exit', killWithUs);
    void this.exited.then(() => process.removeListener('exit', killWithUs));
  }

  /** Starts it and waits until it is ready. @throws with its output when it ends before, or takes too long. */
  static async start(options: AppOptions): Promise<ServiceProcess> {
    const entry = compiled('src/main.js');
    const port = await freePort();
    const folder = await mkdtemp(join(tmpdir(), 'ricochet-service-'));
    const environment = {
      ...machineEnvironment(),
      ...checkedEnvironment(),
      SERVICES_DIR: join(PROJECT_ROOT, 'services'),
      ...testEnvironment(options),
      PORT: String(port),
      DATA_DIR: folder,
    };
    // In a folder of its own: a .env of the checkout must not take part.
    const child = spawn(process.execPath, ['--enable-source-maps', entry], { cwd: folder, env: environment });
    const service = new ServiceProcess(child, `http://127.0.0.1:${port}`, folder);
    await service.untilReady();
    return service;
  }

  get hasEnded(): boolean {
    return this.ended !== null;
  }

  submit(body: unknown, path = '/submitAsyncAction'): Promise<Answer> {
    return call('POST', `${this.url}${path}`, { 'x-api-key': TEST_KEY }, body);
  }

  /** Ends it as a crash does, and waits for the end. */
  async kill(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.exited;
    await this.removeFolder();
  }

  /** Sends it a signal and waits for nothing. */
  signal(name: NodeJS.Signals): void {
    this.child.kill(name);
  }

  /** Asks it to stop. A service that does not is killed, which shows as an exit code of null. */
  async stop(): Promise<ProcessEnd & { readonly ms: number }> {
    const startedAt = performance.now();
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_WITHIN_MS);
    const end = await this.exited;
    clearTimeout(timer);
    await this.removeFolder();
    return { ...end, ms: performance.now() - startedAt };
  }

  private async untilReady(): Promise<void> {
    const giveUpAt = performance.now() + READY_WITHIN_MS;
    while (!(await answersReady(this.url))) {
      if (this.ended !== null) throw new Error(`the service ended before it was ready:\n${this.output}`);
      if (performance.now() > giveUpAt) {
        await this.kill();
        throw new Error(`the service was not ready after ${READY_WITHIN_MS} ms:\n${this.output}`);
      }
      await sleep(50);
    }
  }

  private removeFolder(): Promise<void> {
    return rm(this.folder, { recursive: true, force: true });
  }
}

/** The path of a compiled file. @throws when nobody has built: `npm test` does so by itself. */
export function compiled(file: string): string {
  const path = join(PROJECT_ROOT, 'dist', file);
  if (!existsSync(path)) throw new Error(`${path} is missing: build first (npm run build, or npm test as a whole)`);
  return path;
}

/** The environment any program gets here. */
export function machineEnvironment(): Record<string, string> {
  const known = MACHINE_VARIABLES.map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(known.filter((entry): entry is readonly [string, string] => entry[1] !== undefined));
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
