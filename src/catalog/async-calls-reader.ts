import type { EntityType } from '../actions/action-input.js';
import { nameOf, type Section } from './definition-section.js';
import { didYouMean } from '../config/did-you-mean.js';
import type { AsyncCallsDefinition, InvocationPayloadDefinition } from './service-definition.js';

/** Local name of an XML type. */
const OBJECT_TYPE = /^[A-Za-z_][A-Za-z0-9_.-]{0,63}$/;
const MAX_PROPERTY_LENGTH = 200;
const DEFAULT_MAX_OBJECTS = 1_000;
/** The wire's own limit. */
const MOST_OBJECTS = 32_766;

/** Reads which objects of asynchronous calls come to the service; null without the key. */
export function readAsyncCalls(
  root: Section,
  entityType: EntityType | null,
  invocation: Pick<InvocationPayloadDefinition, 'fields' | 'accountFields'>,
): AsyncCallsDefinition | null {
  if (!root.has('asyncCalls')) return null;
  const section = root.section('asyncCalls');
  if (entityType === 'accountPerson') {
    const remedy = 'remove it: an object is one lead or one account';
    root.problems.add('asyncCalls', `does not go with the entity type ${entityType}`, remedy);
  }
  const declared = entityType === 'account' ? invocation.accountFields : invocation.fields;
  const names = declared.map(({ serviceAttribute }) => serviceAttribute);
  return {
    objectType: readObjectType(section),
    fields: readFields(section, names, entityType === 'account' ? 'accountFields' : 'fields'),
    maxObjects: readMaxObjects(section),
  };
}

function readObjectType(section: Section): string {
  const objectType = section.text('objectType');
  if (objectType !== '' && !OBJECT_TYPE.test(objectType)) {
    const remedy = 'write it without its prefix, e.g. Subscriber';
    section.problems.add(section.at('objectType'), 'is not the name of an XML type', remedy);
  }
  return objectType;
}

function readFields(section: Section, declared: readonly string[], list: string): ReadonlyMap<string, string> {
  const fields = new Map<string, string>();
  const given = Object.entries(section.mapping('fields'));
  if (given.length === 0 && section.present) {
    section.problems.add(section.at('fields'), 'maps no property', 'write e.g. EmailAddress: email');
  }
  for (const [property, field] of given) {
    const path = section.at(`fields.${property}`);
    if (property.trim() === '' || property.length > MAX_PROPERTY_LENGTH) {
      section.problems.add(path, 'is not the name of a property', `use 1 to ${MAX_PROPERTY_LENGTH} characters`);
    } else if (typeof field !== 'string') {
      section.problems.add(path, `must be a field of the service, not ${nameOf(field)}`, 'write its serviceAttribute');
    } else if (!declared.includes(field)) {
      const near = didYouMean(field, declared);
      const remedy = near === null ? `use a serviceAttribute of invocationPayloadDef.${list}` : `did you mean ${near}?`;
      section.problems.add(path, `"${field}" is not a field of the service`, remedy);
    } else {
      fields.set(property, field);
    }
  }
  return fields;
}

function readMaxObjects(section: Section): number {
  const most = section.optionalNumber('maxObjects') ?? DEFAULT_MAX_OBJECTS;
  if (Number.isInteger(most) && most >= 1 && most <= MOST_OBJECTS) return most;
  section.problems.add(
    section.at('maxObjects'),
    `${most} is out of range`,
    `write a whole number from 1 to ${MOST_OBJECTS}`,
  );
  return DEFAULT_MAX_OBJECTS;
}
