import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ChildService, describeEnd } from './child-service.js';
import { readEnvironment } from './environment.js';
import { parseFaults } from './faults.js';
import type { JourneyResult } from './journey-result.js';
import { Options } from './options.js';
import { play, type PlayOptions } from './play.js';
import { runProgram } from './program.js';
import { PROJECT_ROOT } from './samples.js';
import { SHIPPED_SERVICES } from './service-finder.js';
import { freePort } from './free-port.js';
import { Simulation } from './simulation.js';

const HELP = `Runs the whole service on this machine, plays a journey through it and shows what came back.

  npm run demo [-- options]

  --people N, --accounts N, --groups N   who takes part (default 60, 20, 10)
  --fail KIND=RATE   let the callback endpoint misbehave at first: 5xx, 429, 401, slow or drop; may be repeated
  --seed TEXT        the same text makes the same people (default ricochet)
  --json             progress on stderr, the summary as the last line of stdout
  --keep             keep the service running until Ctrl+C, with the console's address and a key; keep the data folder
  --help, -h         this text

The first lead, account and buying group are requests as Adobe's documents print them.
Uses an embedded PostgreSQL and an in-process queue unless DATABASE_URL and REDIS_URL are set.
Exit codes: 0 every callback came once, in time and valid; 1 not so, or an error; 2 a mistake on the command line.
`;

const SECRET = 'simulator-secret';
const CLIENT = 'simulator';
/** The first start on a machine may have to set up PostgreSQL. */
const READY_WITHIN_MS = 120_000;
const SERVICE_ENTRY = join(PROJECT_ROOT, 'dist', 'src', 'main.js');

async function main(args: readonly string[], signal: AbortSignal): Promise<number> {
  const options = Options.parse(args, {
    help: { type: 'boolean', short: 'h' },
    json: { type: 'boolean' },
    keep: { type: 'boolean' },
    people: { type: 'string' },
    accounts: { type: 'string' },
    groups: { type: 'string' },
    seed: { type: 'string' },
    fail: { type: 'string', multiple: true },
  });
  if (options.flag('help')) {
    process.stdout.write(HELP);
    return 0;
  }
  const seed = options.text('seed') ?? 'ricochet';
  const counts = {
    lead: options.integer('people', 60, 0, 100_000),
    account: options.integer('accounts', 20, 0, 100_000),
    accountPerson: options.integer('groups', 10, 0, 100_000),
  };
  const faults = parseFaults(options.list('fail'));
  if (!existsSync(SERVICE_ENTRY)) throw new Error(`${SERVICE_ENTRY} is missing: build first (npm run build)`);
  const json = options.flag('json');
  const say = (text: string): void => void (json ? process.stderr : process.stdout).write(`${text}\n`);

  const dataDir = await mkdtemp(join(tmpdir(), 'ricochet-demo-'));
  // PostgreSQL refuses to run as root: started by root it runs as another user, who must get to its own folder in here.
  await chmod(dataDir, 0o711);
  try {
    const { simulation, base } = await Simulation.start({ port: 0, clientId: CLIENT, secrets: [SECRET], faults, seed });
    try {
      const common = {
        services: SHIPPED_SERVICES,
        counts,
        seed,
        json,
        concurrency: 32,
        timeoutMinutes: 5,
        documented: true,
      };
      const keep = options.flag('keep');
      const play = { ...common, callbackBase: base };
      const result = await playOnOwnService(play, { dataDir, keep }, simulation, say, signal);
      if (json) process.stdout.write(`${JSON.stringify(result.summary)}\n`);
      return result.clean ? 0 : 1;
    } finally {
      await simulation.close();
    }
  } finally {
    if (options.flag('keep')) say(`Kept: ${dataDir}`);
    else await rm(dataDir, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

async function playOnOwnService(
  options: Omit<PlayOptions, 'url' | 'apiKey'>,
  { dataDir, keep }: { readonly dataDir: string; readonly keep: boolean },
  simulation: Simulation,
  say: (text: string) => void,
  signal: AbortSignal,
): Promise<JourneyResult> {
  const port = await freePort();
  const apiKey = randomBytes(24).toString('hex');
  const adminKey = randomBytes(24).toString('base64url');
  const url = `http://127.0.0.1:${port}`;
  const startedAt = performance.now();
  say('Starting the service ...');
  const service = new ChildService({
    args: ['--enable-source-maps', SERVICE_ENTRY],
    cwd: dataDir,
    env: {
      ...serviceEnvironment(dataDir, port, apiKey, options.callbackBase),
      ADMIN_API_KEYS: adminKey,
    },
    url,
  });
  try {
    const end = await service.untilReady(READY_WITHIN_MS, signal);
    if (end !== null) throw new Error(`the service ${describeEnd(end)} before it was ready\n${service.lastOutput()}`);
    say(`Ready after ${((performance.now() - startedAt) / 1000).toFixed(1)} s at ${url}`);
    const both = AbortSignal.any([signal, service.endSignal]);
    const result = await play({ ...options, url, apiKey, signal: both }, simulation.ledger).catch((error: unknown) => {
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

function serviceEnvironment(
  dataDir: string,
  port: number,
  apiKey: string,
  imsBase: string,
): Readonly<Record<string, string>> {
  const { machine, databaseUrl, redisUrl } = readEnvironment();
  return {
    ...machine,
    NODE_ENV: 'development',
    LOG_LEVEL: 'warn',
    DATA_DIR: dataDir,
    HOST: '127.0.0.1',
    PORT: String(port),
    IMS_BASE_URL: imsBase,
    ADOBE_CLIENT_ID: CLIENT,
    ADOBE_CLIENT_SECRETS: SECRET,
    INBOUND_API_KEYS: apiKey,
    SERVICES_DIR: join(PROJECT_ROOT, 'services'),
    ...(databaseUrl === null ? {} : { DATABASE_URL: databaseUrl }),
    ...(redisUrl === null ? {} : { REDIS_URL: redisUrl }),
  };
}

await runProgram('npm run demo', main);
