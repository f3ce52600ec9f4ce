import { type DynamicModule, Module } from '@nestjs/common';
import { ActionsModule } from './actions/actions.module.js';
import { AdminModule } from './admin/admin.module.js';
import { AdminKeysModule } from './admin-keys/admin-keys.module.js';
import { AuthoringModule } from './authoring/authoring.module.js';
import { AsyncCallsModule } from './async-calls/async-calls.module.js';
import { CallbacksModule } from './callbacks/callbacks.module.js';
import { CatalogModule } from './catalog/catalog.module.js';
import { RicochetConfigModule } from './config/config.module.js';
import type { LoadedConfig } from './config/load-config.js';
import { DatabaseModule } from './database/database.module.js';
import type { EmbeddedStart } from './database/embedded-start.js';
import { DeliveryModule } from './delivery/delivery.module.js';
import { ExpressionsModule } from './expressions/expressions.module.js';
import { EnrichmentModule } from './enrichment/enrichment.module.js';
import { ErasureModule } from './erasure/erasure.module.js';
import { HealthModule } from './health/health.module.js';
import { HttpModule } from './http/http.module.js';
import { IdempotencyModule } from './idempotency/idempotency.module.js';
import { IntakeModule } from './intake/intake.module.js';
import { LiveModule } from './live/live.module.js';
import { LookupTablesModule } from './lookup-tables/lookup-tables.module.js';
import { MarketoModule } from './marketo/marketo.module.js';
import { MetricsModule } from './metrics/metrics.module.js';
import { NoticesModule } from './notices/notices.module.js';
import { OrganisationsModule } from './organisations/organisations.module.js';
import { OAuthModule } from './oauth/oauth.module.js';
import { QueueModule } from './queue/queue.module.js';
import { SweepsModule } from './sweeps/sweeps.module.js';
import { ReloadModule } from './reload/reload.module.js';
import { RecoveryModule } from './recovery/recovery.module.js';
import { RegistrationsModule } from './registrations/registrations.module.js';
import { ResendModule } from './resend/resend.module.js';
import { RevealModule } from './reveal/reveal.module.js';
import { StatisticsModule } from './statistics/statistics.module.js';
import { StepSecretsModule } from './step-secrets/step-secrets.module.js';
import { SecurityModule } from './security/security.module.js';
import { TelemetryModule } from './telemetry/telemetry.module.js';

/**
 * The whole service. Every process has the spine, the engine and the dialects; `ROLE` decides which routes it serves
 * and which loops it runs.
 */
@Module({})
export class AppModule {
  /** @param database the embedded PostgreSQL when its start has begun already */
  static register(
    loaded: Pick<LoadedConfig, 'config' | 'secrets'>,
    database: EmbeddedStart | null = null,
  ): DynamicModule {
    const { role } = loaded.config;
    const foundation = [
      RicochetConfigModule.register(loaded),
      database === null ? DatabaseModule : DatabaseModule.startedBy(database),
      QueueModule.register(loaded.config),
      SweepsModule,
      SecurityModule,
      HttpModule,
      IdempotencyModule,
      AdminKeysModule.register(role),
      OAuthModule.register(role),
      ExpressionsModule,
      StepSecretsModule.register(role),
      OrganisationsModule,
      StatisticsModule,
      TelemetryModule,
      LiveModule.register(role),
    ];
    const stages = [
      ActionsModule,
      CatalogModule.register(role),
      IntakeModule.register(role),
      LookupTablesModule.register(role),
      EnrichmentModule.register(role),
      CallbacksModule.register(role),
      DeliveryModule.register(role),
      RegistrationsModule.register(role),
      AsyncCallsModule.register(role),
      MarketoModule.register(role),
      ReloadModule,
    ];
    const around = [
      AuthoringModule.register(role),
      RecoveryModule,
      HealthModule,
      MetricsModule,
      ...(role === 'worker' ? [] : [AdminModule, RevealModule]),
      ResendModule.register(role),
      ErasureModule.register(role),
      NoticesModule.register(role),
    ];
    return { module: AppModule, imports: [...foundation, ...stages, ...around] };
  }
}
