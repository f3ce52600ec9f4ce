import { Global, Module } from '@nestjs/common';
import { AddressPolicy } from './address-policy.js';
import { AdminGuard } from './admin.guard.js';
import { AuditRepository } from './audit.repository.js';
import { CallerAuthenticator } from './caller-authenticator.js';
import { SecretBox } from './secret-box.js';
import { StepAddresses } from './step-addresses.js';

const PROVIDERS = [AddressPolicy, AdminGuard, AuditRepository, CallerAuthenticator, SecretBox, StepAddresses];

/** Callers, allowed addresses, stored secrets and the audit log. Global: every stage needs one of them. */
@Global()
@Module({ providers: PROVIDERS, exports: PROVIDERS })
export class SecurityModule {}
