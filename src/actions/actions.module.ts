import { Global, Module } from '@nestjs/common';
import { LoggingModule } from '../logging/logging.module.js';
import { ActionHandover } from './action-handover.js';
import { ActionIntake } from './action-intake.js';
import { ActionLoader } from './action-loader.js';
import { ActionOwners } from './action-owners.js';
import { ActionReads } from './action-reads.repository.js';
import { ActionFinishers, ActionRequestReaders } from './action-registries.js';
import { ActionSecretsVault } from './action-secrets.js';
import { ActionTrialsRepository } from './action-trials.repository.js';
import { ActionTokensRepository } from './action-tokens.repository.js';
import { ActionsRepository } from './actions.repository.js';
import { BacklogGauge } from './backlog-gauge.js';
import { EraseOrdersRepository } from './erase-orders.repository.js';
import { EarlierTokenKeys } from './earlier-token-keys.js';
import { FinishedActionsRepository } from './finished-actions.repository.js';
import { KnownServicesRepository } from './known-services.repository.js';

/** The spine: the row, its states, and the ports between the stages. */
@Global()
@Module({
  imports: [LoggingModule],
  providers: [
    ActionsRepository,
    ActionTokensRepository,
    ActionTrialsRepository,
    ActionReads,
    ActionSecretsVault,
    ActionRequestReaders,
    ActionFinishers,
    ActionLoader,
    ActionHandover,
    ActionOwners,
    EraseOrdersRepository,
    EarlierTokenKeys,
    FinishedActionsRepository,
    KnownServicesRepository,
    ActionIntake,
    BacklogGauge,
  ],
  exports: [
    ActionsRepository,
    ActionTrialsRepository,
    ActionReads,
    ActionSecretsVault,
    ActionRequestReaders,
    ActionFinishers,
    ActionLoader,
    ActionHandover,
    ActionOwners,
    EraseOrdersRepository,
    FinishedActionsRepository,
    KnownServicesRepository,
    ActionIntake,
    BacklogGauge,
  ],
})
export class ActionsModule {}
