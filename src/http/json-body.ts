import { isUtf8 } from 'node:buffer';
import type { FastifyRequest } from 'fastify';
import { parse } from 'lossless-json';
import type { JsonValue } from './json-value.js';
import { RequestError } from './request-error.js';

/** A JSON object as it came; integers beyond 2^53 are `bigint`. */
export type JsonObject = Record<string, JsonValue>;

const MAX_DEPTH = 32;
/** More digits than any double has; a longer integer is a mistake, and costly to turn into a bigint. */
const MAX_DIGITS = 309;
/** 16 digits may exceed 2^53, a three-digit exponent may exceed a double: only then is the slow parser needed. */
const NEEDS_LOSSLESS = /\d(?:\d{3}\d{12}|[eE]\+?\d{3})/;
const MAY_BE_POISONED = /__proto__|constructor|\\u00/;
const JSON_TYPE = /^application\/(?:[\w.!#$&^+-]+\+)?json\s*(?:;|$)/i;

/**
 * The JSON object a request carries.
 * @throws RequestError 415 for another content type or a compressed body, 400 for what is not a JSON object, naming the position only.
 */
export function readJsonObject(request: FastifyRequest): JsonObject {
  const contentType = request.headers['content-type'];
  if (contentType !== 'application/json' && (contentType === undefined || !JSON_TYPE.test(contentType))) {
    // Without a body there is nothing to have a type: the body is what is missing then.
    if (request.body === undefined && contentType === undefined) throw invalid('The request body is empty.');
    throw new RequestError(415, 'INVALID_REQUEST', 'The Content-Type must be application/json.', {
      details: [{ field: 'Content-Type', message: 'Unsupported media type', expected: 'application/json' }],
    });
  }
  refuseCompressed(request);
  return parseJsonObject(request.body as Buffer | undefined);
}

/**
 * Unpacking would let a small request become a large one before any limit sees it.
 * @throws RequestError 415.
 */
export function refuseCompressed({ headers }: Pick<FastifyRequest, 'headers'>): void {
  const encoding = headers['content-encoding'];
  if (encoding === undefined || /^\s*(?:identity)?\s*$/i.test(encoding)) return;
  throw new RequestError(415, 'INVALID_REQUEST', 'Compressed requests are not supported: send the body as it is.', {
    details: [{ field: 'Content-Encoding', message: 'Compressed requests are not supported', expected: 'identity' }],
  });
}

/**
 * Parses strict UTF-8 JSON of at most 32 levels into an object.
 * @throws RequestError 400; its message says where, never what: a body may hold personal data and secrets.
 */
export function parseJsonObject(bytes: Buffer | undefined): JsonObject {
  if (bytes === undefined || bytes.length === 0) throw invalid('The request body is empty.');
  if (!isUtf8(bytes)) throw invalid('The request body is not valid UTF-8.');
  const decoded = bytes.toString('utf8');
  const text = decoded.charCodeAt(0) === 0xfeff ? decoded.slice(1) : decoded;
  const value = parseJsonText(text);
  if (typeof value !== 'object' || value === null || Array.isArray(value)) {
    throw invalid('The request body must be a JSON object.', Array.isArray(value) ? 'array' : jsonTypeOf(value));
  }
  return value as JsonObject;
}

/**
 * Parses JSON text of at most 32 levels; integers beyond 2^53 survive as `bigint`.
 * @throws RequestError 400 as {@link parseJsonObject}.
 */
export function parseJsonText(text: string): JsonValue {
  // Before parsing: the lossless parser recurses, and later walks of the value may.
  refuseDeepNesting(text);
  let value: JsonValue;
  try {
    value = NEEDS_LOSSLESS.test(text) ? parseLossless(text) : (JSON.parse(text) as JsonValue);
  } catch (error) {
    if (error instanceof RequestError) throw error;
    const position = positionOfError(text);
    throw invalid(`The request body is not valid JSON${position === null ? '' : ` at position ${position}`}.`);
  }
  if (MAY_BE_POISONED.test(text)) refusePoison(value);
  return value;
}

/** The kind of a JSON value, for a problem's `received`: never the value itself. */
export function jsonTypeOf(value: unknown): string {
  if (value === null) return 'null';
  if (value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'array';
  return typeof value === 'bigint' ? 'number' : typeof value;
}

function parseLossless(text: string): JsonValue {
  // The last of equal keys wins, as in JSON.parse: both parsers must read the same request alike.
  return parse(text, null, { parseNumber, onDuplicateKey: ({ newValue }) => newValue }) as JsonValue;
}

function parseNumber(digits: string): number | bigint {
  const number = Number(digits);
  if (/^-?\d+$/.test(digits)) {
    if (Number.isSafeInteger(number)) return number;
    if (digits.length <= MAX_DIGITS) return BigInt(digits);
  }
  if (!Number.isFinite(number)) throw invalid('The request body holds a number out of range.');
  return number;
}

function refuseDeepNesting(text: string): void {
  // Nearly no request has as many brackets in all as it may have around one value.
  if (countUpTo(text, '{', MAX_DEPTH) + countUpTo(text, '[', MAX_DEPTH) <= MAX_DEPTH) return;
  let depth = 0;
  let inString = false;
  for (let index = 0; index < text.length; index++) {
    const code = text.charCodeAt(index);
    if (inString) {
      if (code === 0x5c) index++;
      else if (code === 0x22) inString = false;
    } else if (code === 0x22) inString = true;
    else if (code === 0x7b || code === 0x5b) {
      if (++depth > MAX_DEPTH) throw invalid(`The request body is nested deeper than ${MAX_DEPTH} levels.`);
    } else if (code === 0x7d || code === 0x5d) depth--;
  }
}

/** How often the character occurs; stops counting beyond `most`. */
function countUpTo(text: string, character: string, most: number): number {
  let count = 0;
  for (let at = text.indexOf(character); at >= 0 && count <= most; at = text.indexOf(character, at + 1)) count++;
  return count;
}

/** Keys that would reach a prototype when the object is copied key by key. */
function refusePoison(value: JsonValue): void {
  if (typeof value !== 'object' || value === null) return;
  if (Object.hasOwn(value, '__proto__')) throw invalid('The request body holds a forbidden key.');
  for (const [key, member] of Object.entries(value)) {
    if (key === 'constructor' && typeof member === 'object' && member !== null && Object.hasOwn(member, 'prototype')) {
      throw invalid('The request body holds a forbidden key.');
    }
    refusePoison(member);
  }
}

/** Asked once per broken request: V8's own messages quote the text and do not always name a position. */
function positionOfError(text: string): number | null {
  try {
    parseLossless(text);
    return null;
  } catch (error) {
    const found = /at position (\d+)$/.exec((error as Error).message);
    return found === null ? null : Number(found[1]);
  }
}

function invalid(message: string, received?: string): RequestError {
  return new RequestError(400, 'INVALID_REQUEST', message, {
    details: [{ field: 'body', message, expected: 'JSON object', ...(received !== undefined && { received }) }],
  });
}
