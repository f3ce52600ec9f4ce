import type { AccountPersonEntity, ActionEntity, Fields } from '../actions/action-input.js';
import type { StepOutcome } from '../actions/action-result.js';
import { type ServiceDefinition, wireType } from '../catalog/service-definition.js';
import { outboundValue } from '../catalog/outbound-value.js';
import type { GivenNames, ResultBuilder } from './result-builder.js';
import { keepsRequest, type WrittenField, writtenFields } from './write-policy.js';

type Declaring = Pick<ServiceDefinition, 'callback'>;

/** A step's record while its pipeline runs. */
export type StepRecord = { -readonly [Key in keyof Omit<StepOutcome, 'wrote' | 'kept'>]: StepOutcome[Key] } & {
  wrote?: string[];
  kept?: string[];
};

/** One list of a callback: its fields by name, and each name as the record calls it. */
type CompiledList = ReadonlyMap<string, CompiledField>;

interface CompiledField extends WrittenField {
  readonly index: number;
  /** Where fields of people or of an entity stand beside it. */
  readonly prefixedName: string;
}

interface CompiledFields {
  readonly fields: CompiledList;
  readonly accountFields: CompiledList;
  readonly attributes: CompiledList;
}

const NOTHING: ReadonlySet<string> = new Set();
const NOBODY: ReadonlyMap<string, ReadonlySet<string>> = new Map();
const NO_NAMES: readonly string[] = [];
const NO_REQUEST: Fields = Object.freeze({});
const compiled = new WeakMap<Declaring, CompiledFields>();

/**
 * Settles which values of a result go into the callback: applies the definition's write policies (`result.kept`) and puts into
 * each step's record the names of what it wrote. A value that is not of its declared type is never sent, so no step wrote it.
 * @param steps records by the index that `result` knows its givers by; written into: copies cost each lead a tenth
 */
export function recordFields(
  definition: Declaring,
  entity: ActionEntity,
  result: ResultBuilder,
  steps: readonly StepRecord[],
): void {
  const { fields, accountFields, attributes } = compile(definition);
  const { given } = result;
  switch (entity.kind) {
    case 'lead': {
      const kept = settle(fields, result.fields, given.fields, entity.fields, steps, 'alone');
      if (kept !== null) result.kept = { fields: kept, accountFields: NOTHING, people: NOBODY };
      break;
    }
    case 'account': {
      const kept = settle(accountFields, result.accountFields, given.accountFields, entity.fields, steps, 'alone');
      if (kept !== null) result.kept = { fields: NOTHING, accountFields: kept, people: NOBODY };
      break;
    }
    case 'accountPerson': {
      const people = settlePeople(fields, entity, result, steps);
      const kept = settle(accountFields, result.accountFields, given.accountFields, entity.fields, steps, 'beside');
      if (kept !== null || people.size > 0) {
        result.kept = { fields: NOTHING, accountFields: kept ?? NOTHING, people };
      }
      break;
    }
    default:
      entity satisfies never;
  }
  if (given.attributes.length > 0) {
    settle(attributes, result.attributes, given.attributes, NO_REQUEST, steps, 'beside');
  }
}

function settlePeople(
  list: CompiledList,
  { people }: AccountPersonEntity,
  result: ResultBuilder,
  steps: readonly StepRecord[],
): ReadonlyMap<string, ReadonlySet<string>> {
  const keptByPerson = new Map<string, ReadonlySet<string>>();
  for (const { relId, fields } of people) {
    const found = result.people.get(relId)?.fields;
    const given = result.given.people.get(relId);
    if (found === undefined || given === undefined) continue;
    const kept = settle(list, found, given, fields, steps, 'oneOfMany');
    if (kept !== null) keptByPerson.set(relId, kept);
  }
  return keptByPerson;
}

/**
 * Settles one list of one entity, from the last step to the first: the last one that gave a name has its value in `found`.
 * @returns names that stay as the request has them; null for none.
 */
function settle(
  list: CompiledList,
  found: Fields,
  given: GivenNames,
  request: Fields,
  steps: readonly StepRecord[],
  place: 'alone' | 'beside' | 'oneOfMany',
): ReadonlySet<string> | null {
  const isSettled = new Array<boolean>(list.size).fill(false);
  let kept: Set<string> | null = null;
  for (let index = given.length - 1; index >= 0; index -= 1) {
    const step = steps[index];
    if (step === undefined) continue;
    for (const name of given[index] ?? NO_NAMES) {
      const field = list.get(name);
      if (field === undefined || isSettled[field.index] === true) continue;
      isSettled[field.index] = true;
      // Given names are properties of its own.
      const value = found[name] ?? null;
      const coerced = value === null ? undefined : outboundValue(field.type, value);
      if (coerced === undefined) continue;
      const stays = field.rule !== null && keepsRequest(field, coerced, request);
      if (stays) (kept ??= new Set()).add(name);
      const names = stays ? (step.kept ??= []) : (step.wrote ??= []);
      // Several people have the same names.
      if (place === 'oneOfMany' && names.includes(name)) continue;
      names.push(place === 'beside' ? field.prefixedName : name);
    }
  }
  return kept;
}

function compile(definition: Declaring): CompiledFields {
  let found = compiled.get(definition);
  if (found === undefined) {
    const { fields, accountFields, attributes } = definition.callback;
    found = {
      fields: toList(writtenFields(fields), ''),
      accountFields: toList(writtenFields(accountFields), 'accountData.'),
      attributes: toList(
        attributes.map((one) => ({ name: one.apiName, type: wireType(one.dataType), rule: null })),
        'activityData.',
      ),
    };
    compiled.set(definition, found);
  }
  return found;
}

function toList(fields: readonly WrittenField[], prefix: string): CompiledList {
  return new Map(fields.map((field, index) => [field.name, { ...field, index, prefixedName: prefix + field.name }]));
}
