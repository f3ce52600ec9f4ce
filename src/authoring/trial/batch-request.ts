import { fieldExamples } from '../../catalog/openapi-field-schemas.js';
import type { AttributeDefinition } from '../../catalog/service-definition.js';
import type { JsonObject } from '../../http/json-body.js';
import { isJsonObject, type JsonValue } from '../../http/json-value.js';
import type { MarketoService } from '../../marketo/documents/service-definition.js';
import { UsageError } from '../command.js';
import { withLikelyValues } from './trial-subject.js';

/** Leads as a user gives them: one or a list, as their fields, as items of a batch, or the whole batch. */
export interface GivenLeads {
  /** Undefined: the example of the service. */
  readonly value: JsonValue | undefined;
  /** Parameters of the flow step, for all of the leads. */
  readonly flow: JsonObject;
  readonly admin: JsonObject;
}

const FIRST_ID = 1001;
const MUNCHKIN_ID = '123-TRY-456';
/** Contexts that stand beside the fields of a lead in a batch. */
const CONTEXTS = ['flowStepContext', 'programMemberContext', 'triggeringContext', 'myTokenContext'] as const;

/**
 * The batch of some leads, as Marketo would send it. Callback addresses are taken out: nothing is sent.
 * @throws UsageError for leads that are none.
 */
export function toBatch(definition: MarketoService, given: GivenLeads, callbackUrl: string): JsonObject {
  const { value, flow, admin } = given;
  const whole = isJsonObject(value) && Array.isArray(value['objectData']) ? value : null;
  const leads = whole === null ? leadsOf(definition, value) : (whole['objectData'] as readonly JsonValue[]);
  const context = objectOf(whole?.['context']);
  return {
    token: 'try',
    ...whole,
    callbackUrl,
    context: {
      ...context,
      subscription: { munchkinId: MUNCHKIN_ID, ...objectOf(context['subscription']) },
      admin: { ...exampleSettings(definition, value), ...objectOf(context['admin']), ...admin },
    },
    objectData: leads.map((lead) => withParameters(lead, flow)),
  };
}

function leadsOf(definition: MarketoService, value: JsonValue | undefined): readonly JsonValue[] {
  if (value === undefined) return [exampleOf(definition)];
  const list = Array.isArray(value) ? (value as readonly JsonValue[]) : [value];
  if (list.length === 0) throw new UsageError('the list has no lead');
  return list.map((lead, index) => {
    if (isJsonObject(lead)) return itemOf(lead, FIRST_ID + index);
    throw new UsageError(
      Array.isArray(value)
        ? `lead ${index + 1} of the list must be a JSON object`
        : 'a lead must be a JSON object, or a list of them',
    );
  });
}

/** A lead without an id of its own gets one: a person who tries fields has none at hand. */
function itemOf(lead: JsonObject, id: number): JsonObject {
  if ('objectContext' in lead) {
    const { objectContext } = lead;
    return {
      objectType: 'lead',
      ...lead,
      objectContext: isJsonObject(objectContext) ? { id, ...objectContext } : objectContext,
    };
  }
  const isContext = (name: string): boolean => (CONTEXTS as readonly string[]).includes(name);
  const entries = Object.entries(lead);
  return {
    objectType: 'lead',
    objectContext: { id, ...Object.fromEntries(entries.filter(([name]) => !isContext(name))) },
    ...Object.fromEntries(entries.filter(([name]) => isContext(name))),
  };
}

/** An item that is none stays as it is: the service says what is wrong with it. */
function withParameters(lead: JsonValue, flow: JsonObject): JsonValue {
  const isGiven = Object.keys(flow).length > 0;
  if (!isGiven || !isJsonObject(lead)) return lead;
  const own = lead['flowStepContext'];
  if (own !== undefined && own !== null && !isJsonObject(own)) return lead;
  return { ...lead, flowStepContext: { ...own, ...flow } };
}

function exampleOf({ invocation }: MarketoService): JsonObject {
  return {
    objectType: 'lead',
    objectContext: { id: FIRST_ID, ...objectOf(withLikelyValues(fieldExamples(invocation.fields) as JsonObject)) },
    flowStepContext: valuesOf(invocation.flowAttributes),
  };
}

/** Only an example fills in settings: of a person's own leads each value is the person's. */
function exampleSettings({ invocation }: MarketoService, value: JsonValue | undefined): JsonObject {
  return value === undefined ? valuesOf(invocation.globalAttributes) : {};
}

function valuesOf(attributes: readonly AttributeDefinition[]): JsonObject {
  const fields = attributes.map(({ apiName, ...rest }) => ({ ...rest, serviceAttribute: apiName, aliases: [] }));
  return fieldExamples(fields) as JsonObject;
}

function objectOf(value: JsonValue | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
