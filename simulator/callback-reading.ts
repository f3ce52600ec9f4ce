import type { EntityType } from './service-contract.js';
import { idText, isWireList, isWireObject, withoutKeys, type Wire, type WireObject } from './lossless.js';

export interface SubjectReading {
  readonly id: string;
  readonly fields: WireObject;
  readonly accessors: WireObject;
}

/** What a callback says, as far as it can be understood; whether it may say so is the checker's business. */
export interface CallbackReading {
  readonly entityType: EntityType;
  readonly success: boolean;
  readonly errorCode: string | null;
  readonly attributes: WireObject;
  /** The lead, the account, or every person of the account in the callback's order. */
  readonly subjects: readonly SubjectReading[];
  /** Values of the account when the subjects are its people. */
  readonly accountFields: WireObject;
}

/** Reads what can be read of a callback body; null when nothing tells what kind of entity it is about. */
export function readCallback(body: Wire): CallbackReading | null {
  const objectData = isWireObject(body) ? body['objectData'] : undefined;
  const first = isWireList(objectData) ? objectData[0] : undefined;
  if (!isWireObject(first)) return null;
  const activity = objectOf(first['activityData']);
  const { success, errorCode } = activity;
  const common = {
    success: success === true,
    errorCode: typeof errorCode === 'string' ? errorCode : null,
    attributes: withoutKeys(activity, 'success', 'errorCode', 'reason'),
    accountFields: {},
  };
  const people = first['accountPersonData'];
  if (isWireList(people)) {
    const accountFields = withoutKeys(objectOf(first['accountData']), 'id');
    return { ...common, entityType: 'accountPerson', subjects: people.map(readPerson), accountFields };
  }
  if (isWireObject(first['leadData'])) {
    return { ...common, entityType: 'lead', subjects: [readSubject(first['leadData'])] };
  }
  if (isWireObject(first['accountData'])) {
    return { ...common, entityType: 'account', subjects: [readSubject(first['accountData'])] };
  }
  return null;
}

function readSubject(value: WireObject): SubjectReading {
  const { id, accessorValues, ...fields } = value;
  return { id: idText(id) ?? '', fields, accessors: objectOf(accessorValues) };
}

function readPerson(value: Wire): SubjectReading {
  const person = objectOf(value);
  return {
    id: idText(person['personId']) ?? '',
    fields: objectOf(person['leadData']),
    accessors: objectOf(person['accessorValues']),
  };
}

function objectOf(value: Wire | undefined): WireObject {
  return isWireObject(value) ? value : {};
}
