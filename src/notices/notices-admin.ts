import { Injectable } from '@nestjs/common';
import { Database, type Tx } from '../database/database.js';
import { newId } from '../database/new-id.js';
import { orTaken } from '../database/sql-state.js';
import { destinationOf } from '../delivery/destination.js';
import { etagOf, type Precondition, type Tagged } from '../http/etag.js';
import { cutPage } from '../http/keyset-page.js';
import type { PageQuery } from '../http/page-query.dto.js';
import { refuseProblems } from '../http/read-dto.js';
import { RequestError, type RequestProblem } from '../http/request-error.js';
import { AddressPolicy } from '../security/address-policy.js';
import type { AuditActor } from '../security/admin-actor.js';
import { AuditRepository, type AuditVerb, changed } from '../security/audit.repository.js';
import { NOTICE_CHANNEL, type NoticeRow, type NoticeTerms } from './notice.js';
import { NoticeDeliveries } from './notice-deliveries.js';
import { NoticeVault } from './notice-vault.js';
import type { ChangeNotice, CreateNotice, IssuedNotice, NoticePage, NoticeView } from './notices.dto.js';
import { NoticesRepository, type SealedAddress } from './notices.repository.js';

/** Each costs a few questions every quarter of a minute. */
const NOTICES_MAX = 50;
const URL_RULES = { hosts: null };
const AUDITED = ['name', 'format', 'causes', 'backlogRows', 'lagSeconds', 'origin'] as const;

/** The commands of administrators on notices: every change with its audit row, in one transaction. */
@Injectable()
export class NoticesAdmin {
  constructor(
    private readonly database: Database,
    private readonly repository: NoticesRepository,
    private readonly vault: NoticeVault,
    private readonly deliveries: NoticeDeliveries,
    private readonly addresses: AddressPolicy,
    private readonly audit: AuditRepository,
  ) {}

  /** @throws RequestError 409 when the name is taken or there are too many, 422. */
  async create(request: CreateNotice, actor: AuditActor): Promise<IssuedNotice> {
    const { name, url, format = 'json', causes, backlogRows = null, lagSeconds = null } = request;
    const terms: NoticeTerms = { name, format, causes, backlogRows, lagSeconds };
    refuseProblems(422, [...this.problemsOfUrl(url), ...problemsOfBounds(terms)]);
    const id = newId();
    const address = this.seal(id, url);
    const { secret, sealed } = this.vault.rotate(id, null);
    const created = this.database.transaction(async (tx) => {
      if ((await this.repository.count(tx)) >= NOTICES_MAX) {
        throw new RequestError(409, 'CONFLICT', `There are ${NOTICES_MAX} notices already: delete one`);
      }
      await this.repository.insert(tx, id, terms, address, sealed);
      const details = { after: { ...terms, origin: address.origin } };
      await this.audit.record(tx, { actor, verb: 'notice.create', target: targetOf(id), details });
      return known(await this.repository.find(id, tx));
    });
    return { ...toView(await orTaken(created, taken)), signingSecret: secret };
  }

  async page({ limit, cursor }: PageQuery): Promise<NoticePage> {
    const rows = await this.repository.list(cursor ?? null, limit + 1);
    const { rows: shown, nextCursor } = cutPage(rows, limit, ({ id }) => id);
    return { items: shown.map(toView), nextCursor };
  }

  /** @throws RequestError 404. */
  async get(id: string): Promise<Tagged<NoticeView>> {
    return toTagged(known(await this.repository.find(id)));
  }

  /** @throws RequestError 404, 409 when the name is taken, 412, 422. */
  async change(id: string, change: ChangeNotice, seen: Precondition, actor: AuditActor): Promise<Tagged<NoticeView>> {
    const { url, ...terms } = change;
    if (url !== undefined) refuseProblems(422, this.problemsOfUrl(url));
    const done = this.database.transaction(async (tx) => {
      const before = known(await this.repository.lock(tx, id));
      seen.check(tagOf(before));
      const next = mergeTerms(before, terms);
      refuseProblems(422, problemsOfBounds(next));
      await this.repository.update(tx, id, next);
      if (url !== undefined) await this.repository.setAddress(tx, id, this.seal(id, url));
      const after = known(await this.repository.find(id, tx));
      const details = { fields: Object.keys(change), ...changed(before, after, AUDITED) };
      await this.audit.record(tx, { actor, verb: 'notice.change', target: targetOf(id), details });
      return toTagged(after);
    });
    return orTaken(done, taken);
  }

  /** Messages that wait are cancelled. @throws RequestError 404, 412. */
  async remove(id: string, seen: Precondition, actor: AuditActor): Promise<void> {
    await this.database.transaction(async (tx) => {
      const before = known(await this.repository.lock(tx, id));
      seen.check(tagOf(before));
      await this.repository.delete(tx, id);
      const details = { before: { name: before.name, origin: before.origin } };
      await this.audit.record(tx, { actor, verb: 'notice.delete', target: targetOf(id), details });
    });
  }

