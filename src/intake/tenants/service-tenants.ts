import { Injectable } from '@nestjs/common';
import { Catalog } from '../../catalog/catalog.js';
import { AppConfig } from '../../config/config.js';
import { Database } from '../../database/database.js';
import { etagOf, type Precondition, type Tagged } from '../../http/etag.js';
import { RequestError } from '../../http/request-error.js';
import { OrganisationBook, type TenantAccess } from '../../organisations/organisation-book.js';
import { ORGANISATION_LIMITS } from '../../organisations/organisation-limits.js';
import { OrganisationWatch } from '../../organisations/organisation-watch.js';
import { OrganisationsRepository } from '../../organisations/organisations.repository.js';
import type { AuditActor } from '../../security/admin-actor.js';
import { AuditRepository } from '../../security/audit.repository.js';
import type { TenantList, TenantView } from './service-tenants.dto.js';
import { ServiceTenantsRepository, type TenantRule } from './service-tenants.repository.js';

/** The commands of administrators on who a service is served to: each with its audit row, in one transaction. */
@Injectable()
export class ServiceTenants {
  constructor(
    private readonly database: Database,
    private readonly repository: ServiceTenantsRepository,
    private readonly organisations: OrganisationsRepository,
    private readonly watch: OrganisationWatch,
    private readonly book: OrganisationBook,
    private readonly audit: AuditRepository,
    private readonly catalog: Catalog,
    private readonly config: AppConfig,
  ) {}

  /** @throws RequestError 404 for an unknown service. */
  async list(apiName: string): Promise<TenantList> {
    this.catalog.get(apiName);
    const rules = new Map((await this.repository.list(apiName)).map((rule) => [rule.imsOrgId, rule]));
    const stored = [...(this.book.pages?.credentials.keys() ?? [])].filter((org) => this.book.hasCredential(org));
    const known = new Set([...rules.keys(), ...(this.config.ims.orgIds ?? []), ...stored]);
    return {
      apiName,
      others: this.config.ims.orgIds === null ? 'allow' : 'deny',
      items: [...known].sort().map((org) => this.toView(org, rules.get(org) ?? null)),
    };
  }

  /** @throws RequestError 404 for an unknown service. */
  async get(apiName: string, org: string): Promise<Tagged<TenantView>> {
    this.catalog.get(apiName);
    return this.toTagged(org, await this.repository.find(apiName, org));
  }

  /** @throws RequestError 404 for an unknown service, 409 where there are too many rules, 412. */
  async put(
    apiName: string,
    org: string,
    access: TenantAccess,
    seen: Precondition,
    actor: AuditActor,
  ): Promise<Tagged<TenantView>> {
    this.catalog.get(apiName);
    const rule = await this.database.transaction(async (tx) => {
      await this.organisations.countUp(tx);
      const before = await this.repository.lock(tx, apiName, org);
      seen.check(tagOf(org, before));
      if (before === null && (await this.repository.count(tx, apiName)) >= ORGANISATION_LIMITS.tenants) throw tooMany();
      const after = await this.repository.put(tx, apiName, org, access);
      const details = { before: { access: before?.access ?? null }, after: { access } };
      await this.audit.record(tx, { actor, verb: 'tenant.put', target: targetOf(apiName, org), details });
      return after;
    });
    await this.watch.lookNow();
    return this.toTagged(org, rule);
  }

  /** The organisation is served, or not, as without a rule. @throws RequestError 404 for an unknown service or rule, 412. */
  async remove(apiName: string, org: string, seen: Precondition, actor: AuditActor): Promise<void> {
    this.catalog.get(apiName);
    await this.database.transaction(async (tx) => {
      await this.organisations.countUp(tx);
      const before = await this.repository.lock(tx, apiName, org);
      seen.check(tagOf(org, before));
      if (before === null) throw new RequestError(404, 'RESOURCE_NOT_FOUND', 'There is no rule for this organisation');
      await this.repository.delete(tx, apiName, org);
      const details = { before: { access: before.access } };
      await this.audit.record(tx, { actor, verb: 'tenant.delete', target: targetOf(apiName, org), details });
    });
    await this.watch.lookNow();
  }

  private toTagged(org: string, rule: TenantRule | null): Tagged<TenantView> {
    return { view: this.toView(org, rule), etag: tagOf(org, rule) };
  }

  private toView(imsOrgId: string, rule: TenantRule | null): TenantView {
    if (rule !== null) return { imsOrgId, access: rule.access, source: 'rule', updatedAt: rule.updatedAt };
    const source = this.sourceOf(imsOrgId);
    return { imsOrgId, access: source === 'nothing' ? 'deny' : 'allow', source, updatedAt: null };
  }

  private sourceOf(org: string): Exclude<TenantView['source'], 'rule'> {
    const { orgIds } = this.config.ims;
    if (orgIds === null || orgIds.includes(org)) return 'environment';
    return this.book.hasCredential(org) ? 'credential' : 'nothing';
  }
}

/** Of the rule: how an organisation stands without one is no state that an edit changes. */
function tagOf(imsOrgId: string, rule: TenantRule | null): string {
  return etagOf({ imsOrgId, access: rule?.access ?? null, updatedAt: rule?.updatedAt ?? null });
}

function tooMany(): RequestError {
  const message = `A service has at most ${ORGANISATION_LIMITS.tenants} rules: delete those that say what holds without them`;
  return new RequestError(409, 'CONFLICT', message);
}

function targetOf(apiName: string, org: string): string {
  return `tenant:${apiName}/${org}`;
}
