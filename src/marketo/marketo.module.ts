import { type DynamicModule, Logger, Module, type OnApplicationBootstrap, type OnModuleInit } from '@nestjs/common';
import { ActionFinishers, ActionRequestReaders } from '../actions/action-registries.js';
import { Catalog } from '../catalog/catalog.js';
import { ServiceDefinitionGuard } from '../catalog/service-definition.guard.js';
import { AppConfig, type Role } from '../config/config.js';
import { ChannelRegistry } from '../delivery/channel-registry.js';
import { ErrorDialects } from '../http/error-dialects.js';
import { ServicePaths } from '../http/service-paths.js';
import { BatchActionFactory } from './batches/batch-action.js';
import { BatchIntake } from './batches/batch-intake.js';
import { BatchesController } from './batches/batches.controller.js';
import { BatchRequestReader } from './batches/stored-batch.js';
import { MarketoChannel } from './callbacks/marketo.channel.js';
import { MarketoFinisher } from './callbacks/marketo.finisher.js';
import { startMarketoSeries } from './callbacks/marketo.metrics.js';
import { installLinkOf, MarketoDocuments } from './documents/marketo-documents.js';
import { MarketoDocumentsController } from './documents/marketo-documents.controller.js';
import { speaksMarketo } from './documents/service-definition.js';
import { ExtrasController } from './extras/extras.controller.js';
import { Picklists } from './extras/picklists.js';
import { ProviderInstructions } from './extras/provider-instructions.js';
import { ServiceIcons } from './extras/service-icons.js';
import { MARKETO_ERROR, renderMarketoError } from './marketo-error.js';

const CONTROLLERS = [BatchesController, MarketoDocumentsController, ExtrasController];
const PROVIDERS = [
  BatchActionFactory,
  BatchIntake,
  MarketoDocuments,
  ServiceDefinitionGuard,
  Picklists,
  ServiceIcons,
  ProviderInstructions,
];

/**
 * Self-service flow steps of Adobe Marketo Engage: batches of leads in, one callback per batch out. A worker serves no
 * route, and reads, finishes and sends all the same.
 */
@Module({ providers: [MarketoChannel, MarketoFinisher] })
export class MarketoModule implements OnModuleInit, OnApplicationBootstrap {
  private readonly log = new Logger('Marketo');

  static register(role: Role): DynamicModule {
    if (role === 'worker') return { module: MarketoModule };
    return {
      module: MarketoModule,
      controllers: CONTROLLERS,
      providers: PROVIDERS,
    };
  }

  constructor(
    private readonly readers: ActionRequestReaders,
    private readonly finishers: ActionFinishers,
    private readonly channels: ChannelRegistry,
    private readonly errors: ErrorDialects,
    private readonly paths: ServicePaths,
    private readonly catalog: Catalog,
    private readonly config: AppConfig,
    private readonly finisher: MarketoFinisher,
    private readonly channel: MarketoChannel,
  ) {}

  onModuleInit(): void {
    this.readers.register(new BatchRequestReader());
    this.finishers.register(this.finisher);
    this.channels.register(this.channel);
    this.errors.register('/services/*/marketo', renderMarketoError, MARKETO_ERROR);
    this.catalog.follow(({ definitions }) => () => {
      const spoken = definitions.filter(speaksMarketo);
      startMarketoSeries(spoken.map(({ apiName }) => apiName));
      const alone = spoken.filter(({ dialects }) => !dialects.includes('externalActions'));
      this.paths.move(new Set(alone.map(({ apiName }) => apiName)), 'marketo');
    });
  }

  onApplicationBootstrap(): void {
    if (this.config.role === 'worker') return;
    for (const definition of this.catalog.all().filter(speaksMarketo)) {
      if (!definition.enabled) continue;
      this.log.log(`${definition.apiName}: install it by ${installLinkOf(definition, this.config.http.publicUrl)}`);
    }
  }
}
