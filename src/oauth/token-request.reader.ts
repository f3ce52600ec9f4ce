import type { FastifyRequest } from 'fastify';
import { readFormOrJson } from '../http/form-body.js';
import type { JsonObject } from '../http/json-body.js';
import { RequestError } from '../http/request-error.js';
import { checkGrant, readCredentials } from '../http/token-fields.js';
import { readBasic } from '../security/basic-credentials.js';
import type { PresentedClient } from './token-issuer.js';

/** A request for a token has a few short fields. */
const BODY_MAX_BYTES = 16 * 1024;
const BASIC = 'Basic realm="oauth2"';

/**
 * The client of a request for a token: by Basic authentication or in the body, which is a form or JSON (RFC 6749, 2.3.1).
 * @throws RequestError 400, 401 for malformed Basic credentials, 413, 415.
 */
export function readTokenRequest(request: FastifyRequest): PresentedClient {
  const fields = readFormOrJson(request, BODY_MAX_BYTES);
  checkGrant(fields);
  const presented = readBasic(request);
  switch (presented.kind) {
    case 'missing': {
      const [clientId, clientSecret] = readCredentials(fields, 'client_id', 'client_secret');
      return { clientId, clientSecret, from: request.ip, isBasic: false };
    }
    case 'present': {
      const [clientId, clientSecret] = [formDecoded(presented.username), formDecoded(presented.password)];
      refuseSecond(fields, clientId);
      return { clientId, clientSecret, from: request.ip, isBasic: true };
    }
    case 'ambiguous':
    case 'malformed':
      throw new RequestError(
        401,
        'UNAUTHORIZED',
        'The credentials are malformed: send one Authorization header with base64 of id:secret.',
        { challenge: BASIC },
      );
    default:
      return presented satisfies never;
  }
}

/** RFC 6749, 2.3: a client proves itself in one way per request; naming itself again is no proof. */
function refuseSecond(fields: JsonObject, clientId: string): void {
  const { client_id: named, client_secret: second } = fields;
  if (second === undefined && (named === undefined || named === clientId)) return;
  const message = 'The client is named twice: send its credentials by Basic authentication or in the body.';
  throw new RequestError(400, 'INVALID_REQUEST', message, {
    details: [{ field: 'client_id', message: 'is sent twice' }],
  });
}

/** Id and secret are form-encoded before they become Basic credentials; ours look the same either way. */
function formDecoded(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    // Not encoded, as many clients do it: it is compared as it came.
    return text;
  }
}
