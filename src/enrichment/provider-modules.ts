import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Type } from '@nestjs/common';
import { EnrichmentConfigurationError } from './enrichment.errors.js';
import type { EnrichmentProvider } from './enrichment-provider.js';

/** A provider class of a user's module, and where it came from. */
export interface ProviderClass {
  readonly type: Type<EnrichmentProvider>;
  readonly source: string;
}

/**
 * Loads the classes that `PROVIDER_MODULES` names: a path (relative to the working directory) or a package. Every
 * exported class with an `enrich` method counts.
 * @throws EnrichmentConfigurationError naming every module that cannot be loaded or exports none.
 */
export async function loadProviderModules(specifiers: readonly string[]): Promise<ProviderClass[]> {
  const problems: string[] = [];
  const classes: ProviderClass[] = [];
  for (const specifier of specifiers) {
    try {
      const found = providerClassesOf(await importModule(specifier), specifier);
      if (found.length === 0) problems.push(`PROVIDER_MODULES: ${specifier} exports no class with an enrich() method`);
      classes.push(...found);
    } catch (error) {
      problems.push(`PROVIDER_MODULES: ${specifier} cannot be loaded: ${(error as Error).message}`);
    }
  }
  if (problems.length > 0) throw new EnrichmentConfigurationError(problems);
  return classes;
}

function importModule(specifier: string): Promise<Record<string, unknown>> {
  const isPath = specifier.startsWith('.') || specifier.startsWith('/');
  const target = isPath ? pathToFileURL(resolve(specifier)).href : specifier;
  return import(target) as Promise<Record<string, unknown>>;
}

function providerClassesOf(module: Record<string, unknown>, source: string): ProviderClass[] {
  return Object.values(module)
    .filter(isProviderClass)
    .map((type) => ({ type, source }));
}

function isProviderClass(value: unknown): value is ProviderClass['type'] {
  if (typeof value !== 'function') return false;
  const prototype = (value as { prototype?: { enrich?: unknown } }).prototype;
  return typeof prototype?.enrich === 'function';
}
