import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Database } from '../../database/database.js';
import { DestinationMoves } from '../../delivery/destination-moves.js';
import { etagOf, type Precondition, type Tagged } from '../../http/etag.js';
import { RequestError } from '../../http/request-error.js';
import type { AuditActor } from '../../security/admin-actor.js';
import { AuditRepository } from '../../security/audit.repository.js';
import { hashOf, matchesHash, newSecret } from '../../security/issued-secrets.js';
import { PAUSE_REASON } from '../destination-pauses.repository.js';
import type { ChangeCompany, CreateCompany } from './companies-admin.dto.js';
import { CompanyCallbacksRepository } from './company-callbacks.repository.js';
import { COMPANY_CHANNEL } from './company-callbacks.js';
import { CompaniesRepository, type Company } from './companies.repository.js';

/** A company with its password, which is shown this once. */
export interface IssuedCredentials {
  readonly company: Company;
  readonly password: string;
}

/** Makes companies, gives them credentials and takes them away; audited in the same transaction. */
@Injectable()
export class CompanyAccounts {
  constructor(
    private readonly database: Database,
    private readonly repository: CompaniesRepository,
    private readonly callbacks: CompanyCallbacksRepository,
    private readonly moves: DestinationMoves,
    private readonly audit: AuditRepository,
  ) {}

  /** The company of these credentials, disabled or not; null when they are wrong. */
  async authenticate(username: string, password: string): Promise<Company | null> {
    // Postgres has no NUL, and no username is that long.
    const isAskable = username.length <= 64 && /^[\x21-\x7e]+$/.test(username);
    const found = isAskable ? await this.repository.findByUsername(username) : null;
    const isRight = matchesHash(password, found?.passwordHash ?? null);
    return isRight ? found : null;
  }

  /** @throws RequestError 409 when the company_id is taken. */
  create({ company_id: companyId, name = null }: CreateCompany, actor: AuditActor): Promise<IssuedCredentials> {
    const password = newSecret();
    const username = `c_${randomBytes(8).toString('hex')}`;
    return this.database.transaction(async (tx) => {
      const row = { id: uuidv7(), companyId, username, name, passwordHash: hashOf(password) };
      const company = await this.repository.insert(tx, row);
      if (company === null) throw new RequestError(409, 'CONFLICT', 'The company_id is taken');
      await this.audit.record(tx, { actor, verb: 'company.create', target: `company:${companyId}`, details: {} });
      return { company, password };
    });
  }

  /** The password before stops working at once. @throws RequestError 404. */
  rotate(companyId: string, actor: AuditActor): Promise<IssuedCredentials> {
    const password = newSecret();
    return this.database.transaction(async (tx) => {
      const company = known(await this.repository.rotate(tx, companyId, hashOf(password)));
      await this.audit.record(tx, { actor, verb: 'company.rotate', target: `company:${companyId}`, details: {} });
      return { company, password };
    });
  }

  /** @throws RequestError 404. */
  setState(companyId: string, state: Company['state'], actor: AuditActor): Promise<Company> {
    return this.database.transaction(async (tx) => {
      const company = known(await this.repository.setState(tx, companyId, state));
      const verb = state === 'active' ? 'company.enable' : 'company.disable';
      await this.audit.record(tx, { actor, verb, target: `company:${companyId}`, details: {} });
      return company;
    });
  }

  /** @throws RequestError 404. */
  async get(companyId: string): Promise<Tagged<Company>> {
    return tagged(known(await this.repository.find(companyId)));
  }

  /** The company_id stays: it is part of the paths that the company calls. @throws RequestError 404, 412. */
  rename(companyId: string, { name }: ChangeCompany, seen: Precondition, actor: AuditActor): Promise<Tagged<Company>> {
    return this.database.transaction(async (tx) => {
      const before = known(await this.repository.lockOf(tx, companyId));
      seen.check(tagged(before).etag);
      const after = name === undefined ? before : known(await this.repository.rename(tx, before.id, name));
      const details = { fields: name === undefined ? [] : ['name'] };
      await this.audit.record(tx, { actor, verb: 'company.change', target: `company:${companyId}`, details });
      return tagged(after);
    });
  }

  /**
   * Its API is closed, its registrations end, what waits for them is cancelled, and its company_id is free. Its events stay
   * until retention removes them: they tell what is held about a person. @throws RequestError 404, 412.
   */
  async remove(companyId: string, seen: Precondition, actor: AuditActor): Promise<void> {
    const receipt = await this.database.transaction(async (tx) => {
      const company = known(await this.repository.lockOf(tx, companyId));
      seen.check(tagged(company).etag);
      const removed = await this.callbacks.listIds(tx, company.id);
      const changes = { channel: COMPANY_CHANNEL, addresses: [], removed, keepReason: PAUSE_REASON };
      const cancelled = await this.moves.apply(tx, changes);
      await this.callbacks.endAll(tx, company.id);
      await this.repository.bury(tx, company.id);
      const details = { callbacks: removed.length };
      await this.audit.record(tx, { actor, verb: 'company.delete', target: `company:${companyId}`, details });
      return cancelled;
    });
    receipt.committed();
  }

  list(before: string | null, limit: number): Promise<Company[]> {
    return this.repository.list(before, limit);
  }
}

function known(company: Company | null): Company {
  if (company === null) throw new RequestError(404, 'RESOURCE_NOT_FOUND', 'No company has this id');
  return company;
}

/** A new password is no edit, and the state has commands of its own. */
function tagged(company: Company): Tagged<Company> {
  const { id, companyId, name } = company;
  return { view: company, etag: etagOf({ id, companyId, name }) };
}
