// The console's own rules for following changes, bundled from its sources: a copy of them would measure another console.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { build } from 'vite';

const SOURCES = join(import.meta.dirname, '..', 'console', 'src', 'lib');

/** Bundles what exports `LiveViews` and `changeOf` into the folder. @returns the file */
export async function bundleConsoleCode(folder) {
  const id = 'virtual:console-code';
  const code = `export { LiveViews } from '${SOURCES}/live-views.ts'; export { changeOf } from '${SOURCES}/live-topics.ts';`;
  const { output } = await build({
    configFile: false,
    logLevel: 'error',
    plugins: [
      { name: id, resolveId: (name) => (name === id ? id : null), load: (name) => (name === id ? code : null) },
    ],
    build: { ssr: true, write: false, rollupOptions: { input: id } },
  });
  const file = join(folder, 'console-code.mjs');
  await writeFile(file, output[0].code);
  return file;
}
