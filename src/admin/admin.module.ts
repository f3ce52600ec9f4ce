import { Module } from '@nestjs/common';
import { KnownServices } from '../catalog/known-services.js';
import { ReloadModule } from '../reload/reload.module.js';
import { ActionDetailRepository } from './action-detail.repository.js';
import { ActionDetails } from './action-details.js';
import { ActionList } from './action-list.js';
import { ActionListRepository } from './action-list.repository.js';
import { AuditList } from './audit-list.js';
import { AuditListRepository } from './audit-list.repository.js';
import { AuditController } from './audit.controller.js';
import { ActionsAdminController } from './actions-admin.controller.js';
import { BoundedSearchRepository } from './bounded-search.repository.js';
import { DeliveriesController } from './deliveries.controller.js';
import { DeliveryDetailRepository } from './delivery-detail.repository.js';
import { DeliveryDetails } from './delivery-details.js';
import { DeliveryList } from './delivery-list.js';
import { DeliveryListRepository } from './delivery-list.repository.js';
import { DestinationList } from './destination-list.js';
import { DestinationListRepository } from './destination-list.repository.js';
import { DestinationsController } from './destinations.controller.js';
import { RefusedCredentialsRepository } from './refused-credentials.repository.js';
import { RegistrationDeliveries } from './registration-deliveries.js';
import { RegistrationDeliveriesController } from './registration-deliveries.controller.js';
import { RegistrationDeliveriesRepository } from './registration-deliveries.repository.js';
import { StatisticsController } from './statistics.controller.js';
import { StatusController } from './status.controller.js';

/** The views of administrators across features, under /admin. A route that belongs to one feature lives there. */
@Module({
  imports: [ReloadModule],
  controllers: [
    ActionsAdminController,
    AuditController,
    DeliveriesController,
    DestinationsController,
    RegistrationDeliveriesController,
    StatisticsController,
    StatusController,
  ],
  providers: [
    ActionListRepository,
    ActionList,
    ActionDetailRepository,
    ActionDetails,
    AuditListRepository,
    AuditList,
    BoundedSearchRepository,
    DeliveryDetailRepository,
    DeliveryDetails,
    DeliveryListRepository,
    DeliveryList,
    DestinationListRepository,
    DestinationList,
    KnownServices,
    RefusedCredentialsRepository,
    RegistrationDeliveries,
    RegistrationDeliveriesRepository,
  ],
})
export class AdminModule {}
