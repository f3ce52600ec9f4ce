import { Injectable } from '@nestjs/common';
import type { Precondition, Tagged } from '../../http/etag.js';
import { RequestError } from '../../http/request-error.js';
import type { AuditActor } from '../../security/admin-actor.js';
import { AuditRepository, changed } from '../../security/audit.repository.js';
import { AUDITED_TERMS, auditedTermsOf, tagOfRegistration, toTaggedRegistration } from '../registration-view.js';
import type { RegistrationView } from '../registrations.dto.js';
import { COMPANY_ID } from './companies-admin.dto.js';
import { CompaniesRepository, type Company } from './companies.repository.js';
import type { CallbackSubmission } from './company-callback.reader.js';
import { CompanyCallbacks } from './company-callbacks.js';
import { CompanyDirectory } from './company-directory.js';

/** Registers and changes callbacks in a company's place, under the rules that the company is under. */
@Injectable()
export class CompanyCallbacksAdmin {
  constructor(
    private readonly companies: CompaniesRepository,
    private readonly callbacks: CompanyCallbacks,
    private readonly directory: CompanyDirectory,
    private readonly audit: AuditRepository,
  ) {}

  /** @throws RequestError 404, 409 when it overlaps another, 422. */
  async create(companyId: string, sent: CallbackSubmission, actor: AuditActor): Promise<Tagged<RegistrationView>> {
    const created = await this.callbacks.create(await this.getCompany(companyId), sent, async (tx, _before, row) => {
      const registration = this.directory.toRegistration(row);
      const details = { owner: companyId, after: auditedTermsOf(registration) };
      await this.audit.record(tx, { actor, verb: 'company.callback.create', target: targetOf(row.id), details });
    });
    return toTaggedRegistration(this.directory.toRegistration(created));
  }

  /** @throws RequestError 404, 409 when it would overlap another, 412, 422. */
  async change(
    { companyId, callbackId }: { readonly companyId: string; readonly callbackId: string },
    sent: CallbackSubmission,
    seen: Precondition,
    actor: AuditActor,
  ): Promise<Tagged<RegistrationView>> {
    const company = await this.getCompany(companyId);
    const written = await this.callbacks.replace(company, callbackId, sent, async (tx, before, row) => {
      const after = this.directory.toRegistration(row);
      const earlier = before === null ? after : this.directory.toRegistration(before);
      seen.check(tagOfRegistration(earlier));
      const details = { owner: companyId, ...changed(auditedTermsOf(earlier), auditedTermsOf(after), AUDITED_TERMS) };
      await this.audit.record(tx, { actor, verb: 'company.callback.change', target: targetOf(row.id), details });
    });
    return toTaggedRegistration(this.directory.toRegistration(written));
  }

  private async getCompany(companyId: string): Promise<Company> {
    // No company has an id of another form, so Postgres need not be asked; one that was deleted has.
    const company = COMPANY_ID.test(companyId) ? await this.companies.find(companyId) : null;
    if (company === null) throw new RequestError(404, 'RESOURCE_NOT_FOUND', 'No company has this id');
    return company;
  }
}

function targetOf(id: string): string {
  return `registration:company:${id}`;
}
