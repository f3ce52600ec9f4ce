import type { EntityType } from '../actions/action-input.js';
import type { InboundAuthScheme } from '../config/config.js';
import { readAccessors } from './accessor-reader.js';
import { readActivityAttributes, readAttributes, readCallbackFields, readFields } from './attribute-reader.js';
import { readAsyncCalls } from './async-calls-reader.js';
import { orList, type Section } from './definition-section.js';
import { readBridge } from './bridge-reader.js';
import { readDialects } from './dialects-reader.js';
import { readHeaders } from './header-reader.js';
import { readMarketo } from './marketo-reader.js';
import { readOpenApiInfo } from './openapi-info-reader.js';
import { readPipeline } from './pipeline-reader.js';
import { readTranslations } from './translation-reader.js';
import type {
  CallbackPayloadDefinition,
  InvocationPayloadDefinition,
  ServiceDefinition,
  ServiceDialect,
} from './service-definition.js';

/** Segments of `/services/<apiName>`. */
const API_NAME = /^[A-Za-z][A-Za-z0-9_-]{0,63}$/;
const ENTITY_TYPES = Object.freeze(['lead', 'account', 'accountPerson'] as const satisfies readonly EntityType[]);
const SCHEMES = Object.freeze(['apiKey', 'basic', 'oauth2'] as const satisfies readonly InboundAuthScheme[]);
const DEFAULT_TIMEOUT_MINUTES = 60;
const MAX_TIMEOUT_MINUTES = 240;

/** Which lists of fields an entity type has, in both payload definitions. */
const FIELD_LISTS = Object.freeze({
  lead: ['fields'],
  account: ['accountFields'],
  accountPerson: ['fields', 'accountFields'],
} as const satisfies Record<EntityType, readonly ('fields' | 'accountFields')[]>);

/**
 * Reads one service file's content and reports everything wrong with it to the section's problems; the result means
 * something only when there are none. Rules: Adobe's External Actions ServiceDefinition, and our own keys.
 */
export function readServiceDefinition(root: Section): ServiceDefinition {
  const english = root.section('i18n', 'add i18n.en_US with name and description').section('en_US', 'add it');
  const name = english.text('name');
  const description = root.text('description');
  const dialects = readDialects(root);
  const isForMarketoAlone = !dialects.includes('externalActions');
  const entityType = readEntityType(root, dialects);
  const timeoutMinutes = readTimeoutMinutes(root);
  const invocation = readInvocation(root);
  const definition: ServiceDefinition = {
    apiName: readApiName(root),
    dialects,
    name,
    description,
    i18nDescription: english.text('description'),
    serviceVersion: root.optionalText('serviceVersion'),
    translations: readTranslations(root, ['name', 'description']),
    primaryAttribute: root.text('primaryAttribute'),
    entityType: entityType ?? 'lead',
    enableSplitPaths: isForMarketoAlone ? root.flag('enableSplitPaths', false) : root.flag('enableSplitPaths'),
    timeoutMinutes,
    isDefault: root.flag('default', false),
    enabled: root.flag('enabled', true),
    auth: root.optionalChoice('auth', SCHEMES),
    invocation,
    callback: readCallback(root, invocation),
    openapi: readOpenApiInfo(root, { name, description }),
    pipeline: readPipeline(root, timeoutMinutes, invocation.accessors),
    bridge: readBridge(root, entityType),
    asyncCalls: null,
    marketo: null,
  };
  checkFieldLists(root, entityType);
  checkPrimaryAttribute(root, definition);
  checkSplitPaths(root, definition);
  const asyncCalls = readAsyncCalls(root, entityType, definition.invocation);
  const marketo = dialects.includes('marketo') ? readMarketo(root, definition) : null;
  if (isForMarketoAlone) refuseJourneys(root, definition);
  root.finish();
  return { ...definition, asyncCalls, marketo };
}

/** Marketo sends leads, so a file for it alone need not say what it is about. */
function readEntityType(root: Section, dialects: readonly ServiceDialect[]): EntityType | null {
  if (!dialects.includes('marketo')) return root.choice('supportedEntityType', ENTITY_TYPES);
  const entityType = dialects.includes('externalActions')
    ? root.choice('supportedEntityType', ENTITY_TYPES)
    : (root.optionalChoice('supportedEntityType', ENTITY_TYPES) ?? 'lead');
  if (entityType !== null && entityType !== 'lead') {
    const remedy = 'write lead, or remove marketo from dialects';
    root.problems.add('supportedEntityType', `${entityType} does not go with the dialect marketo`, remedy);
  }
  return entityType;
}

