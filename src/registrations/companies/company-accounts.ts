import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { v7 as uuidv7 } from 'uuid';
import { Database } from '../../database/database.js';
import { RequestError } from '../../http/request-error.js';
import type { AuditActor } from '../../security/admin-actor.js';
import { AuditRepository } from '../../security/audit.repository.js';
import { hashOf, matchesHash, newSecret } from '../../security/issued-secrets.js';
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
  create(companyId: string, actor: AuditActor): Promise<IssuedCredentials> {
    const password = newSecret();
    const username = `c_${randomBytes(8).toString('hex')}`;
    return this.database.transaction(async (tx) => {
      const row = { id: uuidv7(), companyId, username, passwordHash: hashOf(password) };
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

  list(before: string | null, limit: number): Promise<Company[]> {
    return this.repository.list(before, limit);
  }
}

function known(company: Company | null): Company {
  if (company === null) throw new RequestError(404, 'RESOURCE_NOT_FOUND', 'No company has this id');
  return company;
}
