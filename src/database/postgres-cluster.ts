import { execFile } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import {
  access,
  chmod,
  chown,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  realpath,
  rename,
  rm,
  symlink,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SHARED_DIRECTORY, type PostgresBinaries } from './postgres-binaries.js';
import { canReach, openWayTo, type PostgresOwner } from './postgres-owner.js';

const run = promisify(execFile);
const STAGING = 'postgres.new-';
const PASSWORD_FILE = 'ricochet.password';

/** The superuser of every embedded cluster. */
export const CLUSTER_USER = 'ricochet';

/** A data directory that initdb has finished, and the password of {@link CLUSTER_USER}. */
export interface Cluster {
  readonly directory: string;
  readonly password: string;
}

/**
 * Finds the cluster of a DATA_DIR or makes it. Call under the start lock. It appears by a rename, so that a process
 * killed during initdb leaves no half of one.
 */
export async function openCluster(
  dataDir: string,
  binaries: PostgresBinaries,
  owner: PostgresOwner | null,
  log: (message: string) => void,
): Promise<Cluster> {
  const link = join(dataDir, 'postgres');
  await openWayTo(owner, dataDir);
  if (!(await isCluster(link))) await makeCluster(dataDir, binaries, owner, log);
  const directory = await realpath(link);
  const password = await readFile(join(directory, PASSWORD_FILE), 'utf8').catch((error: unknown) => {
    throw new Error(`${directory} is not a cluster this service made, or belongs to another user`, { cause: error });
  });
  return { directory, password: password.trim() };
}

async function isCluster(directory: string): Promise<boolean> {
  return access(join(directory, 'PG_VERSION')).then(
    () => true,
    (error: unknown) => {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    },
  );
}

async function makeCluster(
  dataDir: string,
  binaries: PostgresBinaries,
  owner: PostgresOwner | null,
  log: (message: string) => void,
): Promise<void> {
  const home = (await canReach(owner, dataDir)) ? dataDir : await makeSharedHome(dataDir, log);
  for (const name of await readdir(home)) {
    if (name.startsWith(STAGING)) await rm(join(home, name), { recursive: true, force: true });
  }
  const staging = await mkdtemp(join(home, STAGING));
  const password = randomBytes(24).toString('base64url');
  const passwordFile = join(staging, PASSWORD_FILE);
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  const directory = join(staging, 'data');
  await mkdir(directory, { mode: 0o700 });
  for (const path of owner === null ? [] : [staging, passwordFile, directory]) {
    await chown(path, owner?.uid ?? 0, owner?.gid ?? 0);
  }
  log(`Making the embedded PostgreSQL cluster in ${join(home, 'postgres')}`);
  // A new file of the log is filled with zeros while commits wait for it: 16 MB at once were 70 ms, every three seconds.
  const flags = ['--wal-segsize=1', '--auth=scram-sha-256', `--username=${CLUSTER_USER}`, `--pwfile=${passwordFile}`];
  // A fresh environment: the caller's PG* variables and secrets are none of the server's business.
  const options = { cwd: staging, env: { LC_ALL: 'C', PATH: '/usr/bin:/bin' }, ...owner };
  try {
    await run(binaries.initdb, [`--pgdata=${directory}`, '--encoding=UTF8', '--no-locale', ...flags], options);
  } catch (error) {
    throw new Error(`initdb failed in ${directory}: ${(error as { stderr?: string }).stderr?.trim() ?? ''}`, {
      cause: error,
    });
  }
  await rename(passwordFile, join(directory, PASSWORD_FILE));
  await rename(directory, join(home, 'postgres'));
  await rm(staging, { recursive: true, force: true });
}

/** DATA_DIR lies where only root may look (/root): the cluster moves out, a link stays behind. */
async function makeSharedHome(dataDir: string, log: (message: string) => void): Promise<string> {
  const key = createHash('sha256')
    .update(await realpath(dataDir))
    .digest('hex')
    .slice(0, 16);
  const home = join(SHARED_DIRECTORY, key);
  await mkdir(home, { recursive: true });
  await chmod(home, 0o711);
  // DATA_DIR was deleted and made anew: so is its cluster.
  await rm(join(home, 'postgres'), { recursive: true, force: true });
  // A link only: a directory there belongs to a person, and the error says so.
  await rm(join(dataDir, 'postgres'), { force: true });
  await symlink(join(home, 'postgres'), join(dataDir, 'postgres'));
  log(`The user of the embedded PostgreSQL cannot reach ${dataDir}: its files are in ${home}`);
  return home;
}
