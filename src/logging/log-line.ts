import type { AppConfig, LogLevelName } from '../config/config.js';

/** Members of a line beside its message; ids and numbers, never values of people. */
export type LogFields = Readonly<Record<string, unknown>>;

/** From the most to the least important. */
export const LOG_LEVELS: readonly LogLevelName[] = ['fatal', 'error', 'warn', 'log', 'debug', 'verbose'];

/** Whether a person reads along: one JSON object a line is for machines. */
export function isWatched(config: AppConfig): boolean {
  return config.environment === 'development' && process.stdout.isTTY;
}

/** Whether lines of a level are written at all. */
export function isLogged(config: AppConfig, level: LogLevelName): boolean {
  return LOG_LEVELS.indexOf(level) <= LOG_LEVELS.indexOf(config.operations.logLevel);
}

/**
 * A message of any kind as a text and fields. `log.warn({ message: 'refused', status: 409 })` is the text "refused" with
 * a field; an object without a text of its own is one JSON text, so that every line of the log has one.
 */
export function toMessage(message: unknown): { readonly text: string; readonly fields: LogFields } {
  if (typeof message === 'string') return { text: message, fields: {} };
  if (message instanceof Error) return { text: message.message, fields: { error: message.name } };
  if (typeof message !== 'object' || message === null) return { text: String(message), fields: {} };
  const { message: text, ...fields } = message as Readonly<Record<string, unknown>>;
  if (typeof text === 'string') return { text, fields };
  if (text instanceof Error) return { text: text.message, fields: { error: text.name, ...fields } };
  return { text: safeJson(message), fields: {} };
}

/** `name=value`, for a person; what is null or absent is left out. */
export function fieldsText(fields: LogFields): string {
  return Object.entries(fields)
    .filter(([, value]) => value !== null && value !== undefined)
    .map(([name, value]) => ` ${name}=${typeof value === 'string' ? value : safeJson(value)}`)
    .join('');
}

/** A log line must not fail for what it shows: bigint, cycles. */
function safeJson(value: unknown): string {
  try {
    return (
      JSON.stringify(value, (_, member: unknown) => (typeof member === 'bigint' ? String(member) : member)) ?? 'null'
    );
  } catch {
    return '[cannot be shown]';
  }
}
