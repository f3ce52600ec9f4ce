import { ACTION_ERROR_CODES } from '../actions/action-result.js';
import {
  accessorsSchema,
  attributeSchemas,
  fieldExamples,
  fieldSchemas,
  fieldsSchema,
  ID_SCHEMA,
  objectSchema,
  type Schema,
} from './openapi-field-schemas.js';
import type { FieldDefinition, ServiceDefinition } from './service-definition.js';

/** The `callbacks` section of submitAsyncAction: the request we send once the action has ended. */
export function callbacksSection(): Schema {
  const header = (name: string, description: string): Schema => ({
    name,
    in: 'header',
    required: true,
    description,
    schema: { type: 'string' },
  });
  return {
    actionResult: {
      '{$request.body#/callbackUrl}': {
        post: {
          summary: 'The result of the action',
          description: 'Sent with `Authorization: Bearer <IMS access token>`, at least once and before the deadline.',
          parameters: [
            header('X-Callback-Token', 'The token of the request.'),
            header('X-Api-Key', 'The API key of the credential in use.'),
            header('X-Request-Id', 'The requestId of the acknowledgement.'),
            header('x-gw-ims-org-id', 'The imsOrgId of the request.'),
          ],
          requestBody: {
            required: true,
            content: { 'application/json': { schema: { $ref: '#/components/schemas/callback' } } },
          },
          responses: {
            200: { description: 'Received' },
            400: { description: 'Refused; not sent again' },
            401: { description: 'The access token is not accepted; a new one is tried once' },
            403: { description: 'Refused; not sent again' },
            429: { description: 'Sent again after Retry-After' },
            500: { description: 'Sent again until the deadline' },
          },
        },
      },
    },
  };
}

/** The callback's body. */
export function callbackSchema(definition: ServiceDefinition): Schema {
  const activityData = objectSchema(
    {
      success: { type: 'boolean' },
      errorCode: { type: 'string', enum: [...ACTION_ERROR_CODES], description: 'Of a failure only.' },
      reason: { type: 'string', description: 'Of a failure only.' },
      ...attributeSchemas(definition.callback.attributes),
    },
    { required: ['success'] },
  );
  const entity = entitySchemas(definition);
  const item = objectSchema(
    { activityData, ...entity.properties },
    { required: ['activityData', entity.required], closed: true },
  );
  return {
    ...objectSchema(
      { objectData: { type: 'array', minItems: 1, maxItems: 1, items: item } },
      { required: ['objectData'] },
    ),
    example: { objectData: [{ activityData: { success: true }, ...entityExample(definition) }] },
  };
}

function entitySchemas(definition: ServiceDefinition): { readonly properties: Schema; readonly required: string } {
  const { callback, entityType } = definition;
  switch (entityType) {
    case 'lead':
      return {
        properties: { leadData: entitySchema(callback.fields, accessorPart(definition)) },
        required: 'leadData',
      };
    case 'account': {
      const accountData = entitySchema(callback.accountFields, accessorPart(definition));
      return { properties: { accountData }, required: 'accountData' };
    }
    case 'accountPerson': {
      const person = objectSchema(
        {
          accountPersonRelId: ID_SCHEMA,
          accountId: ID_SCHEMA,
          personId: ID_SCHEMA,
          leadData: fieldsSchema(optional(callback.fields), 'The findings about the person.'),
          ...accessorPart(definition),
        },
        { required: ['accountPersonRelId', 'accountId', 'personId'], closed: true },
      );
      const accountPersonData = {
        type: 'array',
        items: person,
        description: 'All people, in the order of the request.',
      };
      const accountData = entitySchema(callback.accountFields, {});
      return { properties: { accountPersonData, accountData }, required: 'accountPersonData' };
    }
    default:
      return entityType satisfies never;
  }
}

function entitySchema(fields: readonly FieldDefinition[], more: Schema): Schema {
  return objectSchema({ id: ID_SCHEMA, ...fieldSchemas(optional(fields)), ...more }, { required: ['id'] });
}

function accessorPart({ invocation }: ServiceDefinition): Schema {
  return invocation.accessors.length === 0 ? {} : { accessorValues: accessorsSchema(invocation.accessors) };
}

/** A failure carries ids alone, so no result field is required of a callback. */
function optional(fields: readonly FieldDefinition[]): readonly FieldDefinition[] {
  return fields.map((field) => ({ ...field, required: false }));
}

function entityExample({ entityType, callback }: ServiceDefinition): Schema {
  const leadData = fieldExamples(callback.fields);
  const accountData = { id: 2001, ...fieldExamples(callback.accountFields) };
  switch (entityType) {
    case 'lead':
      return { leadData: { id: 1001, ...leadData } };
    case 'account':
      return { accountData };
    case 'accountPerson':
      return {
        accountPersonData: [{ accountPersonRelId: 3001, accountId: 2001, personId: 1001, leadData }],
        accountData,
      };
    default:
      return entityType satisfies never;
  }
}
