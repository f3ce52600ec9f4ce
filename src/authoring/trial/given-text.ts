import { readFile } from 'node:fs/promises';
import { text as readStream } from 'node:stream/consumers';
import { parseJsonText } from '../../http/json-body.js';
import { isJsonObject, type JsonValue } from '../../http/json-value.js';
import { UsageError } from '../command.js';

/** Reads JSON as a user gives it: `@file`, `-` for standard input, or the text itself. @throws UsageError */
export async function readGivenJson(option: string, given: string): Promise<JsonValue> {
  const text = await readGiven(option, given);
  try {
    return parseJsonText(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const said = (error as Error).message.replace('The request body', 'the text');
    throw new UsageError(`${option}: ${said} ${hintFor(given)}`.trim(), { cause: error });
  }
}

/** Reads a JSON object as {@link readGivenJson} does. @throws UsageError */
export async function readGivenObject(option: string, given: string): Promise<Record<string, JsonValue>> {
  const value = await readGivenJson(option, given);
  if (!isJsonObject(value)) throw new UsageError(`${option} must be a JSON object`);
  return value as Record<string, JsonValue>;
}

/** `name=rest`. @throws UsageError where there is no name. */
export function splitPair(option: string, given: string, example: string): readonly [name: string, rest: string] {
  const at = given.indexOf('=');
  if (at < 1 || at === given.length - 1) throw new UsageError(`${option} ${given}: write ${example}`);
  return [given.slice(0, at), given.slice(at + 1)];
}

/** @throws UsageError where the file cannot be read. */
export async function readGivenFile(option: string, path: string): Promise<Buffer> {
  try {
    return await readFile(path);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    throw new UsageError(`${option}: ${path} cannot be read (${code})`, { cause: error });
  }
}

async function readGiven(option: string, given: string): Promise<string> {
  if (given === '-') return readStream(process.stdin);
  return given.startsWith('@') ? (await readGivenFile(option, given.slice(1))).toString('utf8') : given;
}

function hintFor(given: string): string {
  return /^[@{["-]/.test(given) ? '' : `Write @${given} to read a file.`;
}
