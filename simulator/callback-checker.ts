import type { EntityType, ServiceContract } from './service-contract.js';
import type { Submission } from './submission.js';
import { checkBody } from './callback-body-checker.js';
import { readCallback, type CallbackReading } from './callback-reading.js';
import { parseWire, type Wire } from './lossless.js';

export interface ReceivedCallback {
  readonly method: string;
  readonly path: string;
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
}

/** What a callback is held against; null parts are not known and not checked. */
export interface CallbackExpectation {
  readonly submission: Submission | null;
  readonly contractFor: (entityType: EntityType) => ServiceContract | null;
  readonly requestId: string | null;
  readonly apiKey: string;
  /** Why an Authorization header is refused; null accepts it. */
  readonly objectionTo: (authorization: string | undefined) => string | null;
}

export interface CheckedCallback {
  /** Sentences; empty when the callback is valid. */
  readonly violations: readonly string[];
  /** True when the bearer is all that is wrong: a fresh one would be accepted. */
  readonly onlyBearer: boolean;
  readonly reading: CallbackReading | null;
}

/** Holds one callback against the External Actions contract, strictly. */
export function checkCallback(callback: ReceivedCallback, expected: CallbackExpectation): CheckedCallback {
  const found = checkHeaders(callback, expected);
  let reading: CallbackReading | null = null;
  try {
    const body: Wire = parseWire(callback.body);
    reading = readCallback(body);
    const entityType = expected.submission?.entityType ?? reading?.entityType;
    if (entityType === undefined) {
      found.push('the body holds no leadData, accountData or accountPersonData');
    } else {
      const contract = expected.submission?.contract ?? expected.contractFor(entityType);
      found.push(...checkBody(body, entityType, expected.submission, contract));
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    found.push(`the body is not JSON: ${error.message}`);
  }
  const bearer = expected.objectionTo(callback.headers['authorization']);
  const onlyBearer = bearer !== null && found.length === 0;
  if (bearer !== null) found.push(bearer);
  return { violations: found, onlyBearer, reading };
}

/** Everything but the bearer, which has an answer of its own. */
function checkHeaders(callback: ReceivedCallback, expected: CallbackExpectation): string[] {
  const { headers } = callback;
  const found: string[] = [];
  const { submission } = expected;
  if (callback.method !== 'POST') found.push(`the method must be POST, but is ${callback.method}`);
  if (submission !== null && submission.callbackPath !== callback.path) {
    found.push(`it came to ${callback.path}, but the request's callbackUrl says ${submission.callbackPath}`);
  }
  requireHeader('X-Callback-Token', headers['x-callback-token'], submission?.token ?? null, found, true);
  requireHeader('X-Api-Key', headers['x-api-key'], expected.apiKey, found, true);
  requireHeader('X-Request-Id', headers['x-request-id'], expected.requestId, found, false);
  requireHeader('x-gw-ims-org-id', headers['x-gw-ims-org-id'], submission?.imsOrgId ?? null, found, false);
  const contentType = headers['content-type'];
  if (contentType === undefined) found.push('header Content-Type is missing');
  else if (!/^application\/json(\s*;|$)/i.test(contentType)) {
    found.push(`header Content-Type must be application/json, but is ${contentType}`);
  }
  return found;
}

function requireHeader(
  name: string,
  given: string | undefined,
  wanted: string | null,
  found: string[],
  secret: boolean,
): void {
  if (given === undefined || given === '') found.push(`header ${name} is missing`);
  else if (wanted !== null && given !== wanted) {
    found.push(secret ? `header ${name} is not the expected one` : `header ${name} must be ${wanted}, but is ${given}`);
  }
}
