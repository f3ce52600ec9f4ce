import { Module } from '@nestjs/common';
import { FailedDeliveriesRepository } from '../resend/failed-deliveries.repository.js';
import { Requeuer } from '../resend/requeuer.js';
import { ResendRepository } from '../delivery/delivery-resend.repository.js';
import { BridgedEventsRepository } from '../erasure/bridged-events.repository.js';
import { SubjectSearch } from '../erasure/subject-search.js';
import { SubjectSearchRepository } from '../erasure/subject-search.repository.js';
import { AuditRepository } from '../security/audit.repository.js';
import { ActionDetailRepository } from './action-detail.repository.js';
import { ActionDetails } from './action-details.js';
import { ActionList } from './action-list.js';
import { ActionListRepository } from './action-list.repository.js';
import { ActionsAdminController } from './actions-admin.controller.js';
import { DeliveriesAdminController } from '../resend/deliveries-admin.controller.js';
import { EraseController } from '../erasure/erase.controller.js';
import { EraseJobsRepository } from '../erasure/erase-jobs.repository.js';
import { Erasure } from '../erasure/erasure.js';
import { KnownNames } from '../catalog/known-services.js';
import { KnownServicesRepository } from '../actions/known-services.repository.js';
import { RecoveriesController } from '../resend/recoveries.controller.js';
import { Recoveries } from '../resend/recoveries.js';
import { RecoveryJobsRepository } from '../resend/bulk-jobs.repository.js';
import { RegistrationsAdmin } from '../registrations/registrations-admin.js';
import { RegistrationsAdminController } from '../registrations/registrations-admin.controller.js';
import { RegistrationDeliveries } from './registration-deliveries.js';
import { RegistrationDeliveriesRepository } from './registration-deliveries.repository.js';
import { EgressController } from '../delivery/egress.controller.js';
import { Resender } from '../resend/resender.js';
import { RefusedCredentialsRepository } from './refused-credentials.repository.js';
import { StatusController } from './status.controller.js';
import { SubjectsController } from '../erasure/subjects.controller.js';
import { Subjects } from '../erasure/subjects.js';
import { SubjectsRepository } from '../erasure/subjects.repository.js';

/** What administrators see and do, under /admin. */
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
