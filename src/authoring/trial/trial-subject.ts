import type { EntityType } from '../../actions/action-input.js';
import { executionRequestExample } from '../../catalog/openapi-request-schema.js';
import type { ServiceDefinition } from '../../catalog/service-definition.js';
import { type JsonObject, parseJsonText } from '../../http/json-body.js';
import { isJsonObject, type JsonValue } from '../../http/json-value.js';
import { toJsonText } from '../../http/json-text.js';
import { UsageError } from '../command.js';

/** A subject as a user gives it. */
export interface GivenSubject {
  /** Null: the example of the service. */
  readonly entityType: EntityType | null;
  readonly value: JsonValue;
  /** Values of the journey's author and of the admin, beside those of the subject. */
  readonly flow: JsonObject;
  readonly admin: JsonObject;
}

const IDS = Object.freeze({ leadId: 1001, accountId: 2001, accountPersonRelId: 3001, personId: 1001 });

/** Made-up values by the names of Adobe's documents. */
const LIKELY: Readonly<Record<string, string>> = {
  email: 'jane.doe@northwind-pumps.example',
  firstName: 'jane',
  lastName: 'DOE',
  title: 'Head of Marketing',
  jobTitle: 'Head of Marketing',
  phone: '+49 30 901820',
  country: 'Germany',
  company: 'Northwind Pumps GmbH',
  companyName: 'Northwind Pumps GmbH',
  accountName: 'Northwind Pumps GmbH',
  website: 'https://www.northwind-pumps.example',
  industry: 'Manufacturing',
};

/**
 * The execution request of a subject: a whole request as it is, or one around the fields alone. Callback addresses are taken
 * out: nothing is sent.
 * @throws UsageError for a subject that is none.
 */
export function toRequest(definition: ServiceDefinition, given: GivenSubject, callbackUrl: string): JsonObject {
  if (given.entityType === null) {
    return withValues({ token: 'try', callbackUrl, objectData: exampleOf(definition) }, definition, given);
  }
  if (!isJsonObject(given.value) && !(Array.isArray(given.value) && given.entityType === 'accountPerson')) {
    throw new UsageError('the subject must be a JSON object');
  }
  const value = given.value as JsonObject;
  if (isJsonObject(value['objectData'])) return withValues({ token: 'try', ...value, callbackUrl }, definition, given);
  const objectData = { objectType: given.entityType, objectContext: contextOf(given.entityType, value) };
  return withValues({ token: 'try', callbackUrl, objectData }, definition, given);
}

/** Accessor values show in a trial wherever the service has them; a whole request says by itself whether it asks for them. */
function withValues(request: JsonObject, definition: ServiceDefinition, { flow, admin }: GivenSubject): JsonObject {
  const objectData = request['objectData'] as JsonObject;
  const context = (request['context'] ?? {}) as JsonObject;
  const isTold = 'enableSplitPaths' in request || 'context' in request;
  return {
    ...(!isTold && { enableSplitPaths: definition.enableSplitPaths }),
    ...request,
    objectData: { ...objectData, flowStepContext: merge(objectData['flowStepContext'], flow) },
    context: { ...context, admin: merge(context['admin'], admin) },
  };
}

function merge(request: JsonValue | undefined, given: JsonObject): JsonObject {
  return { ...(isJsonObject(request) ? request : {}), ...given };
}

function contextOf(entityType: EntityType, value: JsonObject): JsonObject {
  switch (entityType) {
    case 'lead':
      return isJsonObject(value['leadData'])
        ? { leadId: IDS.leadId, ...value }
        : { leadId: IDS.leadId, leadData: value };
    case 'account':
      return isJsonObject(value['accountData'])
        ? { accountId: IDS.accountId, ...value }
        : { accountId: IDS.accountId, accountData: value };
    case 'accountPerson':
      return groupOf(value);
    default:
      return entityType satisfies never;
  }
}

/** A list of people, `{ accountData, people }`, or the context of a request. */
function groupOf(value: JsonObject): JsonObject {
  if (Array.isArray(value['accountPersonRelationships'])) {
    return { accountId: IDS.accountId, accountData: {}, ...value };
  }
  const people = Array.isArray(value) ? (value as readonly JsonValue[]) : value['people'];
  if (!Array.isArray(people)) {
    throw new UsageError('a group is a list of people, or an object with people: [ … ] and accountData: { … }');
  }
  const relationships = (people as readonly JsonValue[]).map((person, index) => ({
    accountPersonRelId: IDS.accountPersonRelId + index,
    accountId: IDS.accountId,
    personId: IDS.personId + index,
    leadData: person,
  }));
  const accountData = Array.isArray(value) ? {} : (value['accountData'] ?? {});
  return { accountId: IDS.accountId, accountData, accountPersonRelationships: relationships };
}

/** The example of the service's document, with likelier values than "text" where a field's name says what it is. */
function exampleOf(definition: ServiceDefinition): JsonObject {
  const request = parseJsonText(toJsonText(executionRequestExample(definition))) as JsonObject;
  const { objectType, objectContext } = request['objectData'] as JsonObject;
  return { objectType, objectContext: withLikelyValues(objectContext) } as JsonObject;
}

/** Values of an example, with likelier ones than "text" where a name says what it is. */
export function withLikelyValues(value: JsonValue | undefined): JsonValue {
  if (Array.isArray(value)) return (value as readonly JsonValue[]).map(withLikelyValues);
  if (!isJsonObject(value)) return value ?? null;
  const entries = Object.entries(value).map(([name, member]): [string, JsonValue] => [
    name,
    member === 'text' ? (LIKELY[name] ?? member) : withLikelyValues(member),
  ]);
  return Object.fromEntries(entries);
}
