import { Module } from '@nestjs/common';
import { StepSecrets } from './step-secrets.js';

/** The credentials of steps: who finds them, and, for administrators, who keeps them. */
@Module({ providers: [StepSecrets], exports: [StepSecrets] })
export class StepSecretsModule {}
