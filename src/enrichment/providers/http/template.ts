import type { JsonValue } from '../../../http/json-value.js';

/** Where the value of a placeholder comes from; a bare name is a field. */
export const SOURCES = Object.freeze([
  'field',
  'account',
  'subject',
  'flow',
  'global',
  'journey',
  'subscription',
  'header',
  'keys',
] as const);

export type PlaceholderSource = (typeof SOURCES)[number];

/** `{{account.domain}}`: one value that a request is filled with. */
export interface Placeholder {
  readonly source: PlaceholderSource;
  /** Empty for `keys`. */
  readonly name: string;
}

/** A text with placeholders, taken apart. */
export type Template = readonly (string | Placeholder)[];

/** Gives placeholders their values; undefined: there is none. */
export interface TemplateValues {
  read(placeholder: Placeholder): JsonValue | undefined;
  /** One per subject of a request that asks for several. */
  readonly each: readonly TemplateValues[];
}

const PLACEHOLDER = /\{\{([^{}]*)\}\}/g;
const NAME = /^\p{L}[\p{L}\p{N}_.-]{0,99}$/u;
const SECRET = /^secrets?\b/i;

/** Takes a template apart. Problems are sentences without their place. */
export function parseTemplate(text: string, problems: (rule: string) => void): Template {
  const parts: (string | Placeholder)[] = [];
  let end = 0;
  for (const match of text.matchAll(PLACEHOLDER)) {
    if (match.index > end) parts.push(text.slice(end, match.index));
    end = match.index + match[0].length;
    const placeholder = readPlaceholder(match[1]?.trim() ?? '', problems);
    if (placeholder !== null) parts.push(placeholder);
  }
  if (end < text.length) parts.push(text.slice(end));
  if (parts.some((part) => typeof part === 'string' && /\{\{|\}\}/.test(part))) {
    problems('has {{ or }} without its other half.');
  }
  return parts;
}

function readPlaceholder(text: string, problems: (rule: string) => void): Placeholder | null {
  if (SECRET.test(text)) {
    problems('names a secret, and templates hold none: name it in settings.auth.');
    return null;
  }
  if (text === 'keys') return { source: 'keys', name: '' };
  if (!NAME.test(text)) {
    problems(`has {{${text.slice(0, 40)}}}, which is not the name of a value, e.g. {{email}} or {{account.domain}}.`);
    return null;
  }
  const dot = text.indexOf('.');
  const source = SOURCES.find((one) => one === text.slice(0, dot));
  if (dot < 0 || source === undefined || source === 'keys') return { source: 'field', name: text };
  return { source, name: text.slice(dot + 1) };
}

/** The placeholders of a template. */
export function placeholdersOf(template: Template): readonly Placeholder[] {
  return template.filter((part) => typeof part !== 'string');
}

/** A placeholder as an author writes it. */
export function nameOf({ source, name }: Placeholder): string {
  if (source === 'keys') return source;
  return source === 'field' ? name : `${source}.${name}`;
}

/** A value as text; undefined for what is none: objects, lists, null and empty texts. */
export function toText(value: JsonValue | undefined): string | undefined {
  switch (typeof value) {
    case 'string': {
      const text = wellFormed(value);
      return text.trim() === '' ? undefined : text;
    }
    case 'number':
    case 'bigint':
    case 'boolean':
      return String(value);
    default:
      return undefined;
  }
}

/** Text that UTF-8 and Postgres can hold: lone surrogates and NUL become something else, everything else stays. */
export function wellFormed(text: string): string {
  return /\p{Cs}|\0/u.test(text) ? Buffer.from(text.replaceAll('\0', '')).toString() : text;
}

/** The texts of the subjects' keys. */
export function keyTexts(values: TemplateValues): string[] {
  const keys = values.read({ source: 'keys', name: '' });
  return Array.isArray(keys) ? keys.flatMap((key: JsonValue) => toText(key) ?? []) : [];
}

/**
 * Fills a template, each value encoded for its place.
 * @returns null when a value is missing, or is nothing that may stand there.
 */
export function fill(
  template: Template,
  values: TemplateValues,
  encode: (text: string) => string | null,
): string | null {
  let filled = '';
  for (const part of template) {
    if (typeof part === 'string') {
      filled += part;
      continue;
    }
    const encoded = part.source === 'keys' ? encodeKeys(values, encode) : encodeOne(values.read(part), encode);
    if (encoded === null) return null;
    filled += encoded;
  }
  return filled;
}

function encodeOne(value: JsonValue | undefined, encode: (text: string) => string | null): string | null {
  const text = toText(value);
  return text === undefined ? null : encode(text);
}

/** A comma between encoded keys: a comma inside a key is encoded, where the place knows of encoding. */
function encodeKeys(values: TemplateValues, encode: (text: string) => string | null): string | null {
  const keys = keyTexts(values).map(encode);
  return keys.length === 0 || keys.includes(null) ? null : keys.join(',');
}
