import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { compiled, machineEnvironment } from './service-process.js';

const run = promisify(execFile);

/** Runs the compiled `npm run migrate` in a process of its own. @throws with its output unless it ends with 0. */
export async function migrateWith(env: Readonly<Record<string, string>>): Promise<void> {
  // A folder without a .env, which would take part.
  const folder = mkdtempSync(join(tmpdir(), 'ricochet-migrate-'));
  try {
    await run(process.execPath, [compiled('src/database/migrate.js')], {
      cwd: folder,
      env: { ...machineEnvironment(), ...env, DATA_DIR: folder },
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
