import { isJsonObject } from '../../http/json-value.js';

/** Keywords that say nothing about a value. */
const NO_KEYWORDS: ReadonlySet<string> = new Set([
  ...['example', 'examples', 'default', 'discriminator', 'xml', 'externalDocs', 'deprecated', 'readOnly', 'writeOnly'],
  ...['title', 'description'],
]);
const REFERENCE = /^#\/components\/schemas\/([^/]+)$/;

/**
 * A schema of OpenAPI 3.0 as one of JSON Schema draft 4, whose words it speaks but for `nullable` and its references.
 * References lead to `definitions` of a schema called `document`; one that leads elsewhere takes anything.
 */
export function toJsonSchema(schema: unknown): unknown {
  if (!isJsonObject(schema)) return schema;
  const reference = schema['$ref'];
  if (typeof reference === 'string') {
    const name = REFERENCE.exec(reference)?.[1];
    return name === undefined ? {} : { $ref: `document#/definitions/${name}` };
  }
  const converted: Record<string, unknown> = {};
  for (const [key, value] of Object.entries(schema)) {
    if (NO_KEYWORDS.has(key) || key.startsWith('x-') || key === 'nullable') continue;
    converted[key] = convert(key, value);
  }
  if (schema['nullable'] === true && typeof schema['type'] === 'string') converted['type'] = [schema['type'], 'null'];
  return converted;
}

function convert(key: string, value: unknown): unknown {
  switch (key) {
    case 'properties':
      return isJsonObject(value)
        ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, toJsonSchema(member)]))
        : value;
    case 'allOf':
    case 'anyOf':
    case 'oneOf':
      return Array.isArray(value) ? value.map(toJsonSchema) : value;
    case 'items':
    case 'not':
    case 'additionalProperties':
      return toJsonSchema(value);
    default:
      return value;
  }
}
