import { UsageError } from './options.js';

/**
 * Runs a command: its result is the exit code, Ctrl-C and SIGTERM abort the signal it gets, errors become a sentence.
 * Codes: 1 an error, 2 a mistake on the command line, 130 aborted.
 */
export async function runProgram(
  command: string,
  main: (args: readonly string[], signal: AbortSignal) => Promise<number>,
): Promise<void> {
  const abort = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => abort.abort());
  try {
    process.exitCode = await main(process.argv.slice(2), abort.signal);
  } catch (error) {
    if (abort.signal.aborted) {
      process.stderr.write('Interrupted.\n');
      process.exitCode = 130;
    } else if (error instanceof UsageError) {
      process.stderr.write(`${error.message}\nSee: ${command} -- --help\n`);
      process.exitCode = 2;
    } else {
      process.stderr.write(`${describeError(error)}\n`);
      process.exitCode = 1;
    }
  }
}

function describeError(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ('code' in error && error.code === 'EADDRINUSE') return `${error.message}: stop the other program or pass --port`;
  if ('code' in error && error.code === 'ECONNREFUSED') return `${error.message}: is the service running? (npm start)`;
  return error.message || error.name;
}
