import type { Fields } from '../actions/action-input.js';
import {
  wireType,
  type AttributeDefinition,
  type FieldDefinition,
  type WireType,
} from '../catalog/service-definition.js';
import { outboundValue, type WireValue } from '../catalog/outbound-value.js';

/** A part of a callback body before it becomes text. */
export type WireObject = Record<string, WireValue | object>;

/** A field or an attribute the definition allows into the callback. */
export interface Declared {
  readonly name: string;
  readonly type: WireType;
}

/** Keys of the body that are ours; a definition that declares one of them does not get to overwrite it. */
export const RESERVED_IN_ENTITY: ReadonlySet<string> = new Set(['id', 'accessorValues', '__proto__']);
export const RESERVED_IN_PERSON: ReadonlySet<string> = new Set(['__proto__']);
export const RESERVED_IN_ACTIVITY: ReadonlySet<string> = new Set(['success', 'errorCode', 'reason', '__proto__']);

/** The declared fields of an entity, ready for {@link copyDeclared}. */
export function declaredFields(fields: readonly FieldDefinition[], reserved: ReadonlySet<string>): Declared[] {
  return fields
    .filter((field) => !reserved.has(field.serviceAttribute))
    .map((field) => ({ name: field.serviceAttribute, type: wireType(field.dataType) }));
}

/** The declared attributes of an activity, ready for {@link copyDeclared}. */
export function declaredAttributes(attributes: readonly AttributeDefinition[]): Declared[] {
  return attributes
    .filter((attribute) => !RESERVED_IN_ACTIVITY.has(attribute.apiName))
    .map((attribute) => ({ name: attribute.apiName, type: wireType(attribute.dataType) }));
}

/**
 * Copies what is declared and can be coerced; the rest stays behind. An absent or null value is left out silently (there
 * is nothing to lose), one of the wrong type is noted in `dropped` by name.
 * @param kept names that stay as the request has them.
 */
export function copyDeclared(
  declared: readonly Declared[],
  source: Fields,
  target: WireObject,
  at: string,
  dropped: Set<string>,
  kept?: ReadonlySet<string>,
): void {
  for (const { name, type } of declared) {
    if (kept?.has(name) === true) continue;
    const value = ownValue(source, name);
    if (value === null) continue;
    const coerced = outboundValue(type, value);
    if (coerced === undefined) dropped.add(`${at}.${name}`);
    else target[name] = coerced;
  }
}

/** A value of its own, or null; a field called `constructor` must not find the one every object inherits. */
export function ownValue(source: Fields, name: string): Fields[string] {
  return Object.hasOwn(source, name) ? (source[name] ?? null) : null;
}
