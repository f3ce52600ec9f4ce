import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChildService, describeEnd } from '../../simulator/child-service.js';
import { freePort } from '../../simulator/free-port.js';
import { checkedEnvironment } from './answer-check.js';
import { type Answer, type AppOptions, call, TEST_KEY, testEnvironment } from './app.js';

export const PROJECT_ROOT = join(import.meta.dirname, '..', '..');
/** A build elsewhere, for work on the fault suite while others build. */
export const DIST = process.env['FAULTS_DIST'] ?? join(PROJECT_ROOT, 'dist');
const READY_WITHIN_MS = 120_000;
/** What a program needs to start; nothing that configures the service may leak into it. */
const MACHINE_VARIABLES = ['PATH', 'HOME', 'TMPDIR', 'LANG'];

/** A test run that is killed must not leave its services behind. */
const alive = new Set<ServiceProcess>();
process.once('exit', () => alive.forEach((service) => service.signal('SIGKILL')));

/** A compiled service that is not this one, with the flags of its own `npm start`. */
export interface OtherBuild {
  /** Of its commit, for people. */
  readonly name: string;
  readonly dist: string;
  readonly startFlags: readonly string[];
  readonly servicesDir: string;
}

export interface ServiceProcessOptions {
  readonly port: number;
  readonly env: Readonly<Record<string, string>>;
  /** Another program than the service itself, given the compiled folder as its argument. */
  readonly entry?: string;
  readonly nodeFlags?: readonly string[];
  /** Absent: this build. */
  readonly build?: OtherBuild;
}

/** The compiled service as a process of its own, in a folder that goes when it ends. */
export class ServiceProcess extends ChildService {
  constructor({ port, env, entry, build, nodeFlags = build?.startFlags ?? [] }: ServiceProcessOptions) {
    const folder = mkdtempSync(join(tmpdir(), 'ricochet-service-'));
    const dist = build?.dist ?? DIST;
    const program = entry === undefined ? [join(dist, 'src', 'main.js')] : [entry, dist];
    // Another build answers by an API document of its own.
    const checked = build === undefined ? checkedEnvironment() : {};
    super({
      args: [...nodeFlags, ...program],
      cwd: folder,
      env: { ...machineEnvironment(), ...checked, ...env, PORT: String(port), DATA_DIR: folder },
      url: `http://127.0.0.1:${port}`,
    });
    alive.add(this);
    void this.exited.then(() => {
      alive.delete(this);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    });
  }

  /** Starts it and waits until it is ready. @throws with its output when it ends before, or takes too long. */
  static async start(options: AppOptions): Promise<ServiceProcess> {
    compiled('src/main.js');
    const service = new ServiceProcess({
      port: await freePort(),
      env: { SERVICES_DIR: join(PROJECT_ROOT, 'services'), ...testEnvironment(options) },
      nodeFlags: ['--enable-source-maps'],
    });
    if (!(await service.ready())) throw new Error(`the service was killed before it was ready:\n${service.output}`);
    return service;
  }

  /** @returns false when SIGKILL ended it before it was ready. @throws when it ended otherwise or takes too long. */
  async ready(): Promise<boolean> {
    const end = await this.untilReady(READY_WITHIN_MS).catch(async (error: unknown) => {
      await this.kill();
      throw error;
    });
    if (end === null) return true;
    if (end.signal === 'SIGKILL') return false;
    throw new Error(`the service ${describeEnd(end)} before it was ready:\n${this.output}`);
  }

  submit(body: unknown, path = '/submitAsyncAction'): Promise<Answer> {
    return call('POST', `${this.url}${path}`, { 'x-api-key': TEST_KEY }, body);
  }
}

/** The path of a compiled file. @throws when nobody has built: `npm test` does so by itself. */
export function compiled(file: string): string {
  const path = join(DIST, file);
  if (!existsSync(path)) throw new Error(`${path} is missing: build first (npm run build, or npm test as a whole)`);
  return path;
}

/** The environment any program gets here. */
export function machineEnvironment(): Record<string, string> {
  const known = MACHINE_VARIABLES.map((name) => [name, process.env[name]] as const);
  return Object.fromEntries(known.filter((entry): entry is readonly [string, string] => entry[1] !== undefined));
}
