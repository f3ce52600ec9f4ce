import { RequestError } from '../../http/request-error.js';

/** The marks of a version of SOAP. */
export interface SoapVersion {
  readonly name: '1.1' | '1.2';
  /** Namespace of its envelope. */
  readonly namespace: string;
  readonly mediaType: string;
}

export const SOAP_1_1: SoapVersion = Object.freeze({
  name: '1.1',
  namespace: 'http://schemas.xmlsoap.org/soap/envelope/',
  mediaType: 'text/xml',
});

export const SOAP_1_2: SoapVersion = Object.freeze({
  name: '1.2',
  namespace: 'http://www.w3.org/2003/05/soap-envelope',
  mediaType: 'application/soap+xml',
});

const CONTENT_TYPE = /^\s*(text\/xml|application\/soap\+xml)\s*(?:;(.*))?$/i;

/** How a request says it is written. */
export interface SoapMedia {
  /** The version to answer in: that of the content type, not of the envelope's namespace. */
  readonly version: SoapVersion;
  /** The `action` parameter of SOAP 1.2. */
  readonly action: string | null;
}

/** @throws RequestError 415 for another content type, encoding or compression. */
export function readSoapMedia(contentType: string | undefined, contentEncoding: string | undefined): SoapMedia {
  const match = CONTENT_TYPE.exec(contentType?.slice(0, 1_024) ?? '');
  if (match === null) throw unsupported('The Content-Type must be text/xml or application/soap+xml.');
  if (contentEncoding !== undefined && contentEncoding.toLowerCase() !== 'identity') {
    throw unsupported('Compressed requests are not supported.');
  }
  const [, mediaType = '', parameters = ''] = match;
  const charset = parameterOf(parameters, 'charset');
  if (charset !== null && !/^utf-?8$/i.test(charset)) throw unsupported('The charset must be utf-8.');
  const version = mediaType.toLowerCase() === SOAP_1_2.mediaType ? SOAP_1_2 : SOAP_1_1;
  return { version, action: parameterOf(parameters, 'action') };
}

function parameterOf(parameters: string, name: string): string | null {
  for (const part of parameters.split(';')) {
    const [key = '', ...value] = part.split('=');
    if (key.trim().toLowerCase() === name)
      return value
        .join('=')
        .trim()
        .replace(/^"(.*)"$/, '$1');
  }
  return null;
}

function unsupported(message: string): RequestError {
  return new RequestError(415, 'INVALID_REQUEST', message);
}
