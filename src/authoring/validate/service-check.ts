import { parse } from 'yaml';
import type { CatalogProblem } from '../../catalog/catalog.errors.js';
import { checkTogether, type LoadedDefinition } from '../../catalog/catalog-rules.js';
import { parseDefinition } from '../../catalog/definition-parser.js';
import { buildOpenApiDocument } from '../../catalog/openapi-document.js';
import type { ServiceDefinition } from '../../catalog/service-definition.js';
import { SCREEN_WORDS } from '../documents/document-findings.js';
import { findDocumentProblems } from '../documents/document-rules.js';
import { findMarketoProblems } from '../documents/marketo-rules.js';
import { baseUrlOf, installLinkOf } from '../../marketo/documents/marketo-documents.js';
import { buildMarketoOpenApi } from '../../marketo/documents/openapi.js';
import { type MarketoService, speaksMarketo } from '../../marketo/documents/service-definition.js';
import type { Checked, Finding } from './finding.js';
import { asFound, type Found, toFinding } from './found.js';
import type { Installation } from './installation.js';
import { SourceLines } from './source-lines.js';
import type { StepCheck } from './step-check.js';
import { stepPaths } from './step-paths.js';

/** A file of a service and its text. */
export interface ServiceFile {
  readonly file: string;
  readonly text: string;
}

/** Stands in where the service is not published yet: whether PUBLIC_URL is https is a question of its installation. */
const ANY_BASE = 'https://ricochet.example';

/** Checks files of services by everything that stops the start of the service, and by the rules of Adobe's screen. */
export class ServiceCheck {
  /** @param steps null: they are checked elsewhere */
  constructor(
    private readonly loaded: Installation,
    private readonly steps: StepCheck | null,
  ) {}

  /**
   * @param files of one folder
   * @param neighbours that the service would read beside them; nothing is said about those themselves
   */
  check(files: readonly ServiceFile[], neighbours: readonly LoadedDefinition[]): readonly Checked[] {
    const definitions = new Map<string, ServiceDefinition>();
    const found = new Map(files.map((one) => [one.file, this.checkOne(one, definitions)]));
    for (const problem of this.findClashes(files, neighbours, definitions)) {
      found.get(problem.file)?.push(asFound(problem));
    }
    return files.map(({ file, text }) => {
      const lines = new SourceLines(text);
      const findings = (found.get(file) ?? []).map((one): Finding => toFinding(one, file, lines));
      const definition = definitions.get(file);
      return {
        source: file,
        kind: 'service',
        name: definition?.apiName ?? null,
        findings,
        ...this.linkOf(definition),
      };
    });
  }

  /** The address that installs the service in Marketo, where it says where it will be. */
  private linkOf(definition: ServiceDefinition | undefined): Pick<Checked, 'installLink' | 'switchedOff'> {
    const { publicUrl } = this.loaded.config.http;
    if (definition === undefined || !speaksMarketo(definition)) return {};
    const installLink = installLinkOf(definition, publicUrl);
    return definition.enabled ? { installLink } : { installLink, switchedOff: true };
  }

  private findClashes(
    files: readonly ServiceFile[],
    neighbours: readonly LoadedDefinition[],
    definitions: ReadonlyMap<string, ServiceDefinition>,
  ): readonly CatalogProblem[] {
    const own = files.flatMap(({ file }): LoadedDefinition[] => {
      const definition = definitions.get(file);
      return definition === undefined ? [] : [{ file, definition }];
    });
    // The neighbours first: of two with one name, the later is told of it.
    return checkTogether([...neighbours, ...own]);
  }

  private checkOne({ file, text }: ServiceFile, definitions: Map<string, ServiceDefinition>): Found[] {
    const parsed = parseDefinition(text, file);
    if (parsed.kind === 'invalid') return parsed.problems.map(asFound);
    const { definition } = parsed;
    definitions.set(file, definition);
    return [
      ...(this.steps?.check(definition, stepPaths(parse(text))) ?? []),
      ...(definition.dialects.includes('externalActions') ? this.checkDocument(definition) : []),
      ...(speaksMarketo(definition) ? this.checkMarketo(definition) : []),
      ...this.checkCallers(definition),
    ];
  }

  /** The documents that Adobe would get of it. */
  private checkDocument(definition: ServiceDefinition): Found[] {
    const { inbound, intake } = this.loaded.config;
    const base = this.base();
    const document = buildOpenApiDocument(definition, {
      baseUrl: `${base}/services/${definition.apiName}`,
      scheme: definition.auth ?? inbound.auth,
      apiKeyName: inbound.apiKeyName,
      apiKeyIn: inbound.apiKeyIn,
      tokenUrl: `${base}/oauth2/token`,
      ackStatus: intake.ackStatus,
    });
    return findDocumentProblems(JSON.parse(JSON.stringify(document)), { isLocal: false }).map(
      ({ severity, path, reason, remedy, screen }): Found => ({
        severity,
        path: `openapi.json ${path}`,
        reason,
        remedy,
        screen: screen === null ? null : SCREEN_WORDS[screen],
      }),
    );
  }

  private checkMarketo(definition: MarketoService): Found[] {
    const { inbound } = this.loaded.config;
    const base = this.base();
    const document = buildMarketoOpenApi(definition, {
      baseUrl: baseUrlOf(definition, base),
      scheme: definition.auth ?? inbound.auth,
      apiKeyName: inbound.apiKeyName,
      apiKeyIn: inbound.apiKeyIn,
      tokenUrl: `${base}/oauth2/token`,
    });
    return findMarketoProblems(JSON.parse(JSON.stringify(document))).map(
      ({ severity, path, reason, remedy }): Found => ({
        severity,
        path: `Marketo's openapi.json ${path}`,
        reason,
        remedy,
      }),
    );
  }

  private base(): string {
    const { publicUrl } = this.loaded.config.http;
    return publicUrl.startsWith('https:') ? publicUrl : ANY_BASE;
  }

  private checkCallers({ auth }: ServiceDefinition): Found[] {
    const { config, hasBasicUsers } = this.loaded;
    if (auth !== 'basic' || config.environment === 'development' || hasBasicUsers) return [];
    const reason = 'is basic, but INBOUND_BASIC_USERS is empty: no caller can use the service';
    return [{ severity: 'warning', path: 'auth', reason, remedy: 'set INBOUND_BASIC_USERS' }];
  }
}
