import { OAuthClient } from './caller-credentials.js';
import { readEnvironment } from './environment.js';
import { isMarketo } from './dialect.js';
import { parseFaults } from './faults.js';
import { findLocalKey } from './local-key.js';
import { Options, UsageError } from './options.js';
import { play, splitTotal } from './play.js';
import { SIMULATOR_PORT, serve } from './serve.js';
import { SHIPPED_SERVICES, trimBase } from './service-finder.js';
import type { EntityType } from './service-contract.js';
import { playMarketo } from './marketo/marketo-play.js';
import { Simulation } from './simulation.js';
import { runProgram } from './program.js';

const HELP = `Plays Adobe for a service under development.

  npm run simulate -- --serve [--port ${SIMULATOR_PORT}]
      IMS and the callback endpoint alone; prints every callback and whether it keeps the contract.
  npm run simulate -- --url http://127.0.0.1:3000 --count 90
      Plays a journey against a running service and reports what came back.

Both
  --url URL              where the service answers (default http://127.0.0.1:3000)
  --key KEY              its caller's key (default: the first in .ricochet/keys.json of this folder)
  --oauth-client ID      a client of the service instead of a key, with --oauth-secret: see docs/oauth.md
  --port N               where the simulator listens (default ${SIMULATOR_PORT}; the service asks there for its tokens)
  --client-id ID         IMS client, also the expected X-Api-Key (default simulator)
  --client-secret TEXT   accepted besides simulator-secret; may be given twice
  --fail KIND=RATE       misbehave on the first attempts of callbacks: 5xx, 429, 401, slow or drop; may be repeated
  --lead-service, --account-service, --group-service NAME
                         the services to use (default contact-quality, account-profile, buying-group)
Journey
  --count N              subjects altogether, 6 people to 2 accounts to 1 buying group
  --people N, --accounts N, --groups N   exact numbers instead
  --seed TEXT            the same text makes the same people (default ricochet)
  --concurrency N        requests under way at a time (default 32)
  --timeout MINUTES      the journey's time-out (default 5)
  --json                 report on stderr, summary as the last line of stdout
  --help, -h             this text
Marketo
  --dialect marketo      plays batches of leads of a Marketo campaign instead of a journey
  --service NAME         a service that speaks Marketo (default table-lookup)
  --batches N            how many (default 60), of up to --leads N each (default 25)
  --munchkin ID          the subscription (default 123-SIM-456)
  --step NAME=VALUE      a parameter of the flow step; the others take the first choice; may be repeated

Exit codes: 0 all came back once, in time and valid; 1 not so, or an error; 2 a mistake on the command line.
`;

const TEXT = { type: 'string' } as const;
const TEXTS = { type: 'string', multiple: true } as const;
const FLAG = { type: 'boolean' } as const;

async function main(args: readonly string[], signal: AbortSignal): Promise<number> {
  const options = Options.parse(args, {
    help: { ...FLAG, short: 'h' },
    serve: FLAG,
    json: FLAG,
    url: TEXT,
    key: TEXT,
    port: TEXT,
    seed: TEXT,
    count: TEXT,
    people: TEXT,
    accounts: TEXT,
    groups: TEXT,
    concurrency: TEXT,
    timeout: TEXT,
    fail: TEXTS,
    'oauth-client': TEXT,
    'oauth-secret': TEXT,
    'client-id': TEXT,
    'client-secret': TEXTS,
    'lead-service': TEXT,
    'account-service': TEXT,
    'group-service': TEXT,
    dialect: TEXT,
    service: TEXT,
    batches: TEXT,
    leads: TEXT,
    munchkin: TEXT,
    step: TEXTS,
  });
  if (options.flag('help')) {
    process.stdout.write(HELP);
    return 0;
  }
  const { dataDir } = readEnvironment();
  if (isMarketo(options)) return playBatches(options, dataDir, signal);
  const common = {
    url: readUrl(options),
    port: options.integer('port', SIMULATOR_PORT, 0, 65_535),
    clientId: options.text('client-id') ?? 'simulator',
    secrets: ['simulator-secret', ...options.list('client-secret')],
    faults: parseFaults(options.list('fail')),
    services: {
      lead: options.text('lead-service') ?? SHIPPED_SERVICES.lead,
      account: options.text('account-service') ?? SHIPPED_SERVICES.account,
      accountPerson: options.text('group-service') ?? SHIPPED_SERVICES.accountPerson,
    },
  };
  if (options.flag('serve')) {
    const print = (text: string): void => void process.stdout.write(`${text}\n`);
    const server = await serve({ ...common, apiKey: options.text('key'), dataDir, print });
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve(), { once: true }));
    await server.close();
    return 0;
  }
  const counts = readCounts(options);
  const seed = options.text('seed') ?? 'ricochet';
  const { simulation, base } = await Simulation.start({ ...common, seed });
  try {
    const result = await play(
      {
        ...common,
        counts,
        seed,
        callbackBase: base,
        apiKey: readOAuthClient(options) ?? options.text('key') ?? findLocalKey(dataDir),
        concurrency: options.integer('concurrency', 32, 1, 1000),
        timeoutMinutes: options.integer('timeout', 5, 1, 240),
        json: options.flag('json'),
        signal,
      },
      simulation.ledger,
    );
    if (options.flag('json')) process.stdout.write(`${JSON.stringify(result.summary)}\n`);
    return result.clean ? 0 : 1;
  } finally {
    await simulation.close();
  }
}

