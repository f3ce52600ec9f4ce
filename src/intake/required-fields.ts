import type { ActionEntity, Fields, PersonOfAccount } from '../actions/action-input.js';
import { inboundValue } from '../catalog/inbound-value.js';
import type { JsonValue } from '../http/json-value.js';
import {
  CONTEXT_IDS,
  type RichType,
  type ServiceDefinition,
  type WireType,
  wireType,
} from '../catalog/service-definition.js';
import { jsonTypeOf } from '../http/json-body.js';
import type { RequestProblem } from '../http/request-error.js';

interface FieldRule {
  readonly name: string;
  /** Read when the name itself carries nothing; the first that does counts. */
  readonly aliases: readonly string[];
  readonly type: WireType;
  readonly required: boolean;
}

/** The parts of a request a definition makes demands on; `admin` and `globalAttributes` both carry global attributes. */
export interface CheckedRequest {
  readonly entity: ActionEntity;
  readonly flowStep: Fields;
  readonly globalAttributes: Fields;
  readonly admin: Fields;
}

/** The findings of a check: all mistakes, and the names of the fields with a value brought to its type. */
export interface FieldFindings {
  readonly problems: RequestProblem[];
  readonly coerced: string[];
}

/** Checks the fields of one service; coerces in place, because no other code holds the request. */
export type FieldCheck = (request: CheckedRequest) => FieldFindings;

/** More details do not help, and 2,000 people could lack the same field. */
const PROBLEMS_MAX = 100;
const CONTEXT = 'objectData.objectContext';
const NOTHING: FieldFindings = Object.freeze({ problems: [], coerced: [] });

/** Compiles the required and typed fields of a definition into one function; called once per service. */
export function compileFieldCheck(definition: ServiceDefinition): FieldCheck {
  const { invocation } = definition;
  const fields = invocation.fields.map(({ serviceAttribute, ...rest }) => toRule(serviceAttribute, rest));
  const accountFields = invocation.accountFields.map(({ serviceAttribute, ...rest }) => toRule(serviceAttribute, rest));
  const flow = invocation.flowAttributes.map(({ apiName, ...rest }) => toRule(apiName, rest));
  const global = invocation.globalAttributes.map(({ apiName, ...rest }) => toRule(apiName, rest));

  return (request) => {
    const findings: FieldFindings = { problems: [], coerced: [] };
    checkEntity(request.entity, fields, accountFields, findings);
    checkAll(request.flowStep, flow, 'objectData.flowStepContext', findings);
    for (const rule of global) {
      const inAdmin = Object.hasOwn(request.admin, rule.name);
      check(inAdmin ? request.admin : request.globalAttributes, rule, 'context.admin', findings, NO_IDS);
    }
    return findings.problems.length === 0 && findings.coerced.length === 0 ? NOTHING : findings;
  };
}

/** Every field a check looks at, each once. */
export function namesOfRules({ invocation }: ServiceDefinition): string[] {
  const { fields, accountFields, flowAttributes, globalAttributes } = invocation;
  const ofEntities = [...fields, ...accountFields].map(({ serviceAttribute }) => serviceAttribute);
  const ofJourneys = [...flowAttributes, ...globalAttributes].map(({ apiName }) => apiName);
  return [...new Set([...ofEntities, ...ofJourneys])];
}

interface Demand {
  readonly dataType: RichType;
  readonly required: boolean;
  readonly aliases?: readonly string[];
}

function toRule(name: string, { dataType, required, aliases = [] }: Demand): FieldRule {
  return { name, aliases, type: wireType(dataType), required };
}

/** Ids of an entity by the names that a definition may ask for them. */
type Ids = Readonly<Record<string, string>>;

const NO_IDS: Ids = Object.freeze({});

/** Most definitions ask for none: then no object is made per person. */
function asksForIds(rules: readonly FieldRule[]): boolean {
  return rules.some((rule) => CONTEXT_IDS.has(rule.name));
}

function checkEntity(
  entity: ActionEntity,
  fields: readonly FieldRule[],
  accountFields: readonly FieldRule[],
  findings: FieldFindings,
): void {
  switch (entity.kind) {
    case 'lead':
      checkAll(entity.fields, fields, `${CONTEXT}.leadData`, findings, { leadId: entity.id, personId: entity.id });
      return;
    case 'account':
      checkAll(entity.fields, accountFields, `${CONTEXT}.accountData`, findings, { accountId: entity.id });
      return;
    case 'accountPerson':
      checkAll(entity.fields, accountFields, `${CONTEXT}.accountData`, findings, { accountId: entity.id });
      checkPeople(entity.people, fields, findings);
  }
}

function checkPeople(people: readonly PersonOfAccount[], fields: readonly FieldRule[], findings: FieldFindings): void {
  const wantsIds = asksForIds(fields);
  for (let index = 0; index < people.length; index++) {
    const person = people[index];
    if (person === undefined) continue;
    const { personId, accountId, relId } = person;
    const ids = wantsIds ? { personId, leadId: personId, accountId, accountPersonRelId: relId } : NO_IDS;
    checkAll(person.fields, fields, index, findings, ids);
  }
}

/** @param place the object's path, or the index of a person: that path is only built for a problem. */
function checkAll(
  values: Fields,
  rules: readonly FieldRule[],
  place: string | number,
  findings: FieldFindings,
  ids: Ids = NO_IDS,
): void {
  for (const rule of rules) check(values, rule, place, findings, ids);
}

function check(values: Fields, rule: FieldRule, place: string | number, findings: FieldFindings, ids: Ids): void {
  const own = ownValue(values, rule.name);
  const value = isEmpty(own) ? (findElsewhere(values, rule, ids) ?? own) : own;
  if (isEmpty(value)) {
    // An empty optional value is the sender's way of saying that there is none.
    if (rule.required) report(findings, rule, place, value, `Missing required field: ${rule.name}`);
    return;
  }
  const coerced = inboundValue(rule.type, value);
  if (coerced === undefined) report(findings, rule, place, value, `must be of type ${rule.type}`);
  else if (coerced !== own) {
    (values as Record<string, JsonValue>)[rule.name] = coerced;
    if (coerced !== value) findings.coerced.push(rule.name);
  }
}

/** The value under another of the field's names, or the id of the entity itself. */
function findElsewhere(values: Fields, { name, aliases }: FieldRule, ids: Ids): JsonValue | undefined {
  for (const alias of aliases) {
    const value = ownValue(values, alias);
    if (!isEmpty(value)) return value;
  }
  return Object.hasOwn(ids, name) ? ids[name] : undefined;
}

function ownValue(values: Fields, name: string): JsonValue | undefined {
  return Object.hasOwn(values, name) ? values[name] : undefined;
}

function isEmpty(value: JsonValue | undefined): value is undefined | null | '' {
  return value === undefined || value === null || value === '';
}

function report(
  findings: FieldFindings,
  rule: FieldRule,
  place: string | number,
  value: JsonValue | undefined,
  message: string,
): void {
  if (findings.problems.length >= PROBLEMS_MAX) return;
  const path = typeof place === 'string' ? place : `${CONTEXT}.accountPersonRelationships[${place}].leadData`;
  findings.problems.push({ field: `${path}.${rule.name}`, message, expected: rule.type, received: jsonTypeOf(value) });
}
