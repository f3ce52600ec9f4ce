import { isUtf8 } from 'node:buffer';
import type { FastifyRequest } from 'fastify';
import { type JsonObject, readJsonObject, refuseCompressed } from './json-body.js';
import { RequestError } from './request-error.js';

const FORM_TYPE = /^application\/x-www-form-urlencoded\s*(?:;|$)/i;
const FIELDS_MAX = 100;

/**
 * The fields of a form, or of a JSON object, as the content type says.
 * @throws RequestError 415 for another content type, 413 above `maxBytes`, 400 for a form with a field twice, and what is no JSON object.
 */
export function readFormOrJson(request: FastifyRequest, maxBytes: number): JsonObject {
  const body = request.body as Buffer | undefined;
  if (body !== undefined && body.length > maxBytes) {
    throw new RequestError(413, 'INVALID_REQUEST', `The request body is larger than ${maxBytes} bytes.`, {
      details: [{ field: 'body', message: 'is too large', expected: `at most ${maxBytes} bytes` }],
    });
  }
  const contentType = request.headers['content-type'];
  if (contentType === undefined || !FORM_TYPE.test(contentType)) return readJsonObject(request);
  refuseCompressed(request);
  return parseForm(body ?? Buffer.alloc(0));
}

function parseForm(body: Buffer): JsonObject {
  if (!isUtf8(body)) throw invalid('The request body is not valid UTF-8.');
  const fields: JsonObject = {};
  const form = new URLSearchParams(body.toString('utf8'));
  if (form.size > FIELDS_MAX) throw invalid(`The form has more than ${FIELDS_MAX} fields.`);
  for (const [name, value] of form) {
    if (name === '__proto__') throw invalid('The form holds a forbidden field.');
    // RFC 6749, 3.2: which of the two would count is not for the server to choose.
    if (Object.hasOwn(fields, name)) throw invalid('The form has a field twice.');
    fields[name] = value;
  }
  return fields;
}

function invalid(message: string): RequestError {
  return new RequestError(400, 'INVALID_REQUEST', message, { details: [{ field: 'body', message }] });
}
