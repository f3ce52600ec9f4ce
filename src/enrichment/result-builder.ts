import type { Fields } from '../actions/action-input.js';
import type { JsonValue } from '../http/json-value.js';
import type { ActionResult, PersonResult } from '../actions/action-result.js';
import type { Enrichment } from './enrichment-provider.js';

type MutableFields = Record<string, JsonValue>;

interface MutablePerson extends PersonResult {
  readonly fields: MutableFields;
  readonly accessors: MutableFields;
}

/** Merges the steps' enrichments in their declared order: the later step wins. */
export class ResultBuilder implements ActionResult {
  // Without a prototype: a provider's `__proto__` is a name like any other.
  readonly fields = emptyFields();
  readonly accountFields = emptyFields();
  readonly accessors = emptyFields();
  readonly attributes = emptyFields();
  readonly people = new Map<string, MutablePerson>();

  /** @returns how many people the step could not serve. */
  add(enrichment: Enrichment): number {
    assign(this.fields, enrichment.fields);
    assign(this.accountFields, enrichment.accountFields);
    assign(this.accessors, enrichment.accessors);
    assign(this.attributes, enrichment.attributes);
    return enrichment.people === undefined ? 0 : this.addPeople(enrichment.people);
  }

  private addPeople(people: NonNullable<Enrichment['people']>): number {
    let failed = 0;
    for (const [relId, enrichment] of people) {
      if (enrichment.error !== undefined) failed += 1;
      let person = this.people.get(relId);
      if (person === undefined) {
        person = { fields: emptyFields(), accessors: emptyFields() };
        this.people.set(relId, person);
      }
      assign(person.fields, enrichment.fields);
      assign(person.accessors, enrichment.accessors);
    }
    return failed;
  }
}

function emptyFields(): MutableFields {
  return Object.create(null) as MutableFields;
}

/** An undefined value says nothing; null says that there is none. */
function assign(target: MutableFields, source: Fields | undefined): void {
  if (source === undefined) return;
  for (const name of Object.keys(source)) {
    const value = source[name];
    if (value !== undefined) target[name] = value;
  }
}
