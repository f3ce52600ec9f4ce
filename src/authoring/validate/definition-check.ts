import { Injectable } from '@nestjs/common';
import { parse } from 'yaml';
import { Catalog } from '../../catalog/catalog.js';
import { checkTogether } from '../../catalog/catalog-rules.js';
import { parseDefinition } from '../../catalog/definition-parser.js';
import type { ServiceDefinition } from '../../catalog/service-definition.js';
import { AppConfig } from '../../config/config.js';
import { Secrets } from '../../config/secrets.js';
import { ProviderRegistry } from '../../enrichment/provider-registry.js';
import { StepSecrets } from '../../step-secrets/step-secrets.js';
import { FewAtOnce } from '../few-at-once.js';
import type { DefinitionReport } from './definition-check.dto.js';
import { readInThread } from './definition-thread.js';
import type { Finding } from './finding.js';
import { asFound, type Found, toFinding } from './found.js';
import { installationOf } from './installation.js';
import { SourceLines } from './source-lines.js';
import { StepCheck } from './step-check.js';
import { stepPaths } from './step-paths.js';
import { findExcess } from './text-limits.js';

/** The text has no file: messages call it this. */
const FILE = 'the definition';
/** Each takes a thread. */
const MOST_AT_ONCE = 2;
const RETRY_AFTER_SECONDS = 2;
const UNREADABLE: Found = {
  severity: 'problem',
  path: '',
  reason: 'could not be read in time',
  remedy: 'make it shorter, or check it by npm run validate',
};

/** Checks the text of a definition as `npm run validate` does, beside the services that are served. Reads no file. */
@Injectable()
export class DefinitionCheck {
  private readonly places = new FewAtOnce({
    most: MOST_AT_ONCE,
    what: 'checks',
    retryAfterSeconds: RETRY_AFTER_SECONDS,
  });

  constructor(
    private readonly catalog: Catalog,
    private readonly registry: ProviderRegistry,
    private readonly config: AppConfig,
    private readonly secrets: Secrets,
    private readonly stepSecrets: StepSecrets,
  ) {}

  /** @throws RequestError 429 while two others run. */
  check(text: string): Promise<DefinitionReport> {
    return this.places.run(() => this.look(text));
  }

  private async look(text: string): Promise<DefinitionReport> {
    const excess = findExcess(text, FILE);
    if (excess !== null) return this.report(null, [{ ...excess, severity: 'problem', screen: null, line: null }]);
    const read = await readInThread({ file: FILE, text, installation: installationOf(this.config, this.secrets) });
    if (read === null) return this.report(null, [toFinding(UNREADABLE, FILE, new SourceLines(''))]);
    // The thread has read it before: what is left takes a known time.
    const parsed = parseDefinition(text, FILE);
    if (parsed.kind === 'invalid') return this.report(null, read);
    const { definition } = parsed;
    const lines = new SourceLines(text);
    const found = [...(await this.checkSteps(definition, text)), ...this.findClashes(definition)];
    return this.report(definition.apiName, [...found.map((one) => toFinding(one, FILE, lines)), ...read]);
  }

  private report(name: string | null, findings: readonly Finding[]): DefinitionReport {
    return {
      name,
      valid: findings.every(({ severity }) => severity !== 'problem'),
      replaces: name !== null && this.catalog.serve(name) !== null,
      findings: findings.map(({ severity, path, line, reason, remedy, screen }) => ({
        ...{ severity, path, line, reason, remedy, screen },
      })),
    };
  }

  private async checkSteps(definition: ServiceDefinition, text: string): Promise<Found[]> {
    const check = new StepCheck(this.registry, await this.findSecrets(definition));
    return check.check(definition, stepPaths(parse(text)));
  }

  /** A service of the same name would be replaced by this one: it is no neighbour. */
  private findClashes(definition: ServiceDefinition): Found[] {
    const others = this.catalog
      .all()
      .filter(({ apiName }) => apiName !== definition.apiName)
      .map((other) => ({ file: this.catalog.serve(other.apiName)?.file ?? '', definition: other }));
    const clashes = checkTogether([...others, { file: FILE, definition }]);
    return clashes.filter(({ file }) => file === FILE).map(asFound);
  }

  /** Those that steps name and that are set, in the environment or by an administrator; their values stay where they are. */
  private async findSecrets(definition: ServiceDefinition): Promise<ReadonlySet<string>> {
    const loaded = [{ file: FILE, definition }];
    if (this.registry.findProblems(loaded).length > 0) return new Set();
    const named = this.registry.secretsOf(loaded).map(({ name }) => name);
    const isSet = await Promise.all(named.map((name) => this.stepSecrets.isSet(name)));
    return new Set(named.filter((_, index) => isSet[index] === true));
  }
}
