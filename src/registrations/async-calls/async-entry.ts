import type { AnyCasePaths } from '../../http/any-case-paths.js';
import type { ErrorDialects } from '../../http/error-dialects.js';
import { AsyncClients } from './async-clients.js';
import { AsyncClientsAdminController } from './async-clients-admin.controller.js';
import { AsyncClientsRepository } from './async-clients.repository.js';
import { AsyncTokenController } from './async-token.controller.js';
import { LEGACY_TOKEN_ERROR, renderLegacyTokenError, renderTokenError, TOKEN_ERROR } from './async-token-error.js';
import { AsyncTokens } from './async-tokens.js';
import { AsyncTokensRepository } from './async-tokens.repository.js';
import { CreateCalls } from './create-calls.js';
import { ResponseAddresses } from './response-address.js';
import { RetrieveResults } from './retrieve-results.js';
import { renderSoapError, SOAP_FAULT } from './soap-fault.js';
import { SoapController } from './soap.controller.js';

/** Routes of asynchronous calls: tokens, SOAP, and what administrators do about clients. */
export const ENTRY_CONTROLLERS = [AsyncTokenController, SoapController, AsyncClientsAdminController];

/** The providers that the routes need besides {@link AsyncCalls} and {@link StoredResults}. */
export const ENTRY_PROVIDERS = [
  AsyncClients,
  AsyncClientsRepository,
  AsyncTokens,
  AsyncTokensRepository,
  CreateCalls,
  ResponseAddresses,
  RetrieveResults,
];

/** Lets every error under the routes' paths be answered in the words of its clients. */
export function registerEntryDialects(dialects: ErrorDialects): void {
  dialects.register('/Service.asmx', renderSoapError, SOAP_FAULT);
  dialects.register('/etframework.wsdl', renderSoapError, SOAP_FAULT);
  dialects.register('/v2/token', renderTokenError, TOKEN_ERROR);
  dialects.register('/v1/requestToken', renderLegacyTokenError, LEGACY_TOKEN_ERROR);
}

/** Some official SDKs append `service.asmx` to the address they are given, others `Service.asmx`. */
export function registerEntryPaths(paths: AnyCasePaths): void {
  for (const path of ['/Service.asmx', '/v2/token', '/v1/requestToken']) paths.register(path);
}
