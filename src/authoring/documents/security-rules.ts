import { isJsonObject } from '../../http/json-value.js';
import type { DocumentFindings } from './document-findings.js';

type Json = Readonly<Record<string, unknown>>;

const AT = 'components.securitySchemes';
const SUPPORTED = 'apiKey, http basic or oauth2';

/** Exactly one scheme of a kind that Adobe knows, and one requirement that names it. */
export function checkSecurity(document: Json, findings: DocumentFindings): void {
  const components = isJsonObject(document['components']) ? document['components'] : {};
  const schemes = Object.entries(isJsonObject(components['securitySchemes']) ? components['securitySchemes'] : {});
  const [only] = schemes;
  if (only === undefined) {
    findings.refuse('noScheme', AT, 'is missing', `declare one of ${SUPPORTED}`);
    return;
  }
  if (schemes.length > 1) {
    const names = schemes.map(([name]) => name).join(', ');
    findings.refuse('manySchemes', AT, `has ${schemes.length}: ${names}`, 'keep the one that callers use');
  }
  for (const [name, scheme] of schemes) checkScheme(`${AT}.${name}`, isJsonObject(scheme) ? scheme : {}, findings);
  checkRequirement(document, only[0], findings);
  checkOverrides(document, findings);
}

function checkScheme(at: string, scheme: Json, findings: DocumentFindings): void {
  switch (scheme['type']) {
    case 'apiKey':
      if (scheme['in'] !== 'header' && scheme['in'] !== 'query') {
        findings.refuse(
          'scheme',
          `${at}.in`,
          `${JSON.stringify(scheme['in'])} is not supported`,
          'use header or query',
        );
      }
      return;
    case 'http':
      if (String(scheme['scheme']).toLowerCase() !== 'basic') {
        findings.refuse('scheme', `${at}.scheme`, `${JSON.stringify(scheme['scheme'])} is not supported`, 'use basic');
      }
      return;
    case 'oauth2':
      checkFlows(at, isJsonObject(scheme['flows']) ? scheme['flows'] : {}, findings);
      return;
    default:
      findings.refuse('scheme', `${at}.type`, `${JSON.stringify(scheme['type'])} is not supported`, `use ${SUPPORTED}`);
  }
}

function checkFlows(at: string, flows: Json, findings: DocumentFindings): void {
  for (const [name, flow] of Object.entries(flows)) {
    if (name !== 'clientCredentials' && name !== 'authorizationCode') {
      const remedy = 'use clientCredentials or authorizationCode';
      findings.refuse('scheme', `${at}.flows.${name}`, 'is not supported', remedy);
    }
    const scopes = isJsonObject(flow) ? flow['scopes'] : undefined;
    if (!isJsonObject(scopes) || Object.keys(scopes).length > 0) {
      findings.refuse('scheme', `${at}.flows.${name}.scopes`, 'must be empty', 'write scopes: {}');
    }
  }
}

function checkRequirement(document: Json, scheme: string, findings: DocumentFindings): void {
  const requirements: readonly unknown[] = Array.isArray(document['security']) ? document['security'] : [];
  const names = requirements.flatMap((one) => Object.keys(isJsonObject(one) ? one : {}));
  if (names.length === 0) {
    findings.refuse('noScheme', 'security', 'is missing', `write security: [{ ${scheme}: [] }]`);
  } else if (requirements.length > 1 || names.length > 1) {
    findings.refuse('manySchemes', 'security', `asks for ${names.join(', ')}`, `keep ${scheme} alone`);
  }
}

/** An operation with a scheme of its own would be called with another one. */
function checkOverrides(document: Json, findings: DocumentFindings): void {
  for (const [path, item] of Object.entries(isJsonObject(document['paths']) ? document['paths'] : {})) {
    for (const [method, operation] of Object.entries(isJsonObject(item) ? item : {})) {
      if (!isJsonObject(operation) || operation['security'] === undefined) continue;
      const at = `paths.${path}.${method}.security`;
      findings.warn(at, 'says something else than the document, and Adobe reads the document', 'remove it');
    }
  }
}
