import type { ModuleRef } from '@nestjs/core';
import { loadProviderModules } from './provider-modules.js';
import type { ProviderRegistry } from './provider-registry.js';
import { BUILT_IN_PROVIDERS, INJECTED_PROVIDERS } from './providers/built-in-providers.js';
import { HttpProvider } from './providers/http/http.provider.js';
import { LookupProvider } from './providers/lookup.provider.js';
import { TableLookupProvider } from './providers/table-lookup.provider.js';

/**
 * Registers every provider that a pipeline may name. Users' classes are made by Nest, so that they may inject ConfigService
 * and the like.
 * @param modules specifiers of PROVIDER_MODULES
 */
export async function registerProviders(
  registry: ProviderRegistry,
  moduleRef: ModuleRef,
  modules: readonly string[],
): Promise<void> {
  for (const Provider of BUILT_IN_PROVIDERS) registry.register(new Provider(), 'Ricochet');
  for (const Provider of INJECTED_PROVIDERS) registry.register(await moduleRef.create(Provider), 'Ricochet');
  registry.register(moduleRef.get(HttpProvider), 'Ricochet');
  registry.register(await moduleRef.create(LookupProvider), 'Ricochet');
  registry.register(await moduleRef.create(TableLookupProvider), 'Ricochet');
  for (const { type, source } of await loadProviderModules(modules)) {
    registry.register(await moduleRef.create(type), source);
  }
}
