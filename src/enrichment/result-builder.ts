import type { Fields } from '../actions/action-input.js';
import type { JsonValue } from '../http/json-value.js';
import type { ActionResult, KeptFields, PersonResult } from '../actions/action-result.js';
import type { Enrichment } from './enrichment-provider.js';

type MutableFields = Record<string, JsonValue>;

interface MutablePerson extends PersonResult {
  readonly fields: MutableFields;
  readonly accessors: MutableFields;
}

/** By name, the index of the step that had the last word. */
export type Writers = Map<string, number>;

/** Merges the steps' enrichments in their declared order: the later step wins. */
export class ResultBuilder implements ActionResult {
  // Without a prototype: a provider's `__proto__` is a name like any other.
  readonly fields = emptyFields();
  readonly accountFields = emptyFields();
  readonly accessors = emptyFields();
  readonly attributes = emptyFields();
  readonly people = new Map<string, MutablePerson>();
  kept?: KeptFields;
  /** Who wrote what. A provider's object is read once only: it may change, or answer otherwise the next time. */
  readonly writers = {
    fields: new Map() as Writers,
    accountFields: new Map() as Writers,
    attributes: new Map() as Writers,
    people: new Map<string, Writers>(),
  };

  /**
   * @param step index of the step that found it
   * @returns how many people the step could not serve.
   */
  add(enrichment: Enrichment, step: number): number {
    assign(this.fields, enrichment.fields, this.writers.fields, step);
    assign(this.accountFields, enrichment.accountFields, this.writers.accountFields, step);
    assign(this.accessors, enrichment.accessors, null, step);
    assign(this.attributes, enrichment.attributes, this.writers.attributes, step);
    return enrichment.people === undefined ? 0 : this.addPeople(enrichment.people, step);
  }

  private addPeople(people: NonNullable<Enrichment['people']>, step: number): number {
    let failed = 0;
    for (const [relId, enrichment] of people) {
      if (enrichment.error !== undefined) failed += 1;
      let person = this.people.get(relId);
      let writers = this.writers.people.get(relId);
      if (person === undefined || writers === undefined) {
        person = { fields: emptyFields(), accessors: emptyFields() };
        writers = new Map();
        this.people.set(relId, person);
        this.writers.people.set(relId, writers);
      }
      assign(person.fields, enrichment.fields, writers, step);
      assign(person.accessors, enrichment.accessors, null, step);
    }
    return failed;
  }
}

function emptyFields(): MutableFields {
  return Object.create(null) as MutableFields;
}

/** An undefined value says nothing; null says that there is none. */
function assign(target: MutableFields, source: Fields | undefined, writers: Writers | null, step: number): void {
  if (source === undefined) return;
  for (const name of Object.keys(source)) {
    const value = source[name];
    if (value === undefined) continue;
    target[name] = value;
    writers?.set(name, step);
  }
}
