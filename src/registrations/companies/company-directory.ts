import { Injectable, type OnModuleInit } from '@nestjs/common';
import type { Tx } from '../../database/database.js';
import { type EnableReceipt, NOTHING_RELEASED } from '../../delivery/destination-switch.js';
import { refuseProblems } from '../../http/read-dto.js';
import type { RequestProblem } from '../../http/request-error.js';
import { AddressPolicy } from '../../security/address-policy.js';
import { DestinationPauses, PAUSE_REASON } from '../destination-pauses.repository.js';
import {
  type Registration,
  type RegistrationChange,
  RegistrationDirectories,
  type RegistrationDirectory,
  type RegistrationFilter,
  type RegistrationState,
  type SendReceipt,
} from '../registration-directory.js';
import { CompaniesRepository } from './companies.repository.js';
import type { CallbackTerms, CompanyCallback } from './company-callback.js';
import { COMPANY_CHANNEL, CompanyCallbacks } from './company-callbacks.js';
import { CompanyCallbacksRepository } from './company-callbacks.repository.js';
import { findEventType } from './company-event-types.js';
import { CompanyEvents } from './company-events.js';
import { CompanySigning } from './company-signing.js';

/** The registrations of companies, for administrators of all registrations. */
@Injectable()
export class CompanyDirectory implements RegistrationDirectory, OnModuleInit {
  readonly kind = 'company';
  readonly channel = COMPANY_CHANNEL;

  constructor(
    private readonly directories: RegistrationDirectories,
    private readonly callbacks: CompanyCallbacks,
    private readonly repository: CompanyCallbacksRepository,
    private readonly companies: CompaniesRepository,
    private readonly events: CompanyEvents,
    private readonly signing: CompanySigning,
    private readonly pauses: DestinationPauses,
    private readonly policy: AddressPolicy,
  ) {}

  onModuleInit(): void {
    this.directories.register(this);
  }

  async list(filter: RegistrationFilter): Promise<Registration[]> {
    const rows = await this.repository.page(filter, PAUSE_REASON);
    return rows.map((row) => this.toRegistration(row));
  }

  async find(id: string): Promise<Registration | null> {
    const row = await this.repository.find(id);
    return row === null ? null : this.toRegistration(row);
  }

  async lock(tx: Tx, id: string): Promise<Registration | null> {
    const found = await this.repository.find(id, tx);
    if (found === null) return null;
    await this.companies.lock(tx, found.company);
    const row = await this.repository.find(id, tx);
    return row === null ? null : this.toRegistration(row);
  }

  async change(tx: Tx, id: string, change: RegistrationChange): Promise<EnableReceipt | null> {
    const found = await this.repository.find(id, tx);
    if (found === null) return null;
    return this.callbacks.change(tx, found, change.url !== undefined, (before) => this.toTerms(before, change));
  }

  /** It ends, as when its company deletes it: the events it took before still go, to where it says. */
  async remove(tx: Tx, id: string): Promise<EnableReceipt | null> {
    const row = await this.repository.find(id, tx);
    if (row === null) return null;
    await this.companies.lock(tx, row.company);
    await this.repository.end(tx, id);
    return NOTHING_RELEASED;
  }

  async sendTest(tx: Tx, id: string): Promise<SendReceipt | null> {
    const row = await this.repository.find(id, tx);
    const type = row === null ? null : findEventType(row.eventType);
    return row === null || type === null ? null : this.events.sendSample(tx, row, type);
  }

  rotateSigningSecret(tx: Tx, id: string): Promise<string | null> {
    return this.signing.rotate(tx, id);
  }

  private toTerms(before: CompanyCallback, change: RegistrationChange): CallbackTerms {
    const terms = { ...before, ...definedOf(change) };
    const problems: RequestProblem[] = [];
    const refusal = this.policy.checkUrl(terms.url, { hosts: null });
    if (change.url !== undefined && refusal !== null) problems.push({ field: 'url', message: refusal });
    if (terms.endDate !== null && terms.endDate < terms.startDate) {
      problems.push({ field: 'endDate', message: 'must not be before startDate' });
    }
    refuseProblems(422, problems);
    return terms;
  }

  toRegistration(row: CompanyCallback): Registration {
    return {
      id: row.id,
      kind: this.kind,
      owner: row.companyId,
      state: this.stateOf(row),
      reason: row.offReason,
      label: row.callbackId,
      eventType: row.eventType,
      qualifier: row.qualifier,
      url: row.url,
      method: row.method,
      contentType: row.contentType,
      signed: row.signed,
      apiVersion: row.apiVersion,
      startDate: row.startDate,
      endDate: row.endDate,
      // Not shown here, and an edit writes it again; a new signing secret is no edit.
      revision: row.tellsTrace ? 'traceparent' : '',
      createdAt: row.createdAt,
      updatedAt: row.updatedAt,
    };
  }

  private stateOf({ range, offReason }: CompanyCallback): RegistrationState {
    if (range === 'ended' || offReason === null) return range;
    return this.pauses.isPause(offReason) ? 'paused' : 'disabled';
  }
}

function definedOf(change: RegistrationChange): RegistrationChange {
  return Object.fromEntries(Object.entries(change).filter(([, value]) => value !== undefined));
}
