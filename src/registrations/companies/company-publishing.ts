import { Injectable } from '@nestjs/common';
import { Database } from '../../database/database.js';
import type { JsonObject } from '../../http/json-body.js';
import { readDto, refuseProblems } from '../../http/read-dto.js';
import { RequestError } from '../../http/request-error.js';
import type { AuditActor } from '../../security/admin-actor.js';
import { AuditRepository } from '../../security/audit.repository.js';
import type { SendReceipt } from '../registration-directory.js';
import { sending } from '../sending.js';
import { CompaniesRepository } from './companies.repository.js';
import { readEntity } from './company-entity.js';
import { PublishCompanyEvent } from './company-event.dto.js';
import { findEventType } from './company-event-types.js';
import { CompanyEvents } from './company-events.js';

/** Takes events administrators publish: the event, all of its deliveries and the audit in one transaction. */
@Injectable()
export class CompanyPublishing {
  constructor(
    private readonly database: Database,
    private readonly companies: CompaniesRepository,
    private readonly events: CompanyEvents,
    private readonly audit: AuditRepository,
  ) {}

  /** @throws RequestError 404 for an unknown company, 409 for a disabled one, 422 naming every problem. */
  async publish(companyId: string, body: JsonObject, actor: AuditActor): Promise<SendReceipt> {
    const company = await this.companies.find(companyId);
    if (company === null) throw new RequestError(404, 'RESOURCE_NOT_FOUND', 'No company has this id');
    const { value, problems } = await readDto(PublishCompanyEvent, body);
    const type = typeof value.event_type === 'string' ? findEventType(value.event_type) : null;
    // The body's own entity: numbers beyond 2^53 and nested names stay as they came.
    const given = body['entity'];
    const isRead = type !== null && given !== undefined && !problems.some(({ field }) => field === 'entity');
    const reading = isRead ? readEntity(type, given) : { entity: {}, problems: [] };
    refuseProblems(422, [...problems, ...reading.problems]);
    if (type === null) throw new Error('an event type that is valid and unknown');
    if (company.state === 'disabled') throw new RequestError(409, 'CONFLICT', 'The company is disabled');
    return sending(this.database, async (tx) => {
      // Before the deliveries: what comes after them would have to give their places back when it fails.
      await this.audit.record(tx, {
        actor,
        verb: 'company.event.publish',
        target: `company:${companyId}`,
        details: { eventType: type.name },
      });
      return this.events.publish(tx, { company: company.id, type, entity: reading.entity, origin: 'published' });
    });
  }
}
