import { Injectable } from '@nestjs/common';
import { AppConfig, type InboundAuthScheme } from '../config/config.js';
import { AccessTokens } from '../security/access-tokens.js';
import { requireEnabled } from '../security/caller-authenticator.js';
import { describeCallers } from './openapi-callers.js';
import { buildOpenApiDocument } from './openapi-document.js';
import { buildServiceDefinition } from './service-definition-document.js';
import type { ServiceDefinition } from './service-definition.js';
import { ServiceNotices, type ServiceStatus, toStatus } from './service-notices.js';

type Json = Readonly<Record<string, unknown>>;

/** The documents of a service at its own address and at `/`. */
@Injectable()
export class ServiceDocuments {
  constructor(
    private readonly config: AppConfig,
    private readonly tokens: AccessTokens,
    private readonly notices: ServiceNotices,
  ) {}

  /**
   * The document at `/services/<apiName>`: called with the service's own scheme.
   * @throws {RequestError} 503 SERVICE_UNAVAILABLE with oauth2, when the issuer does not tell where tokens are.
   */
  openApi(definition: ServiceDefinition): Promise<Json> {
    const baseUrl = `${this.config.http.publicUrl}/services/${definition.apiName}`;
    return this.document(definition, baseUrl, definition.auth ?? this.config.inbound.auth);
  }

  /** The document at `/`, where the default scheme counts instead of the service's own. */
  rootOpenApi(definition: ServiceDefinition): Promise<Json> {
    return this.document(definition, this.config.http.publicUrl, this.config.inbound.auth);
  }

  /** @throws {RequestError} 403 FORBIDDEN when the service is switched off. */
  serviceDefinition(definition: ServiceDefinition): Json {
    requireEnabled(definition);
    return buildServiceDefinition(definition);
  }

  /** @throws {RequestError} 403 FORBIDDEN when the service is switched off. */
  async status(definition: ServiceDefinition): Promise<ServiceStatus> {
    requireEnabled(definition);
    return toStatus(await this.notices.of(definition), new Date());
  }

  private async document(definition: ServiceDefinition, baseUrl: string, scheme: InboundAuthScheme): Promise<Json> {
    const callers = await describeCallers(this.config.inbound, scheme, this.tokens);
    return buildOpenApiDocument(definition, { baseUrl, ...callers, ackStatus: this.config.intake.ackStatus });
  }
}
