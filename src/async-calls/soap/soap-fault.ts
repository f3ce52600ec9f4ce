import type { ErrorBody, RenderedError } from '../../http/error-renderer.js';
import { RequestError } from '../../http/request-error.js';
import { toRequestError } from '../../http/to-request-error.js';
import { type FaultText, writeFault } from './soap-envelope.js';
import { SOAP_1_1, SOAP_1_2, type SoapVersion } from './soap-version.js';

/** A Fault, as the API document describes it: that of SOAP 1.1, which most clients speak. */
export const SOAP_FAULT: ErrorBody = Object.freeze({
  name: 'SoapFault',
  mediaTypes: [SOAP_1_1.mediaType, SOAP_1_2.mediaType],
  schema: {
    type: 'string',
    description: 'An Envelope with a Fault in its Body; of SOAP 1.2, as application/soap+xml, when the request was',
    example: writeFault(SOAP_1_1, { blame: 'Client', message: 'Token Expired', requestId: null }),
  },
  // SOAP 1.1 answers 500 to a wrong message, SOAP 1.2 answers 400: both are described.
  statusOf: (status: number) => (status === 422 ? 400 : status),
});

/** An error of a request in a known version of SOAP. */
export class SoapFault extends RequestError {
  constructor(
    readonly version: SoapVersion,
    error: RequestError,
    readonly isVersionMismatch: boolean,
  ) {
    const { retryAfterSeconds, challenge } = error;
    super(error.status, error.code, error.message, {
      ...(retryAfterSeconds !== null && { retryAfterSeconds }),
      ...(challenge !== null && { challenge }),
      cause: error.cause ?? error,
    });
    this.name = 'SoapFault';
  }
}

/** An envelope of an unknown version. */
export class VersionMismatch extends RequestError {
  constructor() {
    super(400, 'INVALID_REQUEST', 'The Envelope is neither that of SOAP 1.1 nor that of SOAP 1.2.');
    this.name = 'VersionMismatch';
  }
}

/** Any error thrown while a request was served, to be answered in its version. */
export function toSoapFault(version: SoapVersion, thrown: unknown): SoapFault {
  return new SoapFault(version, toRequestError(thrown), thrown instanceof VersionMismatch);
}

/**
 * Renders an error under `/Service.asmx`. A wrong message is 500 in SOAP 1.1 and 400 in SOAP 1.2, as
 * their bindings to HTTP demand; what HTTP itself has a status for (401, 404, 413, 415, 429, 503, …) keeps it.
 */
export function renderSoapError(error: RequestError, requestId: string): RenderedError {
  const version = error instanceof SoapFault ? error.version : SOAP_1_1;
  const fault: FaultText = {
    blame: blameOf(error),
    message: messageOf(error),
    requestId: error.status >= 500 ? requestId : null,
  };
  const isAboutMessage = error.status === 400 || error.status === 422;
  const status = isAboutMessage ? (version === SOAP_1_1 ? 500 : 400) : error.status;
  return { contentType: `${version.mediaType}; charset=utf-8`, body: writeFault(version, fault), status };
}

function messageOf({ status, message }: RequestError): string {
  // Toolkits look for a description where they find the service.
  return status === 404 || status === 405
    ? 'POST a SOAP message to /Service.asmx. There is no WSDL here: clients bring their own.'
    : message;
}

function blameOf(error: RequestError): FaultText['blame'] {
  if (error instanceof SoapFault && error.isVersionMismatch) return 'VersionMismatch';
  // A client that sends too much is asked to wait, not to change the message.
  return error.status >= 500 || error.status === 429 ? 'Server' : 'Client';
}
