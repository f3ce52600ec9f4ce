import { Injectable, Logger, type OnModuleInit } from '@nestjs/common';
import type { FinishedAction } from '../actions/action.js';
import type { ActionFinisher, FinishReceipt } from '../actions/action-finisher.js';
import { ActionFinishers } from '../actions/action-registries.js';
import type { Fields } from '../actions/action-input.js';
import { EraseOrdersRepository } from '../actions/erase-orders.repository.js';
import { Catalog } from '../catalog/catalog.js';
import type { Tx } from '../database/database.js';
import type { JsonValue } from '../http/json-value.js';
import { CompaniesRepository, type Company } from './companies/companies.repository.js';
import type { EventEntity } from './companies/company-entity.js';
import { findEventType } from './companies/company-event-types.js';
import { CompanyEvents } from './companies/company-events.js';
import type { SendReceipt } from './registration-directory.js';

/** Fields that hold a number to call, the best first. */
const PHONE_FIELDS = ['phoneE164', 'mobilePhone', 'phone'] as const;

interface BridgedLead {
  readonly companyId: string;
  readonly finished: FinishedAction;
}

/**
 * Publishes finished leads as person_updated to the company a service names, in the transaction that finishes them:
 * either both are there, or neither. Services without `bridge` in their YAML publish nothing, and cost nothing.
 */
@Injectable()
export class Bridge implements OnModuleInit {
  private readonly log = new Logger('Bridge');
  /** Whether a service has, or had before a reload, a company to tell. */
  private used = false;

  constructor(
    private readonly finishers: ActionFinishers,
    private readonly catalog: Catalog,
    private readonly companies: CompaniesRepository,
    private readonly events: CompanyEvents,
    private readonly eraseOrders: EraseOrdersRepository,
  ) {}

  onModuleInit(): void {
    this.catalog.follow((next) => () => {
      this.used ||= next.definitions.some(({ bridge }) => bridge !== null);
    });
    this.finishers.extend((inner) => ({
      dialect: inner.dialect,
      finish: (tx, finished) => (this.used ? this.finish(inner, tx, finished) : inner.finish(tx, finished)),
    }));
  }

  private async finish(inner: ActionFinisher, tx: Tx, finished: readonly FinishedAction[]): Promise<FinishReceipt> {
    const receipt = await inner.finish(tx, finished);
    const sent: SendReceipt[] = [];
    try {
      const moved = finished.filter(({ action }) => receipt.finishedIds.has(action.id));
      const leads = moved.flatMap((one) => this.toBridged(one));
      await this.publish(tx, await this.withoutErased(tx, leads), sent);
    } catch (error) {
      // The caller gets no receipt, so the reserved places have to be given back here.
      for (const one of [receipt, ...sent]) one.rolledBack();
      throw error;
    }
    return {
      finishedIds: receipt.finishedIds,
      committed: () => {
        for (const one of [receipt, ...sent]) one.committed();
      },
      rolledBack: () => {
        for (const one of [receipt, ...sent]) one.rolledBack();
      },
    };
  }

  /** Only what was enriched: a failure says nothing new of a person. */
  private toBridged(finished: FinishedAction): BridgedLead[] {
    const { action, outcome } = finished;
    const bridge = this.catalog.definitionOf(action)?.bridge ?? null;
    if (bridge === null || outcome.kind !== 'success' || action.input.entity.kind !== 'lead') return [];
    const companyId = bridge.companyId ?? bridge.companies.get(action.tenant) ?? null;
    return companyId === null ? [] : [{ companyId, finished }];
  }

  /** Adobe still waits for its callback; a company does not, and would get what is to be erased. */
  private async withoutErased(tx: Tx, leads: readonly BridgedLead[]): Promise<readonly BridgedLead[]> {
    const ordered = await this.eraseOrders.findRunning(
      tx,
      leads.map(({ finished }) => finished.action),
    );
    if (ordered.length === 0) return leads;
    return leads.filter(({ finished: { action } }) => {
      const isOrdered = ordered.some((one) => one.tenant === action.tenant && one.entityId === action.entityId);
      if (isOrdered) {
        const message = 'person_updated is not published: the person is being erased';
        this.log.log({ message, requestId: action.id, service: action.service });
      }
      return !isOrdered;
    });
  }

  private async publish(tx: Tx, leads: readonly BridgedLead[], sent: SendReceipt[]): Promise<void> {
    const type = findEventType('person_updated');
    if (type === null) return;
    const known = new Map<string, Company | null>();
    for (const { companyId, finished } of leads) {
      if (!known.has(companyId)) known.set(companyId, await this.companies.find(companyId, tx));
      const company = known.get(companyId) ?? null;
      if (company === null || company.state === 'disabled') {
        this.log.warn({
          message: `person_updated is not published: company ${companyId} is ${company === null ? 'unknown' : 'disabled'}`,
          requestId: finished.action.id,
          service: finished.action.service,
        });
        continue;
      }
      const entity = toPerson(finished);
      const actionId = finished.action.id;
      sent.push(await this.events.publish(tx, { company: company.id, type, entity, origin: 'bridge', actionId }));
    }
  }
}

function toPerson({ action, outcome }: FinishedAction): EventEntity {
  const found: Fields = outcome.kind === 'success' ? outcome.result.fields : {};
  const given: Fields = action.input.entity.kind === 'lead' ? action.input.entity.fields : {};
  const mdn = PHONE_FIELDS.map((name) => found[name] ?? given[name]).find(isFilled);
  return {
    person: {
      person_id: action.entityId,
      external_person_id: action.entityId,
      ...(mdn !== undefined && { mobile_phone: { mdn } }),
      custom_fields: found,
    },
  };
}

function isFilled(value: JsonValue | undefined): value is string {
  return typeof value === 'string' && value.trim() !== '';
}
