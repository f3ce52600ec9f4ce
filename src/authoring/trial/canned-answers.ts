import { isJsonObject, type JsonValue } from '../../http/json-value.js';
import { toJsonText } from '../../http/json-text.js';
import { UsageError } from '../command.js';

/** An answer that stands in for the system that a step asks. */
export interface CannedAnswer {
  readonly status: number;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

const MEMBERS: ReadonlySet<string> = new Set(['status', 'headers', 'body']);

/**
 * An answer as a user writes it: `{ status, headers, body }`, each of them optional; another value is the body of a 200.
 * @throws UsageError
 */
export function readCannedAnswer(step: string, given: JsonValue): CannedAnswer {
  if (!isJsonObject(given) || !isEnvelope(given)) return { status: 200, headers: {}, text: textOf(given) };
  const { status = 200, headers = {}, body = null } = given as Readonly<Record<string, JsonValue>>;
  if (typeof status !== 'number' || !Number.isInteger(status) || status < 200 || status > 599) {
    throw new UsageError(`--answer ${step}: status must be from 200 to 599`);
  }
  if (!isJsonObject(headers)) throw new UsageError(`--answer ${step}: headers must be an object`);
  const byName = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]);
  return { status, headers: Object.fromEntries(byName) as Record<string, string>, text: textOf(body) };
}

function isEnvelope(given: Readonly<Record<string, unknown>>): boolean {
  const keys = Object.keys(given);
  return keys.length > 0 && keys.every((key) => MEMBERS.has(key)) && ('status' in given || 'body' in given);
}

function textOf(body: JsonValue): string {
  if (body === null) return '';
  return typeof body === 'string' ? body : toJsonText(body);
}
