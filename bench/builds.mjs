// The builds that are measured: this one, and another one that `--before` names.
import { existsSync, readFileSync, realpathSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, resolve } from 'node:path';
import { START_FLAGS } from './start-flags.mjs';

/** Something is wrong with the folder of a build, in words for the person who named it. */
export class BuildError extends Error {}

/**
 * Reads where another build is. Its packages are its own: those that Node finds from its dist folder upwards.
 * @param folder its dist folder, or the checkout around it
 * @returns `dist` and the flags of Node that its `npm start` gives it
 * @throws BuildError saying what is missing and how to get it
 */
export function openBuild(folder) {
  const given = resolve(folder);
  const dist = [given, join(given, 'dist')].find((one) => existsSync(join(one, 'src', 'main.js')));
  if (dist === undefined) {
    throw new BuildError(`${given} holds no build (src/main.js): run npm run build in that checkout`);
  }
  const home = dirname(realpathSync(dist));
  if (!hasPackages(dist)) throw new BuildError(`${dist} has no packages: run npm ci in ${home}`);
  return { dist, startFlags: readStartFlags(home) };
}

function hasPackages(dist) {
  try {
    createRequire(join(realpathSync(dist), 'src', 'main.js')).resolve('@nestjs/core');
    return true;
  } catch {
    return false;
  }
}

/** Of its own package.json: flags belong to what is compared. A dist folder that was moved has this build's. */
function readStartFlags(home) {
  const file = join(home, 'package.json');
  if (!existsSync(file)) return START_FLAGS;
  const { scripts } = JSON.parse(readFileSync(file, 'utf8'));
  return (scripts?.start ?? '').split(' ').filter((word) => word.startsWith('--'));
}
