import { Injectable } from '@nestjs/common';
import type { CatalogProblem } from '../catalog/catalog.errors.js';
import type { LoadedDefinition } from '../catalog/catalog-rules.js';
import type { CatalogVersion } from '../catalog/catalog-version.js';
import { type NamedSecret, ProviderRegistry } from '../enrichment/provider-registry.js';
import { isDatabaseAway } from '../http/database-away.js';
import { StepSecrets } from '../step-secrets/step-secrets.js';

const ABSENT_REMEDY = 'set it by PUT /admin/secrets, or name another one';
const AWAY_REMEDY = 'wait: it is looked for again within a minute, with SERVICES_RELOAD=signal after the next SIGHUP';

/** The checks of definitions beyond their own files: providers with their settings, and the secrets that steps name. */
@Injectable()
export class DefinitionChecks {
  constructor(
    private readonly registry: ProviderRegistry,
    private readonly secrets: StepSecrets,
  ) {}

  /** A secret that the version in force names already is not looked for: its removal must not hold up all that follows. */
  async findProblems(loaded: readonly LoadedDefinition[], inForce: CatalogVersion): Promise<CatalogProblem[]> {
    const problems = this.registry.findProblems(loaded);
    if (problems.length > 0) return problems;
    const served = inForce.definitions.map((definition) => ({ file: '', definition }));
    const known = new Set(this.registry.secretsOf(served).map(({ name }) => name));
    const named = this.registry.secretsOf(loaded).filter(({ name }) => !known.has(name));
    const found = await Promise.all(named.map((secret) => this.findProblem(secret)));
    return found.filter((problem) => problem !== null);
  }

  private async findProblem({ name, file, path }: NamedSecret): Promise<CatalogProblem | null> {
    try {
      if (await this.secrets.isSet(name)) return null;
      return { file, path, reason: `the secret ${name} is not set`, remedy: ABSENT_REMEDY };
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
      const reason = `the secret ${name} cannot be looked for, because PostgreSQL is away`;
      return { file, path, reason, remedy: AWAY_REMEDY };
    }
  }
}
