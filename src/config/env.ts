import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'dotenv';

/**
 * The only reader of the process's environment: its variables over those of a `.env` file in the working folder.
 * A variable that is set to nothing hides the file's.
 */
export function readEnvironment(folder: string = process.cwd()): Record<string, string | undefined> {
  const file = join(folder, '.env');
  return { ...(existsSync(file) ? parse(readFileSync(file)) : {}), ...process.env };
}

/**
 * Lets libraries that read the environment by themselves see variables that only `.env` sets.
 * @param prefix of their names
 */
export function shareWithLibraries(environment: Readonly<Record<string, string | undefined>>, prefix: string): void {
  for (const [name, value] of Object.entries(environment)) {
    if (name.startsWith(prefix) && value !== undefined) process.env[name] = value;
  }
}
