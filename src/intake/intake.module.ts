import { type DynamicModule, Module, type OnModuleInit } from '@nestjs/common';
import { ActionRequestReaders } from '../actions/action-registries.js';
import { BacklogGauge } from '../actions/backlog-gauge.js';
import { ServiceNotices } from '../catalog/service-notices.js';
import type { Role } from '../config/config.js';
import { SecurityModule } from '../security/security.module.js';
import { AdobeRequestReader } from './adobe-request.reader.js';
import { IntakeController } from './intake.controller.js';
import { IntakeService } from './intake.service.js';
import { NewActionFactory } from './new-action.js';
import { ServedOrganisations } from './served-organisations.js';
import { ServedServices } from './served-services.js';
import { ServiceTenantsController } from './tenants/service-tenants.controller.js';
import { ServiceTenantsRepository } from './tenants/service-tenants.repository.js';
import { ServiceTenants } from './tenants/service-tenants.js';

/** For the routes; a worker has none. */
const ENTRY_PROVIDERS = [
  IntakeService,
  NewActionFactory,
  ServedOrganisations,
  ServedServices,
  ServiceTenantsRepository,
  ServiceTenants,
];

/** The entry of execution requests. A worker has only the reader of stored requests: it serves no route of intake. */
@Module({})
export class IntakeModule implements OnModuleInit {
  static register(role: Role): DynamicModule {
    return {
      module: IntakeModule,
      imports: [SecurityModule],
      controllers: role === 'worker' ? [] : [IntakeController, ServiceTenantsController],
      providers: role === 'worker' ? [] : ENTRY_PROVIDERS,
    };
  }

  constructor(
    private readonly readers: ActionRequestReaders,
    private readonly notices: ServiceNotices,
    private readonly backlog: BacklogGauge,
  ) {}

  onModuleInit(): void {
    this.readers.register(new AdobeRequestReader());
    this.notices.register(() => {
      const overload = this.backlog.overload();
      return overload === null
        ? []
        : [{ level: 'warning', text: `New requests are refused for now: ${overload.reason}.` }];
    });
  }
}
