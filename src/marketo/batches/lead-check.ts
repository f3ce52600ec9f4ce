import type { Fields } from '../../actions/action-input.js';
import { inboundValue } from '../../catalog/inbound-value.js';
import { CONTEXT_IDS, type RichType, type WireType, wireType } from '../../catalog/service-definition.js';
import type { JsonValue } from '../../http/json-value.js';
import type { MarketoService } from '../documents/service-definition.js';

interface Rule {
  readonly name: string;
  readonly aliases: readonly string[];
  readonly type: WireType;
  readonly required: boolean;
}

/** Values of their types, or the first thing that is wrong with them: a name and a type, never a value. */
export interface CheckedValues {
  readonly values: Fields;
  readonly problem: string | null;
}

/** The demands that a service makes on batches, compiled once per definition. */
export interface ServiceCheck {
  lead(id: string, given: Fields): CheckedValues;
  flowStep(given: Fields): CheckedValues;
  /** Settings of the administrator: they count for all leads. */
  admin(given: Fields): CheckedValues;
}

const checks = new WeakMap<MarketoService, ServiceCheck>();

/** The check of a service; the same definition has the same. */
export function checkOf(definition: MarketoService): ServiceCheck {
  const known = checks.get(definition);
  if (known !== undefined) return known;
  const { fields, flowAttributes, globalAttributes } = definition.invocation;
  const ofLead = fields.map(({ serviceAttribute, ...rest }) => toRule(serviceAttribute, rest));
  const ofFlow = flowAttributes.map(({ apiName, ...rest }) => toRule(apiName, rest));
  const ofAdmin = globalAttributes.map(({ apiName, ...rest }) => toRule(apiName, rest));
  const check: ServiceCheck = {
    lead: (id, given) => checkValues(ofLead, given, id),
    flowStep: (given) => checkValues(ofFlow, given, null),
    admin: (given) => checkValues(ofAdmin, given, null),
  };
  checks.set(definition, check);
  return check;
}

interface Demand {
  readonly dataType: RichType;
  readonly required: boolean;
  readonly aliases?: readonly string[];
}

function toRule(name: string, { dataType, required, aliases = [] }: Demand): Rule {
  return { name, aliases, type: wireType(dataType), required };
}

/** Values that are not declared stay: an administrator may map more fields than a service knows. */
function checkValues(rules: readonly Rule[], given: Fields, id: string | null): CheckedValues {
  const values: Record<string, JsonValue> = { ...given };
  let problem: string | null = null;
  for (const rule of rules) {
    const value = findValue(given, rule, id);
    if (value === undefined) {
      if (rule.required) problem ??= `Missing required field: ${rule.name}`;
      continue;
    }
    const coerced = inboundValue(rule.type, value);
    if (coerced === undefined) problem ??= `${rule.name} must be of type ${rule.type}`;
    else values[rule.name] = coerced;
  }
  return { values, problem };
}

/** Undefined: there is none. An empty text is Marketo's way to say so; a boolean that is null means false. */
function findValue(given: Fields, { name, aliases, type }: Rule, id: string | null): JsonValue | undefined {
  for (const key of [name, ...aliases]) {
    const value = Object.hasOwn(given, key) ? given[key] : undefined;
    if (value !== undefined && value !== null && value !== '') return value;
  }
  if (id !== null && (name === 'leadId' || name === 'personId') && CONTEXT_IDS.has(name)) return id;
  return type === 'boolean' && Object.hasOwn(given, name) && given[name] === null ? false : undefined;
}
