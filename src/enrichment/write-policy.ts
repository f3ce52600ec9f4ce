import type { Fields } from '../actions/action-input.js';
import type { JsonValue } from '../http/json-value.js';
import { type CallbackFieldDefinition, type WireType, wireType } from '../catalog/service-definition.js';
import { outboundValue, type WireValue } from '../catalog/outbound-value.js';

/** A field a callback may carry, ready for every action. */
export interface WrittenField {
  readonly name: string;
  readonly type: WireType;
  /** Null: every found value is written. */
  readonly rule: { readonly write: 'whenEmpty' | 'whenDifferent'; readonly compareWith: string } | null;
}

/** Nothing to see: spaces, line breaks, and the invisible marks that come by copy and paste. */
const BLANK = /^[\s\p{Cc}\p{Cf}\u115F\u1160\u3164\uFFA0]*$/u;

/** Compiles the rules of one list of a definition. */
export function writtenFields(fields: readonly CallbackFieldDefinition[]): WrittenField[] {
  return fields.map(({ serviceAttribute, dataType, write, compareWith }) => ({
    name: serviceAttribute,
    type: wireType(dataType),
    rule: (write === 'whenEmpty' || write === 'whenDifferent') && compareWith !== null ? { write, compareWith } : null,
  }));
}

/**
 * Whether the request's value stays, so that what was found is not written.
 *
 * `whenEmpty` writes into nothing: a value that is missing, null or blank. `whenDifferent` writes what is another value
 * of the field's type: "5" is 5, and one moment in two zones is the same; texts are compared as they are.
 * @param found what the callback would carry, of the field's type
 */
export function keepsRequest({ type, rule }: WrittenField, found: WireValue, request: Fields): boolean {
  if (rule === null) return false;
  const { compareWith, write } = rule;
  const given = Object.hasOwn(request, compareWith) ? request[compareWith] : undefined;
  // Nothing is not written over nothing, either.
  if (isEmpty(given)) return isEmpty(found);
  return write === 'whenEmpty' || outboundValue(type, given) === found;
}

/** Placeholders like "n/a" are values: a sign for nothing in one system is an answer in the next. */
function isEmpty(value: JsonValue | undefined): value is null | undefined | '' {
  return value === undefined || value === null || (typeof value === 'string' && BLANK.test(value));
}
