import { isJsonObject } from '../../http/json-value.js';
import { DocumentFindings, type DocumentFinding } from './document-findings.js';
import { Pointers } from './pointers.js';
import { checkMarketoDefinition } from './marketo-definition-rules.js';
import { checkStructure } from './structure-rules.js';

type Json = Readonly<Record<string, unknown>>;

/** The answers of `submitAsyncAction` that Marketo wants to be told of. */
const STATUSES = ['201', '400', '401', '403', '429', '500'] as const;
const EXTENSIONS = ['x-providerName', 'x-schemaVersion', 'x-supportContact'] as const;

/** Operations whose answer has a schema of a fixed name. */
const NAMED = [
  { path: '/getServiceDefinition', method: 'get', schema: 'serviceDefinition', required: true },
  { path: '/status', method: 'get', schema: 'serviceStatus', required: true },
  { path: '/getPicklist', method: 'post', schema: 'picklistObject', required: false },
] as const;

/** Operations whose answer is of a fixed type. */
const TYPED = [
  { path: '/brandIcon', type: 'image/*' },
  { path: '/serviceIcon', type: 'image/*' },
  { path: '/providerInstructions', type: 'text/html' },
] as const;

const SCHEMES: Readonly<Record<string, readonly string[]>> = {
  apiKey: ['in', 'name'],
  http: ['scheme'],
  oauth2: ['flows'],
};

/**
 * Holds an OpenAPI document to what Marketo's installation asks of one beyond OpenAPI itself, and the service definition in
 * it to its own rules. Source: Adobe's schema for service providers of self-service flow steps.
 */
export function findMarketoProblems(document: unknown): readonly DocumentFinding[] {
  const findings = new DocumentFindings();
  if (!isJsonObject(document)) {
    findings.refuse('document', '', 'is no OpenAPI document: it must be an object', 'answer with the document itself');
    return findings.all();
  }
  if (!checkStructure(document, findings)) return findings.all();
  const pointers = new Pointers(document);
  checkInfo(pointers, findings);
  checkSecurity(document, pointers, findings);
  checkSubmission(pointers, findings);
  for (const { path, method, schema, required } of NAMED)
    checkNamed(pointers, findings, path, method, schema, required);
  for (const { path, type } of TYPED) checkTyped(pointers, findings, path, type);
  checkDefinition(document, findings);
  return findings.all();
}

function checkInfo(pointers: Pointers, findings: DocumentFindings): void {
  const info = pointers.follow('info') ?? {};
  for (const key of EXTENSIONS) {
    const value = info[key];
    if (typeof value !== 'string' || value.trim() === '') {
      findings.refuse('extension', `info.${key}`, 'is missing', 'add a text');
    }
  }
}

function checkSecurity(document: Json, pointers: Pointers, findings: DocumentFindings): void {
  const schemes = Object.entries(pointers.follow('components', 'securitySchemes') ?? {});
  const requirements: readonly unknown[] = Array.isArray(document['security']) ? document['security'] : [];
  const [first] = requirements;
  const [name] = Object.keys(isJsonObject(first) ? first : {});
  if (schemes.length === 0) {
    findings.refuse('noScheme', 'components.securitySchemes', 'is missing', 'declare apiKey, http basic or oauth2');
  }
  if (name === undefined || !schemes.some(([known]) => known === name)) {
    findings.refuse('noScheme', 'security', 'names no scheme of the document', 'name the one that callers use');
  }
  if (requirements.length > 1) {
    findings.warn('security', `has ${requirements.length} entries, and Marketo reads the first`, 'keep one');
  }
  for (const [key, scheme] of schemes) {
    const type = isJsonObject(scheme) ? String(scheme['type']) : '';
    const needed = Object.hasOwn(SCHEMES, type) ? (SCHEMES[type] ?? []) : null;
    const at = `components.securitySchemes.${key}`;
    if (needed === null)
      findings.refuse('scheme', `${at}.type`, `${type} is not supported`, 'use apiKey, http or oauth2');
    for (const member of needed ?? []) {
      if (isJsonObject(scheme) && scheme[member] === undefined) {
        findings.refuse('scheme', `${at}.${member}`, 'is missing', 'add it');
      }
    }
  }
}

