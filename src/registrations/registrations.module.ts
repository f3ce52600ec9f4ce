import { type DynamicModule, Global, Module } from '@nestjs/common';
import type { Role } from '../config/config.js';
import { Bridge } from './bridge.js';
import { CompaniesModule } from './companies/companies.module.js';
import { DestinationPauses } from './destination-pauses.repository.js';
import { DestinationSwitching } from './destination-switching.js';
import { DestinationSwitchingController } from './destination-switching.controller.js';
import { EqpModule } from './eqp/eqp.module.js';
import { RegisteredDestinations } from './registered-destinations.js';
import { RegistrationDirectories } from './registration-directory.js';
import { RegistrationsAdmin } from './registrations-admin.js';
import { RegistrationsAdminController } from './registrations-admin.controller.js';

/**
 * Callbacks that customers register: one family per folder, each with its API, its channel and its tables. Global, for
 * the directories: families register theirs, administrators look through all of them. A worker serves no route of it.
 */
@Global()
@Module({
  providers: [RegistrationDirectories, DestinationPauses, RegisteredDestinations, Bridge],
  exports: [RegistrationDirectories, DestinationPauses, RegisteredDestinations],
})
export class RegistrationsModule {
  static register(role: Role): DynamicModule {
    return {
      module: RegistrationsModule,
      ...(role !== 'worker' && {
        controllers: [DestinationSwitchingController, RegistrationsAdminController],
        providers: [DestinationSwitching, RegistrationsAdmin],
      }),
      imports: [EqpModule.register(role), CompaniesModule.register(role)],
    };
  }
}
