import { type DynamicModule, Module, type OnApplicationBootstrap } from '@nestjs/common';
import { KnownServices } from '../catalog/known-services.js';
import type { Role } from '../config/config.js';
import { DeliveryResendRepository } from '../delivery/delivery-resend.repository.js';
import { SweepLoop } from '../sweeps/sweep-loop.js';
import { SweepLoops } from '../sweeps/sweep-loops.js';
import { BulkJobsRepository } from './bulk-jobs.repository.js';
import { BulkRecoverySweeper } from './bulk-recovery.sweeper.js';
import { DeliveriesAdminController } from './deliveries-admin.controller.js';
import { FailedDeliveriesRepository } from './failed-deliveries.repository.js';
import { Hurrier } from './hurrier.js';
import { Recoveries } from './recoveries.js';
import { RecoveriesController } from './recoveries.controller.js';
import { RegistrationRecoveriesController } from './registration-recoveries.controller.js';
import { RegistrationResender } from './registration-resender.js';
import { Requeuer } from './requeuer.js';
import { Resender } from './resender.js';

/** Half of what a job's budget holds, so that the pauses cost nothing of its rate. */
const BULK_EVERY_MS = 500;

const CONTROLLERS = [DeliveriesAdminController, RecoveriesController, RegistrationRecoveriesController];
/** For the routes; the loop does without. */
const ENTRY_PROVIDERS = [Hurrier, KnownServices, Recoveries, RegistrationResender, Resender];

/** Sending again: one delivery, all that failed, or those of a registration. A worker serves no route of it. */
@Module({
  providers: [BulkJobsRepository, BulkRecoverySweeper, DeliveryResendRepository, FailedDeliveriesRepository, Requeuer],
})
export class ResendModule implements OnApplicationBootstrap {
  static register(role: Role): DynamicModule {
    if (role === 'worker') return { module: ResendModule };
    return { module: ResendModule, controllers: CONTROLLERS, providers: ENTRY_PROVIDERS };
  }

  constructor(
    private readonly sweeps: SweepLoops,
    private readonly bulk: BulkRecoverySweeper,
  ) {}

  onApplicationBootstrap(): void {
    const sweep = (): Promise<boolean> => this.bulk.sweep();
    this.sweeps.run([new SweepLoop({ name: 'BulkRecovery', everyMs: BULK_EVERY_MS, sweep })]);
  }
}
