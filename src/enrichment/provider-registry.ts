import { Injectable } from '@nestjs/common';
import type { CatalogProblem } from '../catalog/catalog.errors.js';
import type { LoadedDefinition } from '../catalog/catalog-rules.js';
import type { PipelineStep, ServiceDefinition } from '../catalog/service-definition.js';
import { didYouMean } from '../config/did-you-mean.js';
import { EnrichmentConfigurationError } from './enrichment.errors.js';
import type { EnrichmentProvider } from './enrichment-provider.js';

/** A secret that a step names. */
export interface NamedSecret extends Pick<CatalogProblem, 'file' | 'path'> {
  readonly name: string;
}

const SETTINGS_REMEDY = 'correct the settings of the step';

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

  /** Every problem of every pipeline, with its file, for definitions that are to replace those in force. */
  findProblems(loaded: readonly LoadedDefinition[]): CatalogProblem[] {
    return loaded.flatMap(({ file, definition }) =>
      definition.pipeline.flatMap((step) => {
        const path = pathOf(step);
        const provider = this.find(step.provider);
        if (provider === null) {
          const reason = `unknown provider "${step.provider}"`;
          const near = didYouMean(step.provider, this.keys());
          const remedy = near === null ? `known are ${this.keys().join(', ')}` : `did you mean ${near}?`;
          return [{ file, path, reason, remedy }];
        }
        return problemsOf(provider, step).map((reason) => ({ file, path, reason, remedy: SETTINGS_REMEDY }));
      }),
    );
  }

  /** The secrets that steps name, each with its place. Of definitions without problems. */
  secretsOf(loaded: readonly LoadedDefinition[]): NamedSecret[] {
    return loaded.flatMap(({ file, definition }) =>
      definition.pipeline.flatMap((step) => {
        const names = this.find(step.provider)?.secretsOf?.(step.settings) ?? [];
        return names.map((name) => ({ name, file, path: pathOf(step) }));
      }),
    );
  }

  /** One sentence per problem of a step: its provider is unknown, or does not accept its settings. */
  findStepProblems({ provider: key, settings }: Pick<PipelineStep, 'provider' | 'settings'>): string[] {
    const provider = this.find(key);
    if (provider === null) return [`unknown provider "${key}"; known are ${this.keys().join(', ')}`];
    return provider.validateSettings?.(settings) ?? [];
  }

  private problemsOf(definition: ServiceDefinition): string[] {
    return definition.pipeline.flatMap((step) => {
      const where = `service ${definition.apiName}, step ${step.name}`;
      return this.findStepProblems(step).map((problem) => `${where}: ${problem}`);
    });
  }
}

function pathOf({ name }: PipelineStep): string {
  return `pipeline, step ${name}`;
}

/** A class of the user's that throws here must not end a process that serves. */
function problemsOf(provider: EnrichmentProvider, { settings }: PipelineStep): string[] {
  try {
    return provider.validateSettings?.(settings) ?? [];
  } catch (error) {
    return [`the provider ${provider.key} cannot check the settings: ${(error as Error).message}`];
  }
}
