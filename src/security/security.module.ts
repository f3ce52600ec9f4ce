import { Global, Module } from '@nestjs/common';
import { AddressPolicy } from './address-policy.js';
import { AdminGuard } from './admin.guard.js';
import { CallerAuthenticator } from './caller-authenticator.js';
import { SecretBox } from './secret-box.js';

const PROVIDERS = [AddressPolicy, AdminGuard, CallerAuthenticator, SecretBox];

/** Checks of callers, the address policy, and secrets at rest. Global: every stage needs one of the three. */
@Global()
@Module({ providers: PROVIDERS, exports: PROVIDERS })
export class SecurityModule {}
