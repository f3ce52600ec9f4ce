import { Module } from '@nestjs/common';
import { FailedDeliveriesRepository } from '../delivery/failed-deliveries.repository.js';
import { Requeuer } from '../delivery/requeuer.js';
import { ResendRepository } from '../delivery/resend.repository.js';
import { BridgedEventsRepository } from '../erasure/bridged-events.repository.js';
import { SubjectSearch } from '../erasure/subject-search.js';
import { SubjectSearchRepository } from '../erasure/subject-search.repository.js';
import { AuditRepository } from '../security/audit.repository.js';
import { ActionDetailRepository } from './action-detail.repository.js';
import { ActionDetails } from './action-details.js';
import { ActionList } from './action-list.js';
import { ActionListRepository } from './action-list.repository.js';
import { ActionsAdminController } from './actions-admin.controller.js';
import { DeliveriesAdminController } from './deliveries-admin.controller.js';
import { EraseController } from './erase.controller.js';
import { EraseJobsRepository } from './erase-jobs.repository.js';
import { Erasure } from './erasure.js';
import { KnownNames } from './known-names.js';
import { KnownServicesRepository } from './known-services.repository.js';
import { RecoveriesController } from './recoveries.controller.js';
import { Recoveries } from './recoveries.js';
import { RecoveryJobsRepository } from './recovery-jobs.repository.js';
import { RegistrationsAdmin } from './registrations-admin.js';
import { RegistrationsAdminController } from './registrations-admin.controller.js';
import { RegistrationDeliveries } from './registrations-deliveries.js';
import { RegistrationDeliveriesRepository } from './registrations-deliveries.repository.js';
import { EgressController } from './registrations-egress.controller.js';
import { Resender } from './resender.js';
import { RefusedCredentialsRepository } from './refused-credentials.repository.js';
import { StatusController } from './status.controller.js';
import { SubjectsController } from './subjects.controller.js';
import { Subjects } from './subjects.js';
import { SubjectsRepository } from './subjects.repository.js';

/** The views and commands of administrators, under /admin. */
@Module({
  controllers: [
    ActionsAdminController,
    DeliveriesAdminController,
    EraseController,
    RecoveriesController,
    RegistrationsAdminController,
    EgressController,
    StatusController,
    SubjectsController,
  ],
  providers: [
    ActionListRepository,
    ActionList,
    ActionDetailRepository,
    ActionDetails,
    AuditRepository,
    ResendRepository,
    Requeuer,
    Resender,
    RefusedCredentialsRepository,
    FailedDeliveriesRepository,
    KnownServicesRepository,
    KnownNames,
    RecoveryJobsRepository,
    Recoveries,
    RegistrationsAdmin,
    RegistrationDeliveries,
    RegistrationDeliveriesRepository,
    EraseJobsRepository,
    Erasure,
    BridgedEventsRepository,
    SubjectSearch,
    SubjectSearchRepository,
    SubjectsRepository,
    Subjects,
  ],
})
export class AdminModule {}
