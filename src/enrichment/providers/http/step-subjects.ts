import type { ActionEntity, Fields, PersonOfAccount } from '../../../actions/action-input.js';
import type { JsonValue } from '../../../http/json-value.js';
import type { EnrichmentContext, EnrichmentSubject } from '../../enrichment-provider.js';
import { lookup, personLookup, type FieldLookup, type StepScope } from '../people.js';
import { type CacheUser, digestOf, stepTag } from './cache-user.js';
import type { AskedSubject } from './step-asker.js';
import type { Placeholder } from './template.js';

/** A lead, an account or a person that a step asks about: what a template and a mapping may read of it. */
export class StepSubject implements AskedSubject {
  /** The account's people, where the step asks about an account. */
  each: readonly StepSubject[] = [];
  /** Keys of those people. */
  keys: readonly JsonValue[] = [];

  constructor(
    readonly person: PersonOfAccount | null,
    private readonly parts: {
      readonly entity: ActionEntity;
      readonly read: FieldLookup;
      readonly readAccount: FieldLookup;
      readonly context: EnrichmentContext;
      /** Every field, later steps' first: for expressions. */
      readonly fields: () => Fields;
      readonly account: () => Fields;
    },
  ) {}

  read({ source, name }: Placeholder): JsonValue | undefined {
    const { entity, context } = this.parts;
    switch (source) {
      case 'field':
        return this.parts.read(name);
      case 'account':
        return this.parts.readAccount(name);
      case 'subject':
        return idOf(entity, this.person, name);
      case 'flow':
        return own(context.flowStep, name);
      case 'global':
        return own(context.globalAttributes, name);
      case 'journey':
        return own(context.journey, name);
      case 'subscription':
        return own(context.subscription, name);
      case 'header':
        return own(context.headers, name.toLowerCase());
      case 'keys':
        return this.keys;
      default:
        return source satisfies never;
    }
  }

  cacheUser(withPeople: boolean): CacheUser {
    const { entity, context } = this.parts;
    if (context.origin === undefined) return { step: '', subjects: [] };
    const { service, step, tenant } = context.origin;
    const people = [this.person, ...(withPeople ? this.each.map(({ person }) => person) : [])];
    const ids = new Set([entity.id, ...people.flatMap((one) => (one === null ? [] : [one.personId, one.accountId]))]);
    return { step: stepTag(service, step), subjects: [...ids].map((id) => digestOf(tenant, id)) };
  }

  get fields(): Fields {
    return this.parts.fields();
  }

  get account(): Fields {
    return this.parts.account();
  }
}

/** Whom a step asks about: the lead, the account, or each of its people. */
export function subjectsOf(
  subject: EnrichmentSubject,
  scope: StepScope,
  context: EnrichmentContext,
): readonly StepSubject[] {
  const { entity, soFar } = subject;
  if (entity.kind === 'lead') {
    const read = lookup(soFar.fields, entity.fields);
    const fields = (): Fields => merge(entity.fields, soFar.fields);
    return [new StepSubject(null, { entity, context, read, readAccount: lookup(), fields, account: () => ({}) })];
  }
  const readAccount = lookup(soFar.accountFields, entity.fields);
  const account = (): Fields => merge(entity.fields, soFar.accountFields);
  const people =
    entity.kind === 'account'
      ? []
      : entity.people.map((person) => {
          const fields = (): Fields => merge(person.fields, soFar.people.get(person.relId)?.fields);
          const read = personLookup(person, soFar);
          return new StepSubject(person, { entity, context, read, readAccount, fields, account });
        });
  if (entity.kind === 'accountPerson' && scope === 'people') return people;
  const whole = new StepSubject(null, { entity, context, read: readAccount, readAccount, fields: account, account });
  whole.each = people;
  return [whole];
}

function idOf(entity: ActionEntity, person: PersonOfAccount | null, name: string): string | undefined {
  switch (name) {
    case 'id':
      return person?.personId ?? entity.id;
    case 'accountId':
      return person?.accountId ?? (entity.kind === 'lead' ? undefined : entity.id);
    case 'relId':
      return person?.relId;
    default:
      return undefined;
  }
}

function own(values: Fields, name: string): JsonValue | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

/** Findings stand above values of the request; null says that there is none. Names such as `__proto__` are names. */
function merge(request: Fields, found: Fields | undefined): Fields {
  const merged = Object.assign(Object.create(null) as Record<string, JsonValue>, request);
  for (const [name, value] of Object.entries(found ?? {})) if (value !== null) merged[name] = value;
  return merged;
}
