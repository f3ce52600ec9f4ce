import { didYouMean } from '../config/did-you-mean.js';
import type { Section } from './definition-section.js';
import {
  type CallbackFieldDefinition,
  type FieldDefinition,
  type InvocationPayloadDefinition,
  type RichType,
  WRITE_POLICIES,
  type WireType,
  wireType,
} from './service-definition.js';

type WriteRule = Pick<CallbackFieldDefinition, 'write' | 'compareWith'>;
type FieldList = 'fields' | 'accountFields';
type RequestFields = Pick<InvocationPayloadDefinition, FieldList>;

const ALWAYS: WriteRule = { write: 'always', compareWith: null };
const KEYS = ['write', 'compareWith'] as const;
const OTHER_LIST = { fields: 'accountFields', accountFields: 'fields' } as const satisfies Record<FieldList, FieldList>;
const OWNERS = { fields: 'person', accountFields: 'account' } as const satisfies Record<FieldList, string>;

/** Reports `write` and `compareWith` where nothing is written into a field. */
export function refuseWrite(item: Section, reason: string, remedy: string): void {
  for (const key of KEYS.filter((key) => item.has(key))) item.problems.add(item.at(key), reason, remedy);
}

/**
 * Reads when a callback's field is written. It is compared with the request's field of `compareWith`, else with the one of
 * its own name (or alias), of the same list: a person with that person, an account with that account.
 */
export function readWriteRule(
  item: Section | undefined,
  field: FieldDefinition,
  list: FieldList,
  request: RequestFields,
): WriteRule {
  if (item === undefined) return ALWAYS;
  const write = item.optionalChoice('write', WRITE_POLICIES) ?? 'always';
  const asked = item.optionalText('compareWith');
  if (write === 'always') {
    if (asked !== null && item.raw('write') === undefined) {
      item.problems.add(item.at('compareWith'), 'does nothing by itself', 'add write: whenEmpty or whenDifferent');
    } else if (asked !== null) {
      item.problems.add(item.at('compareWith'), 'does nothing when the field is always written', 'remove it');
    }
    return ALWAYS;
  }
  if (field.required) {
    const remedy = 'remove required: true, or write: always';
    item.problems.add(item.at('write'), `${write} may leave the field out, and it is required`, remedy);
  }
  const compared = find(request[list], asked ?? field.serviceAttribute);
  if (compared === undefined) reportMissing(item, field, asked, list, request);
  else if (write === 'whenDifferent')
    refuseIncomparable(item, field, compared, asked === null ? 'write' : 'compareWith');
  return { write, compareWith: compared?.serviceAttribute ?? field.serviceAttribute };
}

function find(fields: readonly FieldDefinition[], name: string): FieldDefinition | undefined {
  return (
    fields.find(({ serviceAttribute }) => serviceAttribute === name) ??
    fields.find(({ aliases }) => aliases.includes(name))
  );
}

function reportMissing(
  item: Section,
  { serviceAttribute }: FieldDefinition,
  asked: string | null,
  list: FieldList,
  request: RequestFields,
): void {
  const where = `invocationPayloadDef.${list}`;
  const names = request[list].map((field) => field.serviceAttribute);
  if (asked === '') return;
  if (asked === null) {
    if (serviceAttribute === '') return;
    const reason = `has no value to look at: ${where} has no "${serviceAttribute}"`;
    const remedy =
      names.length === 0 ? `add it to ${where}` : 'add compareWith: with the name of a field of the request';
    item.problems.add(item.at('write'), reason, remedy);
    return;
  }
  const path = item.at('compareWith');
  const other = OTHER_LIST[list];
  if (find(request[other], asked) !== undefined) {
    const reason = `"${asked}" is a field of the ${OWNERS[other]}, and this one is of the ${OWNERS[list]}`;
    item.problems.add(path, reason, `use a serviceAttribute of ${where}`);
    return;
  }
  const near = didYouMean(asked, names);
  const remedy = near === null ? `use a serviceAttribute of ${where}` : `did you mean ${near}?`;
  item.problems.add(path, `"${asked}" is not a field of the request`, remedy);
}

/** A date never equals a number: that field would always be written, or never. */
function refuseIncomparable(item: Section, field: FieldDefinition, compared: FieldDefinition, key: string): void {
  const [own, other] = [wireType(field.dataType), wireType(compared.dataType)];
  if (kindOf(own) === kindOf(other) || own === 'string' || other === 'string') return;
  const reason = `${describe(field.dataType)} is compared with ${describe(compared.dataType)} "${compared.serviceAttribute}"`;
  item.problems.add(item.at(key), reason, 'give both the same dataType, or compare with another field');
}

function kindOf(type: WireType): 'text' | 'number' | 'boolean' | 'date' {
  switch (type) {
    case 'string':
      return 'text';
    case 'integer':
    case 'float':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'date':
    case 'datetime':
      return 'date';
    default:
      return type satisfies never;
  }
}

function describe(type: RichType): string {
  return `${/^[aeiou]/.test(type) ? 'an' : 'a'} ${type}`;
}
