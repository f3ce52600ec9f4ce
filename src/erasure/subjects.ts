import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Database } from '../database/database.js';
import { FIRST_ID } from '../database/id-bound.js';
import { type BridgedEvent, BridgedEventsRepository } from './bridged-events.repository.js';
import { isOf } from './person-objects.js';
import { SubjectSearch } from './subject-search.js';
import { type IdRange, type Subject, SubjectSearchRepository } from './subject-search.repository.js';
import { readCallRequest } from '../async-calls/call-request.js';
import type { AuditActor } from '../security/admin-actor.js';
import { AuditRepository } from '../security/audit.repository.js';
import { disguise } from './disguise.js';
import { EraseJobsRepository } from './erase-jobs.repository.js';
import { SubjectTenants } from './subject-tenants.js';
import { buildSubjectPage } from './subject-page.js';
import type { FindSubjectQuery, SubjectCall, SubjectPage, SubjectRole } from './subjects.dto.js';
import { ROWS_MAX, SubjectsRepository } from './subjects.repository.js';
import { UUID } from '../http/uuid.pipe.js';

const ACTIONS_PER_WINDOW = 1_000;
/** After this long a page is answered with what was found; its cursor goes on. */
const SEARCH_MAX_MS = 3_000;
const LAST_ID = 'ffffffff-ffff-ffff-ffff-ffffffffffff';

/** Actions found, the newest first, and where the search stopped. */
interface Found {
  readonly roles: ReadonlyMap<string, SubjectRole>;
  readonly unlinked: readonly BridgedEvent[];
  /** The newest id that was not looked at, or does not fit; null at the end. */
  readonly nextCursor: string | null;
}

/** Shows administrators what is held about a person or an account. Looking is audited. */
@Injectable()
export class Subjects {
  constructor(
    private readonly database: Database,
    private readonly search: SubjectSearch,
    private readonly searches: SubjectSearchRepository,
    private readonly bridged: BridgedEventsRepository,
    private readonly repository: SubjectsRepository,
    private readonly jobs: EraseJobsRepository,
    private readonly audit: AuditRepository,
    private readonly tenants: SubjectTenants,
  ) {}

  /** Nothing is shown of which the audit does not tell: the entry comes first. */
  async page({ tenant, entityId, limit, cursor }: FindSubjectQuery, actor: AuditActor): Promise<SubjectPage> {
    const subject = { tenant, entityId };
    await this.record(subject, actor);
    const found = await this.find(subject, cursor?.toLowerCase() ?? LAST_ID, limit);
    const page = await this.read(found);
    const isFirst = cursor === undefined;
    const calls = isFirst ? await this.findCalls(subject) : [];
    const erasures = isFirst ? await this.jobs.findOf(subject) : [];
    const isFound = found.roles.size + calls.length + erasures.length > 0;
    return buildSubjectPage({
      ...page,
      tenantKnown: isFound || (await this.tenants.isKnown(tenant)),
      roles: found.roles,
      calls,
      erasures,
      nextCursor: found.nextCursor,
    });
  }

  private async record({ tenant, entityId }: Subject, actor: AuditActor): Promise<void> {
    const readId = uuidv7();
    const details = { tenant, subject: disguise(readId, entityId) };
    await this.database.transaction((tx) =>
      this.audit.record(tx, { actor, verb: 'subject.read', target: `subject:${readId}`, details }),
    );
  }

  /** Window by window down the primary key, so that no statement takes long. */
  private async find(subject: Subject, cursor: string, limit: number): Promise<Found> {
    const giveUpAtMs = performance.now() + SEARCH_MAX_MS;
    const roles = new Map<string, SubjectRole>();
    const unlinked: BridgedEvent[] = [];
    let last = cursor;
    for (;;) {
      const { after } = await this.repository.findWindow(last, ACTIONS_PER_WINDOW);
      const range = { after: after ?? FIRST_ID, last };
      const { about, events } = await this.findInWindow(subject, range);
      unlinked.push(...events);
      for (const [id, role] of about) {
        if (roles.size === limit) return { roles, unlinked, nextCursor: id };
        roles.set(id, role);
      }
      if (after === null || performance.now() > giveUpAtMs) return { roles, unlinked, nextCursor: after };
      last = after;
    }
  }

  private async findInWindow(
    subject: Subject,
    range: IdRange,
  ): Promise<{ about: [string, SubjectRole][]; events: BridgedEvent[] }> {
    const actions = await this.search.find(this.database, subject, range);
    const events = await this.bridged.findUnlinked(this.database, subject, range.after, range.last);
    const roles = new Map<string, SubjectRole>(events.map(({ actionId }) => [actionId, 'leftBehind']));
    for (const { id, own } of actions) roles.set(id, own ? 'entity' : 'member');
    return { about: [...roles].sort(([a], [b]) => (a < b ? 1 : -1)), events };
  }

  private async read({ roles, unlinked }: Found) {
    const ids = [...roles.keys()];
    const linked = await this.bridged.findLinked(this.database, ids);
    const events = [...linked, ...unlinked.filter(({ actionId }) => roles.has(actionId))];
    const siblings = await this.searches.findSiblings(this.database, ids);
    const owners = new Set([...ids, ...events.map(({ id }) => id), ...siblings.map(({ siblingId }) => siblingId)]);
    const deliveries = await this.repository.findDeliveries([...owners]);
    const attempts = await this.repository.findAttempts(deliveries.map(({ id }) => id));
    const actions = await this.repository.findActions(ids);
    return { actions, events, siblings, deliveries, attempts, results: await this.repository.findResults(ids) };
  }

  /** Calls are a client's, and the tenant of its actions is its id. */
  private async findCalls(subject: Subject): Promise<SubjectCall[]> {
    if (!UUID.test(subject.tenant)) return [];
    const calls = await this.repository.findAskedCalls(subject);
    return calls
      .filter(({ request }) => readCallRequest(request).objects.some(isOf(subject.entityId)))
      .slice(0, ROWS_MAX)
      .map(({ id, receivedAt }) => ({ requestId: id, receivedAt }));
  }
}
