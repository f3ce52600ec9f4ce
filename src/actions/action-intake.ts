import { Injectable, type OnApplicationShutdown } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import { failpoint } from '../config/failpoints.js';
import { Batcher } from '../database/batcher.js';
import { newId } from '../database/new-id.js';
import { LeaseTokens } from '../queue/lease-tokens.js';
import { TrafficLog } from '../logging/traffic-log.js';
import { tracing } from '../telemetry/current-tracing.js';
import type { LeasedAction } from './action.js';
import { ActionHandover } from './action-handover.js';
import { ActionSecretsVault } from './action-secrets.js';
import { ActionTokensRepository, type TokenOwner } from './action-tokens.repository.js';
import { type ActionInsert, ActionsRepository } from './actions.repository.js';
import { EarlierTokenKeys } from './earlier-token-keys.js';
import type { NewAction, RecordedAction } from './new-action.js';
import { tokenKeyOf } from './token-key.js';

/** Callers wait for this write: the statement before it is pause enough, and 8 ms cost a fifth of the rate. */
const PACE_MS = 2;
const JOURNEY_ID_MAX = 128;

interface Arrival {
  readonly id: string;
  readonly tokenKey: string;
  readonly sealed: string;
  readonly action: NewAction;
}

/**
 * Where requests become durable, in sets, and go on to enrichment: the first request of a token wins, and an action is
 * born leased when this process has a free place for it.
 */
@Injectable()
export class ActionIntake implements OnApplicationShutdown {
  private readonly batcher: Batcher<Arrival, TokenOwner>;

  constructor(
    private readonly repository: ActionsRepository,
    private readonly owners: ActionTokensRepository,
    private readonly handover: ActionHandover,
    private readonly tokens: LeaseTokens,
    private readonly vault: ActionSecretsVault,
    private readonly earlierKeys: EarlierTokenKeys,
    private readonly traffic: TrafficLog,
    private readonly config: AppConfig,
  ) {
    this.batcher = new Batcher({
      max: config.batchMax,
      paceMs: PACE_MS,
      key: (arrival) => arrival.tokenKey,
      weigh: (arrival) => arrival.action.requestText.length + arrival.sealed.length,
      write: (arrivals) => this.write(arrivals),
    });
  }

  /** Requests not yet committed; the brake of intake. */
  waiting(): number {
    return this.batcher.waiting;
  }

  /**
   * Resolves after the commit, never before.
   * @throws OutcomeUnknownError when Postgres did not answer: the token makes the caller's retry safe.
   */
  async record(action: NewAction): Promise<RecordedAction> {
    const id = newId();
    const tokenKey = tokenKeyOf(action.service, action.tenant, action.token);
    const owner = await this.batcher.submit({ id, tokenKey, sealed: this.vault.seal(id, action.secrets), action });
    // A row that retention removed leaves nothing to compare with; the token is what the caller goes by.
    const sameEntity =
      owner.entityId === null || (owner.entityId === action.entityId && owner.objectType === action.objectType);
    return sameEntity
      ? { kind: 'accepted', requestId: owner.actionId, duplicate: owner.actionId !== id }
      : { kind: 'conflict' };
  }

  /** Submitted requests are written before the pool closes. */
  async onApplicationShutdown(): Promise<void> {
    await this.batcher.drained();
  }

  private async write(arrivals: readonly Arrival[]): Promise<TokenOwner[]> {
    const earlier = await this.earlierKeys.findOwners(arrivals);
    const fresh = earlier.size === 0 ? arrivals : arrivals.filter((arrival) => !earlier.has(arrival.tokenKey));
    const inserted = fresh.length === 0 ? new Set<string>() : await this.insert(fresh);
    return this.findOwners(arrivals, inserted, earlier);
  }

