import type { InboundAuthScheme, InboundConfig } from '../config/config.js';
import type { AccessTokens } from '../security/access-tokens.js';
import type { OpenApiOptions } from './openapi-document.js';

/**
 * How callers of a scheme prove who they are, as a document says it.
 * @throws {RequestError} 503 SERVICE_UNAVAILABLE with oauth2, when the issuer does not tell where tokens are.
 */
export async function describeCallers(
  { apiKeyName, apiKeyIn }: Pick<InboundConfig, 'apiKeyName' | 'apiKeyIn'>,
  scheme: InboundAuthScheme,
  tokens: Pick<AccessTokens, 'tokenUrl'>,
): Promise<Pick<OpenApiOptions, 'scheme' | 'apiKeyName' | 'apiKeyIn' | 'tokenUrl'>> {
  return { scheme, apiKeyName, apiKeyIn, tokenUrl: scheme === 'oauth2' ? await tokens.tokenUrl() : '' };
}
