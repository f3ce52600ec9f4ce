import { Module, type OnModuleInit } from '@nestjs/common';
import { Catalog } from '../catalog/catalog.js';
import { type Notice, ServiceNotices } from '../catalog/service-notices.js';
import { startAtZero } from '../counters/zero-series.js';
import { droppedValues, imsCredentialsRefused } from './callbacks.metrics.js';
import { ActionFinishers } from '../actions/action-registries.js';
import { ChannelRegistry } from '../delivery/channel-registry.js';
import { ActionOwners } from './action-owners.js';
import { AdobeChannel } from './adobe.channel.js';
import { AdobeFinisher } from './adobe-finisher.js';
import { CallbackContexts } from './callback-contexts.js';
import { AdobeCredentials } from './ims-credentials.js';
import { ImsEndpoint } from './ims-endpoint.js';
import { ImsTokenClient } from './ims-token.client.js';

/** Adobe's dialect of callbacks: bodies, access tokens, and the meaning of answers. */
@Module({
  providers: [
    AdobeCredentials,
    ImsEndpoint,
    ImsTokenClient,
    CallbackContexts,
    ActionOwners,
    AdobeChannel,
    AdobeFinisher,
  ],
})
export class CallbacksModule implements OnModuleInit {
  constructor(
    private readonly finishers: ActionFinishers,
    private readonly channels: ChannelRegistry,
    private readonly finisher: AdobeFinisher,
    private readonly channel: AdobeChannel,
    private readonly catalog: Catalog,
    private readonly notices: ServiceNotices,
  ) {}

  onModuleInit(): void {
    this.finishers.register(this.finisher);
    this.channels.register(this.channel);
    this.notices.register(({ dialects }) => (dialects.includes('externalActions') ? refusedCredentials() : []));
    this.catalog.follow((next) => () => {
      startAtZero(droppedValues, { service: next.definitions.map(({ apiName }) => apiName) });
    });
  }
}

async function refusedCredentials(): Promise<Notice[]> {
  const refused = (await imsCredentialsRefused.get()).values[0]?.value ?? 0;
  return refused === 0
    ? []
    : [{ level: 'error', text: 'IMS refuses the credential of callbacks: they wait for another.' }];
}
