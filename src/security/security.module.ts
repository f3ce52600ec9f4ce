import { Global, Module } from '@nestjs/common';
import { AddressPolicy } from './address-policy.js';
import { AdminGuard } from './admin.guard.js';
import { CallerAuthenticator } from './caller-authenticator.js';
import { SecretBox } from './secret-box.js';
import { StepAddresses } from './step-addresses.js';

const PROVIDERS = [AddressPolicy, AdminGuard, CallerAuthenticator, SecretBox, StepAddresses];

/** Who may call, what may be called, and how secrets rest. Global: every stage needs one of the three. */
@Global()
@Module({ providers: PROVIDERS, exports: PROVIDERS })
export class SecurityModule {}