/** Of Adobe Journey Optimizer B2B alone: in a file for Marketo they would be without effect. */
function refuseJourneys(root: Section, { enableSplitPaths, isDefault }: ServiceDefinition): void {
  const remedy = 'remove it, or add externalActions to dialects';
  const reason = 'does not go with the dialect marketo alone';
  if (enableSplitPaths) root.problems.add('enableSplitPaths', reason, remedy);
  if (isDefault) root.problems.add('default', reason, remedy);
}

/** Whether a text can name a service: it is a part of addresses. */
export function isApiName(text: string): boolean {
  return API_NAME.test(text);
}

function readApiName(root: Section): string {
  const apiName = root.text('apiName');
  if (apiName !== '' && !isApiName(apiName)) {
    const remedy = 'start with a letter; use letters, digits, - and _, at most 64';
    root.problems.add('apiName', 'has characters an address cannot have', remedy);
  }
  return apiName;
}

function readTimeoutMinutes(root: Section): number {
  const minutes = root.optionalNumber('timeout') ?? DEFAULT_TIMEOUT_MINUTES;
  if (!Number.isInteger(minutes) || minutes < 1 || minutes > MAX_TIMEOUT_MINUTES) {
    root.problems.add('timeout', `${minutes} is out of range`, 'write whole minutes from 1 to 240');
    return DEFAULT_TIMEOUT_MINUTES;
  }
  return minutes;
}

function readInvocation(root: Section): InvocationPayloadDefinition {
  const section = root.section('invocationPayloadDef', 'say what the service needs to know');
  const relationships = section.raw('accountPersonRelationships');
  return {
    globalAttributes: readAttributes(section, 'globalAttributes'),
    flowAttributes: readAttributes(section, 'flowAttributes'),
    fields: readFields(section, 'fields'),
    accountFields: readFields(section, 'accountFields'),
    headers: readHeaders(section, 'headers'),
    journeyContext: section.flag('journeyContext', true),
    subscriptionContext: section.flag('subscriptionContext', true),
    accessors: readAccessors(section),
    ...(relationships !== undefined && { accountPersonRelationships: relationships }),
  };
}

function readCallback(root: Section, invocation: InvocationPayloadDefinition): CallbackPayloadDefinition {
  const section = root.section('callbackPayloadDef', 'say what the service answers with');
  return {
    fields: readCallbackFields(section, 'fields', invocation),
    accountFields: readCallbackFields(section, 'accountFields', invocation),
    attributes: readActivityAttributes(section, 'attributes'),
  };
}

/** Adobe asks for a list in one of the two definitions at least; the other may take or answer with nothing. */
function checkFieldLists(root: Section, entityType: EntityType | null): void {
  const sections = [root.section('invocationPayloadDef'), root.section('callbackPayloadDef')];
  if (entityType === null || sections.some((section) => !section.present)) {
    return;
  }
  const known: readonly string[] = FIELD_LISTS[entityType];
  if (!known.some((key) => sections.some((section) => section.has(key)))) {
    const remedy = `write ${known[0]}: [] if there are none`;
    root.problems.add(`invocationPayloadDef.${known[0]}`, `is missing, ${entityType} needs it`, remedy);
  }
  for (const key of ['fields', 'accountFields'].filter((key) => !known.includes(key))) {
    for (const section of sections.filter((section) => section.list(key).length > 0)) {
      section.problems.add(section.at(key), `does not go with the entity type ${entityType}`, `use ${orList(known)}`);
    }
  }
}

function checkPrimaryAttribute(root: Section, definition: ServiceDefinition): void {
  const { primaryAttribute, invocation, callback } = definition;
  if (primaryAttribute === '') {
    return;
  }
  // By the table of Adobe's guide a flow attribute; the guide's own complete example names a field.
  const names = [
    ...invocation.flowAttributes.map(({ apiName }) => apiName),
    ...[...invocation.fields, ...invocation.accountFields].map(({ serviceAttribute }) => serviceAttribute),
  ];
  if (!names.includes(primaryAttribute)) {
    const remedy = 'use the apiName of one of invocationPayloadDef.flowAttributes';
    root.problems.add('primaryAttribute', `"${primaryAttribute}" is not a flow attribute`, remedy);
  }
  if (callback.attributes.some((attribute) => attribute.apiName === primaryAttribute)) {
    const remedy = 'rename the callback attribute';
    root.problems.add('primaryAttribute', `"${primaryAttribute}" is a callback attribute too`, remedy);
  }
}

function checkSplitPaths(root: Section, definition: ServiceDefinition): void {
  if (definition.enableSplitPaths && definition.invocation.accessors.length === 0) {
    const remedy = 'declare the accessors, or set enableSplitPaths: false';
    root.problems.add('invocationPayloadDef.accessorsMetadata', 'is missing, enableSplitPaths needs it', remedy);
  }
}
