import type { ServiceContract } from './service-contract.js';
import type { SubmittedPerson, Submission } from './submission.js';
import { isWireList, isWireObject, typeName, withoutKeys, type Wire, type WireObject } from './lossless.js';
import { checkAccessors, checkDeclaredTypes, checkId, checkKeys, type Violations } from './value-checker.js';

/** Error codes Adobe publishes. */
export const PUBLISHED_ERROR_CODES: readonly string[] = Object.freeze([
  'ENRICHMENT_FAILED',
  'RATE_LIMIT_EXCEEDED',
  'INVALID_DATA',
  'TIMEOUT',
  'NOT_FOUND',
  'EXTERNAL_API_ERROR',
  'AUTHENTICATION_FAILED',
  'INSUFFICIENT_DATA',
  'DUPLICATE_REQUEST',
]);

const ENTITY_KEYS = {
  lead: ['leadData'],
  account: ['accountData'],
  accountPerson: ['accountPersonData', 'accountData'],
} as const;

/** Every breach of the contract in a callback's body; checks against the submission and the definition where known. */
export function checkBody(
  body: Wire,
  entityType: keyof typeof ENTITY_KEYS,
  submission: Submission | null,
  contract: ServiceContract | null,
): Violations {
  const found: Violations = [];
  if (!isWireObject(body)) return [`the body must be an object, but is ${typeName(body)}`];
  checkKeys('the body', body, ['objectData'], found);
  const objectData = body['objectData'];
  if (!isWireList(objectData)) return [...found, `objectData must be a list, but is ${typeName(objectData)}`];
  if (objectData.length !== 1) found.push(`objectData must hold exactly one entry, but holds ${objectData.length}`);
  const entry = objectData[0];
  if (!isWireObject(entry)) return [...found, `objectData[0] must be an object, but is ${typeName(entry)}`];
  checkKeys('objectData[0]', entry, ['activityData', ...ENTITY_KEYS[entityType]], found);
  const success = checkActivity(entry['activityData'], contract, found);
  const check = new EntityCheck(success, submission, contract, found);
  if (entityType === 'lead') check.entity('leadData', entry['leadData'], contract?.output.fields);
  if (entityType === 'account') check.entity('accountData', entry['accountData'], contract?.output.accountFields);
  if (entityType === 'accountPerson') {
    check.people(entry['accountPersonData']);
    if (entry['accountData'] !== undefined) check.accountOfPeople(entry['accountData']);
  }
  return found;
}

function checkActivity(value: Wire | undefined, contract: ServiceContract | null, found: Violations): boolean {
  if (!isWireObject(value)) {
    found.push(`activityData must be an object, but is ${typeName(value)}`);
    return false;
  }
  const { success, errorCode, reason } = value;
  if (contract !== null) {
    checkKeys('activityData', value, ['success', 'errorCode', 'reason', ...contract.output.attributes.keys()], found);
    checkDeclaredTypes('activityData', value, contract.output.attributes, found);
  }
  if (typeof success !== 'boolean') {
    found.push(`activityData.success must be true or false, but is ${typeName(success)}`);
  } else if (success) {
    if (errorCode !== undefined) found.push('activityData.errorCode must be absent on success');
    if (reason !== undefined) found.push('activityData.reason must be absent on success');
  } else {
    if (typeof errorCode !== 'string') found.push('activityData.errorCode is missing on a failure');
    else if (!PUBLISHED_ERROR_CODES.includes(errorCode)) {
      found.push(`activityData.errorCode ${errorCode} is not a published error code`);
    }
    if (typeof reason !== 'string' || reason === '') found.push('activityData.reason is missing on a failure');
  }
  return success === true;
}

/** The entity part of one callback: ids, fields and accessor values. */
class EntityCheck {
  constructor(
    private readonly success: boolean,
    private readonly submission: Submission | null,
    private readonly contract: ServiceContract | null,
    private readonly found: Violations,
  ) {}

  entity(where: string, value: Wire | undefined, declared: ReadonlyMap<string, string> | undefined): void {
    if (!isWireObject(value)) return this.complain(`${where} must be an object, but is ${typeName(value)}`);
    this.id(`${where}.id`, value['id'], this.submission?.entityId);
    this.fields(where, withoutKeys(value, 'id', 'accessorValues'), declared);
    this.accessors(`${where}.accessorValues`, value['accessorValues']);
  }

  people(value: Wire | undefined): void {
    if (!isWireList(value)) return this.complain(`accountPersonData must be a list, but is ${typeName(value)}`);
    const submitted = this.submission?.people;
    if (submitted !== undefined && submitted.length !== value.length) {
      this.complain(`accountPersonData must hold all ${submitted.length} people submitted, but holds ${value.length}`);
    }
    value.forEach((entry, index) => this.person(`accountPersonData[${index}]`, entry, submitted?.[index]));
  }

  /** Accessor values belong to the people; with a non-numeric account id the relationships' id is the one Adobe knows. */
  accountOfPeople(value: Wire): void {
    if (!isWireObject(value)) return this.complain(`accountData must be an object, but is ${typeName(value)}`);
    const { id, ...fields } = value;
    const parent = this.submission?.entityId;
    const numeric = parent === undefined || /^-?\d+$/.test(parent);
    this.id('accountData.id', id, numeric ? parent : (this.submission?.people[0]?.accountId ?? parent));
    this.fields('accountData', fields, this.contract?.output.accountFields);
  }

  private person(where: string, value: Wire, submitted: SubmittedPerson | undefined): void {
    if (!isWireObject(value)) return this.complain(`${where} must be an object, but is ${typeName(value)}`);
    checkKeys(where, value, ['accountPersonRelId', 'accountId', 'personId', 'leadData', 'accessorValues'], this.found);
    this.id(`${where}.accountPersonRelId`, value['accountPersonRelId'], submitted?.relId);
    this.id(`${where}.accountId`, value['accountId'], submitted?.accountId);
    this.id(`${where}.personId`, value['personId'], submitted?.personId);
    const { leadData, accessorValues } = value;
    if (isWireObject(leadData)) this.fields(`${where}.leadData`, leadData, this.contract?.output.fields);
    else if (leadData !== undefined) this.complain(`${where}.leadData must be an object, but is ${typeName(leadData)}`);
    if (!this.success && leadData !== undefined) this.complain(`${where}.leadData must be absent on a failure`);
    this.accessors(`${where}.accessorValues`, accessorValues);
  }

  private id(where: string, given: Wire | undefined, submitted: string | undefined): void {
    if (submitted !== undefined) checkId(where, given, submitted, this.found);
    else if (given === undefined) this.complain(`${where} is missing`);
  }

  private fields(where: string, fields: WireObject, declared: ReadonlyMap<string, string> | undefined): void {
    if (!this.success) {
      checkKeys(`${where} of a failure`, fields, [], this.found);
    } else if (declared !== undefined) {
      checkKeys(where, fields, declared.keys(), this.found);
      checkDeclaredTypes(where, fields, declared, this.found);
    }
  }

  private accessors(where: string, value: Wire | undefined): void {
    if (value === undefined) return;
    if (!isWireObject(value)) return this.complain(`${where} must be an object, but is ${typeName(value)}`);
    if (!this.success) this.complain(`${where} must be absent on a failure`);
    if (this.submission?.splitPaths === false) this.complain(`${where} was not asked for: the request splits no paths`);
    if (this.contract !== null) checkAccessors(where, value, this.contract.accessors, this.found);
  }

  private complain(sentence: string): void {
    this.found.push(sentence);
  }
}
