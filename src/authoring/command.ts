import { parseArgs, type ParseArgsConfig } from 'node:util';
import { EnvironmentError } from '../config/config.errors.js';
import { readEnvironment } from '../config/env.js';
import type { RawEnvironment } from '../config/parse-environment.js';

/** A mistake on the command line, for the person who made it. */
export class UsageError extends Error {
  readonly code = 'USAGE';
}

/** The words of a command, read: options by name, and what stands beside them. */
export interface Words {
  readonly values: Readonly<Record<string, string | boolean | readonly (string | boolean)[] | undefined>>;
  readonly positionals: readonly string[];
}

/** A command of a user. */
export interface Command {
  /** Text of `--help`. */
  readonly usage: string;
  readonly options: NonNullable<ParseArgsConfig['options']>;
  /** @returns the exit code. */
  readonly run: (words: Words, around: Surroundings) => Promise<number>;
}

/** The process that a command runs in. */
export interface Surroundings {
  readonly environment: RawEnvironment;
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

/** Exit codes of the commands. */
export const EXIT = Object.freeze({ fine: 0, problems: 1, misused: 2 });

const HELP = { help: { type: 'boolean', short: 'h' } } as const;

/** Runs a command in this process, with the words of its command line, and sets the exit code. */
export async function runCommand(command: Command): Promise<void> {
  process.exitCode = await execute(process.argv.slice(2), command, {
    environment: readEnvironment(),
    out: (text) => process.stdout.write(text),
    err: (text) => process.stderr.write(text),
  });
}

/** Runs a command. Errors are told in words, not as stacks. @returns the exit code. */
export async function execute(args: readonly string[], command: Command, around: Surroundings): Promise<number> {
  try {
    const words = readWords(args, command.options);
    if (words.values['help'] !== true) return await command.run(words, around);
    around.out(command.usage);
    return EXIT.fine;
  } catch (error) {
    return explain(error, command.usage, around);
  }
}

function readWords(args: readonly string[], options: Command['options']): Words {
  try {
    const { values, positionals } = parseArgs({
      args: [...args],
      options: { ...options, ...HELP },
      allowPositionals: true,
    });
    return { values, positionals };
  } catch (error) {
    throw new UsageError((error as Error).message, { cause: error });
  }
}

function explain(error: unknown, usage: string, { err }: Surroundings): number {
  if (error instanceof UsageError) {
    err(`${error.message}\nSee ${nameOf(usage)} -- --help\n`);
    return EXIT.misused;
  }
  if (error instanceof EnvironmentError) {
    err(`${error.message}\n`);
    return EXIT.misused;
  }
  // Errors with a code of ours explain themselves.
  const isOurs = error instanceof Error && typeof (error as { code?: unknown }).code === 'string';
  err(`${isOurs ? error.message : error instanceof Error ? (error.stack ?? error.message) : String(error)}\n`);
  return EXIT.problems;
}

/** The command as its usage names it. */
function nameOf(usage: string): string {
  return /npm run [\w-]+/.exec(usage)?.[0] ?? '';
}

/** The text of an option; null where it was not given. */
export function textOption({ values }: Words, name: string): string | null {
  const value = values[name];
  return typeof value === 'string' ? value : null;
}

/** The texts of an option that may be given several times. */
export function textOptions({ values }: Words, name: string): readonly string[] {
  const value = values[name];
  return Array.isArray(value) ? value.map(String) : [];
}

export function isGiven({ values }: Words, name: string): boolean {
  return values[name] === true;
}
