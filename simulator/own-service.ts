import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { ChildService, describeEnd } from './child-service.js';
import { readEnvironment } from './environment.js';
import { freePort } from './free-port.js';
import { PROJECT_ROOT } from './samples.js';

/** The compiled service. */
export const SERVICE_ENTRY = join(PROJECT_ROOT, 'dist', 'src', 'main.js');
/** The first start on a machine may have to set up PostgreSQL. */
const READY_WITHIN_MS = 120_000;

export interface OwnServiceOptions {
  readonly dataDir: string;
  /** Beside what every service of a demo has. */
  readonly environment: Readonly<Record<string, string>>;
  /** Whether the service runs on until the signal, for a look at its console. */
  readonly keep: boolean;
  readonly say: (text: string) => void;
  readonly signal: AbortSignal;
}

/** A service that runs for one demo. */
export interface OwnService {
  readonly url: string;
  readonly apiKey: string;
  readonly adminKey: string;
  /** Aborted when the demo or the service ends. */
  readonly signal: AbortSignal;
}

/** Starts a service of the demo's own, plays against it and stops it. @throws with its last output when it ends early. */
export async function onOwnService<Result extends { readonly clean: boolean }>(
  { dataDir, environment, keep, say, signal }: OwnServiceOptions,
  run: (service: OwnService) => Promise<Result>,
): Promise<Result> {
  const port = await freePort();
  const apiKey = randomBytes(24).toString('hex');
  const adminKey = randomBytes(24).toString('base64url');
  const url = `http://127.0.0.1:${port}`;
  const startedAt = performance.now();
  say('Starting the service ...');
  const service = new ChildService({
    args: ['--enable-source-maps', SERVICE_ENTRY],
    cwd: dataDir,
    env: { ...commonEnvironment(dataDir, port), INBOUND_API_KEYS: apiKey, ADMIN_API_KEYS: adminKey, ...environment },
    url,
  });
  try {
    const end = await service.untilReady(READY_WITHIN_MS, signal);
    if (end !== null) throw new Error(`the service ${describeEnd(end)} before it was ready\n${service.lastOutput()}`);
    say(`Ready after ${((performance.now() - startedAt) / 1000).toFixed(1)} s at ${url}`);
    const both = AbortSignal.any([signal, service.endSignal]);
    const result = await run({ url, apiKey, adminKey, signal: both }).catch((error: unknown) => {
      if (!service.endSignal.aborted) throw error;
      throw new Error(`${String(service.endSignal.reason)}\n${service.lastOutput()}`, { cause: error });
    });
    if (!result.clean) say(`\n${service.lastOutput()}`);
    if (keep) {
      say(`The console: ${url}/console   Its key: ${adminKey}\nThe service runs until Ctrl+C.`);
      await aborted(both);
    }
    return result;
  } finally {
    const ranOn = !service.hasEnded;
    const end = await service.stop();
    say(`The service ${ranOn && end.signal === 'SIGKILL' ? 'did not stop in time and was killed' : describeEnd(end)}.`);
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

function commonEnvironment(dataDir: string, port: number): Readonly<Record<string, string>> {
  const { machine, databaseUrl, redisUrl } = readEnvironment();
  return {
    ...machine,
    NODE_ENV: 'development',
    LOG_LEVEL: 'warn',
    DATA_DIR: dataDir,
    HOST: '127.0.0.1',
    PORT: String(port),
    ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }),
    ...(redisUrl === null ? {} : { REDIS_URL: redisUrl }),
  };
}
