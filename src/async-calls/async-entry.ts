import type { AnyCasePaths } from '../http/any-case-paths.js';
import type { ErrorDialects } from '../http/error-dialects.js';
import { AsyncClients } from './clients/async-clients.js';
import { AsyncClientsAdminController } from './clients/async-clients-admin.controller.js';
import { AsyncTokenController } from './clients/async-token.controller.js';
import {
  LEGACY_TOKEN_ERROR,
  renderLegacyTokenError,
  renderTokenError,
  TOKEN_ERROR,
} from './clients/async-token-error.js';
import { AsyncTokens } from './clients/async-tokens.js';
import { AsyncTokensRepository } from './clients/async-tokens.repository.js';
import { CreateCalls } from './create/create-calls.js';
import { ResponseAddresses } from './create/response-address.js';
import { RetrieveResults } from './retrieve/retrieve-results.js';
import { renderSoapError, SOAP_FAULT } from './soap/soap-fault.js';
import { SoapController } from './soap.controller.js';

/** Routes of asynchronous calls: tokens, SOAP, and what administrators do about clients. */
export const ENTRY_CONTROLLERS = [AsyncTokenController, SoapController, AsyncClientsAdminController];

/** The providers of the routes, besides {@link StoredAsyncCalls} and {@link StoredResultFinder}. */
export const ENTRY_PROVIDERS = [
  AsyncClients,
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
