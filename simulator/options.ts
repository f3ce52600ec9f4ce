import { parseArgs, type ParseArgsConfig } from 'node:util';

/** A mistake on the command line, for the person who made it. */
export class UsageError extends Error {}

/** Given options by name: text, lists of text, or true. */
export class Options {
  private constructor(private readonly values: Readonly<Record<string, unknown>>) {}

  /** @throws UsageError on an unknown option or a missing value. */
  static parse(args: readonly string[], known: NonNullable<ParseArgsConfig['options']>): Options {
    try {
      return new Options(parseArgs({ args: [...args], options: known, allowPositionals: false }).values);
    } catch (error) {
      throw new UsageError(error instanceof Error ? error.message : String(error), { cause: error });
    }
  }

  flag(name: string): boolean {
    return this.values[name] === true;
  }

  text(name: string): string | null {
    const value = this.values[name];
    return typeof value === 'string' ? value : null;
  }

  list(name: string): readonly string[] {
    const value = this.values[name];
    return Array.isArray(value) ? value.map(String) : [];
  }

  /** @throws UsageError unless it is a whole number from `min` to `max`. */
  integer(name: string, fallback: number, min: number, max: number): number {
    const text = this.text(name);
    if (text === null) return fallback;
    const value = Number(text);
    if (/^\d+$/.test(text) && value >= min && value <= max) return value;
    throw new UsageError(`--${name} must be a whole number from ${min} to ${max}, not "${text}"`);
  }
}
