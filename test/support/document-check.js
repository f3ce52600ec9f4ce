import { Ajv2019 } from 'ajv/dist/2019.js';
import addFormats from 'ajv-formats';

/** What HTTP itself refuses, whichever operation it would have been. */
const TRANSPORT = new Set([408, 414, 431]);
/** The errors of a path nobody serves: one of the dialects'. */
const ERRORS = [
  'ExternalActionError',
  'ProblemDetails',
  'CompanyError',
  'EqpError',
  'AsyncTokenError',
  'OAuthError',
  'LegacyTokenError',
  'MarketoError',
];
const documents = new Map();

/** Holds answers to an OpenAPI 3.0 document; members the document does not name are problems, unless it says it is open. */
export class DocumentCheck {
  #document;
  #ajv = addFormats.default(new Ajv2019({ strict: false, allErrors: true, logger: false }));
  #validators = new Map();

  /** The same document is compiled once. */
  static of(text) {
    let known = documents.get(text);
    if (known === undefined) documents.set(text, (known = new DocumentCheck(JSON.parse(text))));
    return known;
  }

  constructor(document) {
    this.#document = document;
    const $defs = Object.entries(document.components.schemas).map(([name, schema]) => [name, toJsonSchema(schema)]);
    this.#ajv.addSchema({ $id: 'document', $defs: Object.fromEntries($defs) });
  }

  /** @param answer `{method, route, status, type, body}`, the route as Fastify writes it, null for none. */
  problemsOf({ method, route, status, type, body }) {
    const mediaType = type.split(';')[0].trim().toLowerCase();
    const read = method === 'HEAD' ? 'get' : method.toLowerCase();
    const template = route?.replace(/:(\w+)/g, '{$1}');
    const operation = this.#document.paths[template]?.[read];
    if (operation === undefined && template !== undefined) return ['the operation is not in the document'];
    if (operation === undefined || TRANSPORT.has(status)) return this.#refusalOfNoRoute(status, mediaType, body);
    const response = operation.responses[status];
    if (response === undefined) return [`the status is not in the document: ${String(body).slice(0, 200)}`];
    if (response.content === undefined) return isEmpty(body) ? [] : ['the document knows no body'];
    // A range of types, as of images.
    const content = response.content[mediaType] ?? response.content[mediaType.replace(/\/.*$/, '/*')];
    if (content === undefined) return [`${mediaType || 'no type'} is not in the document`];
    if (method === 'HEAD') return [];
    return this.#bodyProblems(`${template} ${read} ${status} ${mediaType}`, content.schema, mediaType, body);
  }

  #refusalOfNoRoute(status, mediaType, body) {
    if (status < 400) return ['answered, and not in the document'];
    if (mediaType.endsWith('xml') || isEmpty(body)) return [];
    const anyOf = ERRORS.filter((name) => name in this.#document.components.schemas).map((name) => ({
      $ref: `#/components/schemas/${name}`,
    }));
    // Each closed by itself: together they would lend each other their members.
    const problems = anyOf.map((schema) => this.#bodyProblems(schema.$ref, schema, mediaType, body));
    return problems.some((found) => found.length === 0) ? [] : [`no dialect's error: ${String(body).slice(0, 200)}`];
  }

  #bodyProblems(key, schema, mediaType, body) {
    if (schema === undefined) return [];
    // Of a stream only its type is known before it ends.
    if (typeof body?.pipe === 'function') return mediaType.endsWith('json') ? ['is a stream'] : [];
    if (!/[/+]json$/.test(mediaType)) return typeof body === 'string' || Buffer.isBuffer(body) ? [] : ['is no text'];
    let value;
    try {
      value = JSON.parse(String(body));
    } catch {
      return [`is no JSON: ${String(body).slice(0, 100)}`];
    }
    let validate = this.#validators.get(key);
    if (validate === undefined) {
      validate = this.#ajv.compile(closed(schema));
      this.#validators.set(key, validate);
    }
    if (validate(value)) return [];
    return validate.errors.map(({ instancePath, message, params }) => {
      const detail = params.unevaluatedProperty ?? params.additionalProperty ?? JSON.stringify(params);
      return `body${instancePath} ${message} (${detail})`;
    });
  }
}

/** A schema whose object takes no members it does not name, though several schemas may name them together. */
function closed(schema) {
  const converted = toJsonSchema(schema);
  const isObject = '$ref' in schema || schema.type === 'object' || schema.allOf || schema.anyOf || schema.oneOf;
  return isObject ? { ...converted, unevaluatedProperties: false } : converted;
}

/** OpenAPI 3.0 → JSON Schema 2019-09; what lies below the schema is closed, itself it is not. */
function toJsonSchema(schema) {
  if (schema.$ref !== undefined) return { $ref: schema.$ref.replace('#/components/schemas/', 'document#/$defs/') };
  const { nullable, example, properties, items, additionalProperties, ...rest } = schema;
  const result = { ...rest };
  if (nullable === true && typeof rest.type === 'string') result.type = [rest.type, 'null'];
  if (properties !== undefined) {
    result.properties = Object.fromEntries(Object.entries(properties).map(([name, member]) => [name, closed(member)]));
  }
  if (items !== undefined) result.items = closed(items);
  if (typeof additionalProperties === 'boolean') result.additionalProperties = additionalProperties;
  else if (additionalProperties !== undefined) result.additionalProperties = closed(additionalProperties);
  for (const keyword of ['allOf', 'anyOf', 'oneOf']) {
    if (rest[keyword] !== undefined) result[keyword] = rest[keyword].map(toJsonSchema);
  }
  return result;
}

function isEmpty(body) {
  return body === undefined || body === null || body.length === 0;
}
