import { type DynamicModule, Module } from '@nestjs/common';
import type { Role } from '../config/config.js';
import { ServicesAuthoringController } from './services-authoring.controller.js';
import { LiveTrials } from './trial/live-trials.js';
import { DefinitionCheck } from './validate/definition-check.js';

/** Checks and trials of services for administrators. A worker serves no route of it. */
@Module({})
export class AuthoringModule {
  static register(role: Role): DynamicModule {
    if (role === 'worker') return { module: AuthoringModule };
    return {
      module: AuthoringModule,
      controllers: [ServicesAuthoringController],
      providers: [DefinitionCheck, LiveTrials],
    };
  }
}
