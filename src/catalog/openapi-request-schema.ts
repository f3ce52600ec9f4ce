import { fieldExamples, fieldsSchema, ID_SCHEMA, objectSchema, type Schema } from './openapi-field-schemas.js';
import type { AttributeDefinition, FieldDefinition, ServiceDefinition } from './service-definition.js';

const TEXT: Schema = { type: 'string' };
const OPERATORS = [
  'is',
  'isNot',
  'greaterThan',
  'greaterThanOrEqual',
  'lessThan',
  'lessThanOrEqual',
  'contains',
  'notContains',
];

/**
 * The body of `submitAsyncAction`. A service serves one entity type, so `objectContext` has the one shape that goes
 * with `objectType`, and no request can match two.
 */
export function executionRequestSchema(definition: ServiceDefinition): Schema {
  const { entityType, invocation } = definition;
  const objectData = objectSchema(
    {
      objectType: { type: 'string', enum: [entityType] },
      objectContext: objectContextSchema(definition),
      flowStepContext: fieldsSchema(
        asFields(invocation.flowAttributes),
        'The settings of the marketer on this journey node.',
      ),
    },
    { required: ['objectType', 'objectContext'] },
  );
  return {
    ...objectSchema(
      {
        token: {
          type: 'string',
          maxLength: 4096,
          description: 'Returned in X-Callback-Token; the first request wins.',
        },
        callbackUrl: {
          type: 'string',
          format: 'uri',
          maxLength: 2048,
          description: 'The address that the result is posted to.',
        },
        objectData,
        context: contextSchema(definition),
        actionConfig: actionConfigSchema(),
        customHeaders: { type: 'object', additionalProperties: TEXT, description: customHeadersText(definition) },
        enableSplitPaths: { type: 'boolean' },
      },
      { required: ['token', 'callbackUrl', 'objectData'], description: 'One person, account or buying group.' },
    ),
    example: executionRequestExample(definition),
  };
}

function objectContextSchema({ entityType, invocation }: ServiceDefinition): Schema {
  const leadData = fieldsSchema(invocation.fields, 'The fields of the person, as the admin mapped them.');
  const accountData = fieldsSchema(invocation.accountFields, 'The fields of the account, as the admin mapped them.');
  switch (entityType) {
    case 'lead':
      return objectSchema({ leadId: ID_SCHEMA, leadData }, { required: ['leadId', 'leadData'] });
    case 'account':
      return objectSchema({ accountId: ID_SCHEMA, accountData }, { required: ['accountId', 'accountData'] });
    case 'accountPerson': {
      const relationship = objectSchema(
        {
          accountPersonRelId: ID_SCHEMA,
          accountId: ID_SCHEMA,
          personId: ID_SCHEMA,
          mktoGuid: TEXT,
          isEmployee: { type: 'boolean' },
          leadData,
          relationshipMetadata: { type: 'object', additionalProperties: true },
        },
        { required: ['accountPersonRelId', 'accountId', 'personId', 'leadData'] },
      );
      return objectSchema(
        {
          accountId: ID_SCHEMA,
          accountData,
          accountPersonRelationships: { type: 'array', maxItems: 2000, items: relationship },
        },
        { required: ['accountId', 'accountData', 'accountPersonRelationships'] },
      );
    }
    default:
      return entityType satisfies never;
  }
}

function contextSchema({ invocation }: ServiceDefinition): Schema {
  const { globalAttributes, subscriptionContext, journeyContext } = invocation;
  const subscription = { prefix: TEXT, imsOrgId: TEXT, instanceName: TEXT, munchkinId: TEXT };
  const journey = { id: TEXT, name: TEXT, status: TEXT, startDate: TEXT, endDate: TEXT };
  return objectSchema({
    ...(subscriptionContext && { subscription: objectSchema(subscription) }),
    ...(journeyContext && { journey: objectSchema(journey) }),
    admin: fieldsSchema(asFields(globalAttributes), 'The settings of the admin for the whole service.'),
  });
}

function actionConfigSchema(): Schema {
  const condition = objectSchema(
    {
      accessor: TEXT,
      operator: { type: 'string', enum: OPERATORS },
      values: { type: 'array', items: TEXT },
    },
    { required: ['accessor', 'operator', 'values'] },
  );
  const path = objectSchema(
    { pathId: TEXT, pathDefinition: { type: 'array', items: condition, description: 'Empty: the default path.' } },
    { required: ['pathId', 'pathDefinition'] },
  );
  return objectSchema({
    timeout: { type: 'integer', minimum: 1, description: 'Minutes until the callback must have arrived.' },
    pathConfig: { type: 'array', items: path },
  });
}

function customHeadersText({ invocation }: ServiceDefinition): string {
  const names = invocation.headers.map((header) => header.name).join(', ');
  const known = names === '' ? 'This service reads none.' : `This service reads: ${names}.`;
  return `${known} An HTTP header of the same name wins.`;
}

/** A request this service accepts, with made-up people. */
export function executionRequestExample(definition: ServiceDefinition): Schema {
  const { entityType, invocation, timeoutMinutes } = definition;
  return {
    token: 'c3f1a2f0-6f0e-4a3b-9d55-5f1b7d1f0a11',
    callbackUrl: 'https://adobe.com/callback/abc123',
    objectData: {
      objectType: entityType,
      objectContext: objectContextExample(definition),
      flowStepContext: fieldExamples(asFields(invocation.flowAttributes)),
    },
    context: {
      subscription: { prefix: 'acme', imsOrgId: '0123456789ABCDEF01234567@AdobeOrg' },
      journey: { id: '17', name: 'Nurture', status: 'live' },
      admin: fieldExamples(asFields(invocation.globalAttributes)),
    },
    actionConfig: { timeout: timeoutMinutes },
  };
}

function objectContextExample({ entityType, invocation }: ServiceDefinition): Schema {
  const leadData = fieldExamples(invocation.fields);
  const accountData = fieldExamples(invocation.accountFields);
  switch (entityType) {
    case 'lead':
      return { leadId: 1001, leadData };
    case 'account':
      return { accountId: 2001, accountData };
    case 'accountPerson':
      return {
        accountId: 2001,
        accountData,
        accountPersonRelationships: [{ accountPersonRelId: 3001, accountId: 2001, personId: 1001, leadData }],
      };
    default:
      return entityType satisfies never;
  }
}

function asFields(attributes: readonly AttributeDefinition[]): readonly FieldDefinition[] {
  return attributes.map(({ apiName, ...attribute }) => ({ ...attribute, serviceAttribute: apiName, aliases: [] }));
}
