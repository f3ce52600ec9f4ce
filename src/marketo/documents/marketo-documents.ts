import { Injectable } from '@nestjs/common';
import { Catalog } from '../../catalog/catalog.js';
import { describeCallers } from '../../catalog/openapi-callers.js';
import { AppConfig } from '../../config/config.js';
import { AccessTokens } from '../../security/access-tokens.js';
import { requireEnabled } from '../../security/caller-authenticator.js';
import { buildMarketoOpenApi } from './openapi.js';
import { buildMarketoDefinition, type MarketoService, speaksMarketo } from './service-definition.js';

type Json = Readonly<Record<string, unknown>>;

const INSTALL_SCREEN = 'https://app.marketo.com/custAdmin/addServiceProvider';

/** The documents by which Marketo knows a service, and the address at which it is called. */
@Injectable()
export class MarketoDocuments {
  constructor(
    private readonly catalog: Catalog,
    private readonly config: AppConfig,
    private readonly tokens: AccessTokens,
  ) {}

  /** @throws {RequestError} 404 RESOURCE_NOT_FOUND when no service of the name speaks Marketo. */
  get(apiName: string): MarketoService {
    const definition = this.catalog.getFor(apiName, 'marketo');
    if (!speaksMarketo(definition)) throw new Error('a service that speaks Marketo says so');
    return definition;
  }

  /** @throws {RequestError} 503 SERVICE_UNAVAILABLE with oauth2, when the issuer does not tell where tokens are. */
  async openApi(definition: MarketoService): Promise<Json> {
    const { inbound } = this.config;
    const callers = await describeCallers(inbound, definition.auth ?? inbound.auth, this.tokens);
    const baseUrl = baseUrlOf(definition, this.config.http.publicUrl);
    return buildMarketoOpenApi(definition, { baseUrl, ...callers });
  }

  /** @throws {RequestError} 403 FORBIDDEN when the service is switched off. */
  serviceDefinition(definition: MarketoService): Json {
    requireEnabled(definition);
    return buildMarketoDefinition(definition, baseUrlOf(definition, this.config.http.publicUrl));
  }
}

/** A service that speaks Marketo alone is called at its own address, one that speaks both below it. */
export function baseUrlOf(
  { apiName, dialects }: Pick<MarketoService, 'apiName' | 'dialects'>,
  publicUrl: string,
): string {
  const base = `${publicUrl}/services/${apiName}`;
  return dialects.includes('externalActions') ? `${base}/marketo` : base;
}

/** The address that opens Marketo's installation screen with the service's document filled in. */
export function installLinkOf(definition: Pick<MarketoService, 'apiName' | 'dialects'>, publicUrl: string): string {
  return `${INSTALL_SCREEN}?url=${encodeURIComponent(`${baseUrlOf(definition, publicUrl)}/openapi.json`)}`;
}