function readOAuthClient(options: Options): OAuthClient | null {
  const [id, secret] = [options.text('oauth-client'), options.text('oauth-secret')];
  if ((id === null) !== (secret === null)) throw new UsageError('--oauth-client and --oauth-secret go together');
  return id === null || secret === null ? null : new OAuthClient(id, secret);
}

async function playBatches(options: Options, dataDir: string, signal: AbortSignal): Promise<number> {
  const run = await playMarketo({
    url: readUrl(options),
    apiKey: options.text('key') ?? findLocalKey(dataDir),
    service: options.text('service') ?? 'table-lookup',
    port: options.integer('port', SIMULATOR_PORT, 0, 65_535),
    batches: options.integer('batches', 60, 1, 100_000),
    leads: options.integer('leads', 25, 1, 1_000),
    munchkinId: options.text('munchkin') ?? '123-SIM-456',
    step: readStep(options.list('step')),
    faults: parseFaults(options.list('fail')),
    seed: options.text('seed') ?? 'ricochet',
    concurrency: options.integer('concurrency', 8, 1, 1_000),
    timeoutMinutes: options.integer('timeout', 5, 1, 240),
    json: options.flag('json'),
    signal,
  });
  if (options.flag('json')) process.stdout.write(`${JSON.stringify(run.summary)}\n`);
  return run.clean ? 0 : 1;
}

function readStep(given: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    given.map((text) => {
      const at = text.indexOf('=');
      if (at < 1) throw new UsageError(`--step ${text}: say the name of a parameter, "=", and its value`);
      return [text.slice(0, at), text.slice(at + 1)] as const;
    }),
  );
}

function readUrl(options: Options): string {
  const given = options.text('url') ?? 'http://127.0.0.1:3000';
  if (!/^https?:\/\//.test(given) || !URL.canParse(given))
    throw new UsageError(`--url ${given} is not an http address`);
  return trimBase(given);
}

function readCounts(options: Options): Record<EntityType, number> {
  const exact = ['people', 'accounts', 'groups'].some((name) => options.text(name) !== null);
  if (!exact && options.text('count') === null) {
    throw new UsageError('say --serve, or how many to play: --count N, or --people, --accounts and --groups');
  }
  if (exact && options.text('count') !== null)
    throw new UsageError('--count is a total: leave it out with exact numbers');
  const counts = exact
    ? {
        lead: options.integer('people', 0, 0, 1_000_000),
        account: options.integer('accounts', 0, 0, 1_000_000),
        accountPerson: options.integer('groups', 0, 0, 1_000_000),
      }
    : splitTotal(options.integer('count', 0, 1, 1_000_000));
  if (counts.lead + counts.account + counts.accountPerson === 0) throw new UsageError('there is nobody to play');
  return counts;
}

await runProgram('npm run simulate', main);
