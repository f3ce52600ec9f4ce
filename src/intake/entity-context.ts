import type { ActionEntity, EntityType, Fields, PersonOfAccount } from '../actions/action-input.js';
import { isJsonObject, type JsonValue } from '../http/json-value.js';
import { jsonTypeOf } from '../http/json-body.js';
import type { RequestProblem } from '../http/request-error.js';
import { readEntityId } from './entity-id.js';

const CONTEXT = 'objectData.objectContext';
const RELATIONSHIPS = `${CONTEXT}.accountPersonRelationships`;
const RELATIONSHIPS_MAX = 2000;
const EMPTY: Fields = Object.freeze({});

/** The entity types of the wire. */
export function isEntityType(value: string): value is EntityType {
  return value === 'lead' || value === 'account' || value === 'accountPerson';
}

/**
 * Reads an `objectContext` without copying its data; everything wrong with it goes into `problems`.
 * The entity is only of use when no problem was added.
 */
export function readEntity(kind: EntityType, context: Fields, problems: RequestProblem[]): ActionEntity {
  switch (kind) {
    case 'lead':
      return {
        kind,
        id: readId(context, 'leadId', CONTEXT, problems),
        fields: readData(context, 'leadData', CONTEXT, problems),
      };
    case 'account':
      return { kind, ...readAccount(context, problems) };
    case 'accountPerson':
      return {
        kind,
        ...readAccount(context, problems),
        people: readPeople(context.accountPersonRelationships, problems),
      };
  }
}

function readAccount(context: Fields, problems: RequestProblem[]): { id: string; fields: Fields } {
  return {
    id: readId(context, 'accountId', CONTEXT, problems),
    fields: readData(context, 'accountData', CONTEXT, problems),
  };
}

function readPeople(value: JsonValue | undefined, problems: RequestProblem[]): readonly PersonOfAccount[] {
  if (!Array.isArray(value)) {
    problems.push(problemOf(RELATIONSHIPS, value, 'array'));
    return [];
  }
  const items = value as readonly JsonValue[];
  if (items.length > RELATIONSHIPS_MAX) {
    problems.push({
      field: RELATIONSHIPS,
      message: `must have at most ${RELATIONSHIPS_MAX} relationships`,
      expected: `at most ${RELATIONSHIPS_MAX}`,
      received: String(items.length),
    });
    return [];
  }
  const people: PersonOfAccount[] = [];
  const seen = new Set<string>();
  for (let index = 0; index < items.length; index++) {
    const item = items[index];
    if (!isJsonObject(item)) {
      problems.push(problemOf(`${RELATIONSHIPS}[${index}]`, item, 'object'));
      continue;
    }
    const person = readPerson(item, `${RELATIONSHIPS}[${index}]`, problems);
    if (seen.has(person.relId) && person.relId !== '') {
      problems.push({
        field: `${RELATIONSHIPS}[${index}].accountPersonRelId`,
        message: 'must be unique in the request',
      });
    }
    seen.add(person.relId);
    people.push(person);
  }
  return people;
}

function readPerson(item: Fields, path: string, problems: RequestProblem[]): PersonOfAccount {
  const { isEmployee, relationshipMetadata } = item;
  return {
    relId: readId(item, 'accountPersonRelId', path, problems),
    accountId: readId(item, 'accountId', path, problems),
    personId: readId(item, 'personId', path, problems),
    isEmployee: typeof isEmployee === 'boolean' ? isEmployee : null,
    fields: readData(item, 'leadData', path, problems),
    relationship: isJsonObject(relationshipMetadata) ? relationshipMetadata : EMPTY,
  };
}

function readId(context: Fields, name: string, path: string, problems: RequestProblem[]): string {
  const value = context[name];
  const id = readEntityId(value);
  if (id !== null) return id;
  if (value === '') problems.push({ field: `${path}.${name}`, message: `Missing required field: ${name}` });
  else problems.push(problemOf(`${path}.${name}`, value, 'id: integer or printable string of at most 255 characters'));
  return '';
}

function readData(context: Fields, name: string, path: string, problems: RequestProblem[]): Fields {
  const value = context[name];
  if (isJsonObject(value)) return value;
  problems.push(problemOf(`${path}.${name}`, value, 'object'));
  return EMPTY;
}

function problemOf(field: string, value: JsonValue | undefined, expected: string): RequestProblem {
  const missing = value === undefined || value === null;
  const name = field.slice(field.lastIndexOf('.') + 1);
  const message = missing ? `Missing required field: ${name}` : `must be an ${expected}`;
  return { field, message, expected, received: jsonTypeOf(value) };
}
