import type { EntityType } from '../actions/action-input.js';
import {
  type AccessorDefinition,
  type AttributeDefinition,
  type FieldDefinition,
  type HeaderDefinition,
  type ServiceDefinition,
  wireType,
} from './service-definition.js';

type Json = Readonly<Record<string, unknown>>;

/** The answer of `getServiceDefinition`: a definition in Adobe's words and wire types, without our own keys. */
export function buildServiceDefinition(definition: ServiceDefinition): Json {
  const { invocation, callback, entityType } = definition;
  return {
    apiName: definition.apiName,
    i18n: { en_US: { name: definition.name, description: definition.i18nDescription }, ...definition.translations },
    description: definition.description,
    ...(definition.serviceVersion !== null && { serviceVersion: definition.serviceVersion }),
    primaryAttribute: definition.primaryAttribute,
    supportedEntityType: entityType,
    enableSplitPaths: definition.enableSplitPaths,
    timeout: definition.timeoutMinutes,
    invocationPayloadDef: {
      globalAttributes: invocation.globalAttributes.map(attributeJson),
      flowAttributes: invocation.flowAttributes.map(attributeJson),
      ...fieldLists(entityType, invocation),
      headers: invocation.headers.map(headerJson),
      journeyContext: invocation.journeyContext,
      subscriptionContext: invocation.subscriptionContext,
      ...(invocation.accountPersonRelationships !== undefined && {
        accountPersonRelationships: invocation.accountPersonRelationships,
      }),
      ...(invocation.accessors.length > 0 && { accessorsMetadata: invocation.accessors.map(accessorJson) }),
    },
    callbackPayloadDef: {
      ...fieldLists(entityType, callback),
      attributes: callback.attributes.map(attributeJson),
    },
  };
}

function fieldLists(
  entityType: EntityType,
  lists: { readonly fields: readonly FieldDefinition[]; readonly accountFields: readonly FieldDefinition[] },
): Json {
  return {
    ...(entityType !== 'account' && { fields: lists.fields.map(fieldJson) }),
    ...(entityType !== 'lead' && { accountFields: lists.accountFields.map(fieldJson) }),
  };
}

function attributeJson(attribute: AttributeDefinition): Json {
  return {
    apiName: attribute.apiName,
    i18n: {
      en_US: { displayName: attribute.displayName, ...described(attribute.description) },
      ...attribute.translations,
    },
    dataType: wireType(attribute.dataType),
    required: attribute.required,
  };
}

function fieldJson(field: FieldDefinition): Json {
  return {
    serviceAttribute: field.serviceAttribute,
    dataType: wireType(field.dataType),
    ...described(field.description),
    ...spoken(field),
    required: field.required,
  };
}

/** Adobe's documents name the pair in two ways; both are sent, so whichever is read is right. */
function headerJson(header: HeaderDefinition): Json {
  const value = header.value ?? '';
  return {
    name: header.name,
    value,
    headerName: header.name,
    defaultValue: value,
    ...described(header.description),
    ...spoken(header),
  };
}

function accessorJson(accessor: AccessorDefinition): Json {
  const constraints = {
    ...(accessor.minValue !== null && { minValue: accessor.minValue }),
    ...(accessor.maxValue !== null && { maxValue: accessor.maxValue }),
    ...(accessor.allowedValues !== null && { allowedValues: accessor.allowedValues }),
  };
  return {
    accessorName: accessor.accessorName,
    dataType: accessor.dataType,
    ...described(accessor.description),
    ...spoken(accessor),
    ...(Object.keys(constraints).length > 0 && { constraints }),
  };
}

type Spoken = FieldDefinition | AccessorDefinition | HeaderDefinition;

/** Names for people and other languages, where the file has them: Adobe's samples have two spellings of a field. */
function spoken({ displayName, description, translations }: Spoken): Json {
  const english = { ...(displayName !== null && { displayName }), ...described(description) };
  const told = displayName !== null || Object.keys(translations).length > 0;
  return told ? { i18n: { en_US: english, ...translations } } : {};
}

function described(description: string | null): Json {
  return description === null ? {} : { description };
}
