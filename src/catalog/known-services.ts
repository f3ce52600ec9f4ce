import { Injectable } from '@nestjs/common';
import { KnownServicesRepository } from '../actions/known-services.repository.js';
import { oneOfMessage } from '../http/one-of.js';
import type { RequestProblem } from '../http/request-error.js';
import { Catalog } from './catalog.js';

/**
 * Tells misspelt services of filters: which there are is known at run time only. A service that left the configuration is
 * still a name as long as it has actions: those can be listed and sent again.
 */
@Injectable()
export class KnownServices {
  constructor(
    private readonly catalog: Catalog,
    private readonly services: KnownServicesRepository,
  ) {}

  /** @param service null filters nothing. @returns the problem of an unknown one, with the names there are. */
  async problemsOf(service: string | null): Promise<RequestProblem[]> {
    if (service === null || this.catalog.find(service) !== null) return [];
    if (await this.services.mayHaveActions(service)) return [];
    const names = this.catalog.all().map(({ apiName }) => apiName);
    return [{ field: 'service', message: oneOfMessage(names, service) }];
  }
}
