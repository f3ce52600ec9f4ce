import { SOAP_1_1, type SoapVersion } from './soap-version.js';
import { XSI } from './xml-reader.js';
import { xmlElement, xmlText } from './xml-text.js';

/** Namespace of requests and answers of this API. */
export const PARTNER_API = 'http://exacttarget.com/wsdl/partnerAPI';
const XSD = 'http://www.w3.org/2001/XMLSchema';

/** A failure in SOAP's words. */
export interface FaultText {
  /** The cause: the message was wrong, the service failed, or the envelope is of no version we know. */
  readonly blame: 'Client' | 'Server' | 'VersionMismatch';
  readonly message: string;
  /** Leads an operator from the answer to the log. */
  readonly requestId: string | null;
}

/** Writes an answer: clients look for the prefix `soap:` by its letters, and for children without a prefix. */
export function writeEnvelope(version: SoapVersion, body: string): string {
  const namespaces = `xmlns:soap="${version.namespace}" xmlns:xsi="${XSI}" xmlns:xsd="${XSD}"`;
  return (
    `<?xml version="1.0" encoding="utf-8"?><soap:Envelope ${namespaces}>` +
    `<soap:Body>${body}</soap:Body></soap:Envelope>`
  );
}

/** Writes a fault, as the version of SOAP wants it. */
export function writeFault(version: SoapVersion, { blame, message, requestId }: FaultText): string {
  const reference = requestId === null ? '' : xmlElement('requestId', requestId);
  if (version.name === SOAP_1_1.name) {
    const detail = reference === '' ? '' : `<detail>${reference}</detail>`;
    const fault = `${xmlElement('faultcode', `soap:${blame}`)}${xmlElement('faultstring', message)}${detail}`;
    return writeEnvelope(version, `<soap:Fault>${fault}</soap:Fault>`);
  }
  const code = { Client: 'Sender', Server: 'Receiver', VersionMismatch: 'VersionMismatch' }[blame];
  const detail = reference === '' ? '' : `<soap:Detail>${reference}</soap:Detail>`;
  return writeEnvelope(
    version,
    `<soap:Fault><soap:Code><soap:Value>soap:${code}</soap:Value></soap:Code>` +
      `<soap:Reason><soap:Text xml:lang="en">${xmlText(message)}</soap:Text></soap:Reason>${detail}</soap:Fault>`,
  );
}
