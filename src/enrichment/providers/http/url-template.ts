import type { SettingsReader } from './settings-reader.js';
import {
  fill,
  type Placeholder,
  placeholdersOf,
  parseTemplate,
  type Template,
  type TemplateValues,
} from './template.js';

/** A URL whose scheme, host and port are written out; only path and query are filled. */
export interface UrlTemplate {
  readonly scheme: 'http' | 'https';
  readonly origin: string;
  readonly placeholders: readonly Placeholder[];
  /** Path and query; null when a value of the path is missing, or would make the path another one. */
  render(values: TemplateValues): string | null;
}

const ORIGIN = /^(https?):\/\/[^/?#\\]*/i;
/** WHATWG URL takes these out of a path, and what stands before them; encoded ones as well. */
const DOT_SEGMENT = /^(?:\.|%2e){1,2}(?:;.*|%3b.*)?$/i;
/** Proxies that decode before they look for `..` see slashes that are encoded. */
const SEPARATOR = /\/|%2f|%5c/i;
const LONGEST_PATH = 8_000;
const LEGAL = /^[!$&'()*+,;=:@/?%\w.~[\]|-]*$/;

/** Reads `url` and `query`. Faults are named at boot; null then. */
export function readUrl(reader: SettingsReader): UrlTemplate | null {
  const text = reader.text('url');
  if (text === '') return null;
  const origin = readOrigin(reader, text);
  const queries = readQuery(reader);
  if (origin === null) return null;
  const rest = parseTemplate(text.slice(origin.length), (rule) => reader.refuse('url', rule));
  const cut = splitAtQuery(rest);
  refuseOddLiterals(reader, rest, cut.path);
  const { path } = cut;
  const inUrl = cut.query;
  const parsed = new URL(origin);
  return {
    scheme: parsed.protocol === 'http:' ? 'http' : 'https',
    origin: parsed.origin,
    placeholders: [...placeholdersOf(rest), ...queries.flatMap(([, template]) => placeholdersOf(template))],
    render(values) {
      const filledPath = fill(path, values, encodeURIComponent);
      if (filledPath === null || filledPath.split(SEPARATOR).some((segment) => DOT_SEGMENT.test(segment))) return null;
      const fixed = inUrl === null ? [] : [fill(inUrl, values, encodeURIComponent)];
      const named = queries.map(([name, template]) => {
        const value = fill(template, values, encodeURIComponent);
        return value === null ? null : `${encodeURIComponent(name)}=${value}`;
      });
      if (fixed.includes(null)) return null;
      const query = [...fixed, ...named].filter((part) => part !== null && part !== '').join('&');
      const whole = `${filledPath === '' ? '/' : filledPath}${query === '' ? '' : `?${query}`}`;
      return whole.length > LONGEST_PATH ? null : whole;
    },
  };
}

function readOrigin(reader: SettingsReader, text: string): string | null {
  const origin = ORIGIN.exec(text)?.[0];
  if (origin === undefined) {
    reader.refuse('url', 'must begin with https:// (or http://) and a host.');
    return null;
  }
  if (origin.includes('{')) {
    reader.refuse('url', 'must have scheme, host and port written out: a template fills the path and the query alone.');
    return null;
  }
  if (origin.includes('@') || !URL.canParse(origin) || /[^\x21-\x7e]/.test(origin)) {
    reader.refuse('url', 'must begin with a scheme and a plain host, without user name and password.');
    return null;
  }
  return origin;
}

function readQuery(reader: SettingsReader): readonly (readonly [string, Template])[] {
  const section = reader.section('query');
  return (section?.keys() ?? []).map((name) => {
    const value = section?.raw(name);
    if (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean') {
      section?.refuse(name, 'must be a text.');
      return [name, []];
    }
    const template = parseTemplate(String(value), (rule) => section?.refuse(name, rule));
    return [name, template.map((part) => (typeof part === 'string' ? encodeURIComponent(part) : part))];
  });
}

/** The first `?` that the author wrote begins the query; one in a value is encoded. */
function splitAtQuery(template: Template): { readonly path: Template; readonly query: Template | null } {
  for (const [index, part] of template.entries()) {
    const mark = typeof part === 'string' ? part.indexOf('?') : -1;
    if (typeof part !== 'string' || mark < 0) continue;
    const path = [...template.slice(0, index), part.slice(0, mark)].filter((one) => one !== '');
    return { path, query: [part.slice(mark + 1), ...template.slice(index + 1)] };
  }
  return { path: template, query: null };
}

function refuseOddLiterals(reader: SettingsReader, rest: Template, path: Template): void {
  for (const part of rest) {
    if (typeof part !== 'string') continue;
    if (part.includes('#')) reader.refuse('url', 'must not have a fragment (#).');
    else if (!LEGAL.test(part)) reader.refuse('url', 'has characters a URL cannot carry: percent-encode them.');
  }
  const first = path[0];
  if (first !== undefined && (typeof first !== 'string' || !first.startsWith('/'))) {
    reader.refuse('url', 'must have a / between the host and what a template fills.');
  }
  const literal = path.map((part) => (typeof part === 'string' ? part : 'x')).join('');
  if (literal.split('/').some((segment) => DOT_SEGMENT.test(segment))) {
    reader.refuse('url', 'must not have the path segments . and ..');
  }
}
