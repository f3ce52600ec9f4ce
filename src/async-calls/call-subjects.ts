import type { BatchSubject, Refusal } from '../actions/action-input.js';
import { type FieldDefinition, type ServiceDefinition, wireType } from '../catalog/service-definition.js';
import type { JsonValue } from '../http/json-value.js';
import { inboundValue } from '../catalog/inbound-value.js';
import type { CallObject } from './async-call.js';

/** Properties that say who or what an object is, the best first. */
const IDENTITIES = ['SubscriberKey', 'CustomerKey', 'ObjectID', 'ID', 'EmailAddress'] as const;

type Mapped = Pick<ServiceDefinition, 'entityType' | 'invocation' | 'asyncCalls'>;

/** An object of a call as a subject of the service's pipeline; a value that it cannot take is the subject's refusal. */
export function toSubject(object: CallObject, definition: Mapped | null): BatchSubject {
  const id = identityOf(object);
  if (definition === null) {
    return { entity: { kind: 'lead', id, fields: {} }, given: object.properties, refusal: null };
  }
  const isAccount = definition.entityType === 'account';
  const declared = isAccount ? definition.invocation.accountFields : definition.invocation.fields;
  const texts = pickTexts(object, definition.asyncCalls?.fields ?? new Map());
  const fields: Record<string, JsonValue> = {};
  let refusal: Refusal | null = null;
  for (const field of declared) {
    const problem = readField(field, texts.get(field.serviceAttribute), fields);
    if (problem !== null) refusal ??= { errorCode: 'INVALID_DATA', reason: problem };
  }
  return { entity: { kind: isAccount ? 'account' : 'lead', id, fields }, given: object.properties, refusal };
}

/** The first filled property of every field. */
function pickTexts(object: CallObject, mapping: ReadonlyMap<string, string>): ReadonlyMap<string, string> {
  const texts = new Map<string, string>();
  for (const [property, field] of mapping) {
    const text = propertyOf(object, property);
    if (text !== null && !texts.has(field)) texts.set(field, text);
  }
  return texts;
}

/** @returns what is wrong with it, without its value; null when nothing is. */
function readField(
  { serviceAttribute, dataType, required }: FieldDefinition,
  text: string | undefined,
  fields: Record<string, JsonValue>,
): string | null {
  if (text === undefined) return required ? `Missing required field: ${serviceAttribute}` : null;
  const type = wireType(dataType);
  const value = inboundValue(type, text);
  if (value === undefined) return `${serviceAttribute} must be of type ${type}`;
  fields[serviceAttribute] = value;
  return null;
}

function identityOf(object: CallObject): string {
  const named = IDENTITIES.map((name) => propertyOf(object, name)).find((text) => text !== null);
  return named ?? String(object.ordinal);
}

/** Null where it has none, or an empty one. */
function propertyOf({ properties }: CallObject, name: string): string | null {
  const text = Object.hasOwn(properties, name) ? properties[name] : undefined;
  return text === undefined || text.trim() === '' ? null : text;
}
