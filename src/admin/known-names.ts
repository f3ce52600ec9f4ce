import { Injectable } from '@nestjs/common';
import { Catalog } from '../catalog/catalog.js';
import { ChannelRegistry } from '../delivery/channel-registry.js';
import { oneOfMessage } from '../http/one-of.js';
import type { RequestProblem } from '../http/request-error.js';
import { KnownServicesRepository } from './known-services.repository.js';

/** Names that a filter holds; null filters nothing. */
export interface FilterNames {
  readonly channel: string | null;
  readonly service: string | null;
}

/**
 * Tells misspelt names of filters; their sets are known at run time only. A channel is one this service can send by. A
 * service that left the configuration is still a name as long as it has actions: those can be listed and sent again.
 */
@Injectable()
export class KnownNames {
  constructor(
    private readonly catalog: Catalog,
    private readonly channels: ChannelRegistry,
    private readonly services: KnownServicesRepository,
  ) {}

  /** @returns one problem per unknown name, with the names there are. */
  async problemsOf({ channel, service }: FilterNames): Promise<RequestProblem[]> {
    const problems: RequestProblem[] = [];
    if (channel !== null && this.channels.find(channel) === null) {
      const keys = this.channels.all().map(({ key }) => key);
      problems.push({ field: 'channel', message: oneOfMessage(keys.sort(), channel) });
    }
    if (service !== null && this.catalog.find(service) === null && !(await this.services.mayHaveActions(service))) {
      const names = this.catalog.all().map(({ apiName }) => apiName);
      problems.push({ field: 'service', message: oneOfMessage(names, service) });
    }
    return problems;
  }
}
