import { request } from 'undici';
import { type CallerCredentials, credentialHeaders } from './caller-credentials.js';

export type EntityType = 'lead' | 'account' | 'accountPerson';

export interface DeclaredValue {
  readonly name: string;
  readonly dataType: string;
  readonly required: boolean;
}

export interface DeclaredAccessor {
  readonly name: string;
  readonly dataType: string;
  readonly minValue: number | null;
  readonly maxValue: number | null;
  readonly allowedValues: readonly (string | number | boolean)[] | null;
}

/** What a service promises in its definition, read from outside; names map to wire types. */
export interface ServiceContract {
  readonly apiName: string;
  readonly entityType: EntityType;
  readonly input: {
    readonly fields: readonly DeclaredValue[];
    readonly accountFields: readonly DeclaredValue[];
    readonly flowAttributes: readonly DeclaredValue[];
    readonly globalAttributes: readonly DeclaredValue[];
  };
  readonly output: {
    readonly fields: ReadonlyMap<string, string>;
    readonly accountFields: ReadonlyMap<string, string>;
    readonly attributes: ReadonlyMap<string, string>;
  };
  readonly accessors: ReadonlyMap<string, DeclaredAccessor>;
}

type Json = Readonly<Record<string, unknown>>;

/**
 * Asks a service for its definition.
 * @param base the service's base, e.g. `http://127.0.0.1:3000/services/contact-quality`.
 * @throws a readable error when the service does not answer with a definition.
 */
export async function fetchContract(base: string, credentials: CallerCredentials): Promise<ServiceContract> {
  const url = `${base}/getServiceDefinition`;
  const answer = await request(url, {
    headers: await credentialHeaders(credentials, base),
    headersTimeout: 5000,
  });
  const text = await answer.body.text();
  if (answer.statusCode === 401) throw new Error(`${url} wants a key it accepts (401): pass --key`);
  if (answer.statusCode !== 200) throw new Error(`${url} answered ${answer.statusCode}`);
  return readContract(JSON.parse(text), url);
}

/** Reads a ServiceDefinition as getServiceDefinition sends it. @throws when it says neither what it is nor whom it serves. */
export function readContract(definition: unknown, source = 'the service definition'): ServiceContract {
  const root = objectOf(definition);
  const entityType = root['supportedEntityType'];
  if (typeof root['apiName'] !== 'string') throw new Error(`${source} has no apiName`);
  if (entityType !== 'lead' && entityType !== 'account' && entityType !== 'accountPerson') {
    throw new Error(`${source} has no supportedEntityType of lead, account or accountPerson`);
  }
  const input = objectOf(root['invocationPayloadDef']);
  const output = objectOf(root['callbackPayloadDef']);
  return {
    apiName: root['apiName'],
    entityType,
    input: {
      fields: declaredValues(input['fields'], 'serviceAttribute'),
      accountFields: declaredValues(input['accountFields'], 'serviceAttribute'),
      flowAttributes: declaredValues(input['flowAttributes'], 'apiName'),
      globalAttributes: declaredValues(input['globalAttributes'], 'apiName'),
    },
    output: {
      fields: typesByName(declaredValues(output['fields'], 'serviceAttribute')),
      accountFields: typesByName(declaredValues(output['accountFields'], 'serviceAttribute')),
      attributes: typesByName(declaredValues(output['attributes'], 'apiName')),
    },
    accessors: new Map(
      listOf(input['accessorsMetadata'])
        .map(declaredAccessor)
        .map((entry) => [entry.name, entry]),
    ),
  };
}

function declaredValues(list: unknown, nameKey: string): DeclaredValue[] {
  return listOf(list).map((entry) => ({
    name: String(entry[nameKey]),
    dataType: String(entry['dataType']),
    required: entry['required'] === true,
  }));
}

function declaredAccessor(entry: Json): DeclaredAccessor {
  const constraints = objectOf(entry['constraints']);
  const { minValue, maxValue, allowedValues } = constraints;
  return {
    name: String(entry['accessorName']),
    dataType: String(entry['dataType']),
    minValue: typeof minValue === 'number' ? minValue : null,
    maxValue: typeof maxValue === 'number' ? maxValue : null,
    allowedValues: Array.isArray(allowedValues) && allowedValues.length > 0 ? allowedValues : null,
  };
}

function typesByName(values: readonly DeclaredValue[]): Map<string, string> {
  return new Map(values.map((value) => [value.name, value.dataType]));
}

function objectOf(value: unknown): Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Json) : {};
}

function listOf(value: unknown): Json[] {
  return Array.isArray(value) ? value.map(objectOf) : [];
}
