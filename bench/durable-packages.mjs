// The packages of the durable peers: they want a younger Node than this project promises, so they are no dependencies of
// it. The part that needs them installs them, once, into a cache folder.
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
/** `npm ci` empties it, and git does not see it. */
const CACHE = join(ROOT, 'node_modules', '.cache', 'ricochet-bench');
const TAIL = 1_500;

/** Exact: another version would be another measurement. */
export const DURABLE_PACKAGES = Object.freeze({ 'pg-boss': '12.38.0', 'graphile-worker': '0.18.0' });
/** The younger one of what both ask for. */
const NODE_LEAST = [22, 18];

/** A sentence when the packages do not run on a Node of this version, else null. */
export function refuseOldNode(version = process.versions.node) {
  const [major, minor] = version.split('.').map(Number);
  if (major > NODE_LEAST[0] || (major === NODE_LEAST[0] && minor >= NODE_LEAST[1])) return null;
  return (
    `the part durable needs Node ${NODE_LEAST.join('.')} or younger for pg-boss and graphile-worker; this is ${version}. ` +
    '--node-bin names another one'
  );
}

/**
 * Installs the packages unless they are there.
 * @param install runs in a folder and resolves once the packages are in it
 * @returns by package, a module that exports what it does
 * @throws Error saying what npm said
 */
export async function installDurablePackages({ say, signal, cache = CACHE, install = installWithNpm }) {
  const names = Object.entries(DURABLE_PACKAGES).map(([name, version]) => `${name}@${version}`);
  const folder = join(cache, names.join('+'));
  if (!existsSync(folder)) {
    say(`installing ${names.join(' and ')} into ${folder} ...`);
    await mkdir(cache, { recursive: true });
    // Made whole beside its place: an interrupted install must not pass for one.
    const made = await mkdtemp(join(cache, 'made-'));
    try {
      await writeFile(join(made, 'package.json'), JSON.stringify({ private: true, type: 'module' }));
      await install(made, names, signal);
      await moveTo(folder, made);
    } finally {
      await rm(made, { recursive: true, force: true });
    }
  }
  return Object.fromEntries(
    await Promise.all(Object.keys(DURABLE_PACKAGES).map(async (name) => [name, await moduleOf(folder, name)])),
  );
}

/** Another run may have been faster. */
async function moveTo(folder, made) {
  try {
    await rename(made, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}

/** Both packages have one entry, which their package.json names as `main`. */
async function moduleOf(folder, name) {
  const file = join(folder, 'node_modules', name, 'package.json');
  const { main, version } = JSON.parse(await readFile(file, 'utf8'));
  if (version !== DURABLE_PACKAGES[name]) throw new Error(`${file} is ${version}: remove ${folder}`);
  return join(dirname(file), main);
}

/** Without scripts: none of them has any to run. */
function installWithNpm(folder, names, signal) {
  const args = ['install', '--no-audit', '--no-fund', '--ignore-scripts', '--loglevel=error', '--save-exact', ...names];
  const child = spawn('npm', args, { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], signal });
  let said = '';
  child.stderr.on('data', (chunk) => (said = (said + chunk).slice(-TAIL)));
  return new Promise((resolve, reject) => {
    const fail = (how) => reject(new Error(`npm could not install ${names.join(' and ')}: ${how}\n${said}`));
    child.once('error', (error) => fail(error.message));
    child.once('close', (code) => (code === 0 ? resolve() : fail(`exit code ${code}`)));
  });
}
