import type { InboundAuthScheme } from '../config/config.js';

/** The facts about a service that authentication needs. */
export interface CallerService {
  readonly apiName: string;
  /** False: known, but a known caller gets 403. */
  readonly enabled: boolean;
  /** Null: the default scheme. */
  readonly auth: InboundAuthScheme | null;
}

/** The port through which the guard finds a route's service. Abstract, as foundation knows no stage: the catalog implements it. */
export abstract class CallerServices {
  /** @throws {RequestError} 404 RESOURCE_NOT_FOUND when no service has the name. */
  abstract get(apiName: string): CallerService;
}
