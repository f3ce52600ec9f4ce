import { ITEM_TEXTS } from './attribute-reader.js';
import { refuseRepeated } from './definition-names.js';
import type { Section } from './definition-section.js';
import type { HeaderDefinition } from './service-definition.js';
import { readTranslations } from './translation-reader.js';

const NAME_KEYS = ['name', 'headerName'] as const;
const VALUE_KEYS = ['value', 'defaultValue'] as const;

/** Names that belong to HTTP itself: a journey's value for them would break the request that carries it. */
const HTTP_HEADERS: ReadonlySet<string> = new Set([
  'authorization',
  'connection',
  'content-length',
  'content-type',
  'cookie',
  'host',
  'transfer-encoding',
]);
const HEADER_NAME = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/;
const HEADER_VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** Reads the custom headers of a definition; names are case-insensitive, as in HTTP. */
export function readHeaders(parent: Section, key: string): readonly HeaderDefinition[] {
  const items = parent.sections(key);
  const headers = items.map((item) => ({
    name: readHeaderName(item),
    value: readHeaderValue(item),
    description: item.localized('description'),
    displayName: item.localized('displayName'),
    translations: readTranslations(item, ITEM_TEXTS),
  }));
  const names = headers.map((header) => header.name.toLowerCase());
  refuseRepeated(items, NAME_KEYS, names);
  return headers;
}

function readHeaderName(item: Section): string {
  const name = item.text(NAME_KEYS);
  const path = item.pathOf(NAME_KEYS);
  if (name !== '' && !HEADER_NAME.test(name)) {
    item.problems.add(path, 'is not a legal HTTP header name', 'use letters, digits and -');
  } else if (HTTP_HEADERS.has(name.toLowerCase())) {
    item.problems.add(path, `"${name}" is reserved`, 'HTTP itself needs this header; choose another name');
  }
  return name;
}

function readHeaderValue(item: Section): string | null {
  const value = item.optionalText(VALUE_KEYS);
  if (value !== null && !HEADER_VALUE.test(value)) {
    item.problems.add(item.pathOf(VALUE_KEYS), 'is not a legal HTTP header value', 'keep it on one line, in Latin-1');
  }
  return value;
}
