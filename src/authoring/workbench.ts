import 'reflect-metadata';
import {
  type DynamicModule,
  type INestApplicationContext,
  type LoggerService,
  Module,
  type OnModuleInit,
  type Provider,
} from '@nestjs/common';
import { ModuleRef, NestFactory } from '@nestjs/core';
import { RicochetConfigModule } from '../config/config.module.js';
import { AppConfig } from '../config/config.js';
import { Conditions } from '../enrichment/conditions.js';
import { PipelineRunner } from '../enrichment/pipeline-runner.js';
import { ProviderRegistry } from '../enrichment/provider-registry.js';
import { AnswerCache } from '../enrichment/providers/http/answer-cache.js';
import { HttpProvider } from '../enrichment/providers/http/http.provider.js';
import { OAuthTokens } from '../enrichment/providers/http/oauth-tokens.js';
import { SharedTokens } from '../enrichment/providers/http/shared-tokens.js';
import { StepAsker } from '../enrichment/providers/http/step-asker.js';
import { StepBudgets } from '../enrichment/providers/http/step-budgets.js';
import { StepCaller } from '../enrichment/providers/http/step-caller.js';
import { StepClient } from '../enrichment/providers/http/step-client.js';
import { StepCredentials } from '../enrichment/providers/http/step-credentials.js';
import { registerProviders } from '../enrichment/register-providers.js';
import { ExpressionsModule } from '../expressions/expressions.module.js';
import { NewActionFactory } from '../intake/new-action.js';
import { ServedOrganisations } from '../intake/served-organisations.js';
import { TableLookup } from '../lookup-tables/table-lookup.js';
import { BatchActionFactory } from '../marketo/batches/batch-action.js';
import { NO_PAGES, OrganisationBook } from '../organisations/organisation-book.js';
import { AddressPolicy } from '../security/address-policy.js';
import { StepAddresses } from '../security/step-addresses.js';
import { StepSecrets } from '../step-secrets/step-secrets.js';
import type { AuthoringConfig } from './authoring-config.js';

type Shape<Class, Method extends keyof Class> = Pick<Class, Method>;

const NO_CACHE: Shape<AnswerCache, 'find' | 'put'> = {
  find: () => Promise.resolve(null),
  put: () => Promise.resolve(),
};
const NO_BUDGETS: Shape<StepBudgets, 'take'> = { take: () => Promise.resolve() };
const NO_SHARED_TOKENS: Shape<SharedTokens, 'find' | 'put' | 'drop'> = {
  find: () => Promise.resolve(null),
  put: () => Promise.resolve(),
  drop: () => Promise.resolve(),
};
const NO_TABLES: Shape<TableLookup, 'find'> = {
  find: ({ table }) => Promise.resolve({ kind: 'refused', reason: `the lookup table ${table} is not there` }),
};

/** The parts of the service that read and run pipelines, without a database, a queue or routes. */
@Module({})
class WorkbenchParts implements OnModuleInit {
  constructor(
    private readonly registry: ProviderRegistry,
    private readonly config: AppConfig,
    private readonly moduleRef: ModuleRef,
  ) {}

  static register(loaded: AuthoringConfig, instead: readonly Provider[]): DynamicModule {
    const secrets: Shape<StepSecrets, 'find'> = {
      find: (name) => Promise.resolve(loaded.secrets.named.get(name) ?? null),
    };
    return {
      module: WorkbenchParts,
      imports: [RicochetConfigModule.register(loaded), ExpressionsModule],
      providers: [
        ...[
          AddressPolicy,
          StepAddresses,
          NewActionFactory,
          BatchActionFactory,
          ServedOrganisations,
          Conditions,
          ProviderRegistry,
          PipelineRunner,
        ],
        ...[StepClient, OAuthTokens, StepCredentials, StepCaller, StepAsker, HttpProvider],
        { provide: OrganisationBook, useFactory: bookOfNone },
        { provide: AnswerCache, useValue: NO_CACHE },
        { provide: StepBudgets, useValue: NO_BUDGETS },
        { provide: SharedTokens, useValue: NO_SHARED_TOKENS },
        { provide: TableLookup, useValue: NO_TABLES },
        { provide: StepSecrets, useValue: secrets },
        // Of two for one token, Nest takes the later.
        ...instead,
      ],
    };
  }

  onModuleInit(): Promise<void> {
    return registerProviders(this.registry, this.moduleRef, this.config.catalog.providerModules);
  }
}

/**
 * Opens the parts of the service that read and run pipelines. Close it: threads and connections belong to it.
 * @param instead stand-ins for some of them
 * @throws EnrichmentConfigurationError when a module of PROVIDER_MODULES cannot be loaded.
 */
export async function openWorkbench(
  loaded: AuthoringConfig,
  logger: LoggerService,
  instead: readonly Provider[] = [],
): Promise<INestApplicationContext> {
  return NestFactory.createApplicationContext(WorkbenchParts.register(loaded, instead), {
    logger,
    abortOnError: false,
  });
}

/** Nothing is stored about organisations where there is no database. */
export function bookOfNone(): OrganisationBook {
  const book = new OrganisationBook();
  book.replace(NO_PAGES);
  return book;
}
