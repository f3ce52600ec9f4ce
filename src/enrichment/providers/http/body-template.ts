import { toJsonText } from '../../../http/json-text.js';
import { isJsonObject, type JsonValue } from '../../../http/json-value.js';
import type { SettingsReader } from './settings-reader.js';
import {
  fill,
  keyTexts,
  parseTemplate,
  type Placeholder,
  placeholdersOf,
  type Template,
  type TemplateValues,
  toText,
  wellFormed,
} from './template.js';

/** The body of a request. */
export interface BodyTemplate {
  readonly contentType: string;
  readonly placeholders: readonly Placeholder[];
  /** Whether it has `$each`, and so can ask for several subjects. */
  readonly hasEach: boolean;
  render(values: TemplateValues): string;
}

type Render = (values: TemplateValues) => unknown;

const EACH = '$each';
const DEEPEST = 32;

/** Reads `body`: exactly one of `json`, `form` and `xml`; null where there is none. */
export function readBody(reader: SettingsReader): BodyTemplate | null {
  const section = reader.section('body');
  if (section === null) return null;
  section.refuseUnknown(['json', 'form', 'xml']);
  if (section.keys().length !== 1) {
    reader.refuse('body', 'must have exactly one of json, form and xml.');
    return null;
  }
  if (section.has('json')) return readJson(section);
  return section.has('form') ? readForm(section) : readXml(section);
}

function readJson(section: SettingsReader): BodyTemplate {
  const found = new Found();
  const render = compileJson(section.raw('json'), (rule) => section.refuse('json', rule), found, 0);
  return {
    contentType: 'application/json',
    placeholders: found.placeholders,
    hasEach: found.hasEach,
    render: (values) => toJsonText(render(values) ?? null),
  };
}

/** The findings of compiling a body. */
class Found {
  readonly placeholders: Placeholder[] = [];
  hasEach = false;
}

function compileJson(value: unknown, refuse: (rule: string) => void, found: Found, depth: number): Render {
  if (depth > DEEPEST) {
    refuse('is nested too deeply.');
    return () => null;
  }
  if (typeof value === 'string') return compileText(value, refuse, found);
  if (Array.isArray(value)) {
    const items = value.map((item) => compileJson(item, refuse, found, depth + 1));
    return (values) => items.map((item) => item(values) ?? null);
  }
  if (!isJsonObject(value)) return compileConstant(value, refuse);
  const entries = Object.entries(value);
  if (EACH in value) {
    if (entries.length !== 1) refuse(`must have nothing beside ${EACH}.`);
    found.hasEach = true;
    const item = compileJson(value[EACH], refuse, found, depth + 1);
    return (values) => values.each.map((one) => item(one) ?? null);
  }
  const members = entries.map(([name, inner]) => [name, compileJson(inner, refuse, found, depth + 1)] as const);
  // A value that is missing leaves its member out.
  return (values) => Object.fromEntries(members.map(([name, member]) => [name, member(values)]));
}

function compileConstant(value: unknown, refuse: (rule: string) => void): Render {
  const isConstant = value === null || typeof value === 'boolean' || typeof value === 'bigint';
  if (!isConstant && !(typeof value === 'number' && Number.isFinite(value)))
    refuse('has a value that JSON cannot hold.');
  return () => (isConstant || typeof value === 'number' ? value : null);
}

/** A placeholder alone keeps the type of its value; among other text it is text. */
function compileText(text: string, refuse: (rule: string) => void, found: Found): Render {
  const template = parseTemplate(text, refuse);
  found.placeholders.push(...placeholdersOf(template));
  const [only] = template;
  if (template.length === 1 && only !== undefined && typeof only !== 'string') {
    if (only.source === 'keys') return keyTexts;
    return (values) => toJsonValue(values.read(only));
  }
  return (values) => fillLoosely(template, values, (one) => one);
}

function toJsonValue(value: JsonValue | undefined): JsonValue | undefined {
  if (value === null || value === undefined) return undefined;
  return typeof value === 'string' ? wellFormed(value) : value;
}

/** Missing values are empty: a sentence loses a word, not itself. */
function fillLoosely(template: Template, values: TemplateValues, encode: (text: string) => string): string {
  const filled = template.map((part) => {
    if (typeof part === 'string') return part;
    if (part.source === 'keys') return keyTexts(values).map(encode).join(',');
    return encode(toText(values.read(part)) ?? '');
  });
  return filled.join('');
}

function readForm(section: SettingsReader): BodyTemplate | null {
  const form = section.section('form');
  if (form === null) return null;
  const fields = form.keys().map((name): readonly [string, Template] => {
    const value = form.raw(name);
    const isText = typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
    if (!isText) form.refuse(name, 'must be a text.');
    return [name, isText ? parseTemplate(String(value), (rule) => form.refuse(name, rule)) : []];
  });
  return {
    contentType: 'application/x-www-form-urlencoded',
    placeholders: fields.flatMap(([, template]) => placeholdersOf(template)),
    hasEach: false,
    render(values) {
      const form = new URLSearchParams();
      for (const [name, template] of fields) {
        const value = fill(template, values, (text) => text);
        if (value !== null) form.append(name, value);
      }
      return form.toString();
    },
  };
}

function readXml(section: SettingsReader): BodyTemplate {
  const template = parseTemplate(section.text('xml'), (rule) => section.refuse('xml', rule));
  return {
    contentType: 'text/xml; charset=utf-8',
    placeholders: placeholdersOf(template),
    hasEach: false,
    render: (values) => fillLoosely(template, values, escapeXml),
  };
}

const XML_ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&apos;',
};

/** Control characters have no place in XML 1.0, escaped or not. */
function escapeXml(text: string): string {
  return text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, '')
    .replace(/[&<>"']/g, (character) => XML_ENTITIES[character] ?? '');
}
