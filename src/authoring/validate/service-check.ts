import { parse } from 'yaml';
import type { CatalogProblem } from '../../catalog/catalog.errors.js';
import { checkTogether, type LoadedDefinition } from '../../catalog/catalog-rules.js';
import { parseDefinition } from '../../catalog/definition-parser.js';
import { buildOpenApiDocument } from '../../catalog/openapi-document.js';
import type { ServiceDefinition } from '../../catalog/service-definition.js';
import type { AppConfig } from '../../config/config.js';
import { didYouMean } from '../../config/did-you-mean.js';
import type { Secrets } from '../../config/secrets.js';
import type { ProviderRegistry } from '../../enrichment/provider-registry.js';
import { SCREEN_WORDS } from '../documents/document-findings.js';
import { findDocumentProblems } from '../documents/document-rules.js';
import { findMarketoProblems } from '../documents/marketo-rules.js';
import { baseUrlOf, installLinkOf } from '../../marketo/documents/marketo-documents.js';
import { buildMarketoOpenApi } from '../../marketo/documents/openapi.js';
import { type MarketoService, speaksMarketo } from '../../marketo/documents/service-definition.js';
import type { Checked, Finding } from './finding.js';
import { SourceLines } from './source-lines.js';
import { stepPaths } from './step-paths.js';

/** A file of a service and its text. */
export interface ServiceFile {
  readonly file: string;
  readonly text: string;
}

/** The installation that a file is checked for. */
export interface Installation {
  readonly config: AppConfig;
  readonly secrets: Pick<Secrets, 'named' | 'inboundBasicUsers'>;
}

type Found = Omit<Finding, 'file' | 'line' | 'screen'> & { readonly screen?: string | null };

/** Words of Adobe's screen for problems of a file: by the key it is about, and a part of its sentence. */
const SCREEN_TABLE: readonly (readonly [path: RegExp, reason: RegExp, words: string])[] = [
  [/^openapi\.title$/, /the title of/, SCREEN_WORDS.title],
  [/^openapi(?:\.(?:providerName|supportContact))?$/, /missing|empty/, SCREEN_WORDS.extension],
  [/^supportedEntityType$/, /./, SCREEN_WORDS.entityType],
  [/^auth$/, /./, SCREEN_WORDS.scheme],
];
/** Stands in where the service is not published yet: whether PUBLIC_URL is https is a question of its installation. */
const ANY_BASE = 'https://ricochet.example';
const PAGES: Readonly<Record<string, string>> = {
  http: 'docs/http-steps.md',
  lookup: 'docs/lookup-tables.md',
};

/** Checks files of services by everything that stops the start of the service, and by the rules of Adobe's screen. */
export class ServiceCheck {
  constructor(
    private readonly loaded: Installation,
    private readonly registry: ProviderRegistry,
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
  private linkOf(definition: ServiceDefinition | undefined): Pick<Checked, 'installLink'> {
    const { publicUrl } = this.loaded.config.http;
    if (definition === undefined || !speaksMarketo(definition)) return {};
    return { installLink: installLinkOf(definition, publicUrl) };
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
      ...this.checkSteps(definition, stepPaths(parse(text))),
      ...(definition.dialects.includes('externalActions') ? this.checkDocument(definition) : []),
      ...(speaksMarketo(definition) ? this.checkMarketo(definition) : []),
      ...this.checkCallers(definition),
    ];
  }

  private checkSteps({ pipeline }: ServiceDefinition, paths: readonly string[]): Found[] {
    return pipeline.flatMap((step, index) => {
      const at = paths[index] ?? `pipeline[${index}]`;
      const provider = this.registry.find(step.provider);
      if (provider === null) return [this.unknownProvider(step.provider, at)];
      const page = PAGES[step.provider] ?? 'docs/providers.md';
      const problems = this.registry.findStepProblems(step).map((sentence): Found => {
        const [, key = 'settings', reason = sentence] = /^(settings[\w.[\]-]*?)[.:]? (.*)$/s.exec(sentence) ?? [];
        const remedy = `${page} explains the settings of ${step.provider}`;
        return { severity: 'problem', path: `${at}.${key}`, reason: reason.replace(/\.$/, ''), remedy };
      });
      return problems.length > 0 ? problems : this.checkSecrets(provider.secretsOf?.(step.settings) ?? [], at);
    });
  }

  private unknownProvider(key: string, at: string): Found {
    const near = didYouMean(key, this.registry.keys());
    const known = `known are ${this.registry.keys().join(', ')}; your own join by PROVIDER_MODULES`;
    const remedy = near === null ? known : `did you mean ${near}? ${known}`;
    return { severity: 'problem', path: `${at}.provider`, reason: `there is no provider "${key}"`, remedy };
  }

  private checkSecrets(names: readonly string[], at: string): Found[] {
    return names
      .filter((name) => !this.loaded.secrets.named.has(name))
      .map((name) => ({
        severity: 'warning',
        path: `${at}.settings.auth`,
        reason: `the secret ${name} is not set here`,
        remedy: `set SECRET_${name}, or PUT /admin/secrets/${name} once the service runs`,
      }));
  }

  /** The documents that Adobe would get of it. */
  private checkDocument(definition: ServiceDefinition): Found[] {
    const { http, inbound, intake } = this.loaded.config;
    const base = http.publicUrl.startsWith('https:') ? http.publicUrl : ANY_BASE;
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
    const { http, inbound } = this.loaded.config;
    const base = http.publicUrl.startsWith('https:') ? http.publicUrl : ANY_BASE;
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

  private checkCallers({ auth }: ServiceDefinition): Found[] {
    const { config, secrets } = this.loaded;
    if (auth !== 'basic' || config.environment === 'development' || secrets.inboundBasicUsers.length > 0) return [];
    const reason = 'is basic, but INBOUND_BASIC_USERS is empty: no caller can use the service';
    return [{ severity: 'warning', path: 'auth', reason, remedy: 'set INBOUND_BASIC_USERS' }];
  }
}

function asFound({ path, reason, remedy }: CatalogProblem): Found {
  return { severity: 'problem', path, reason, remedy };
}

function toFinding({ severity, path, reason, remedy, screen }: Found, file: string, lines: SourceLines): Finding {
  const [, line = null] = /^(\d+):\d+$/.exec(path) ?? [];
  const words = screen ?? SCREEN_TABLE.find(([at, said]) => at.test(path) && said.test(reason))?.[2] ?? null;
  return {
    severity,
    file,
    line: line === null ? lines.lineOf(path) : Number(line),
    path,
    reason,
    remedy,
    screen: words,
  };
}
