import { parseArgs } from 'node:util';

/** The exit code of a command that did not understand its words, as shells know it. */
const MISUSED = 2;

/**
 * Reads the flags of a command, e.g. `--dry-run`. `--help` prints the usage and ends the process with 0; a word that the
 * usage does not know says so and ends it with `misused`, 2 by default: a command that changes a database does nothing it
 * was not asked for.
 *
 * @param known the flags' names, without dashes
 * @returns those that were given
 */
export function readFlags(
  args: readonly string[],
  usage: string,
  { known = [], misused = MISUSED }: { readonly known?: readonly string[]; readonly misused?: number } = {},
): ReadonlySet<string> {
  const options = Object.fromEntries([...known, 'help'].map((name) => [name, { type: 'boolean' as const }]));
  try {
    const { values } = parseArgs({ args: [...args], options: { ...options, help: { type: 'boolean', short: 'h' } } });
    if (values['help'] === true) {
      process.stdout.write(usage);
      process.exit(0);
    }
    return new Set(Object.keys(values));
  } catch (error) {
    process.stderr.write(`${(error as Error).message}\n\n${usage}`);
    process.exit(misused);
  }
}
