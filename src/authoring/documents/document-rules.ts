import { isJsonObject } from '../../http/json-value.js';
import { DocumentFindings, type DocumentFinding } from './document-findings.js';
import { checkEntityType } from './entity-type-rules.js';
import { checkExamples } from './example-rules.js';
import { checkOperations } from './operation-rules.js';
import { checkSecurity } from './security-rules.js';
import { checkStructure } from './structure-rules.js';

/** Demands on a document beside those on its content. */
export interface DocumentOptions {
  /** A service on this machine: Adobe could not reach it, and that is only worth a warning. */
  readonly isLocal: boolean;
  /** Origin of the address that it came from; null or left out: it came from none. */
  readonly origin?: string | null;
}

const VERSION = /^3\.0\.\d+(?:-.+)?$/;
const EXTENSIONS = ['x-providerName', 'x-schemaVersion', 'x-supportContact'] as const;
const SCHEMA_VERSION = '1.0.0';

/**
 * Holds an OpenAPI document to every rule by which Adobe's screen takes or refuses it, and to itself: its structure, its
 * references and its examples. Adobe's pages on OpenAPI requirements are the source.
 */
export function findDocumentProblems(document: unknown, options: DocumentOptions): readonly DocumentFinding[] {
  const findings = new DocumentFindings();
  if (!isJsonObject(document)) {
    findings.refuse('document', '', 'is no OpenAPI document: it must be an object', 'answer with the document itself');
    return findings.all();
  }
  if (!checkVersion(document, findings)) return findings.all();
  if (!checkStructure(document, findings)) return findings.all();
  checkInfo(document, findings);
  checkServers(document, options, findings);
  checkSecurity(document, findings);
  checkOperations(document, findings);
  checkEntityType(document, findings);
  checkExamples(document, findings);
  return findings.all();
}

/** The title by which Adobe tells services apart; null: there is none. */
export function titleOf(document: unknown): string | null {
  const info = isJsonObject(document) ? document['info'] : null;
  const title = isJsonObject(info) ? info['title'] : null;
  return typeof title === 'string' && title.trim() !== '' ? title.trim() : null;
}

/** @returns false where the rest means something else. */
function checkVersion(document: Readonly<Record<string, unknown>>, findings: DocumentFindings): boolean {
  const { openapi, swagger } = document;
  if (typeof openapi === 'string' && VERSION.test(openapi)) return true;
  const given = openapi ?? swagger;
  const said = given === undefined ? 'is missing' : `${JSON.stringify(given)} is not OpenAPI 3.0`;
  findings.refuse(
    'version',
    openapi === undefined && swagger !== undefined ? 'swagger' : 'openapi',
    said,
    'write 3.0.3',
  );
  return false;
}

function checkInfo(document: Readonly<Record<string, unknown>>, findings: DocumentFindings): void {
  const info = isJsonObject(document['info']) ? document['info'] : {};
  for (const key of ['title', 'version', 'description'] as const) {
    if (isBlank(info[key])) findings.refuse('document', `info.${key}`, 'is missing', 'add a text');
  }
  if (!isJsonObject(info['contact'])) {
    findings.refuse('document', 'info.contact', 'is missing', 'add name and email of those who help');
  }
  for (const key of EXTENSIONS) {
    if (isBlank(info[key])) findings.refuse('extension', `info.${key}`, 'is missing', extensionRemedy(key));
  }
  const version = info['x-schemaVersion'];
  if (!isBlank(version) && version !== SCHEMA_VERSION) {
    findings.refuse(
      'version',
      'info.x-schemaVersion',
      `${JSON.stringify(version)} is not known`,
      `write ${SCHEMA_VERSION}`,
    );
  }
}

function extensionRemedy(key: (typeof EXTENSIONS)[number]): string {
  switch (key) {
    case 'x-providerName':
      return 'add the name of the company that offers the service';
    case 'x-schemaVersion':
      return `add ${SCHEMA_VERSION}`;
    case 'x-supportContact':
      return 'add an e-mail or web address';
    default:
      return key satisfies never;
  }
}

function checkServers(
  document: Readonly<Record<string, unknown>>,
  { isLocal, origin = null }: DocumentOptions,
  findings: DocumentFindings,
): void {
  const servers: readonly unknown[] = Array.isArray(document['servers']) ? document['servers'] : [];
  const [first] = servers;
  const url = isJsonObject(first) ? first['url'] : undefined;
  const path = 'servers[0].url';
  if (typeof url !== 'string' || url === '') {
    findings.refuse('server', path, 'is missing', 'add the https address of the service, e.g. PUBLIC_URL of Ricochet');
    return;
  }
  if (!URL.canParse(url)) {
    findings.refuse('server', path, `${url} is not an absolute address`, 'write it whole, with https://');
    return;
  }
  const { protocol, search, hash, username, origin: named } = new URL(url);
  if (protocol !== 'https:') {
    const remedy = 'serve it over https and say so (PUBLIC_URL of Ricochet)';
    if (isLocal && protocol === 'http:') findings.warn(path, `${url} is not https: Adobe needs that`, remedy);
    else findings.refuse('server', path, `${url} is not https`, remedy);
  }
  if (search !== '' || hash !== '' || username !== '') {
    findings.refuse('server', path, 'has more than host and path', 'leave out user, query and fragment');
  }
  if (origin !== null && named !== origin) {
    const remedy = 'make sure that both are the same service (PUBLIC_URL of Ricochet)';
    findings.warn(path, `${named} gets the requests, but the document comes from ${origin}`, remedy);
  }
  if (servers.length > 1) {
    findings.warn('servers', `has ${servers.length} entries, and Adobe reads the first`, 'keep one');
  }
}

function isBlank(value: unknown): boolean {
  return typeof value !== 'string' || value.trim() === '';
}
