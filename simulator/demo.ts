import { existsSync } from 'node:fs';
import { chmod, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isMarketo } from './dialect.js';
import { parseFaults } from './faults.js';
import type { JourneyResult } from './journey-result.js';
import { demoMarketo } from './marketo/marketo-demo.js';
import { Options } from './options.js';
import { onOwnService, SERVICE_ENTRY } from './own-service.js';
import { play, type PlayOptions } from './play.js';
import { runProgram } from './program.js';
import { PROJECT_ROOT } from './samples.js';
import { SHIPPED_SERVICES } from './service-finder.js';
import { Simulation } from './simulation.js';

const HELP = `Runs the whole service on this machine, plays a journey through it and shows what came back.

  npm run demo [-- options]
  npm run demo -- --dialect marketo [options]

  --people N, --accounts N, --groups N   who takes part (default 60, 20, 10)
  --fail KIND=RATE   let the callback endpoint misbehave at first: 5xx, 429, 401, slow or drop; may be repeated
  --seed TEXT        the same text makes the same people (default ricochet)
  --batches N        with --dialect marketo: batches of leads to a table lookup (default 60)
  --json             progress on stderr, the summary as the last line of stdout
  --keep             keep the service running until Ctrl+C, with the console's address and a key; keep the data folder
  --help, -h         this text

The first lead, account and buying group are requests as Adobe's documents print them.
Uses an embedded PostgreSQL and an in-process queue unless DATABASE_URL and REDIS_URL are set.
Exit codes: 0 every callback came once, in time and valid; 1 not so, or an error; 2 a mistake on the command line.
`;

const SECRET = 'simulator-secret';
const CLIENT = 'simulator';

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
    dialect: { type: 'string' },
    batches: { type: 'string' },
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
    if (isMarketo(options)) {
      const batches = options.integer('batches', 60, 1, 100_000);
      return await demoMarketo({ dataDir, keep: options.flag('keep'), batches, faults, seed, json, say, signal });
    }
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
  const environment = {
    IMS_BASE_URL: options.callbackBase,
    ADOBE_CLIENT_ID: CLIENT,
    ADOBE_CLIENT_SECRETS: SECRET,
    SERVICES_DIR: join(PROJECT_ROOT, 'services'),
  };
  return onOwnService({ dataDir, environment, keep, say, signal }, ({ url, apiKey, signal: both }) =>
    play({ ...options, url, apiKey, signal: both }, simulation.ledger),
  );
}

await runProgram('npm run demo', main);
