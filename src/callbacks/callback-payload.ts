import type { AccountPersonEntity, ActionEntity, Fields, PersonOfAccount } from '../actions/action-input.js';
import type { AccessorValues, ActionOutcome, ActionResult } from '../actions/action-result.js';
import type { ServiceDefinition } from '../catalog/service-definition.js';
import { toJsonText, wireId } from '../http/json-text.js';
import { accessorValues, declaredAccessors, type DeclaredAccessor } from './accessor-values.js';
import {
  copyDeclared,
  declaredAttributes,
  declaredFields,
  RESERVED_IN_ENTITY,
  RESERVED_IN_PERSON,
  type Declared,
  type WireObject,
} from './declared-values.js';

/** A callback body as it is stored and sent. */
export interface CallbackBody {
  /** JSON text, exactly the bytes to send. */
  readonly body: string;
  /** Where a value was left out because it did not fit what the definition declares: names, never values. */
  readonly dropped: string[];
}

const NO_FIELDS: Fields = Object.freeze({});
const NO_ACCESSORS: AccessorValues = Object.freeze({});

/** The parts of a request that a callback needs. */
export interface CallbackTopic {
  readonly entity: ActionEntity;
  readonly splitPaths: boolean;
}

/** The parts of a definition that a callback needs. */
export type DeclaredPayloads = Pick<ServiceDefinition, 'callback' | 'invocation'>;

const shapes = new WeakMap<DeclaredPayloads, CallbackShape>();

/**
 * Writes the body of one callback, as Adobe's External Actions callback reads it: on success what the definition declares
 * and the outcome carries, on failure the error and the entity's ids alone. Pure; the definition is compiled once.
 */
export function buildCallbackBody(
  definition: DeclaredPayloads,
  action: CallbackTopic,
  outcome: ActionOutcome,
): CallbackBody {
  let shape = shapes.get(definition);
  if (shape === undefined) {
    shape = new CallbackShape(definition);
    shapes.set(definition, shape);
  }
  return shape.build(action, outcome);
}

/** The values that one definition lets into a callback. */
class CallbackShape {
  private readonly attributes: readonly Declared[];
  private readonly leadFields: readonly Declared[];
  private readonly personFields: readonly Declared[];
  private readonly accountFields: readonly Declared[];
  private readonly accessors: readonly DeclaredAccessor[];

  constructor({ callback, invocation }: DeclaredPayloads) {
    this.attributes = declaredAttributes(callback.attributes);
    this.leadFields = declaredFields(callback.fields, RESERVED_IN_ENTITY);
    this.personFields = declaredFields(callback.fields, RESERVED_IN_PERSON);
    this.accountFields = declaredFields(callback.accountFields, RESERVED_IN_ENTITY);
    this.accessors = declaredAccessors(invocation.accessors);
  }

  build(action: CallbackTopic, outcome: ActionOutcome): CallbackBody {
    const dropped = new Set<string>();
    const result = outcome.kind === 'success' ? outcome.result : null;
    const accessors = action.splitPaths ? this.accessors : [];
    const entity = this.entity(action.entity, result, accessors, dropped);
    const objectData = [{ activityData: this.activity(outcome, dropped), ...entity }];
    return { body: toJsonText({ objectData }), dropped: [...dropped] };
  }

  private activity(outcome: ActionOutcome, dropped: Set<string>): WireObject {
    if (outcome.kind === 'failure') {
      return { success: false, errorCode: outcome.errorCode, reason: outcome.reason || 'The action failed' };
    }
    const activity: WireObject = { success: true };
    copyDeclared(this.attributes, outcome.result.attributes, activity, 'activityData', dropped);
    return activity;
  }

  private entity(
    entity: ActionEntity,
    result: ActionResult | null,
    accessors: readonly DeclaredAccessor[],
    dropped: Set<string>,
  ): WireObject {
    switch (entity.kind) {
      case 'lead': {
        const leadData: WireObject = { id: wireId(entity.id) };
        if (result !== null) {
          copyDeclared(this.leadFields, result.fields, leadData, 'leadData', dropped, result.kept?.fields);
          addAccessors(leadData, accessorValues(accessors, result.accessors, result.fields, 'leadData', dropped));
        }
        return { leadData };
      }
      case 'account': {
        const accountData: WireObject = { id: wireId(entity.id) };
        if (result !== null) {
          const { accountFields, kept } = result;
          copyDeclared(this.accountFields, accountFields, accountData, 'accountData', dropped, kept?.accountFields);
          addAccessors(accountData, accessorValues(accessors, result.accessors, accountFields, 'accountData', dropped));
        }
        return { accountData };
      }
      case 'accountPerson': {
        const accountData: WireObject = { id: wireId(accountIdOf(entity)) };
        if (result !== null) {
          const { accountFields, kept } = result;
          copyDeclared(this.accountFields, accountFields, accountData, 'accountData', dropped, kept?.accountFields);
        }
        const accountPersonData = entity.people.map((person) => this.person(person, result, accessors, dropped));
        return { accountPersonData, accountData };
      }
    }
  }

  /** Everybody comes back, in the request's order; who was not enriched comes back with ids alone. */
  private person(
    person: PersonOfAccount,
    result: ActionResult | null,
    accessors: readonly DeclaredAccessor[],
    dropped: Set<string>,
  ): WireObject {
    const body: WireObject = {
      accountPersonRelId: wireId(person.relId),
      accountId: wireId(person.accountId),
      personId: wireId(person.personId),
    };
    if (result === null) return body;
    const found = result.people.get(person.relId);
    const fields = found?.fields ?? NO_FIELDS;
    const leadData: WireObject = {};
    const kept = result.kept?.people.get(person.relId);
    copyDeclared(this.personFields, fields, leadData, 'accountPersonData[].leadData', dropped, kept);
    if (Object.keys(leadData).length > 0) body['leadData'] = leadData;
    const own = found?.accessors ?? NO_ACCESSORS;
    addAccessors(body, accessorValues(accessors, own, fields, 'accountPersonData[]', dropped));
    return body;
  }
}

function addAccessors(target: WireObject, values: WireObject | undefined): void {
  if (values !== undefined) target['accessorValues'] = values;
}

/** Adobe may name the account by a string at the top and by its number in every relationship; it wants the number back. */
function accountIdOf(entity: AccountPersonEntity): string {
  if (isInteger(entity.id)) return entity.id;
  const numeric = entity.people.find((person) => isInteger(person.accountId));
  return (numeric ?? entity.people[0])?.accountId ?? entity.id;
}

function isInteger(id: string): boolean {
  return typeof wireId(id) !== 'string';
}
