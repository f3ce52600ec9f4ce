import { type DynamicModule, Module, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { ACTION_ERROR_CODES } from '../actions/action-result.js';
import { startAtZero } from '../counters/zero-series.js';
import { enrichedTotal, pipelineSeconds, stepFailuresTotal } from './enrichment.metrics.js';
import { Catalog } from '../catalog/catalog.js';
import { AppConfig, type Role } from '../config/config.js';
import { ActionPipelines } from './action-pipelines.js';
import { BatchRunner } from './batch-runner.js';
import { EnrichmentClaims } from './enrichment-claims.js';
import { Conditions } from './conditions.js';
import { EnrichmentStage } from './enrichment-stage.js';
import { FinishWriter } from './finish-writer.js';
import { PipelinePlaces } from './pipeline-places.js';
import { PipelineRunner } from './pipeline-runner.js';
import { loadProviderModules } from './provider-modules.js';
import { ProviderRegistry } from './provider-registry.js';
import { BUILT_IN_PROVIDERS, INJECTED_PROVIDERS } from './providers/built-in-providers.js';
import { HTTP_STEPS } from './providers/http/http-steps.js';
import { HttpProvider } from './providers/http/http.provider.js';
import { StepCacheController } from './providers/http/step-cache.controller.js';
import { LookupProvider } from './providers/lookup.provider.js';

/** Runs the services' pipelines. Boot fails when a pipeline names what no provider offers. */
@Module({
  providers: [
    Conditions,
    ProviderRegistry,
    PipelinePlaces,
    PipelineRunner,
    BatchRunner,
    ActionPipelines,
    EnrichmentClaims,
    FinishWriter,
    EnrichmentStage,
    ...HTTP_STEPS,
  ],
})
export class EnrichmentModule implements OnModuleInit {
  static register(role: Role): DynamicModule {
    return { module: EnrichmentModule, controllers: role === 'worker' ? [] : [StepCacheController] };
  }

  constructor(
    private readonly registry: ProviderRegistry,
    private readonly catalog: Catalog,
    private readonly config: AppConfig,
    private readonly moduleRef: ModuleRef,
  ) {}

  /** Users' classes are made by Nest, so that they may inject ConfigService and the like. */
  async onModuleInit(): Promise<void> {
    for (const Provider of BUILT_IN_PROVIDERS) this.registry.register(new Provider(), 'Ricochet');
    for (const Provider of INJECTED_PROVIDERS) {
      this.registry.register(await this.moduleRef.create(Provider), 'Ricochet');
    }
    const http = this.moduleRef.get(HttpProvider);
    this.registry.register(http, 'Ricochet');
    this.registry.register(await this.moduleRef.create(LookupProvider), 'Ricochet');
    for (const { type, source } of await loadProviderModules(this.config.catalog.providerModules)) {
      this.registry.register(await this.moduleRef.create(type), source);
    }
    this.registry.validate(this.catalog.all());
    for (const { apiName, pipeline } of this.catalog.all()) {
      startAtZero(enrichedTotal, { service: [apiName], outcome: ['success', 'failure'] });
      const step = pipeline.map(({ name }) => name);
      startAtZero(stepFailuresTotal, { service: [apiName], step, code: ACTION_ERROR_CODES });
      pipelineSeconds.zero({ service: apiName });
      for (const { provider, settings } of pipeline) if (provider === http.key) http.begin(settings);
    }
  }
}
