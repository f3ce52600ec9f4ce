import {
  type AccessorDefinition,
  type AttributeDefinition,
  CONTEXT_IDS,
  type FieldDefinition,
  type RichType,
} from './service-definition.js';

/** A part of an OpenAPI 3.0 document. */
export type Schema = Readonly<Record<string, unknown>>;

/** Ids come and go as Adobe's own number or as a text; `oneOf` is left alone, Adobe's importer trips over it. */
export const ID_SCHEMA: Schema = {
  anyOf: [{ type: 'string' }, { type: 'integer', format: 'int64' }],
  description: 'An integer beyond 2^53 survives digit for digit.',
};

/** An object; `required` is left out when empty, which OpenAPI 3.0 demands. */
export function objectSchema(
  properties: Schema,
  options: { readonly required?: readonly string[]; readonly description?: string; readonly closed?: boolean } = {},
): Schema {
  const { required = [], description, closed = false } = options;
  return {
    type: 'object',
    ...(description !== undefined && { description }),
    ...(required.length > 0 && { required }),
    properties,
    additionalProperties: !closed,
  };
}

/** Fields of a person or an account by their names. Further ones may come: unknown fields are kept. */
export function fieldsSchema(fields: readonly FieldDefinition[], description: string): Schema {
  // One of several names may carry the value, which `required` cannot say.
  const required = fields
    .filter((field) => field.required && field.aliases.length === 0 && !CONTEXT_IDS.has(field.serviceAttribute))
    .map((field) => field.serviceAttribute);
  return objectSchema(fieldSchemas(fields), { required, description });
}

/** The values of fields by their names. */
export function fieldSchemas(fields: readonly FieldDefinition[]): Schema {
  return Object.fromEntries(fields.map((field) => [field.serviceAttribute, valueSchema(field)]));
}

/** Made-up values of fields by their names. */
export function fieldExamples(fields: readonly FieldDefinition[]): Schema {
  return Object.fromEntries(fields.map((field) => [field.serviceAttribute, exampleOf(field.dataType)]));
}

/** Attributes by their names; `activityData` never requires them, a failure has none. */
export function attributeSchemas(attributes: readonly AttributeDefinition[]): Schema {
  return Object.fromEntries(attributes.map((attribute) => [attribute.apiName, valueSchema(attribute)]));
}

/** Accessor values by their names, inside the declared constraints. */
export function accessorsSchema(accessors: readonly AccessorDefinition[]): Schema {
  const properties = accessors.map((accessor) => [
    accessor.accessorName,
    {
      ...typeSchema(accessor.dataType),
      ...(accessor.description !== null && { description: accessor.description }),
      ...(accessor.minValue !== null && { minimum: accessor.minValue }),
      ...(accessor.maxValue !== null && { maximum: accessor.maxValue }),
      ...(accessor.allowedValues !== null && { enum: accessor.allowedValues }),
    },
  ]);
  return objectSchema(Object.fromEntries(properties) as Schema, {
    description: 'The values that the split paths of a journey compare.',
    closed: true,
  });
}

/** A value that fits the type. */
function exampleOf(type: RichType): string | number | boolean {
  switch (type) {
    case 'integer':
    case 'score':
      return 42;
    case 'float':
      return 0.5;
    case 'boolean':
      return true;
    case 'date':
      return '2026-01-31';
    case 'datetime':
      return '2026-01-31T12:00:00Z';
    case 'email':
      return 'jane@example.com';
    case 'url':
      return 'https://example.com';
    case 'string':
    case 'text':
      return 'text';
    default:
      return type satisfies never;
  }
}

function describedValue(declared: FieldDefinition | AttributeDefinition): Schema {
  const aliases = 'aliases' in declared ? declared.aliases : [];
  const read = aliases.length === 0 ? [] : [`Also read as ${aliases.join(', ')}.`];
  const texts = [...(declared.description === null ? [] : [declared.description]), ...read];
  return texts.length === 0 ? {} : { description: texts.join('. ') };
}

function valueSchema(declared: FieldDefinition | AttributeDefinition): Schema {
  return {
    ...typeSchema(declared.dataType),
    ...describedValue(declared),
    // Adobe sends null for what it does not know; only a required value may not be unknown.
    ...(!declared.required && { nullable: true }),
  };
}

function typeSchema(type: RichType): Schema {
  switch (type) {
    case 'integer':
    case 'score':
      return { type: 'integer' };
    case 'float':
      return { type: 'number' };
    case 'boolean':
      return { type: 'boolean' };
    case 'date':
      return { type: 'string', format: 'date' };
    case 'datetime':
      return { type: 'string', format: 'date-time' };
    case 'email':
      return { type: 'string', format: 'email' };
    case 'url':
      return { type: 'string', format: 'uri' };
    case 'string':
    case 'text':
      return { type: 'string' };
    default:
      return type satisfies never;
  }
}
