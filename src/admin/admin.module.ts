import { Module } from '@nestjs/common';
import { ActionDetailRepository } from './action-detail.repository.js';
import { ActionDetails } from './action-details.js';
import { ActionList } from './action-list.js';
import { ActionListRepository } from './action-list.repository.js';
import { ActionsAdminController } from './actions-admin.controller.js';
import { AuditRepository } from './audit.repository.js';
import { DeliveriesAdminController } from './deliveries-admin.controller.js';
import { EraseController } from './erase.controller.js';
import { EraseJobsRepository } from './erase-jobs.repository.js';
import { Erasure } from './erasure.js';
import { ResendRepository } from './resend.repository.js';
import { Resender } from './resender.js';
import { StatusController } from './status.controller.js';

/** What administrators see and do, under /admin. */
@Module({
  controllers: [ActionsAdminController, DeliveriesAdminController, EraseController, StatusController],
  providers: [
    ActionListRepository,
    ActionList,
    ActionDetailRepository,
    ActionDetails,
    AuditRepository,
    ResendRepository,
    Resender,
    EraseJobsRepository,
    Erasure,
  ],
})
export class AdminModule {}
