import { type DynamicModule, Global, Logger, Module } from '@nestjs/common';
import { AppConfig, type Role } from '../config/config.js';
import { CallerGuard } from '../security/caller.guard.js';
import { CallerServices } from '../security/caller-services.js';
import { SecurityModule } from '../security/security.module.js';
import { Catalog } from './catalog.js';
import { loadDefinitions } from './catalog-loader.js';
import { DialectNeeds } from './dialect-needs.js';
import { RootServiceController } from './root-service.controller.js';
import { ServiceNotices } from './service-notices.js';
import { ServiceDefinitionGuard } from './service-definition.guard.js';
import { ServiceDocuments } from './service-documents.js';
import { ServicesController } from './services.controller.js';
import { UnreachableServices } from './unreachable-services.js';

const catalogProvider = {
  provide: Catalog,
  inject: [AppConfig],
  useFactory: async (config: AppConfig): Promise<Catalog> => {
    const log = new Logger('Catalog');
    return new Catalog(await loadDefinitions(config.catalog.servicesDir, (message) => log.warn(message)));
  },
};

/**
 * The configured services, read at boot; a broken file stops the boot. Later readings put other versions in force. Global:
 * intake, enrichment and callbacks read it. A worker knows them too, but serves no routes of them.
 */
@Global()
@Module({})
export class CatalogModule {
  static register(role: Role): DynamicModule {
    return {
      module: CatalogModule,
      imports: [SecurityModule],
      controllers: role === 'worker' ? [] : [ServicesController, RootServiceController],
      providers: [
        catalogProvider,
        DialectNeeds,
        ServiceNotices,
        { provide: CallerServices, useExisting: Catalog },
        CallerGuard,
        ServiceDefinitionGuard,
        ServiceDocuments,
        ...(role === 'worker' ? [] : [UnreachableServices]),
      ],
      exports: [Catalog, CallerServices, CallerGuard, ServiceNotices],
    };
  }
}
