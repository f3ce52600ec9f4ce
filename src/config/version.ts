import { existsSync, readFileSync } from 'node:fs';

/** The version of the release, that of the package this file was built into. */
export const VERSION = readVersion(new URL('.', import.meta.url));

/** The nearest package.json upwards: sources and build lie at different depths. */
function readVersion(folder: URL): string {
  const file = new URL('package.json', folder);
  if (existsSync(file)) return (JSON.parse(readFileSync(file, 'utf8')) as { version?: string }).version ?? '0';
  const parent = new URL('..', folder);
  return parent.href === folder.href ? '0' : readVersion(parent);
}