function checkSubmission(pointers: Pointers, findings: DocumentFindings): void {
  const at = 'paths./submitAsyncAction.post';
  const post = pointers.follow('paths', '/submitAsyncAction', 'post');
  if (post === null) {
    findings.refuse('endpoint', 'paths./submitAsyncAction', 'POST /submitAsyncAction is missing', 'add the operation');
    return;
  }
  if (pointers.follow(post, 'requestBody', 'content', 'application/json') === null) {
    findings.refuse('document', `${at}.requestBody`, 'takes no application/json', 'describe the batch there');
  }
  const responses = pointers.follow(post, 'responses') ?? {};
  for (const status of STATUSES) {
    if (!Object.hasOwn(responses, status)) {
      findings.refuse('document', `${at}.responses.${status}`, 'is missing', 'describe the answer');
    }
  }
  checkCallback(pointers, post, `${at}.callbacks`, findings);
}

function checkCallback(pointers: Pointers, post: Json, at: string, findings: DocumentFindings): void {
  const callbacks = Object.values(pointers.follow(post, 'callbacks') ?? {}).filter(isJsonObject);
  const [operation = null] = callbacks
    .flatMap((callback) => Object.values(callback).filter(isJsonObject))
    .map((item) => pointers.follow(item, 'post'));
  if (operation === null) {
    findings.refuse(
      'document',
      at,
      'is missing: nothing says what Marketo is called back with',
      'describe the callback',
    );
    return;
  }
  if (pointers.follow(operation, 'requestBody', 'content', 'application/json') === null) {
    findings.refuse('document', `${at}.requestBody`, 'sends no application/json', 'describe the results there');
  }
  const parameters: readonly unknown[] = Array.isArray(operation['parameters']) ? operation['parameters'] : [];
  const names = parameters.map((one) => (isJsonObject(one) ? String(one['name']).toLowerCase() : ''));
  for (const name of ['x-api-key', 'x-callback-token']) {
    if (!names.includes(name)) findings.refuse('document', `${at}.parameters`, `has no header ${name}`, 'declare it');
  }
  for (const status of ['404', '405']) {
    if (pointers.follow(operation, 'responses', status) === null) {
      findings.refuse('document', `${at}.responses.${status}`, 'is missing', 'describe the answer');
    }
  }
}

function checkNamed(
  pointers: Pointers,
  findings: DocumentFindings,
  path: string,
  method: 'get' | 'post',
  schema: string,
  required: boolean,
): void {
  const item = pointers.follow('paths', path);
  const name = `${method.toUpperCase()} ${path}`;
  if (item === null) {
    if (required) findings.refuse('endpoint', `paths.${path}`, `${name} is missing`, 'add the operation');
    return;
  }
  const operation = pointers.follow(item, method);
  if (operation === null) {
    findings.refuse('endpoint', `paths.${path}`, `${name} is missing`, 'add the operation');
    return;
  }
  // Not through the reference: Marketo wants the reference itself.
  const media = pointers.follow(operation, 'responses', '200', 'content', 'application/json');
  const answer = media?.['schema'];
  const reference = isJsonObject(answer) ? answer['$ref'] : undefined;
  const wanted = `#/components/schemas/${schema}`;
  if (reference !== wanted) {
    const at = `paths.${path}.${method}.responses.200`;
    findings.refuse('document', at, `does not refer to ${wanted}`, `write $ref: '${wanted}'`);
  }
}

function checkTyped(pointers: Pointers, findings: DocumentFindings, path: string, type: string): void {
  if (pointers.follow('paths', path) === null) return;
  if (pointers.follow('paths', path, 'get', 'responses', '200', 'content', type) !== null) return;
  findings.refuse('document', `paths.${path}.get.responses.200`, `does not answer with ${type}`, 'describe the answer');
}

/** Published as the example of its schema, where the document has one. */
function checkDefinition(document: Json, findings: DocumentFindings): void {
  const schema = new Pointers(document).follow('components', 'schemas', 'serviceDefinition');
  const example = schema?.['example'];
  if (example === undefined) return;
  for (const { path, reason, remedy } of checkMarketoDefinition(example)) {
    findings.refuse('document', `components.schemas.serviceDefinition.example${path}`, reason, remedy);
  }
}
