import { isJsonObject } from '../../http/json-value.js';
import type { DocumentFindings } from './document-findings.js';

type Json = Readonly<Record<string, unknown>>;

/** The three endpoints of a service. */
const ENDPOINTS = Object.freeze([
  { path: '/getServiceDefinition', method: 'get', operationId: 'getServiceDefinition' },
  { path: '/submitAsyncAction', method: 'post', operationId: 'submitAsyncAction' },
  { path: '/status', method: 'get', operationId: 'statusCheck' },
] as const);
const METHODS: ReadonlySet<string> = new Set(['get', 'put', 'post', 'delete', 'options', 'head', 'patch', 'trace']);

/** An operation and where it stands. */
interface Operation {
  readonly at: string;
  readonly operation: Json;
}

/** The endpoints that Adobe calls, their names, and the callback that it is promised. */
export function checkOperations(document: Json, findings: DocumentFindings): void {
  const paths = isJsonObject(document['paths']) ? document['paths'] : {};
  for (const { path, method, operationId } of ENDPOINTS) {
    const operation = memberOf(memberOf(paths, path), method);
    const at = `paths.${path}.${method}`;
    if (operation === null) {
      findings.refuse('endpoint', `paths.${path}`, `${method.toUpperCase()} ${path} is missing`, 'add the operation');
    } else if (operation['operationId'] === undefined) {
      findings.refuse('endpoint', `${at}.operationId`, 'is missing', `write ${operationId}`);
    }
  }
  checkIds(operationsOf(paths), findings);
  checkSubmission(paths, findings);
}

/** Ids within callbacks count as well. */
function checkIds(operations: readonly Operation[], findings: DocumentFindings): void {
  const first = new Map<unknown, string>();
  for (const { at, operation } of operations) {
    const id = operation['operationId'];
    if (id === undefined) continue;
    const earlier = first.get(id);
    if (earlier === undefined) first.set(id, at);
    else
      findings.refuse(
        'operationId',
        `${at}.operationId`,
        `"${String(id)}" is that of ${earlier} too`,
        'choose another',
      );
  }
}

function checkSubmission(paths: Json, findings: DocumentFindings): void {
  const at = 'paths./submitAsyncAction.post';
  const submit = memberOf(memberOf(paths, '/submitAsyncAction'), 'post');
  if (submit === null) return;
  const content = memberOf(memberOf(submit, 'requestBody'), 'content');
  if (memberOf(content, 'application/json') === null) {
    findings.refuse(
      'document',
      `${at}.requestBody`,
      'takes no application/json',
      'describe the execution request there',
    );
  }
  const responses = Object.keys(memberOf(submit, 'responses') ?? {});
  if (!responses.some((status) => status === '200' || status === '201' || status === '2XX')) {
    findings.refuse('document', `${at}.responses`, 'has no 200 or 201', 'describe the acknowledgement');
  }
  const callbacks = Object.entries(memberOf(submit, 'callbacks') ?? {});
  const urls = callbacks.flatMap(([, callback]) => Object.entries(isJsonObject(callback) ? callback : {}));
  if (callbacks.length === 0) {
    findings.warn(
      `${at}.callbacks`,
      'is missing: nothing says what Adobe is called back with',
      'describe the callback',
    );
  } else if (!urls.some(([url, item]) => url.includes('callbackUrl') && memberOf(item, 'post') !== null)) {
    const remedy = 'add {$request.body#/callbackUrl} with a post';
    findings.warn(`${at}.callbacks`, 'does not post to the callbackUrl of the request', remedy);
  }
}

/** Every operation, in the order of the document; those of callbacks after the one that promises them. */
function operationsOf(paths: Json, prefix = 'paths'): readonly Operation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(isJsonObject(item) ? item : {}).flatMap(([method, operation]) => {
      if (!METHODS.has(method) || !isJsonObject(operation)) return [];
      const at = `${prefix}.${path}.${method}`;
      const inside = Object.entries(memberOf(operation, 'callbacks') ?? {}).flatMap(([name, callback]) =>
        isJsonObject(callback) ? operationsOf(callback, `${at}.callbacks.${name}`) : [],
      );
      return [{ at, operation }, ...inside];
    }),
  );
}

function memberOf(value: unknown, key: string): Json | null {
  if (!isJsonObject(value) || !Object.hasOwn(value, key)) return null;
  const member = value[key];
  return isJsonObject(member) ? member : null;
}