  /** @returns ids of the rows that are new; those with a place were handed over. */
  private async insert(arrivals: readonly Arrival[]): Promise<Set<string>> {
    const places = this.handover.reserve(arrivals.length);
    const leaseToken = this.tokens.next();
    const sentAtMs = performance.now();
    let inserted: Set<string>;
    try {
      const rows = arrivals.map((arrival, index) => toInsert(arrival, index < places ? leaseToken : null));
      failpoint('intake.before-commit');
      inserted = await this.repository.insertOnce(rows, this.config.enrichment.leaseMs);
      failpoint('intake.after-commit');
    } catch (error) {
      this.handover.release(places);
      throw error;
    }
    this.handOver(arrivals, inserted, places, leaseToken, sentAtMs);
    if (this.traffic.enabled) this.tell(arrivals, inserted);
    return inserted;
  }

  /** A repeated request has no line of its own: the first one's has its id. */
  private tell(arrivals: readonly Arrival[], inserted: ReadonlySet<string>): void {
    for (const { id, action } of arrivals) {
      if (!inserted.has(id)) continue;
      this.traffic.add('accepted', {
        requestId: id,
        service: action.service,
        imsOrgId: action.tenant,
        journeyId: toJourneyId(action.input.journey['id']),
        objectType: action.objectType,
        timeoutMs: action.timeoutMs,
        ...tracing?.rootFieldsOf(id),
      });
    }
  }

  private handOver(
    arrivals: readonly Arrival[],
    inserted: ReadonlySet<string>,
    places: number,
    leaseToken: string,
    sentAtMs: number,
  ): void {
    const leased: LeasedAction[] = [];
    arrivals.forEach((arrival, index) => {
      if (index < places && inserted.has(arrival.id)) leased.push(bornLeased(arrival, leaseToken, sentAtMs));
    });
    this.handover.release(places - leased.length);
    this.handover.accept(leased);
    if (leased.length < inserted.size) this.handover.ring();
  }

  private async findOwners(
    arrivals: readonly Arrival[],
    inserted: ReadonlySet<string>,
    earlier: Map<string, TokenOwner>,
  ): Promise<TokenOwner[]> {
    const known = arrivals
      .filter((arrival) => !inserted.has(arrival.id) && !earlier.has(arrival.tokenKey))
      .map((arrival) => arrival.tokenKey);
    if (known.length > 0) {
      for (const owner of await this.owners.findTokenOwners(known)) earlier.set(owner.tokenKey, owner);
    }
    return arrivals.map(
      (arrival) =>
        earlier.get(arrival.tokenKey) ?? {
          tokenKey: arrival.tokenKey,
          actionId: arrival.id,
          objectType: arrival.action.objectType,
          entityId: arrival.action.entityId,
        },
    );
  }
}

/** As a text, like every id; Adobe may send anything there, and a line of the log has a bound. */
function toJourneyId(id: unknown): string | undefined {
  const isId = typeof id === 'string' || typeof id === 'number' || typeof id === 'bigint';
  return isId ? String(id).slice(0, JOURNEY_ID_MAX) : undefined;
}

function toInsert(arrival: Arrival, leaseToken: string | null): ActionInsert {
  const { action } = arrival;
  return {
    id: arrival.id,
    tokenKey: arrival.tokenKey,
    service: action.service,
    dialect: action.dialect,
    tenant: action.tenant,
    objectType: action.objectType,
    entityId: action.entityId,
    timeoutMs: action.timeoutMs,
    request: action.requestText,
    secrets: arrival.sealed,
    callbackUrl: action.callbackUrl,
    leaseToken,
  };
}

function bornLeased(arrival: Arrival, leaseToken: string, sentAtMs: number): LeasedAction {
  const { action } = arrival;
  return {
    id: arrival.id,
    service: action.service,
    dialect: action.dialect,
    tenant: action.tenant,
    objectType: action.objectType,
    entityId: action.entityId,
    timeoutMs: action.timeoutMs,
    // Before the statement left, so never later than the database's deadline.
    deadlineAtMs: sentAtMs + action.timeoutMs,
    leaseToken,
    crashCount: 0,
    callbackUrl: action.callbackUrl,
    input: action.input,
    secrets: action.secrets,
    servedBy: action.servedBy,
  };
}
