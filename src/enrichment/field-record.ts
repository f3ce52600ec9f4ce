import type { ActionEntity, Fields } from '../actions/action-input.js';
import type { KeptFields, StepOutcome } from '../actions/action-result.js';
import { type ServiceDefinition, type WireType, wireType } from '../catalog/service-definition.js';
import { coerceValue } from '../catalog/value-coercion.js';
import type { ResultBuilder, Writers } from './result-builder.js';
import { keepsRequest, type WrittenField, writtenFields } from './write-policy.js';

type Declaring = Pick<ServiceDefinition, 'callback'>;

interface CompiledFields {
  readonly fields: readonly WrittenField[];
  readonly accountFields: readonly WrittenField[];
  readonly attributes: readonly { readonly name: string; readonly type: WireType }[];
}

const NOTHING: ReadonlySet<string> = new Set();
const NO_WRITERS: Writers = new Map();
const compiled = new WeakMap<Declaring, CompiledFields>();

/**
 * Settles what of a result goes into the callback: applies the definition's write policies (`result.kept`) and puts into
 * each step's record the names of what it wrote. A value that is not of its declared type is never sent, so nobody wrote it.
 * @param steps records by the index that `result` knows its writers by; replaced in place
 */
export function recordFields(
  definition: Declaring,
  entity: ActionEntity,
  result: ResultBuilder,
  steps: StepOutcome[],
): void {
  const { fields, accountFields, attributes } = compile(definition);
  const record = new FieldRecord(steps.length);
  const { writers } = result;
  switch (entity.kind) {
    case 'lead':
      result.kept = toKept(record.settle(fields, result.fields, writers.fields, entity.fields, ''), NOTHING);
      break;
    case 'account': {
      const own = record.settle(accountFields, result.accountFields, writers.accountFields, entity.fields, '');
      result.kept = toKept(NOTHING, own);
      break;
    }
    case 'accountPerson': {
      const at = 'accountData.';
      const own = record.settle(accountFields, result.accountFields, writers.accountFields, entity.fields, at);
      const people = new Map<string, ReadonlySet<string>>();
      for (const { relId, fields: given } of entity.people) {
        const found = result.people.get(relId)?.fields;
        if (found === undefined) continue;
        const kept = record.settle(fields, found, writers.people.get(relId) ?? NO_WRITERS, given, '');
        if (kept.size > 0) people.set(relId, kept);
      }
      result.kept = toKept(NOTHING, own, people);
      break;
    }
    default:
      entity satisfies never;
  }
  for (const { name, type } of attributes) {
    const found = ownValue(result.attributes, name);
    const writer = writers.attributes.get(name);
    if (found === null || writer === undefined || coerceValue(type, found) === undefined) continue;
    record.wrote(writer, `activityData.${name}`);
  }
  record.writeInto(steps);
}

/** What each step wrote, and what of its findings was left out. */
class FieldRecord {
  private readonly written: (Set<string> | undefined)[];
  private readonly left: (Set<string> | undefined)[];

  constructor(steps: number) {
    this.written = new Array<undefined>(steps);
    this.left = new Array<undefined>(steps);
  }

  wrote(step: number, name: string): void {
    (this.written[step] ??= new Set()).add(name);
  }

  /** @returns names that the request keeps. */
  settle(
    declared: readonly WrittenField[],
    found: Fields,
    writers: Writers,
    request: Fields,
    at: string,
  ): ReadonlySet<string> {
    let kept: Set<string> | undefined;
    for (const field of declared) {
      const { name, type, rule } = field;
      const step = writers.get(name);
      if (step === undefined) continue;
      const value = ownValue(found, name);
      const coerced = value === null ? undefined : coerceValue(type, value);
      if (coerced === undefined) continue;
      if (rule !== null && keepsRequest(field, coerced, request)) {
        (kept ??= new Set()).add(name);
        (this.left[step] ??= new Set()).add(at + name);
      } else this.wrote(step, at + name);
    }
    return kept ?? NOTHING;
  }

  writeInto(steps: StepOutcome[]): void {
    steps.forEach((step, index) => {
      const [wrote, kept] = [this.written[index], this.left[index]];
      if (wrote === undefined && kept === undefined) return;
      steps[index] = { ...step, ...(wrote && { wrote: [...wrote] }), ...(kept && { kept: [...kept] }) };
    });
  }
}

function toKept(
  fields: ReadonlySet<string>,
  accountFields: ReadonlySet<string>,
  people: ReadonlyMap<string, ReadonlySet<string>> = new Map(),
): KeptFields | undefined {
  if (fields.size === 0 && accountFields.size === 0 && people.size === 0) return undefined;
  return { fields, accountFields, people };
}

function compile(definition: Declaring): CompiledFields {
  let found = compiled.get(definition);
  if (found === undefined) {
    const { fields, accountFields, attributes } = definition.callback;
    found = {
      fields: writtenFields(fields),
      accountFields: writtenFields(accountFields),
      attributes: attributes.map(({ apiName, dataType }) => ({ name: apiName, type: wireType(dataType) })),
    };
    compiled.set(definition, found);
  }
  return found;
}

function ownValue(source: Fields, name: string): Fields[string] {
  return Object.hasOwn(source, name) ? (source[name] ?? null) : null;
}
