import type { EntityType, ServiceContract } from './service-contract.js';
import type { JourneyPath } from './path-evaluator.js';
import { idText, isWireList, isWireObject, numberText, parseWire, type Wire, type WireObject } from './lossless.js';

export interface SubmittedPerson {
  readonly relId: string;
  readonly accountId: string;
  readonly personId: string;
  readonly sent: WireObject;
}

/** What an execution request asked for, as far as its callback must agree with it. Ids are text, exactly as written. */
export interface Submission {
  readonly token: string;
  /** Path of the callback URL. */
  readonly callbackPath: string;
  readonly imsOrgId: string | null;
  readonly entityType: EntityType;
  readonly entityId: string;
  /** The lead's or the account's own values. */
  readonly sent: WireObject;
  /** In the request's order; empty unless the entity is an account with people. */
  readonly people: readonly SubmittedPerson[];
  readonly paths: readonly JourneyPath[];
  readonly splitPaths: boolean;
  readonly timeoutMinutes: number;
  readonly contract: ServiceContract | null;
}

/** Reads the text of an execution request. @throws when a part the contract requires is missing. */
export function readSubmission(text: string, contract: ServiceContract | null): Submission {
  const root = objectAt(parseWire(text), 'the request');
  const objectData = objectAt(root['objectData'], 'objectData');
  const context = objectAt(objectData['objectContext'], 'objectData.objectContext');
  const entityType = entityTypeOf(objectData['objectType']);
  const config = optionalObject(root['actionConfig']);
  const pathConfig = isWireList(config['pathConfig']) ? config['pathConfig'] : [];
  const lead = entityType === 'lead';
  return {
    token: textAt(root['token'], 'token'),
    callbackPath: new URL(textAt(root['callbackUrl'], 'callbackUrl')).pathname,
    imsOrgId: idText(optionalObject(optionalObject(root['context'])['subscription'])['imsOrgId']),
    entityType,
    entityId: textAt(lead ? context['leadId'] : context['accountId'], lead ? 'leadId' : 'accountId'),
    sent: objectAt(lead ? context['leadData'] : context['accountData'], lead ? 'leadData' : 'accountData'),
    people: entityType === 'accountPerson' ? peopleOf(context['accountPersonRelationships']) : [],
    paths: pathConfig.map(pathOf),
    splitPaths: root['enableSplitPaths'] === true || (root['enableSplitPaths'] === undefined && pathConfig.length > 0),
    timeoutMinutes: Number(numberText(config['timeout']) ?? 60),
    contract,
  };
}

function peopleOf(value: Wire | undefined): SubmittedPerson[] {
  if (!isWireList(value)) throw new Error('accountPersonRelationships is not a list');
  return value.map((entry) => {
    const person = objectAt(entry, 'accountPersonRelationships[]');
    return {
      relId: textAt(person['accountPersonRelId'], 'accountPersonRelId'),
      accountId: textAt(person['accountId'], 'accountId'),
      personId: textAt(person['personId'], 'personId'),
      sent: optionalObject(person['leadData']),
    };
  });
}

function pathOf(value: Wire): JourneyPath {
  const path = objectAt(value, 'pathConfig[]');
  const definition = isWireList(path['pathDefinition']) ? path['pathDefinition'] : [];
  return {
    pathId: textAt(path['pathId'], 'pathId'),
    conditions: definition.map((entry) => {
      const condition = objectAt(entry, 'pathDefinition[]');
      const values = isWireList(condition['values']) ? condition['values'] : [];
      return {
        accessor: textAt(condition['accessor'], 'accessor'),
        operator: textAt(condition['operator'], 'operator'),
        values: values.map((operand) => textAt(operand, 'values[]')),
      };
    }),
  };
}

function entityTypeOf(value: Wire | undefined): EntityType {
  if (value === 'lead' || value === 'account' || value === 'accountPerson') return value;
  throw new Error('objectType is not lead, account or accountPerson');
}

function objectAt(value: Wire | undefined, where: string): WireObject {
  if (isWireObject(value)) return value;
  throw new Error(`${where} is not an object`);
}

function optionalObject(value: Wire | undefined): WireObject {
  return isWireObject(value) ? value : {};
}

function textAt(value: Wire | undefined, where: string): string {
  const text = idText(value);
  if (text === null) throw new Error(`${where} is neither text nor a number`);
  return text;
}