  /** Nothing is told from now on, and messages that wait are cancelled. @throws RequestError 404. */
  pause(id: string, actor: AuditActor): Promise<NoticeView> {
    return this.turn(id, 'notice.pause', actor, async (tx) => this.repository.pause(tx, id));
  }

  /** Tells what happens from now on. @throws RequestError 404. */
  resume(id: string, actor: AuditActor): Promise<NoticeView> {
    return this.turn(id, 'notice.resume', actor, async (tx, { isPaused }) => {
      if (isPaused) await this.repository.resume(tx, id);
    });
  }

  /** @returns the secret, which is shown this once. @throws RequestError 404. */
  async rotateSigningSecret(id: string, actor: AuditActor): Promise<string> {
    let secret = '';
    await this.turn(id, 'notice.sign', actor, async (tx) => {
      const signing = this.vault.rotate(id, await this.repository.findSigning(tx, id));
      await this.repository.setSigning(tx, id, signing.sealed);
      secret = signing.secret;
    });
    return secret;
  }

  /** @returns the id of the delivery. @throws RequestError 404, 409 while it is paused. */
  async sendTest(id: string, actor: AuditActor): Promise<string> {
    const sent = await this.deliveries.sendWhen(async (tx) => {
      const notice = known(await this.repository.lock(tx, id));
      if (notice.isPaused) throw new RequestError(409, 'CONFLICT', 'The notice is paused: resume it first');
      await this.audit.record(tx, { actor, verb: 'notice.test', target: targetOf(id), details: {} });
      return { noticeId: id, cause: 'test', count: 1, names: [], format: notice.format, origin: notice.origin };
    });
    return known(sent);
  }

  private async turn(
    id: string,
    verb: AuditVerb,
    actor: AuditActor,
    work: (tx: Tx, before: NoticeRow) => Promise<void>,
  ): Promise<NoticeView> {
    const row = await this.database.transaction(async (tx) => {
      await work(tx, known(await this.repository.lock(tx, id)));
      await this.audit.record(tx, { actor, verb, target: targetOf(id), details: {} });
      return known(await this.repository.find(id, tx));
    });
    return toView(row);
  }

  private seal(id: string, url: string): SealedAddress {
    const { id: destinationId, origin } = destinationOf(NOTICE_CHANNEL, id, url);
    return { url: this.vault.sealUrl(id, url), origin, destinationId };
  }

  private problemsOfUrl(url: string): RequestProblem[] {
    const problem = this.addresses.checkUrl(url, URL_RULES);
    return problem === null ? [] : [{ field: 'url', message: problem }];
  }
}

/** A bound without its cause, or a cause without its bound, would be a slip of the pen. */
function problemsOfBounds({ causes, backlogRows, lagSeconds }: NoticeTerms): RequestProblem[] {
  const problems: RequestProblem[] = [];
  for (const [field, cause, bound] of [
    ['backlogRows', 'backlog', backlogRows],
    ['lagSeconds', 'lag', lagSeconds],
  ] as const) {
    if (causes.includes(cause) && bound === null) problems.push({ field, message: `is needed for the cause ${cause}` });
    if (!causes.includes(cause) && bound !== null) problems.push({ field, message: `needs the cause ${cause}` });
  }
  return problems;
}

function mergeTerms(before: NoticeRow, change: Omit<ChangeNotice, 'url'>): NoticeTerms {
  const { name, format, causes, backlogRows, lagSeconds } = change;
  return {
    name: name ?? before.name,
    format: format ?? before.format,
    causes: causes ?? before.causes,
    backlogRows: backlogRows === undefined ? before.backlogRows : backlogRows,
    lagSeconds: lagSeconds === undefined ? before.lagSeconds : lagSeconds,
  };
}

function toTagged(row: NoticeRow): Tagged<NoticeView> {
  return { view: toView(row), etag: tagOf(row) };
}

/** Messages change a notice without an edit. A new address at the same origin is an edit, too. */
function tagOf({ id, name, format, causes, backlogRows, lagSeconds, urlVersion }: NoticeRow): string {
  return etagOf({ id, name, format, causes, backlogRows, lagSeconds, urlVersion });
}

function toView(row: NoticeRow): Pick<NoticeView, keyof NoticeView> {
  const { id, name, format, causes, backlogRows, lagSeconds, origin, isPaused, createdAt, updatedAt, toldAt } = row;
  return {
    id,
    name,
    state: isPaused ? 'paused' : 'active',
    format,
    causes,
    backlogRows,
    lagSeconds,
    origin,
    destinationId: destinationOf(NOTICE_CHANNEL, id, `${origin}/`).id,
    createdAt,
    updatedAt,
    lastSentAt: toldAt,
  };
}

function known<Row>(row: Row | null): Row {
  if (row === null) throw new RequestError(404, 'RESOURCE_NOT_FOUND', 'No notice has this id');
  return row;
}

/** The index notices_name decides between two that take one name at once. */
function taken(): RequestError {
  return new RequestError(409, 'CONFLICT', 'A notice has this name already', {
    details: [{ field: 'name', message: 'is taken' }],
  });
}

function targetOf(id: string): string {
  return `notice:${id}`;
}
