// `npm run build`: compiles to dist/{src,simulator,migrations}, puts the service together in dist/bundle, builds the console
// to dist/console-pages and remembers what from. Output goes to stderr.
import { spawnSync } from 'node:child_process';
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { forgetBuild, hashSources, pruneDist, root, stampBuild } from './build-state.mjs';

const sourcesHash = hashSources();
if (!existsSync(join(root, 'dist', 'src', 'main.js'))) {
  // The compiler would believe its notes and write nothing.
  rmSync(join(root, 'dist', '.tsbuildinfo'), { force: true });
}
// Bytecode of modules that are gone would stay for ever, and an old bundle would be started if this build failed.
for (const folder of ['.compiled', 'bundle']) rmSync(join(root, 'dist', folder), { recursive: true, force: true });
// A build that fails half-way must not pass for the one before it.
forgetBuild();
pruneDist();
const nest = join(root, 'node_modules', '@nestjs', 'cli', 'bin', 'nest.js');
const { status } = spawnSync(process.execPath, [nest, 'build'], { cwd: root, stdio: ['ignore', 2, 2] });
if (status !== 0) {
  process.exit(status ?? 1);
}
// Only now: its module imports a package, and says so by itself where that is missing.
const { writeBundle } = await import('./bundle.mjs');
await writeBundle();
const vite = join(root, 'node_modules', 'vite', 'bin', 'vite.js');
const config = join(root, 'console', 'vite.config.ts');
const pages = spawnSync(process.execPath, [vite, 'build', '--config', config, '--logLevel', 'warn'], {
  cwd: join(root, 'console'),
  stdio: ['ignore', 2, 2],
});
if (pages.status !== 0) {
  process.exit(pages.status ?? 1);
}
stampBuild(sourcesHash);
