import { Injectable } from '@nestjs/common';
import { Catalog } from '../catalog/catalog.js';
import type { CatalogVersion, ServedDefinition } from '../catalog/catalog-version.js';
import type { ServiceDefinition } from '../catalog/service-definition.js';
import { AppConfig } from '../config/config.js';
import { RequestError } from '../http/request-error.js';
import { isEntityType } from './entity-context.js';
import { compileFieldCheck, type FieldCheck } from './required-fields.js';
import { startServiceSeries } from './service-series.js';

/** A service definition with what intake compiles from it when it comes into force. */
export interface ServedService {
  readonly definition: ServiceDefinition;
  /** The definition that its actions keep. */
  readonly servedBy: ServedDefinition | null;
  readonly checkFields: FieldCheck;
  /** Largest body in bytes: people come in lists, everything else is one entity. */
  readonly bodyLimit: number;
}

const MEBIBYTE = 1024 * 1024;

/** Finds the service of a request, and refuses a request without one. */
@Injectable()
export class ServedServices {
  private byName: ReadonlyMap<string, ServedService> = new Map();

  constructor(
    private readonly catalog: Catalog,
    private readonly config: AppConfig,
  ) {
    catalog.follow((next) => {
      const byName = compileServices(next);
      return () => {
        this.byName = byName;
        startServiceSeries(next.definitions, config.intake.ackStatus);
      };
    });
  }

  /** @throws RequestError 404 for an unknown service, 403 for a disabled one. */
  get(apiName: string): ServedService {
    const service = this.byName.get(apiName);
    if (service === undefined) throw new RequestError(404, 'RESOURCE_NOT_FOUND', 'No such service.');
    if (!service.definition.enabled) throw new RequestError(403, 'FORBIDDEN', 'This service is disabled.');
    return service;
  }

  /** @throws RequestError 422 when no service serves the type, 403 when the one that does is disabled. */
  getForType(objectType: string): ServedService {
    const definition = isEntityType(objectType) ? this.catalog.forEntityType(objectType) : null;
    if (definition === null) throw this.wrongType('No service here serves this object type.', 'a served object type');
    return this.get(definition.apiName);
  }

  /** @throws RequestError 422 when the service is for another type of entity. */
  assertServes({ definition }: ServedService, objectType: string): void {
    if (definition.entityType === objectType) return;
    throw this.wrongType(`This service serves ${definition.entityType} only.`, definition.entityType);
  }

  private wrongType(message: string, expected: string): RequestError {
    return new RequestError(this.config.intake.validationStatus, 'VALIDATION_ERROR', message, {
      details: [{ field: 'objectData.objectType', message, expected, received: 'another object type' }],
    });
  }
}

function compileServices(version: CatalogVersion): Map<string, ServedService> {
  const called = version.definitions.filter(({ dialects }) => dialects.includes('externalActions'));
  const services = called.map((definition) => compileService(definition, version));
  return new Map(services.map((service) => [service.definition.apiName, service]));
}

function compileService(definition: ServiceDefinition, version: CatalogVersion): ServedService {
  return {
    definition,
    servedBy: version.find(definition.apiName),
    checkFields: compileFieldCheck(definition),
    bodyLimit: definition.entityType === 'accountPerson' ? 8 * MEBIBYTE : MEBIBYTE,
  };
}
