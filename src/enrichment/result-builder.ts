import type { Fields } from '../actions/action-input.js';
import type { JsonValue } from '../http/json-value.js';
import type { ActionResult, KeptFields, PersonResult } from '../actions/action-result.js';
import type { Enrichment } from './enrichment-provider.js';

type MutableFields = Record<string, JsonValue>;

interface MutablePerson extends PersonResult {
  readonly fields: MutableFields;
  readonly accessors: MutableFields;
}

/** By the index of a step, the names it gave a value; a step without any is missing. */
export type GivenNames = (readonly string[] | undefined)[];

/** Merges the steps' enrichments in their declared order: the later step wins. */
export class ResultBuilder implements ActionResult {
  // Without a prototype: a provider's `__proto__` is a name like any other.
  readonly fields = emptyFields();
  readonly accountFields = emptyFields();
  readonly accessors = emptyFields();
  readonly attributes = emptyFields();
  readonly people = new Map<string, MutablePerson>();
  kept?: KeptFields;
  /**
   * The givers of values. A provider's object is read once: it may change, or answer otherwise the next time. A map from names
   * to steps lost: it cost each lead a tenth of its pipeline.
   */
  readonly given: {
    readonly fields: GivenNames;
    readonly accountFields: GivenNames;
    readonly attributes: GivenNames;
    readonly people: Map<string, GivenNames>;
  } = { fields: [], accountFields: [], attributes: [], people: new Map() };

  /**
   * @param step index of the step that found it
   * @returns how many people the step could not serve.
   */
  add(enrichment: Enrichment, step: number): number {
    const { given } = this;
    const { fields, accountFields, accessors, attributes, people } = enrichment;
    if (fields !== undefined) given.fields[step] = assign(this.fields, fields);
    if (accountFields !== undefined) given.accountFields[step] = assign(this.accountFields, accountFields);
    if (accessors !== undefined) assign(this.accessors, accessors);
    if (attributes !== undefined) given.attributes[step] = assign(this.attributes, attributes);
    return people === undefined ? 0 : this.addPeople(people, step);
  }

  private addPeople(people: NonNullable<Enrichment['people']>, step: number): number {
    let failed = 0;
    for (const [relId, { fields, accessors, error }] of people) {
      if (error !== undefined) failed += 1;
      let person = this.people.get(relId);
      if (person === undefined) {
        person = { fields: emptyFields(), accessors: emptyFields() };
        this.people.set(relId, person);
      }
      if (accessors !== undefined) assign(person.accessors, accessors);
      if (fields === undefined) continue;
      let given = this.given.people.get(relId);
      if (given === undefined) this.given.people.set(relId, (given = []));
      given[step] = assign(person.fields, fields);
    }
    return failed;
  }
}

function emptyFields(): MutableFields {
  return Object.create(null) as MutableFields;
}

/** An undefined value says nothing; null says that there is none. @returns the names that have a value. */
function assign(target: MutableFields, source: Fields): readonly string[] {
  const names = Object.keys(source);
  let given: string[] | null = null;
  for (const name of names) {
    const value = source[name];
    if (value === undefined) given ??= names.slice(0, names.indexOf(name));
    else {
      target[name] = value;
      given?.push(name);
    }
  }
  return given ?? names;
}
