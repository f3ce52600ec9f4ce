import { request as openRequest } from 'node:http';
import { SOAP_1_1, SOAP_1_2 } from './soap-client.js';

/** A message as one of the official SDKs puts it on the wire. */
export interface SdkMessage {
  readonly body: string;
  readonly headers: Record<string, string>;
}

/** What a message asks for: elements without a prefix, which each SDK then writes with its own. */
export interface SdkRequest {
  readonly verb: 'Create' | 'Retrieve';
  readonly token: string;
  /** `CreateRequest` or `RetrieveRequestMsg` with what is in it; types as `xsi:type="Subscriber"`. */
  readonly operation: string;
}

const API = 'http://exacttarget.com/wsdl/partnerAPI';
const XSI = 'http://www.w3.org/2001/XMLSchema-instance';
const XSD = 'http://www.w3.org/2001/XMLSchema';
const WSSE = 'http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd';

/** Python (suds): a prefix for everything, credentials beside WS-Security, the action in quotes. */
export function asPython({ verb, token, operation }: SdkRequest): SdkMessage {
  const body =
    '<?xml version="1.0" encoding="UTF-8"?>' +
    `<SOAP-ENV:Envelope xmlns:ns0="${API}" xmlns:ns1="${SOAP_1_1}" xmlns:xsi="${XSI}" xmlns:SOAP-ENV="${SOAP_1_1}">` +
    `<SOAP-ENV:Header><wsse:Security xmlns:wsse="${WSSE}" mustUnderstand="true"/>` +
    `<etns:fueloauth xmlns:etns="http://exacttarget.com">${token}</etns:fueloauth></SOAP-ENV:Header>` +
    `<ns1:Body>${prefixed('ns0', operation)}</ns1:Body></SOAP-ENV:Envelope>`;
  return { body, headers: { 'content-type': 'text/xml; charset=utf-8', soapaction: `"${verb}"` } };
}

/** Ruby (Savon): the token in an element within an element of the same name. */
export function asRuby({ verb, token, operation }: SdkRequest): SdkMessage {
  const body =
    '<?xml version="1.0" encoding="UTF-8"?>' +
    `<env:Envelope xmlns:xsd="${XSD}" xmlns:xsi="${XSI}" xmlns:tns="${API}" xmlns:env="${SOAP_1_1}">` +
    `<env:Header><fueloauth xmlns="http://exacttarget.com"><fueloauth>${token}</fueloauth></fueloauth></env:Header>` +
    `<env:Body>${prefixed('tns', operation)}</env:Body></env:Envelope>`;
  return { body, headers: { 'content-type': 'text/xml;charset=UTF-8', soapaction: `"${verb}"` } };
}

/** C# (WCF): SOAP 1.2 with WS-Addressing; the action is a parameter of the content type. */
export function asCSharp({ verb, token, operation }: SdkRequest): SdkMessage {
  const addressing = 'http://schemas.xmlsoap.org/ws/2004/08/addressing';
  const body =
    `<s:Envelope xmlns:s="${SOAP_1_2}" xmlns:a="${addressing}"><s:Header>` +
    `<a:Action s:mustUnderstand="1">${verb}</a:Action><fueloauth xmlns="http://exacttarget.com">${token}</fueloauth>` +
    '<a:MessageID>urn:uuid:0f6a9a5e-7b1c-4b4e-9a50-3f1f0f0d9c11</a:MessageID>' +
    `<a:To s:mustUnderstand="1">https://example.com/service.asmx</a:To></s:Header>` +
    `<s:Body xmlns:xsi="${XSI}" xmlns:xsd="${XSD}">${operation.replace(/^<(\w+)/, `<$1 xmlns="${API}"`)}</s:Body></s:Envelope>`;
  const type = `application/soap+xml; charset=utf-8; action="${verb}"`;
  return { body, headers: { 'content-type': type, expect: '100-continue' } };
}

/** The header behind the body, as JavaScript clients write it. */
export function asJavaScript({ verb, token, operation }: SdkRequest): SdkMessage {
  const body =
    `<Envelope xmlns="${SOAP_1_1}" xmlns:xsi="${XSI}"><Body>${operation.replace(/^<(\w+)/, `<$1 xmlns="${API}"`)}</Body>` +
    `<Header><fueloauth xmlns="http://exacttarget.com">${token}</fueloauth></Header></Envelope>`;
  return { body, headers: { 'content-type': 'text/xml', soapaction: verb } };
}

/** POSTs a message, waiting for `100 Continue` where its headers say so. */
export async function postMessage(
  url: string,
  { body, headers }: SdkMessage,
): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const sent = openRequest(url, { method: 'POST', headers }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, text: Buffer.concat(chunks).toString('utf8') }),
      );
    });
    sent.on('error', reject);
    if (headers['expect'] === undefined) sent.end(body);
    else sent.once('continue', () => sent.end(body));
  });
}

function prefixed(prefix: string, xml: string): string {
  return xml.replace(/<(\/?)(\w+)/g, `<$1${prefix}:$2`).replace(/xsi:type="(\w+)"/g, `xsi:type="${prefix}:$1"`);
}
