// Fails when the lockfile would not install everywhere: a dependency that is not exact, or an optional dependency
// (a platform's binaries) without an entry, which `npm ci` only misses on that platform.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './build-state.mjs';

const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
const { packages } = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8'));
const problems = [];

for (const section of ['dependencies', 'devDependencies', 'overrides']) {
  for (const [name, version] of Object.entries(manifest[section] ?? {})) {
    if (!/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version)) {
      problems.push(`package.json ${section}: ${name} is ${version}, not an exact version`);
    }
  }
  for (const [name, version] of Object.entries(section === 'overrides' ? {} : (manifest[section] ?? {}))) {
    const locked = packages[`node_modules/${name}`]?.version;
    if (locked !== version) {
      problems.push(`package-lock.json: ${name} is ${locked ?? 'missing'}, package.json says ${version}`);
    }
  }
}

for (const [path, entry] of Object.entries(packages)) {
  for (const name of Object.keys(entry.optionalDependencies ?? {})) {
    if (!findEntry(path, name)) {
      problems.push(`package-lock.json: ${path || 'the project'} has no entry for its optional dependency ${name}`);
    }
  }
}

/** The way Node looks for it: in the package, then in every node_modules above. */
function findEntry(path, name) {
  const segments = path.split('/node_modules/');
  for (let depth = segments.length; depth >= 0; depth -= 1) {
    const base = segments.slice(0, depth).join('/node_modules/');
    if (packages[`${base === '' ? '' : `${base}/`}node_modules/${name}`]) {
      return true;
    }
  }
  return false;
}

if (problems.length > 0) {
  console.error(problems.join('\n'));
  process.exitCode = 1;
} else {
  console.log(`The lockfile has every optional dependency (${Object.keys(packages).length} packages).`);
}
