import { isFieldName } from '../step-settings.js';
import { type BodyTemplate, readBody } from './body-template.js';
import type { SettingsReader } from './settings-reader.js';
import {
  fill,
  nameOf,
  parseTemplate,
  type Placeholder,
  placeholdersOf,
  type Template,
  type TemplateValues,
  toText,
} from './template.js';
import { readUrl, type UrlTemplate } from './url-template.js';

/** A request ready to be sent; credentials come later and are no part of it. */
export interface RenderedRequest {
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** The request of a step. */
export interface RequestTemplate {
  readonly scheme: 'http' | 'https';
  readonly origin: string;
  /** Of the origin, with its port where that is not the scheme's own. */
  readonly host: string;
  readonly method: string;
  /** Whether it can ask for several subjects at once. */
  readonly asksForMany: boolean;
  /** Null when a value that the request cannot do without is missing. */
  render(values: TemplateValues): RenderedRequest | null;
}

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD'] as const;
const HEADER_NAME = /^[\w!#$%&'*+.^`|~-]{1,100}$/;
const HEADER_TEXT = /^[\x20-\x7e]*$/;
/** Headers that the client sets by itself: `host` would be another host. */
export const OWN_HEADERS: ReadonlySet<string> = new Set([
  'host',
  'connection',
  'content-length',
  'transfer-encoding',
  'accept-encoding',
  'expect',
  'upgrade',
  'te',
  'trailer',
  'keep-alive',
  'proxy-connection',
]);
const CREDENTIAL_HEADERS = /^(?:authorization|proxy-authorization|cookie)$/i;
const CREDENTIAL_NAMES =
  /(?:^|[-_.])(?:api[-_]?key|apikey|access[-_]?token|auth[-_]?token|token|secret|password|key)$/i;

/** Reads `method`, `url`, `query`, `headers`, `body` and `needs`; null when the URL is not one. */
export function readRequest(reader: SettingsReader): RequestTemplate | null {
  const body = readBody(reader);
  const method = reader.choice('method', METHODS, body === null ? 'GET' : 'POST');
  if (body !== null && (method === 'GET' || method === 'HEAD')) reader.refuse('body', `cannot go with ${method}.`);
  refuseCredentials(reader, 'query');
  const url = readUrl(reader);
  const headers = readHeaders(reader);
  const needs = readNeeds(reader);
  if (url === null) return null;
  refuseHeadersElsewhere(reader, [...url.placeholders, ...(body?.placeholders ?? [])]);
  return compile(method, url, headers, body, needs);
}

type NamedTemplate = readonly [string, Template];

function compile(
  method: string,
  url: UrlTemplate,
  headers: readonly NamedTemplate[],
  body: BodyTemplate | null,
  needs: readonly Placeholder[],
): RequestTemplate {
  const used = [...url.placeholders, ...(body?.placeholders ?? [])];
  return {
    scheme: url.scheme,
    origin: url.origin,
    host: new URL(url.origin).host,
    method,
    asksForMany: body?.hasEach === true || used.some(({ source }) => source === 'keys'),
    render(values) {
      if (needs.some((placeholder) => toText(values.read(placeholder)) === undefined)) return null;
      const path = url.render(values);
      if (path === null) return null;
      const filled: Record<string, string> = { accept: 'application/json' };
      for (const [name, template] of headers) {
        const value = fill(template, values, (text) => (HEADER_TEXT.test(text) ? text : null));
        if (value !== null) filled[name] = value;
      }
      if (body !== null) filled['content-type'] ??= body.contentType;
      return { method, path, headers: filled, body: body?.render(values) ?? null };
    },
  };
}

function readHeaders(reader: SettingsReader): readonly NamedTemplate[] {
  const section = reader.section('headers');
  if (section === null) return [];
  refuseCredentials(reader, 'headers');
  return section.keys().map((name): NamedTemplate => {
    const value = section.raw(name);
    if (!HEADER_NAME.test(name)) section.refuse(name, 'is not the name of a header.');
    else if (OWN_HEADERS.has(name.toLowerCase())) section.refuse(name, 'is a header that the client sets by itself.');
    if (typeof value !== 'string' && typeof value !== 'number') {
      section.refuse(name, 'must be a text.');
      return [name.toLowerCase(), []];
    }
    const template = parseTemplate(String(value), (rule) => section.refuse(name, rule));
    if (template.some((part) => typeof part === 'string' && !HEADER_TEXT.test(part))) {
      section.refuse(name, 'has characters a header cannot carry.');
    }
    return [name.toLowerCase(), template];
  });
}

/** A credential that stands in a YAML file ends in a repository. */
function refuseCredentials(reader: SettingsReader, key: 'headers' | 'query'): void {
  const section = reader.section(key);
  for (const name of section?.keys() ?? []) {
    const value = section?.raw(name);
    const isFilled = typeof value === 'string' && value.includes('{{');
    if (key === 'headers' && CREDENTIAL_HEADERS.test(name) && !isFilled) {
      section?.refuse(name, 'carries a credential: keep it as a secret and name it in settings.auth.');
    } else if (CREDENTIAL_NAMES.test(name) && !isFilled) {
      section?.refuse(name, 'looks like a credential: keep it as a secret and name it in settings.auth.');
    }
  }
}

function readNeeds(reader: SettingsReader): readonly Placeholder[] {
  return reader.texts('needs').flatMap((name) => {
    const template = isFieldName(name) ? parseTemplate(`{{${name}}}`, (rule) => reader.refuse('needs', rule)) : [];
    if (!isFieldName(name)) reader.refuse('needs', 'must list names of values, e.g. email or account.domain.');
    return placeholdersOf(template);
  });
}

/** Headers of a request carry customers' keys: they may become headers again, and nothing that is logged on the way. */
function refuseHeadersElsewhere(reader: SettingsReader, placeholders: readonly Placeholder[]): void {
  for (const placeholder of placeholders.filter(({ source }) => source === 'header')) {
    reader.problems.push(
      `${reader.where}: {{${nameOf(placeholder)}}} may stand in headers alone, because headers carry keys.`,
    );
  }
}
