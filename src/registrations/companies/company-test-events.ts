import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import type { JsonObject } from '../../http/json-body.js';
import { RequestError, type RequestProblem } from '../../http/request-error.js';
import { sending } from '../sending.js';
import type { Company } from './companies.repository.js';
import { readEntity, type EventEntity } from './company-entity.js';
import { COMPANY_EVENT_TYPES, findEventType, type CompanyEventType } from './company-event-types.js';
import { CompanyEvents } from './company-events.js';

/** Reads and sends the test events companies ask for. */
@Injectable()
export class CompanyTestEvents {
  constructor(
    private readonly database: Database,
    private readonly events: CompanyEvents,
  ) {}

  /** @throws RequestError 422 naming every problem; 404 when no registration of the type is active. */
  async send(company: Company, body: JsonObject): Promise<{ readonly eventType: string; readonly eventId: string }> {
    const { type, entity } = readTest(body);
    const receipt = await sending(this.database, (tx) =>
      this.events.publishTest(tx, { company: company.id, type, entity }),
    );
    if (receipt === null) {
      const message = `Could not find a callback registration for event type '${type.name}'`;
      throw new RequestError(404, 'RESOURCE_NOT_FOUND', message);
    }
    return { eventType: type.name, eventId: receipt.eventId };
  }
}

function readTest(body: JsonObject): { readonly type: CompanyEventType; readonly entity: EventEntity } {
  const problems: RequestProblem[] = [];
  const { event_type: eventType, callback_type: callbackType, ...own } = body;
  if (eventType != null && callbackType != null && eventType !== callbackType) {
    problems.push({ field: 'callback_type', message: 'says something else than event_type' });
  }
  const name = eventType ?? callbackType ?? null;
  const type = typeof name === 'string' ? findEventType(name) : null;
  if (name === null) problems.push({ field: 'event_type', message: 'Missing required field: event_type' });
  else if (type === null) {
    problems.push({ field: 'event_type', message: `must be one of ${COMPANY_EVENT_TYPES.join(', ')}` });
  }
  if (type !== null) problems.push(...problemsOfEntity(type, own));
  if (type === null || problems.length > 0) {
    throw new RequestError(422, 'VALIDATION_ERROR', 'The test event is not valid.', { details: problems });
  }
  return { type, entity: own };
}

function problemsOfEntity(type: CompanyEventType, own: EventEntity): RequestProblem[] {
  const unknown = Object.keys(own).filter((key) => !type.bodyKeys.includes(key));
  const problems = unknown.map((field) => ({ field, message: `is not a known field of ${type.name}` }));
  if (problems.length > 0 || Object.keys(own).length === 0) return problems;
  return readEntity(type, own).problems.map(({ message }) => ({ field: 'body', message: `The entity ${message}` }));
}
