import { Injectable } from '@nestjs/common';
import type { EntityType } from '../actions/action-input.js';
import { RequestError } from '../http/request-error.js';
import type { CallerServices } from '../security/caller-services.js';
import type { LoadedDefinition } from './catalog-rules.js';
import type { ServiceDefinition } from './service-definition.js';

/** The configured services, read once at boot and valid ever after. */
@Injectable()
export class Catalog implements CallerServices {
  private readonly byName: ReadonlyMap<string, LoadedDefinition>;
  private readonly definitions: readonly ServiceDefinition[];

  constructor(loaded: readonly LoadedDefinition[]) {
    this.byName = new Map(loaded.map((entry) => [entry.definition.apiName, entry]));
    this.definitions = Object.freeze(loaded.map((entry) => entry.definition));
  }

  find(apiName: string): ServiceDefinition | null {
    return this.byName.get(apiName)?.definition ?? null;
  }

  /** @throws {RequestError} 404 RESOURCE_NOT_FOUND when no service has the name. */
  get(apiName: string): ServiceDefinition {
    const definition = this.find(apiName);
    if (definition === null) {
      throw new RequestError(404, 'RESOURCE_NOT_FOUND', 'No service of this name is configured');
    }
    return definition;
  }

  /** The service marked `default` for the entity type. */
  defaultFor(entityType: EntityType): ServiceDefinition | null {
    return this.definitions.find((definition) => definition.isDefault && definition.entityType === entityType) ?? null;
  }

  /**
   * Service of an entity type at `/`: the default, else the first by file name that is on. Refusing because several could
   * would lose the person; only a type that no service takes has none.
   */
  forEntityType(entityType: EntityType): ServiceDefinition | null {
    const candidates = this.definitions.filter((definition) => definition.entityType === entityType);
    return this.defaultFor(entityType) ?? candidates.find(({ enabled }) => enabled) ?? candidates[0] ?? null;
  }

  /**
   * The service `/` describes: the lead default, else any default.
   * @throws {RequestError} 404 RESOURCE_NOT_FOUND when no service is a default.
   */
  getRoot(): ServiceDefinition {
    const definition = this.defaultFor('lead') ?? this.definitions.find((candidate) => candidate.isDefault);
    if (definition === undefined) {
      throw new RequestError(404, 'RESOURCE_NOT_FOUND', 'No default service is configured: use /services/<apiName>');
    }
    return definition;
  }

  /** The service that asynchronous calls with objects of this type go to; null when there is none. */
  forAsyncObjectType(objectType: string): ServiceDefinition | null {
    return this.definitions.find(({ asyncCalls }) => asyncCalls?.objectType === objectType) ?? null;
  }

  /** In the order of the files' names. */
  all(): readonly ServiceDefinition[] {
    return this.definitions;
  }

  /** The file a service came from, for messages about it, e.g. of the enrichment registry. */
  fileOf(apiName: string): string | null {
    return this.byName.get(apiName)?.file ?? null;
  }
}
