import { Injectable } from '@nestjs/common';
import type { JsonObject } from '../../http/json-body.js';
import { readDto } from '../../http/read-dto.js';
import { RequestError, type RequestProblem } from '../../http/request-error.js';
import { AddressPolicy } from '../../security/address-policy.js';
import { readApiVersion } from './company-api-version.js';
import type { CallbackTerms } from './company-callback.js';
import { CallbackRequest } from './company-callback.dto.js';
import { COMPANY_EVENT_TYPES, findEventType } from './company-event-types.js';
import { readQualifier } from './company-qualifier.js';
import { readIsoMoment } from '../../http/iso-moment.js';

/** Ours to say; clients send back what they read. */
const OURS = new Set(['callback_id', 'url', 'created_at', 'updated_at', 'active']);
/** Members of the entity with a name that is also an event type's are qualifiers. */
const QUALIFIER_KEYS = COMPANY_EVENT_TYPES;

type Problems = RequestProblem[];

/** A registration as it was sent. */
export interface CallbackSubmission {
  readonly body: JsonObject;
  /** The header `X-API-Version`. */
  readonly apiVersion: string | readonly string[] | undefined;
}

/** Reads registrations as companies write them, tolerantly, and names everything that is wrong at once. */
@Injectable()
export class CompanyCallbackReader {
  constructor(private readonly policy: AddressPolicy) {}

  /** A new registration; `now` is its start unless it names one. @throws RequestError 422. */
  create(sent: CallbackSubmission, now: Date): Promise<CallbackTerms> {
    return this.read(sent, null, now);
  }

  /** The new state of a registration: fields that were not sent stay as they are. @throws RequestError 422. */
  replace(sent: CallbackSubmission, before: CallbackTerms, now: Date): Promise<CallbackTerms> {
    return this.read(sent, before, now);
  }

  private async read(sent: CallbackSubmission, before: CallbackTerms | null, now: Date): Promise<CallbackTerms> {
    const { body } = sent;
    const isOther = (key: string): boolean => !OURS.has(key) && !QUALIFIER_KEYS.includes(key);
    const rest = Object.fromEntries(Object.entries(body).filter(([key]) => isOther(key)));
    const { value, problems: found } = await readDto(CallbackRequest, rest);
    const problems: Problems = [...found];
    const apiVersion = readApiVersion(sent.apiVersion, problems);
    const eventType = readEventType(value, before, problems);
    const qualifier = readQualifierOf(eventType, body, before, problems);
    const destination = value.destination ?? undefined;
    const url = destination?.url ?? (destination === undefined ? before?.url : undefined);
    this.checkUrl(url, problems);
    const startDate = momentOf(value.start_date, before?.startDate ?? now, now);
    const endDate = momentOf(value.end_date, before?.endDate ?? null, null);
    if (startDate !== null && endDate !== null && endDate < startDate) {
      problems.push({ field: 'end_date', message: 'must not be before start_date' });
    }
    if (problems.length > 0) throw unprocessable(problems);
    return {
      eventType: eventType ?? '',
      qualifier,
      url: url ?? '',
      method: destination?.method ?? value.destination_method ?? before?.method ?? 'POST',
      contentType: destination?.content_type ?? value.content_type ?? before?.contentType ?? 'application/json',
      startDate: startDate ?? now,
      endDate,
      apiVersion: apiVersion ?? before?.apiVersion ?? null,
      tellsTrace: (value.traceparent === undefined ? before?.tellsTrace : value.traceparent) ?? false,
    };
  }

  private checkUrl(url: string | undefined, problems: Problems): void {
    if (problems.some(({ field }) => field === 'destination' || field === 'destination.url')) return;
    if (url === undefined) {
      problems.push({ field: 'destination.url', message: 'Missing required field: url' });
      return;
    }
    const refusal = this.policy.checkUrl(url, { hosts: null });
    if (refusal !== null) problems.push({ field: 'destination.url', message: `is refused: ${refusal}` });
  }
}

/** @returns null when it is missing or unknown, which `problems` then says. */
function readEventType(value: CallbackRequest, before: CallbackTerms | null, problems: Problems): string | null {
  const { event_type: eventType, callback_type: callbackType } = value;
  if (eventType != null && callbackType != null && eventType !== callbackType) {
    problems.push({ field: 'callback_type', message: 'says something else than event_type' });
  }
  const found = eventType ?? callbackType ?? before?.eventType ?? null;
  if (found === null) problems.push({ field: 'event_type', message: 'Missing required field: event_type' });
  return found;
}

function readQualifierOf(
  eventType: string | null,
  body: JsonObject,
  before: CallbackTerms | null,
  problems: Problems,
): CallbackTerms['qualifier'] {
  const type = typeof eventType === 'string' ? findEventType(eventType) : null;
  if (type === null) return null;
  const reading = readQualifier(type, body, QUALIFIER_KEYS);
  problems.push(...reading.problems);
  if (reading.qualifier !== undefined) return reading.qualifier;
  // A type of another family has another qualifier, or none.
  const isSameFamily = before !== null && findEventType(before.eventType)?.family === type.family;
  return isSameFamily ? before.qualifier : null;
}

/** Undefined keeps what was, null asks for the default; null also for text that is no moment, which was said already. */
function momentOf<None>(
  text: string | null | undefined,
  before: Date | None,
  byDefault: Date | None,
): Date | None | null {
  if (text === undefined) return before;
  if (text === null) return byDefault;
  return typeof text === 'string' ? readIsoMoment(text) : null;
}

function unprocessable(problems: readonly RequestProblem[]): RequestError {
  return new RequestError(422, 'VALIDATION_ERROR', 'The registration is not valid.', { details: problems });
}
