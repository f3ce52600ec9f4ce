import { validateSync } from 'class-validator';
import { problemsOf } from '../http/dto-problems.js';
import type { JsonObject } from '../http/json-body.js';
import { RequestError, type RequestProblem } from '../http/request-error.js';
import { isSurelyWellFormed } from './envelope-shortcut.js';
import { ExecutionRequestDto } from './execution-request.dto.js';
import { adoptDto } from './nested.js';

/**
 * Validates the envelope of an execution request in place: nothing is copied, unknown fields stay.
 * @throws RequestError 400 with one detail per field.
 */
export function readEnvelope(body: JsonObject): ExecutionRequestDto {
  if (isSurelyWellFormed(body)) return body;
  return validateEnvelope(body);
}

/** The whole check, and the only one that can say what is wrong; {@link readEnvelope} asks it when in doubt. */
export function validateEnvelope(body: JsonObject): ExecutionRequestDto {
  const request = adoptDto(body, ExecutionRequestDto);
  // forbidUnknownValues stays on: a "constructor" in the body hides the DTO class, and must not hide the checks too.
  const errors = validateSync(request, { validationError: { target: false } });
  if (errors.length > 0) throw malformed(problemsOf(errors));
  return request;
}

/** The 400 for a request with a wrong structure. */
export function malformed(details: readonly RequestProblem[]): RequestError {
  return new RequestError(400, 'INVALID_REQUEST', summarize(details), { details });
}

/** The first problem in one sentence; a missing field is named exactly as the wire's documents do. */
export function summarize(details: readonly RequestProblem[]): string {
  const [first] = details;
  if (first === undefined) return 'The request is malformed.';
  return first.message.startsWith('Missing required field') ? first.message : `${first.field} ${first.message}`;
}
