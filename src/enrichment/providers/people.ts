import type { Fields, PersonOfAccount } from '../../actions/action-input.js';
import type { JsonValue } from '../../http/json-value.js';
import type { AccessorValues, ActionResult } from '../../actions/action-result.js';
import {
  EnrichmentError,
  type Enrichment,
  type EnrichmentContext,
  type EnrichmentSubject,
  type PersonEnrichment,
} from '../enrichment-provider.js';
import { isStopped } from '../step-context.js';

/** Reads a value by name: an earlier step's result, else what the request had. */
export type FieldLookup = (name: string) => JsonValue | undefined;

/** One lead, account or person of an account to find something out about. */
export interface Target {
  readonly read: FieldLookup;
  /** The account's values, where there is an account. */
  readonly readAccount: FieldLookup;
  readonly person: PersonOfAccount | null;
}

/** The findings about one target. */
export interface Finding {
  readonly fields: Fields;
  readonly accessors?: AccessorValues;
}

/** For a buying group: whether a step looks at the account or at each of its people. */
export type StepScope = 'account' | 'people';

/** Longest stretch of people before other requests get a turn, in milliseconds. */
const SLICE_MS = 8;

/** The scope a step's settings ask for, else the provider's own. */
export function scopeOf(settings: Readonly<Record<string, unknown>>, fallback: StepScope): StepScope {
  return settings.on === 'account' || settings.on === 'people' ? settings.on : fallback;
}

/** @throws EnrichmentError TIMEOUT when the step was told to stop. */
export function throwIfStopped(context: EnrichmentContext): void {
  if (isStopped(context)) throw new EnrichmentError('TIMEOUT', 'The step was stopped before it was done.');
}

/** A lookup over the given records, the first that has a value (not null) wins. */
export function lookup(...records: readonly (Fields | undefined)[]): FieldLookup {
  return (name) => {
    for (const record of records) {
      if (record === undefined || !Object.hasOwn(record, name)) continue;
      const value = record[name];
      if (value !== undefined && value !== null) return value;
    }
    return undefined;
  };
}

/** The account of an account or buying group, with what earlier steps found out; an empty one for a lead. */
export function accountLookup(subject: EnrichmentSubject): FieldLookup {
  return subject.entity.kind === 'lead' ? lookup() : lookup(subject.soFar.accountFields, subject.entity.fields);
}

/** One person of an account, with what earlier steps found out. */
export function personLookup(person: PersonOfAccount, soFar: ActionResult): FieldLookup {
  return lookup(soFar.people.get(person.relId)?.fields, person.fields);
}

/**
 * Applies `find` to the lead, to the account, or to every person of a buying group, and puts the findings where they
 * belong. A person `find` throws for gets an `error`; for a lead or an account the error is the caller's. Only people of
 * a buying group take turns with other requests: a lead's answer needs no promise.
 */
export function enrichTargets(
  subject: EnrichmentSubject,
  scope: StepScope,
  context: EnrichmentContext,
  find: (target: Target) => Finding,
): Enrichment | Promise<Enrichment> {
  throwIfStopped(context);
  const { entity, soFar } = subject;
  const readAccount = accountLookup(subject);
  if (entity.kind === 'lead') {
    return find({ read: lookup(soFar.fields, entity.fields), readAccount, person: null });
  }
  if (entity.kind === 'account' || scope === 'account') {
    const { fields, accessors } = find({ read: readAccount, readAccount, person: null });
    return { accountFields: fields, accessors };
  }
  return enrichPeople(entity.people, soFar, readAccount, context, find);
}

async function enrichPeople(
  people: readonly PersonOfAccount[],
  soFar: ActionResult,
  readAccount: FieldLookup,
  context: EnrichmentContext,
  find: (target: Target) => Finding,
): Promise<Enrichment> {
  const found = new Map<string, PersonEnrichment>();
  let sliceStart = performance.now();
  for (const person of people) {
    if (performance.now() - sliceStart > SLICE_MS) {
      await new Promise((resolve) => setImmediate(resolve));
      sliceStart = performance.now();
      throwIfStopped(context);
    }
    found.set(person.relId, findPerson({ read: personLookup(person, soFar), readAccount, person }, find));
  }
  return { people: found };
}

function findPerson(target: Target, find: (target: Target) => Finding): PersonEnrichment {
  try {
    return find(target);
  } catch {
    // The cause may quote the person's data, so only the fact leaves this function.
    return { error: { code: 'ENRICHMENT_FAILED', message: 'This person could not be enriched.' } };
  }
}
