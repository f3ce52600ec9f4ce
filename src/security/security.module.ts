import { Global, Module } from '@nestjs/common';
import { AddressPolicy } from './address-policy.js';
import { AdminAuthenticator } from './admin-authenticator.js';
import { AdminGuard } from './admin.guard.js';
import { AdminKeysRepository } from './admin-keys.repository.js';
import { AdminKeyUses } from './admin-key-uses.js';
import { AdminSessions } from './admin-sessions.js';
import { AdminSessionsRepository } from './admin-sessions.repository.js';
import { AuditRepository } from './audit.repository.js';
import { CallerAuthenticator } from './caller-authenticator.js';
import { SecretBox } from './secret-box.js';
import { StepAddresses } from './step-addresses.js';

const PROVIDERS = [
  AddressPolicy,
  AdminAuthenticator,
  AdminGuard,
  AdminKeysRepository,
  AdminKeyUses,
  AdminSessions,
  AdminSessionsRepository,
  AuditRepository,
  CallerAuthenticator,
  SecretBox,
  StepAddresses,
];

/** Callers, administrators, allowed addresses, stored secrets and the audit log. Global: every stage needs one of them. */
@Global()
@Module({ providers: PROVIDERS, exports: PROVIDERS })
export class SecurityModule {}
