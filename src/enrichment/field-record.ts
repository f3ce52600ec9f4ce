import type { AccountPersonEntity, ActionEntity, Fields } from '../actions/action-input.js';
import type { StepOutcome } from '../actions/action-result.js';
import { type ServiceDefinition, wireType } from '../catalog/service-definition.js';
import { coerceValue } from '../catalog/value-coercion.js';
import type { GivenNames, ResultBuilder } from './result-builder.js';
import { keepsRequest, type WrittenField, writtenFields } from './write-policy.js';

type Declaring = Pick<ServiceDefinition, 'callback'>;

/** A step's record while its pipeline runs. */
export type StepRecord = { -readonly [Key in keyof StepOutcome]: StepOutcome[Key] };

/** One list of a callback: its fields by index, and the index of each name. */
interface CompiledList {
  readonly fields: readonly WrittenField[];
  readonly indexes: ReadonlyMap<string, number>;
  readonly names: readonly string[];
  /** Where fields of people or of an entity stand beside it. */
  readonly prefixedNames: readonly string[];
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
const WROTE = 1;
const KEPT = 2;
const compiled = new WeakMap<Declaring, CompiledFields>();

/**
 * Settles what of a result goes into the callback: applies the definition's write policies (`result.kept`) and puts into
 * each step's record the names of what it wrote. A value that is not of its declared type is never sent, so nobody wrote it.
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
  const records: ListRecord[] = [];
  const record = (list: CompiledList, names: readonly string[]): ListRecord => {
    const made = new ListRecord(list, steps.length, names);
    records.push(made);
    return made;
  };
  switch (entity.kind) {
    case 'lead': {
      const own = record(fields, fields.names).settle(result.fields, given.fields, entity.fields);
      if (own !== null) result.kept = { fields: own, accountFields: NOTHING, people: NOBODY };
      break;
    }
    case 'account': {
      const own = record(accountFields, accountFields.names).settle(
        result.accountFields,
        given.accountFields,
        entity.fields,
      );
      if (own !== null) result.kept = { fields: NOTHING, accountFields: own, people: NOBODY };
      break;
    }
    case 'accountPerson': {
      const people = settlePeople(record(fields, fields.names), entity, result);
      const account = record(accountFields, accountFields.prefixedNames);
      const own = account.settle(result.accountFields, given.accountFields, entity.fields);
      if (own !== null || people.size > 0) {
        result.kept = { fields: NOTHING, accountFields: own ?? NOTHING, people };
      }
      break;
    }
    default:
      entity satisfies never;
  }
  if (given.attributes.length > 0) {
    record(attributes, attributes.prefixedNames).settle(result.attributes, given.attributes, NO_REQUEST);
  }
  for (const [index, step] of steps.entries()) {
    const wrote: string[] = [];
    const kept: string[] = [];
    for (const one of records) one.addNames(index, wrote, kept);
    if (wrote.length > 0) step.wrote = wrote;
    if (kept.length > 0) step.kept = kept;
  }
}

function settlePeople(
  record: ListRecord,
  { people }: AccountPersonEntity,
  result: ResultBuilder,
): ReadonlyMap<string, ReadonlySet<string>> {
  const kept = new Map<string, ReadonlySet<string>>();
  for (const { relId, fields } of people) {
    const found = result.people.get(relId)?.fields;
    const given = result.given.people.get(relId);
    const own = found === undefined || given === undefined ? null : record.settle(found, given, fields);
    if (own !== null) kept.set(relId, own);
  }
  return kept;
}

/** Which step wrote which field of one list, and whose value was left out; for one entity or for several. */
class ListRecord {
  /** By step, then by field: {@link WROTE}, {@link KEPT} or both. */
  private readonly marks: number[];

  constructor(
    private readonly list: CompiledList,
    steps: number,
    /** By field, as the record calls it. */
    private readonly names: readonly string[],
  ) {
    this.marks = new Array<number>(steps * names.length).fill(0);
  }

  /** @returns names that stay as the request has them; null for none. */
  settle(found: Fields, given: GivenNames, request: Fields): ReadonlySet<string> | null {
    const { fields, indexes } = this.list;
    const lastStep = new Array<number>(fields.length).fill(-1);
    for (let step = 0; step < given.length; step += 1) {
      for (const name of given[step] ?? NO_NAMES) {
        const index = indexes.get(name);
        if (index !== undefined) lastStep[index] = step;
      }
    }
    let kept: Set<string> | null = null;
    for (let index = 0; index < fields.length; index += 1) {
      const step = lastStep[index] ?? -1;
      const field = fields[index];
      if (step < 0 || field === undefined) continue;
      // Given names are properties of its own.
      const value = found[field.name] ?? null;
      const coerced = value === null ? undefined : coerceValue(field.type, value);
      if (coerced === undefined) continue;
      const stays = field.rule !== null && keepsRequest(field, coerced, request);
      if (stays) (kept ??= new Set()).add(field.name);
      const at = step * fields.length + index;
      this.marks[at] = (this.marks[at] ?? 0) | (stays ? KEPT : WROTE);
    }
    return kept;
  }

  /** Adds the names of what a step wrote and of what was left out, in the definition's order. */
  addNames(step: number, wrote: string[], kept: string[]): void {
    const { names } = this;
    const from = step * names.length;
    for (let index = 0; index < names.length; index += 1) {
      const mark = this.marks[from + index] ?? 0;
      if (mark === 0) continue;
      const name = names[index] ?? '';
      if ((mark & WROTE) !== 0) wrote.push(name);
      if ((mark & KEPT) !== 0) kept.push(name);
    }
  }
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
  const names = fields.map(({ name }) => name);
  return {
    fields,
    indexes: new Map(names.map((name, index) => [name, index])),
    names,
    prefixedNames: names.map((name) => prefix + name),
  };
}
