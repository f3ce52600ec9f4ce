import { type DynamicModule, Module, type OnModuleInit } from '@nestjs/common';
import { ActionFinishers } from '../actions/action-registries.js';
import { Catalog } from '../catalog/catalog.js';
import { type Notice, ServiceNotices } from '../catalog/service-notices.js';
import type { Role } from '../config/config.js';
import { startAtZero } from '../counters/zero-series.js';
import { ChannelRegistry } from '../delivery/channel-registry.js';
import { OrganisationBook } from '../organisations/organisation-book.js';
import { AdobeChannel } from './adobe.channel.js';
import { AdobeFinisher } from './adobe-finisher.js';
import { CallbackContexts } from './callback-contexts.js';
import { droppedValues, imsCredentialsRefused } from './callbacks.metrics.js';
import { AdobeCredentialsAdmin } from './credentials/adobe-credentials-admin.js';
import { AdobeCredentialsController } from './credentials/adobe-credentials.controller.js';
import { AdobeCredentialsRepository } from './credentials/adobe-credentials.repository.js';
import { CredentialNotes } from './credentials/credential-notes.js';
import { CredentialSecrets } from './credentials/credential-secrets.js';
import { CredentialTests } from './credentials/credential-tests.js';
import { ImsEndpoint } from './ims-endpoint.js';
import { ImsTokenClient } from './ims-token.client.js';

/** For the routes; a worker has none. */
const ENTRY_PROVIDERS = [AdobeCredentialsRepository, AdobeCredentialsAdmin, CredentialSecrets, CredentialTests];

/** Adobe's dialect of callbacks: bodies, credentials, access tokens, and the meaning of answers. */
@Module({
  providers: [CredentialNotes, ImsEndpoint, ImsTokenClient, CallbackContexts, AdobeChannel, AdobeFinisher],
})
export class CallbacksModule implements OnModuleInit {
  static register(role: Role): DynamicModule {
    if (role === 'worker') return { module: CallbacksModule };
    return { module: CallbacksModule, controllers: [AdobeCredentialsController], providers: ENTRY_PROVIDERS };
  }

  constructor(
    private readonly finishers: ActionFinishers,
    private readonly channels: ChannelRegistry,
    private readonly finisher: AdobeFinisher,
    private readonly channel: AdobeChannel,
    private readonly tokens: ImsTokenClient,
    private readonly credentials: OrganisationBook,
    private readonly catalog: Catalog,
    private readonly notices: ServiceNotices,
  ) {}

  onModuleInit(): void {
    this.finishers.register(this.finisher);
    this.channels.register(this.channel);
    this.credentials.follow((_before, { credentials }) => this.tokens.keepStored(credentials));
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
