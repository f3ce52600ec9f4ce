import { jsonTypeOf } from './json-body.js';
import { RequestError, type RequestProblem } from './request-error.js';

const CREDENTIAL_MAX = 512;

type Fields = Readonly<Record<string, unknown>>;

/** @throws RequestError 400 for another grant than client credentials. */
export function checkGrant({ grant_type: grant }: Fields): void {
  if (grant === 'client_credentials') return;
  const problem = { field: 'grant_type', message: 'must be "client_credentials"', received: jsonTypeOf(grant) };
  throw new RequestError(400, 'INVALID_REQUEST', 'The grant_type must be "client_credentials".', {
    details: [problem],
  });
}

/** The id and the secret of a client, by the names of their fields. @throws RequestError 400 naming those that are wrong. */
export function readCredentials(fields: Fields, idName: string, secretName: string): [id: string, secret: string] {
  const [id, secret] = [fields[idName], fields[secretName]];
  if (isCredential(id) && isCredential(secret)) return [id, secret];
  const problems = [
    ...(isCredential(id) ? [] : [problemOf(idName, id)]),
    ...(isCredential(secret) ? [] : [problemOf(secretName, secret)]),
  ];
  const message = problems.map((problem) => `${problem.field} ${problem.message}`).join('; ');
  throw new RequestError(400, 'INVALID_REQUEST', `${message}.`, { details: problems });
}

function isCredential(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= CREDENTIAL_MAX;
}

function problemOf(field: string, value: unknown): RequestProblem {
  const message = value === undefined ? 'is missing' : `must be a text of 1 to ${CREDENTIAL_MAX} characters`;
  return { field, message, received: jsonTypeOf(value) };
}
