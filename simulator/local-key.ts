import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';

/** The caller's key that `npm start` generated into its data folder, null when there is none to be found. */
export function findLocalKey(dataDir: string): string | null {
  const path = join(resolve(dataDir), 'keys.json');
  try {
    const keys: unknown = JSON.parse(readFileSync(path, 'utf8'));
    const list = typeof keys === 'object' && keys !== null && 'inboundApiKeys' in keys ? keys.inboundApiKeys : null;
    const first: unknown = Array.isArray(list) ? list[0] : null;
    return typeof first === 'string' && first !== '' ? first : null;
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return null;
    throw new Error(`${path} cannot be read as keys: delete it or pass --key`, { cause: error });
  }
}
