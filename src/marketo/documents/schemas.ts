import { attributeSchemas, fieldsSchema, objectSchema, type Schema } from '../../catalog/openapi-field-schemas.js';
import type { AttributeDefinition, FieldDefinition } from '../../catalog/service-definition.js';
import { BATCH_ERROR_CODES, LEAD_ERROR_CODES } from '../marketo-codes.js';
import { LEADS_MAX, PICKLIST_MAX } from '../marketo-limits.js';
import { buildMarketoDefinition, type MarketoService } from './service-definition.js';

const TEXT: Schema = { type: 'string' };
const LIST_OF_TEXTS: Schema = { type: 'array', items: TEXT };
const OPEN: Schema = { type: 'object', additionalProperties: true };
const ID: Schema = { type: 'integer', format: 'int64' };
const I18N: Schema = { type: 'object', required: ['en_US'], properties: { en_US: TEXT }, additionalProperties: TEXT };

/** Schemas of a service's document by name. The names in lower case are Adobe's: its screens refer to them. */
export function marketoSchemas(definition: MarketoService, baseUrl: string): Schema {
  return {
    async: batchSchema(definition),
    acknowledgement: objectSchema({ requestId: TEXT, status: TEXT, message: TEXT }, { required: ['requestId'] }),
    flowCallBack: callbackSchema(definition),
    serviceDefinition: {
      ...objectSchema(
        { apiName: TEXT, i18n: OPEN, primaryAttribute: TEXT, invocationPayloadDef: OPEN, callbackPayloadDef: OPEN },
        { required: ['apiName', 'i18n', 'primaryAttribute', 'invocationPayloadDef', 'callbackPayloadDef'] },
      ),
      example: buildMarketoDefinition(definition, baseUrl),
    },
    serviceStatus: objectSchema({
      status: TEXT,
      timestamp: { type: 'string', format: 'date-time' },
      info: LIST_OF_TEXTS,
      warnings: LIST_OF_TEXTS,
      errors: LIST_OF_TEXTS,
    }),
    getPicklistRequest: objectSchema(
      { name: TEXT, type: { type: 'string', enum: ['flow', 'global', 'header'] }, fieldMappingContext: OPEN },
      { required: ['name', 'type'] },
    ),
    picklistObject: picklistSchema(),
    error: objectSchema(
      { errorCode: TEXT, errorMessage: TEXT, details: { type: 'array', items: OPEN }, requestId: TEXT },
      { required: ['errorCode', 'errorMessage'] },
    ),
  };
}

function batchSchema({ invocation, marketo }: MarketoService): Schema {
  const { contexts } = marketo;
  const fields = fieldsSchema(marketo.mapsRequest ? [] : invocation.fields, 'The lead as its fields are mapped.');
  const { properties, required = [] } = fields as { properties: Schema; required?: string[] };
  const lead = objectSchema(
    {
      objectType: { type: 'string', enum: ['lead'] },
      objectContext: objectSchema({ id: ID, ...properties }, { required: ['id', ...required] }),
      flowStepContext: fieldsSchema(asFields(invocation.flowAttributes), 'The settings of this flow step.'),
      ...(contexts.programMember && { programMemberContext: OPEN }),
      ...(contexts.trigger && { triggeringContext: OPEN }),
      ...(marketo.myTokens.length > 0 && { myTokenContext: OPEN }),
    },
    { required: ['objectType', 'objectContext'] },
  );
  const context = objectSchema(
    {
      subscription: objectSchema({ munchkinId: TEXT, prefix: TEXT }, { required: ['munchkinId'] }),
      admin: fieldsSchema(asFields(invocation.globalAttributes), 'The settings of the administrator.'),
      ...(contexts.campaign && { campaign: OPEN }),
      ...(contexts.program && { program: OPEN }),
    },
    { required: ['subscription'] },
  );
  return objectSchema(
    {
      token: { ...TEXT, maxLength: 4096, description: 'For one callback; returned in x-callback-token.' },
      batchId: TEXT,
      apiCallBackKey: { ...TEXT, description: 'Returned in x-api-key.' },
      campaignId: { type: 'integer', format: 'int32' },
      callbackUrl: { type: 'string', format: 'uri' },
      context,
      objectData: { type: 'array', minItems: 1, maxItems: LEADS_MAX, items: lead },
    },
    { required: ['token', 'callbackUrl', 'context', 'objectData'], description: 'A batch of leads in a flow step.' },
  );
}

function callbackSchema({ callback, marketo }: MarketoService): Schema {
  const activityData = objectSchema(
    {
      success: { type: 'boolean' },
      errorCode: { type: 'string', enum: [...LEAD_ERROR_CODES] },
      reason: TEXT,
      ...attributeSchemas(callback.attributes),
    },
    { required: ['success'] },
  );
  const fields = fieldsSchema(marketo.mapsCallback ? [] : callback.fields, 'The findings about the lead.');
  const { properties } = fields as { properties: Schema };
  const leadData = objectSchema({ id: ID, ...properties }, { required: ['id'], closed: !marketo.mapsCallback });
  const item = objectSchema({ leadData, activityData }, { required: ['leadData', 'activityData'], closed: true });
  return objectSchema(
    {
      munchkinId: TEXT,
      time: { type: 'string', format: 'date-time' },
      errorCode: { type: 'string', enum: [...BATCH_ERROR_CODES], description: 'Of a batch that failed as a whole.' },
      errorMessage: TEXT,
      objectData: { type: 'array', maxItems: LEADS_MAX, items: item },
    },
    { required: ['munchkinId', 'objectData'] },
  );
}

function picklistSchema(): Schema {
  const choice = objectSchema(
    { displayValue: I18N, submittedValue: { anyOf: [TEXT, { type: 'number' }, { type: 'boolean' }] } },
    { required: ['displayValue', 'submittedValue'] },
  );
  return objectSchema({ choices: { type: 'array', maxItems: PICKLIST_MAX, items: choice } }, { required: ['choices'] });
}

function asFields(attributes: readonly AttributeDefinition[]): readonly FieldDefinition[] {
  return attributes.map(({ apiName, ...attribute }) => ({ ...attribute, serviceAttribute: apiName, aliases: [] }));
}
