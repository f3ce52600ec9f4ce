import { Injectable } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import { ChannelRegistry } from '../delivery/channel-registry.js';
import { UUID } from '../http/uuid.pipe.js';
import { SubjectTenantsRepository } from './subject-tenants.repository.js';
import type { SubjectTenantList } from './subjects.dto.js';

/**
 * Says which organisations and clients are known. A search for a person of an organisation that is misspelled finds nothing,
 * and nothing must not be taken for an answer.
 */
@Injectable()
export class SubjectTenants {
  private readonly configured: readonly string[];

  constructor(
    { ims, marketo }: AppConfig,
    private readonly channels: ChannelRegistry,
    private readonly repository: SubjectTenantsRepository,
  ) {
    this.configured = [...(ims.orgIds ?? []), ...(marketo.munchkinIds ?? [])];
  }

  list(): Promise<SubjectTenantList> {
    return this.repository.list(this.configured, this.channels.keysOfOrganisations());
  }

  async isKnown(tenant: string): Promise<boolean> {
    if (this.configured.includes(tenant)) return true;
    const clientId = UUID.test(tenant) ? tenant : null;
    return this.repository.isKnown(tenant, clientId, this.channels.keysOfOrganisations());
  }
}
