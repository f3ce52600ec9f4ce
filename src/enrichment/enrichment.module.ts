import { Module, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { ACTION_ERROR_CODES } from '../actions/action-result.js';
import { startAtZero } from '../counters/zero-series.js';
import { enrichedTotal, pipelineSeconds, stepFailuresTotal } from './enrichment.metrics.js';
import { Catalog } from '../catalog/catalog.js';
import { AppConfig } from '../config/config.js';
import { ActionPipelines } from './action-pipelines.js';
import { BatchRunner } from './batch-runner.js';
import { EnrichmentClaims } from './enrichment-claims.js';
import { Conditions } from './conditions.js';
import { EnrichmentStage } from './enrichment-stage.js';
import { FinishWriter } from './finish-writer.js';
import { PipelinePlaces } from './pipeline-places.js';
import { PipelineRunner } from './pipeline-runner.js';
import { ProviderRegistry } from './provider-registry.js';
import { HTTP_STEPS } from './providers/http/http-steps.js';
import { HttpProvider } from './providers/http/http.provider.js';
import { registerProviders } from './register-providers.js';

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
  constructor(
    private readonly registry: ProviderRegistry,
    private readonly catalog: Catalog,
    private readonly config: AppConfig,
    private readonly moduleRef: ModuleRef,
  ) {}

  async onModuleInit(): Promise<void> {
    await registerProviders(this.registry, this.moduleRef, this.config.catalog.providerModules);
    const http = this.moduleRef.get(HttpProvider);
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
