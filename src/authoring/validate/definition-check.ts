import { Injectable } from '@nestjs/common';
import { Catalog } from '../../catalog/catalog.js';
import type { LoadedDefinition } from '../../catalog/catalog-rules.js';
import { parseDefinition } from '../../catalog/definition-parser.js';
import { AppConfig } from '../../config/config.js';
import { Secrets } from '../../config/secrets.js';
import { ProviderRegistry } from '../../enrichment/provider-registry.js';
import { StepSecrets } from '../../step-secrets/step-secrets.js';
import type { DefinitionReport } from './definition-check.dto.js';
import type { Checked } from './finding.js';
import { ServiceCheck } from './service-check.js';
import { findExcess } from './text-limits.js';

/** The text has no file: messages call it this. */
const FILE = 'the definition';

/** Checks the text of a definition as `npm run validate` does, beside the services that are served. Reads no file. */
@Injectable()
export class DefinitionCheck {
  constructor(
    private readonly catalog: Catalog,
    private readonly registry: ProviderRegistry,
    private readonly config: AppConfig,
    private readonly secrets: Secrets,
    private readonly stepSecrets: StepSecrets,
  ) {}

  async check(text: string): Promise<DefinitionReport> {
    const excess = findExcess(text, FILE);
    const findings =
      excess === null ? await this.look(text) : [{ ...excess, severity: 'problem' as const, screen: null, line: null }];
    const name = excess === null ? this.nameOf(text) : null;
    return {
      name,
      valid: findings.every(({ severity }) => severity !== 'problem'),
      replaces: name !== null && this.catalog.serve(name) !== null,
      findings: findings.map(({ severity, path, line, reason, remedy, screen }) => ({
        severity,
        path,
        line,
        reason,
        remedy,
        screen,
      })),
    };
  }

  private async look(text: string): Promise<Checked['findings']> {
    const known = await this.findSecrets(text);
    const { inboundBasicUsers } = this.secrets;
    const check = new ServiceCheck(
      { config: this.config, secrets: { named: known, inboundBasicUsers } },
      this.registry,
    );
    return check.check([{ file: FILE, text }], this.neighboursOf(text))[0]?.findings ?? [];
  }

  /** A service of the same name would be replaced by this one: it is no neighbour. */
  private neighboursOf(text: string): readonly LoadedDefinition[] {
    const name = this.nameOf(text);
    return this.catalog
      .all()
      .filter(({ apiName }) => apiName !== name)
      .map((definition) => ({ file: this.catalog.serve(definition.apiName)?.file ?? '', definition }));
  }

  private nameOf(text: string): string | null {
    const parsed = parseDefinition(text, FILE);
    return parsed.kind === 'valid' ? parsed.definition.apiName : null;
  }

  /** Those that steps name and that are set, in the environment or by an administrator; their values stay where they are. */
  private async findSecrets(text: string): Promise<ReadonlyMap<string, string>> {
    const parsed = parseDefinition(text, FILE);
    if (parsed.kind === 'invalid') return new Map();
    const { definition } = parsed;
    if (this.registry.findProblems([{ file: FILE, definition }]).length > 0) return new Map();
    const named = this.registry.secretsOf([{ file: FILE, definition }]).map(({ name }) => name);
    const isSet = await Promise.all(named.map((name) => this.stepSecrets.isSet(name)));
    return new Map(named.filter((_, index) => isSet[index] === true).map((name) => [name, '']));
  }
}
