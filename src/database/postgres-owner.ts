import { execFile } from 'node:child_process';
import { chmod, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, resolve, sep } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const USER = 'postgres';
const LOCAL_USERS = '/etc/passwd';

/** The unprivileged operating system user that runs the embedded server when this process is root. */
export interface PostgresOwner {
  readonly uid: number;
  readonly gid: number;
}

/**
 * The user to run the server as: null unless this process is root, which PostgreSQL refuses to run as.
 * @throws when that user is missing and cannot be made.
 */
export async function findPostgresOwner(): Promise<PostgresOwner | null> {
  if (process.getuid?.() !== 0) return null;
  try {
    return await lookUp();
  } catch {
    // Another service may be making the same user right now: what counts is whether it exists afterwards.
    const failure = await run('useradd', ['--system', '--user-group', '--no-create-home', USER]).catch(
      (error: unknown) => error,
    );
    try {
      return await lookUp();
    } catch {
      throw new Error(
        `PostgreSQL does not run as root and the user "${USER}" could not be made: ` +
          'start the service as another user or set DATABASE_URL',
        { cause: failure },
      );
    }
  }
}

async function lookUp(): Promise<PostgresOwner> {
  const local = findLocally(await readFile(LOCAL_USERS, 'utf8').catch(() => ''));
  if (local !== null) return local;
  // A directory of users elsewhere (LDAP) may know it.
  const [uid, gid] = await Promise.all([run('id', ['-u', USER]), run('id', ['-g', USER])]);
  return { uid: Number(uid.stdout), gid: Number(gid.stdout) };
}

/** The first user of that name, as every lookup takes it. Asking `id` took a tenth of a second of each start. */
export function findLocally(passwd: string): PostgresOwner | null {
  for (const line of passwd.split('\n')) {
    const [name, , uid, gid] = line.split(':');
    if (name === USER && uid !== undefined && gid !== undefined && /^\d+$/.test(uid) && /^\d+$/.test(gid)) {
      return { uid: Number(uid), gid: Number(gid) };
    }
  }
  return null;
}

/** Whether the owner may walk down to the directory. True for the user we run as ourselves. */
export async function canReach(owner: PostgresOwner | null, directory: string): Promise<boolean> {
  if (owner === null) return true;
  for (const path of withParents(directory)) {
    if (!(await mayEnter(owner, path))) return false;
  }
  return true;
}

/**
 * Lets the owner walk through a directory of ours and through private parents of it that lie in the system's
 * temporary directory (mkdtemp makes them 0700). Never widens anybody's home: see {@link canReach}.
 */
export async function openWayTo(owner: PostgresOwner | null, directory: string): Promise<void> {
  if (owner === null) return;
  const temporary = resolve(tmpdir()) + sep;
  for (const path of withParents(directory)) {
    const ours = path === resolve(directory) || path.startsWith(temporary);
    if (ours && !(await mayEnter(owner, path))) await chmod(path, ((await stat(path)).mode & 0o7777) | 0o011);
  }
}

async function mayEnter(owner: PostgresOwner, directory: string): Promise<boolean> {
  const { mode, uid, gid } = await stat(directory);
  if (uid === owner.uid) return (mode & 0o100) !== 0;
  return (mode & (gid === owner.gid ? 0o010 : 0o001)) !== 0;
}

function withParents(directory: string): string[] {
  const paths: string[] = [];
  for (let path = resolve(directory); ; path = dirname(path)) {
    paths.push(path);
    if (dirname(path) === path) return paths;
  }
}
