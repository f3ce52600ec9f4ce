// Knows whether node_modules and dist fit the checkout. Dependency-free: it runs before `npm ci`.
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));

const BUILT_FOLDERS = ['src', 'migrations', 'simulator'];
const BUILD_INPUTS = [
  'package-lock.json',
  'tsconfig.json',
  'tsconfig.build.json',
  'nest-cli.json',
  'scripts/bundle.mjs',
  'scripts/bundle-maps.mjs',
];
/** Files the build copies beside the code that reads them, as nest-cli.json says. */
const ASSETS = /^src[\\/]enrichment[\\/]providers[\\/]data[\\/][^\\/]+\.(?:txt|tsv)$/;
/** The console's sources: all of them decide what its build makes. */
const CONSOLE = 'console';
const STAMP = join(root, 'dist', '.build-stamp');

/** Whether this is a checkout; an image has dist and production packages only, and nothing to make ready. */
export function isCheckout() {
  return existsSync(join(root, 'tsconfig.build.json')) && existsSync(join(root, 'src'));
}

/** Why `npm ci` is needed, or null. Compares contents, because copies and checkouts do not keep times. */
export function findInstallReason() {
  const installed = readJson('node_modules/.package-lock.json');
  if (installed === null) {
    return 'node_modules is missing';
  }
  const wanted = Object.entries(readJson('package-lock.json')?.packages ?? {});
  for (const [path, entry] of wanted) {
    if (path === '' || entry.link) {
      continue;
    }
    const present = installed.packages?.[path];
    // Packages of other platforms are in the lockfile and never on disk.
    if (present === undefined && (entry.optional || entry.devOptional)) {
      continue;
    }
    if (present?.version !== entry.version || present?.integrity !== entry.integrity) {
      return 'node_modules differs from the lockfile';
    }
    if (!existsSync(join(root, path, 'package.json'))) {
      return `${path} is missing`;
    }
  }
  return null;
}

/** Why a build is needed, or null. */
export function findBuildReason() {
  const made = [join(root, 'dist', 'src', 'main.js'), join(root, 'dist', 'bundle', 'start.js'), STAMP];
  if (!made.every((file) => existsSync(file))) {
    return 'dist is missing';
  }
  return readFileSync(STAMP, 'utf8') === hashSources() ? null : 'dist is older than the sources';
}

/** Everything that decides what a build makes, as one hash. */
export function hashSources() {
  const hash = createHash('sha256');
  for (const file of [
    ...BUILD_INPUTS.filter((name) => existsSync(join(root, name))),
    ...listSources(),
    ...listConsole(),
  ]) {
    hash
      .update(`${file}\0`)
      .update(readFileSync(join(root, file)))
      .update('\0');
  }
  return hash.digest('hex');
}

/** Remembers the sources a finished build was made from. */
export function stampBuild(sourcesHash) {
  mkdirSync(dirname(STAMP), { recursive: true });
  writeFileSync(STAMP, sourcesHash);
}

/** Makes the next look at dist find it missing. */
export function forgetBuild() {
  rmSync(STAMP, { force: true });
}

/** Removes what earlier builds made from sources that are gone: a deleted migration must not run. */
export function pruneDist() {
  const sources = new Set(listSources());
  for (const folder of BUILT_FOLDERS) {
    for (const file of listFiles(join(root, 'dist', folder))) {
      const built = relative(join(root, 'dist'), file);
      const source = built.replace(/\.js(\.map)?$/, '.ts');
      if ((/\.js(\.map)?$/.test(file) || ASSETS.test(built)) && !sources.has(source)) {
        rmSync(file);
      }
    }
  }
}

function listSources() {
  return BUILT_FOLDERS.flatMap((folder) => listFiles(join(root, folder)))
    .map((file) => relative(root, file))
    .filter((file) => (file.endsWith('.ts') && !/\.(spec|fixtures)\.ts$/.test(file)) || ASSETS.test(file))
    .sort();
}

function listConsole() {
  return listFiles(join(root, CONSOLE))
    .map((file) => relative(root, file))
    .sort();
}

function listFiles(folder) {
  if (!existsSync(folder)) {
    return [];
  }
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name));
}

function readJson(path) {
  try {
    return JSON.parse(readFileSync(join(root, path), 'utf8'));
  } catch {
    return null;
  }
}
