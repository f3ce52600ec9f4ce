import type { ObjectResult } from './async-call.js';
import { xmlElement, xmlOptional, xmlText } from './soap/xml-text.js';

/** The facts told about one object, or about a call that was refused as a whole. */
export interface ResultLine {
  readonly statusCode: 'OK' | 'Error';
  readonly statusMessage: string;
  readonly ordinal: number;
  readonly errorCode: number | null;
}

/**
 * Elements of the published type `Subscriber` and of what every object has. Everything else is written as `Attributes`
 * (name and value), which typed clients can read under any name.
 */
const BASE: ReadonlySet<string> = new Set([
  'PartnerKey',
  'CreatedDate',
  'ModifiedDate',
  'ID',
  'ObjectID',
  'CustomerKey',
  'CorrelationID',
  'EmailAddress',
  'SubscriberKey',
  'UnsubscribedDate',
  'Status',
  'PartnerType',
  'EmailTypePreference',
]);

/** Writes one `Results` element, with an object where there is one to show. */
export function writeResult({ statusCode, statusMessage, ordinal, errorCode }: ResultLine, object = ''): string {
  return (
    `<Results>${xmlElement('StatusCode', statusCode)}${xmlElement('StatusMessage', statusMessage)}` +
    `${xmlElement('OrdinalID', ordinal)}${xmlOptional('ErrorCode', errorCode)}${object}</Results>`
  );
}

/** Writes what became of an object, with the object itself where it is to be shown. */
export function writeObjectResult(objectType: string, result: ObjectResult, includeObject: boolean): string {
  const { ok, ordinal, statusMessage, errorCode } = result;
  const line = { statusCode: ok ? 'OK' : 'Error', statusMessage, ordinal, errorCode } as const;
  return writeResult(line, includeObject ? writeObject(objectType, result.properties) : '');
}

function writeObject(objectType: string, properties: ObjectResult['properties']): string {
  const entries = Object.entries(properties);
  const base = entries.filter(([name]) => BASE.has(name)).map(([name, value]) => xmlElement(name, value));
  const others = entries.filter(([name]) => !BASE.has(name));
  const attributes = others.map(
    ([name, value]) => `<Attributes>${xmlElement('Name', name)}${xmlElement('Value', value)}</Attributes>`,
  );
  return `<Object xsi:type="${xmlText(objectType)}">${[...base, ...attributes].join('')}</Object>`;
}
