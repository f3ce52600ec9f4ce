import { type DynamicModule, Global, Module, type OnModuleInit } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { ACTION_ERROR_CODES } from '../actions/action-result.js';
import { startAtZero, startTimesAtZero } from '../counters/zero-series.js';
import { enrichedTotal, pipelineSeconds, stepFailuresTotal } from './enrichment.metrics.js';
import { Catalog } from '../catalog/catalog.js';
import type { PipelineStep, ServiceDefinition } from '../catalog/service-definition.js';
import { AppConfig, type Role } from '../config/config.js';
import { Expressions } from '../expressions/expressions.js';
import { ActionPipelines } from './action-pipelines.js';
import { BatchRunner } from './batch-runner.js';
import { EnrichmentClaims } from './enrichment-claims.js';
import { Conditions } from './conditions.js';
import { EnrichmentStage } from './enrichment-stage.js';
import { FinishWriter } from './finish-writer.js';
import { leavesExpressions } from './left-expressions.js';
import { PipelinePlaces } from './pipeline-places.js';
import { PipelineRunner } from './pipeline-runner.js';
import { ProviderRegistry } from './provider-registry.js';
import { HTTP_STEPS } from './providers/http/http-steps.js';
import { HttpProvider } from './providers/http/http.provider.js';
import { StepCacheController } from './providers/http/step-cache.controller.js';
import { registerProviders } from './register-providers.js';

/**
 * Runs the services' pipelines. Boot fails when a pipeline names a provider or settings that are not on offer. Global: a module
 * that imported the class would get stages of its own beside those of {@link EnrichmentModule.register}.
 */
@Global()
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
  exports: [ProviderRegistry],
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
    private readonly expressions: Expressions,
  ) {}

  async onModuleInit(): Promise<void> {
    await registerProviders(this.registry, this.moduleRef, this.config.catalog.providerModules);
    const http = this.moduleRef.get(HttpProvider);
    this.registry.validate(this.catalog.all());
    this.catalog.follow((next) => () => {
      startPipelineSeries(next.definitions);
      for (const settings of settingsOf(next.definitions, http.key)) http.begin(settings);
    });
    this.catalog.whenReleased((gone, inUse) => {
      if (leavesExpressions(gone, inUse)) this.expressions.renew();
      http.keepOnly(settingsOf(inUse, http.key));
    });
  }
}

function startPipelineSeries(definitions: readonly ServiceDefinition[]): void {
  for (const { apiName, pipeline } of definitions) {
    startAtZero(enrichedTotal, { service: [apiName], outcome: ['success', 'failure'] });
    const step = pipeline.map(({ name }) => name);
    startAtZero(stepFailuresTotal, { service: [apiName], step, code: ACTION_ERROR_CODES });
    startTimesAtZero(pipelineSeconds, { service: [apiName] });
  }
}

/** The settings of every step of a provider. */
function settingsOf(definitions: readonly ServiceDefinition[], key: string): PipelineStep['settings'][] {
  const steps = definitions.flatMap(({ pipeline }) => pipeline).filter(({ provider }) => provider === key);
  return steps.map(({ settings }) => settings);
}
