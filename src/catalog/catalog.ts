import { Injectable } from '@nestjs/common';
import type { ServedBy } from '../actions/action.js';
import type { EntityType } from '../actions/action-input.js';
import { RequestError } from '../http/request-error.js';
import type { CallerServices } from '../security/caller-services.js';
import type { LoadedDefinition } from './catalog-rules.js';
import { CatalogVersion, ServedDefinition } from './catalog-version.js';
import type { ServiceDefinition, ServiceDialect } from './service-definition.js';

/** The part of an action that says by which definition it is worked on. */
export interface ServedAction {
  readonly service: string;
  readonly servedBy?: ServedBy | null | undefined;
}

/** Makes ready for a version, and may throw; the function it returns takes the version over, and must not. */
export type CatalogFollower = (next: CatalogVersion) => () => void;

/** Told which definitions no action of this process keeps to any more, and which are still in use. */
export type ReleaseListener = (gone: readonly ServiceDefinition[], inUse: readonly ServiceDefinition[]) => void;

/** The configured services: the version in force, and the earlier ones that actions under way keep to. */
@Injectable()
export class Catalog implements CallerServices {
  private version: CatalogVersion;
  private readonly earlier = new Set<CatalogVersion>();
  private readonly followers: CatalogFollower[] = [];
  private readonly releaseListeners: ReleaseListener[] = [];

  constructor(loaded: readonly LoadedDefinition[]) {
    this.version = new CatalogVersion(loaded);
  }

  get inForce(): CatalogVersion {
    return this.version;
  }

  /** Versions that were replaced and that actions of this process still keep to, oldest first. */
  get stillInUse(): readonly CatalogVersion[] {
    return [...this.earlier];
  }

  /** Called at once for the version in force, and for every version that comes. */
  follow(follower: CatalogFollower): void {
    follower(this.version)();
    this.followers.push(follower);
  }

  whenReleased(listener: ReleaseListener): void {
    this.releaseListeners.push(listener);
  }

  /**
   * Puts a version in force, for all followers in one turn of the event loop.
   * @throws what a follower throws who cannot serve it; then nothing has changed.
   */
  replace(next: CatalogVersion): void {
    const takeOver = this.followers.map((follower) => follower(next));
    const before = this.version;
    this.version = next;
    for (const take of takeOver) take();
    this.earlier.add(before);
    if (before.underWay === 0) this.release(before);
  }

  /** The definition that an action taken now keeps; null when no service has the name. */
  serve(apiName: string): ServedDefinition | null {
    return this.version.find(apiName);
  }

  /** The definition that the action keeps; of one without, that of the version in force. */
  definitionOf({ servedBy, service }: ServedAction): ServiceDefinition | null {
    if (servedBy === undefined) return this.find(service);
    return servedBy instanceof ServedDefinition ? servedBy.definition : null;
  }

  /** This process works on the action from now on; {@link end} must follow. */
  begin({ servedBy }: ServedAction): void {
    if (!(servedBy instanceof ServedDefinition)) return;
    const { version } = servedBy;
    version.underWay += 1;
    // Taken before a reload, begun after it.
    if (version !== this.version) this.earlier.add(version);
  }

  end({ servedBy }: ServedAction): void {
    if (!(servedBy instanceof ServedDefinition)) return;
    const { version } = servedBy;
    version.underWay -= 1;
    if (version.underWay === 0 && version !== this.version) this.release(version);
  }

  find(apiName: string): ServiceDefinition | null {
    return this.version.find(apiName)?.definition ?? null;
  }

  /** @throws {RequestError} 404 RESOURCE_NOT_FOUND when no service has the name. */
  get(apiName: string): ServiceDefinition {
    const definition = this.find(apiName);
    if (definition === null) {
      throw new RequestError(404, 'RESOURCE_NOT_FOUND', 'No service of this name is configured');
    }
    return definition;
  }

  /** The service marked `default` for the entity type; a service for Marketo alone is none. */
  defaultFor(entityType: EntityType): ServiceDefinition | null {
    return this.all().find((definition) => definition.isDefault && definition.entityType === entityType) ?? null;
  }

  /**
   * Service of an entity type at `/`: the default, else the first by file name that is on. Refusing because several could
   * would lose the person; only a type that no service takes has none.
   */
  forEntityType(entityType: EntityType): ServiceDefinition | null {
    const chosen = this.defaultFor(entityType);
    if (chosen !== null) return chosen;
    const candidates = this.all().filter(
      (definition) => definition.entityType === entityType && definition.dialects.includes('externalActions'),
    );
    return candidates.find(({ enabled }) => enabled) ?? candidates[0] ?? null;
  }

  /** @throws {RequestError} 404 RESOURCE_NOT_FOUND when no service of the name speaks the dialect. */
  getFor(apiName: string, dialect: ServiceDialect): ServiceDefinition {
    const definition = this.get(apiName);
    if (definition.dialects.includes(dialect)) return definition;
    throw new RequestError(404, 'RESOURCE_NOT_FOUND', 'The service of this name is not called in this way');
  }

  /**
   * The service `/` describes: the lead default, else any default.
   * @throws {RequestError} 404 RESOURCE_NOT_FOUND when no service is a default.
   */
  getRoot(): ServiceDefinition {
    const definition = this.defaultFor('lead') ?? this.all().find((candidate) => candidate.isDefault);
    if (definition === undefined) {
      throw new RequestError(404, 'RESOURCE_NOT_FOUND', 'No default service is configured: use /services/<apiName>');
    }
    return definition;
  }

  /** The service that asynchronous calls with objects of this type go to; null when there is none. */
  forAsyncObjectType(objectType: string): ServiceDefinition | null {
    return this.all().find(({ asyncCalls }) => asyncCalls?.objectType === objectType) ?? null;
  }

  /** Those of the version in force, in the order of the files' names. */
  all(): readonly ServiceDefinition[] {
    return this.version.definitions;
  }

  /** The file a service came from, for messages about it, e.g. of the enrichment registry. */
  fileOf(apiName: string): string | null {
    return this.version.find(apiName)?.file ?? null;
  }

  private release(version: CatalogVersion): void {
    this.earlier.delete(version);
    const inUse = new Set([this.version, ...this.earlier].flatMap(({ definitions }) => definitions));
    const gone = version.definitions.filter((definition) => !inUse.has(definition));
    if (gone.length === 0) return;
    for (const listener of this.releaseListeners) listener(gone, [...inUse]);
  }
}
