import { type DynamicModule, Module } from '@nestjs/common';
import type { Role } from '../config/config.js';
import { StepSecretsAdmin } from './step-secrets-admin.js';
import { StepSecretsController } from './step-secrets.controller.js';
import { StepSecretsRepository } from './step-secrets.repository.js';
import { StepSecrets } from './step-secrets.js';

/** The credentials of steps: their finder everywhere, their routes where administrators are served. */
@Module({})
export class StepSecretsModule {
  static register(role: Role): DynamicModule {
    return {
      module: StepSecretsModule,
      global: true,
      controllers: role === 'worker' ? [] : [StepSecretsController],
      providers: [StepSecretsRepository, StepSecrets, StepSecretsAdmin],
      exports: [StepSecrets],
    };
  }
}
