import { Injectable } from '@nestjs/common';
import type { PipelineStep, ServiceDefinition } from '../catalog/service-definition.js';
import { EnrichmentConfigurationError } from './enrichment.errors.js';
import type { EnrichmentProvider } from './enrichment-provider.js';

/** Every provider a pipeline may name. Refuses duplicate keys, unknown keys and settings a provider does not accept. */
@Injectable()
export class ProviderRegistry {
  private readonly providers = new Map<string, EnrichmentProvider>();

  /** @throws EnrichmentConfigurationError when the key is taken. */
  register(provider: EnrichmentProvider, source: string): void {
    if (this.providers.has(provider.key)) {
      throw new EnrichmentConfigurationError([
        `provider "${provider.key}" of ${source} is registered already: give it another key`,
      ]);
    }
    this.providers.set(provider.key, provider);
  }

  find(key: string): EnrichmentProvider | null {
    return this.providers.get(key) ?? null;
  }

  keys(): string[] {
    return [...this.providers.keys()].sort();
  }

  /** @throws EnrichmentConfigurationError with all problems of all pipelines. */
  validate(definitions: readonly ServiceDefinition[]): void {
    const problems = definitions.flatMap((definition) => this.problemsOf(definition));
    if (problems.length > 0) throw new EnrichmentConfigurationError(problems);
  }

  /** One sentence per problem of a step: its provider is unknown, or does not accept its settings. */
  findProblems({ provider: key, settings }: Pick<PipelineStep, 'provider' | 'settings'>): string[] {
    const provider = this.find(key);
    if (provider === null) return [`unknown provider "${key}"; known are ${this.keys().join(', ')}`];
    return provider.validateSettings?.(settings) ?? [];
  }

  private problemsOf(definition: ServiceDefinition): string[] {
    return definition.pipeline.flatMap((step) => {
      const where = `service ${definition.apiName}, step ${step.name}`;
      return this.findProblems(step).map((problem) => `${where}: ${problem}`);
    });
  }
}
