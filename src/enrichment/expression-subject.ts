import type { ActionEntity, Fields, PersonOfAccount } from '../actions/action-input.js';
import type { ActionResult } from '../actions/action-result.js';
import type { JsonValue } from '../http/json-value.js';
import type { EnrichmentContext, EnrichmentSubject } from './enrichment-provider.js';

/** The circumstances that an expression sees. Custom headers are missing: they carry customers' keys. */
export type ExpressionContext = Pick<
  EnrichmentContext,
  'flowStep' | 'globalAttributes' | 'journey' | 'subscription' | 'pathConfig'
>;

/** A person as the subject of an expression. */
interface PersonView {
  readonly id: string;
  readonly relId: string;
  readonly isEmployee: boolean | null;
  readonly fields: Fields;
  readonly relationship: Fields;
}

/** The input of an expression: plain data, to be copied into a thread. */
export interface ExpressionSubject {
  readonly kind: ActionEntity['kind'];
  readonly id: string;
  /** Of the lead, the account or the person: the request's, with what the steps before found over it. */
  readonly fields: Fields;
  /** Fields of the account; empty for a lead. */
  readonly account: Fields;
  /** People of a buying group, where the subject is their account. */
  readonly people?: readonly PersonView[];
  /** Where the subject is a person of an account. */
  readonly person?: Omit<PersonView, 'fields'>;
  readonly flowStep: Fields;
  readonly globalAttributes: Fields;
  readonly journey: Fields;
  readonly subscription: Fields;
  readonly pathConfig: EnrichmentContext['pathConfig'];
}

/** The lead, the account, or the account with its people, as one subject. */
export function toExpressionSubject(
  { entity, soFar }: EnrichmentSubject,
  context: ExpressionContext,
): ExpressionSubject {
  if (entity.kind === 'lead') {
    return { ...circumstances(entity, context), fields: overlay(entity.fields, soFar.fields), account: {} };
  }
  const fields = overlay(entity.fields, soFar.accountFields);
  const subject = { ...circumstances(entity, context), fields, account: fields };
  if (entity.kind === 'account') return subject;
  return { ...subject, people: entity.people.map((person) => toPerson(person, soFar)) };
}

/** Each person of an account as a subject, in the request's order. The account is one object in all of them. */
export function toPersonSubjects(
  { entity, soFar }: EnrichmentSubject,
  context: ExpressionContext,
): readonly ExpressionSubject[] {
  if (entity.kind !== 'accountPerson') return [];
  const account = overlay(entity.fields, soFar.accountFields);
  const common = circumstances(entity, context);
  return entity.people.map((one) => {
    const { fields, ...person } = toPerson(one, soFar);
    return { ...common, id: one.personId, fields, account, person };
  });
}

function circumstances({ kind, id }: ActionEntity, context: ExpressionContext) {
  const { flowStep, globalAttributes, journey, subscription, pathConfig } = context;
  return {
    kind,
    id,
    flowStep: toReadable(flowStep),
    globalAttributes: toReadable(globalAttributes),
    journey: toReadable(journey),
    subscription: toReadable(subscription),
    pathConfig,
  };
}

function toPerson(person: PersonOfAccount, soFar: ActionResult): PersonView {
  const { personId, relId, isEmployee, relationship } = person;
  const fields = overlay(person.fields, soFar.people.get(relId)?.fields);
  return { id: personId, relId, isEmployee, fields, relationship: toReadable(relationship) };
}

/** As a step reads fields: an earlier step's value, else the request's; null is no value. */
function overlay(request: Fields, found: Fields | undefined): Fields {
  const fields = toReadable(request);
  for (const name in found) {
    const value = found[name];
    if (value !== undefined && value !== null) fields[name] = toReadableValue(value);
  }
  return fields;
}

/** JSONata knows no integers beyond 2^53: they become texts, so that no digit is lost. */
function toReadable(values: Fields): Record<string, JsonValue> {
  // Without a prototype: `__proto__` is a name like any other.
  const readable = Object.create(null) as Record<string, JsonValue>;
  for (const name of Object.keys(values)) readable[name] = toReadableValue(values[name] ?? null);
  return readable;
}

function toReadableValue(value: JsonValue): JsonValue {
  if (typeof value === 'bigint') return String(value);
  if (typeof value !== 'object' || value === null) return value;
  return isList(value) ? value.map(toReadableValue) : toReadable(value);
}

function isList(value: object): value is readonly JsonValue[] {
  return Array.isArray(value);
}
