import type { Type } from '@nestjs/common';
import type { EnrichmentProvider } from '../enrichment-provider.js';
import { BusinessDayProvider } from './business-day/business-day.provider.js';
import { BuyingRoleProvider } from './buying-role.provider.js';
import { ConsistencyProvider } from './consistency.provider.js';
import { CountryProvider } from './country.provider.js';
import { DomainProvider } from './domain.provider.js';
import { EmailProvider } from './email.provider.js';
import { ExpressionProvider } from './expression.provider.js';
import { JobTitleProvider } from './job-title.provider.js';
import { NameProvider } from './name.provider.js';
import { PhoneProvider } from './phone.provider.js';
import { ScoreProvider } from './score.provider.js';

/** Providers that need nothing: they work without a key and without a network. */
export const BUILT_IN_PROVIDERS: readonly (new () => EnrichmentProvider)[] = Object.freeze([
  EmailProvider,
  PhoneProvider,
  CountryProvider,
  NameProvider,
  DomainProvider,
  JobTitleProvider,
  ConsistencyProvider,
  ScoreProvider,
  BuyingRoleProvider,
  BusinessDayProvider,
]);

/** Providers that need parts of the service; Nest makes them. */
export const INJECTED_PROVIDERS: readonly Type<EnrichmentProvider>[] = Object.freeze([ExpressionProvider]);
