// `npm run test:postgres15`: the specs that between them run most statements, on the oldest PostgreSQL that the service
// promises. Progress goes to stderr.
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Options } from '../dist/simulator/options.js';
import { runProgram } from '../dist/simulator/program.js';
import { root } from './build-state.mjs';

const INSTALLED = '/usr/lib/postgresql/15/bin';
/** Readable for the user that PostgreSQL runs as: a home folder of root is not. */
const CACHE = join(
  process.getuid?.() === 0 ? '/var/cache' : process.env.XDG_CACHE_HOME || join(homedir(), '.cache'),
  'ricochet',
  'postgresql-15',
);
const PACKAGES = ['postgresql-15', 'libpq5'];
const LIBRARIES = 'apt-get install postgresql-15 brings them (it also starts a server, which you may stop)';

const HELP = `npm run test:postgres15 [-- options]

Runs the specs that between them run most statements on PostgreSQL 15, the oldest version that the service promises. The
programs are those of ${INSTALLED}, or of Debian's package, unpacked once into
${CACHE}. No service is installed or started.
Where neither is to be had it says so and ends with 0.

  --short      migrations and one flow
  --help, -h
`;

const SPECS = [
  'test/migrations.spec.ts',
  'test/migration-plan.spec.ts',
  'test/upgrade.spec.ts',
  'test/action-flow.spec.ts',
  'test/actions-repository.spec.ts',
  'test/deliveries-repository.spec.ts',
  'test/admin.spec.ts',
  'test/delivery-list.spec.ts',
  'test/destinations-admin.spec.ts',
  'test/admin-keys.spec.ts',
  'test/admin-customers.spec.ts',
  'test/idempotency.spec.ts',
  'test/oauth.spec.ts',
  'test/async-calls.spec.ts',
  'test/async-calls-conversations.spec.ts',
  'test/marketo.spec.ts',
  'test/companies.spec.ts',
  'test/eqp.spec.ts',
  'test/moved-registrations.spec.ts',
  'test/lookup-tables.spec.ts',
  'test/retention.spec.ts',
  'test/erasure.spec.ts',
  'test/subjects.spec.ts',
  'test/bulk-recovery.spec.ts',
  'test/orphans.spec.ts',
  'test/sweeps.spec.ts',
  'test/breaker.spec.ts',
  'test/needed-extension.spec.ts',
  'test/roles-without-redis.spec.ts',
  'test/postgres-15.spec.ts',
];
const SHORT_SPECS = ['test/migrations.spec.ts', 'test/postgres-15.spec.ts'];

async function main(args, signal) {
  const options = Options.parse(args, { help: { type: 'boolean', short: 'h' }, short: { type: 'boolean' } });
  if (options.flag('help')) {
    process.stdout.write(HELP);
    return 0;
  }
  const folder = findFolder();
  const version = folder === null ? null : versionOf(folder);
  if (version === null) {
    console.error(
      folder === null
        ? 'skipped: PostgreSQL 15 is not installed here, and apt-get has no package of it'
        : `skipped: the programs in ${folder} lack libraries; ${LIBRARIES}`,
    );
    return 0;
  }
  console.error(`${version} of ${folder}`);
  const words = [join('node_modules', 'vitest', 'vitest.mjs'), 'run', ...(options.flag('short') ? SHORT_SPECS : SPECS)];
  const child = spawn(process.execPath, words, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, TEST_POSTGRES_BIN: folder },
    signal,
  });
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => resolve(code ?? 1));
  });
}

function findFolder() {
  if (existsSync(join(INSTALLED, 'postgres'))) return INSTALLED;
  const cached = join(CACHE, INSTALLED);
  if (existsSync(join(cached, 'postgres'))) return cached;
  return unpack() ? cached : null;
}

/** @returns whether it is there now. Made whole beside its place: an interrupted download must not pass for one. */
function unpack() {
  const parent = join(CACHE, '..');
  mkdirSync(parent, { recursive: true });
  const made = mkdtempSync(join(parent, 'made-'));
  try {
    const packages = join(made, 'packages');
    mkdirSync(packages);
    execFileSync('apt-get', ['download', '-qq', ...PACKAGES], { cwd: packages, stdio: ['ignore', 'ignore', 'ignore'] });
    const whole = join(made, 'whole');
    for (const file of readdirSync(packages)) execFileSync('dpkg-deb', ['-x', join(packages, file), whole]);
    rmSync(CACHE, { recursive: true, force: true });
    renameSync(whole, CACHE);
    return existsSync(join(CACHE, INSTALLED, 'postgres'));
  } catch {
    return false;
  } finally {
    rmSync(made, { recursive: true, force: true });
  }
}

/** Null where one of them does not even say its version: their libraries are those of another machine. */
function versionOf(folder) {
  try {
    const say = (program) =>
      execFileSync(join(folder, program), ['--version'], { encoding: 'utf8', env: { PATH: '/usr/bin:/bin' } }).trim();
    say('initdb');
    return say('postgres');
  } catch {
    return null;
  }
}

await runProgram('npm run test:postgres15', main);
