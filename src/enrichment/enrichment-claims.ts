import { Injectable } from '@nestjs/common';
import type { LeasedAction } from '../actions/action.js';
import { ActionLoader } from '../actions/action-loader.js';
import { ActionTrialsRepository } from '../actions/action-trials.repository.js';
import { type ActionRow, ActionsRepository } from '../actions/actions.repository.js';
import { Catalog } from '../catalog/catalog.js';
import { AppConfig } from '../config/config.js';
import type { KeptLease } from '../queue/lease-keeper.js';
import type { Claimed } from '../queue/leased-stage.js';
import { LeaseTokens } from '../queue/lease-tokens.js';
import type { Suspicion } from '../queue/suspect-rounds.js';
import { Trials } from '../queue/trials.js';

/** The least time that suspects have to themselves. */
const ALONE_MS = 1_000;
/** The most: nearly all steps have ended by then. */
const ALONE_LONGEST_MS = 30_000;

/** The leases of this process: claims actions with what they hold, keeps them and gives them back. */
@Injectable()
export class EnrichmentClaims {
  /** Suspects that run: a crash counts against them. */
  readonly trials: Trials;

  constructor(
    private readonly repository: ActionsRepository,
    private readonly trialsRepository: ActionTrialsRepository,
    private readonly loader: ActionLoader,
    private readonly tokens: LeaseTokens,
    private readonly catalog: Catalog,
    private readonly config: AppConfig,
  ) {
    this.trials = new Trials('enrichment', {
      begin: (leases) => trialsRepository.begin(leases),
      end: (ended) => trialsRepository.end(ended),
    });
  }

  async claim(limit: number): Promise<Claimed<LeasedAction>> {
    const leaseToken = this.tokens.next();
    const rows = await this.repository.claimDue(limit, leaseToken, this.config.enrichment.leaseMs);
    return { rows: this.loadAll(rows, leaseToken), more: rows.length === limit };
  }

  async claimSuspects(limit: number, alone: boolean): Promise<readonly LeasedAction[]> {
    const leaseToken = this.tokens.next();
    const rows = await this.repository.claimSuspects(limit, alone, leaseToken, this.config.enrichment.leaseMs);
    return this.loadAll(rows, leaseToken);
  }

  /**
   * Suspects that wait for another system would keep all others waiting, so at first a second is theirs alone. One that
   * ends its process later than that is a suspect for longer and longer, and so is its time alone: in the end it is caught.
   */
  async findSuspicion(): Promise<Suspicion | null> {
    const forMs = await this.repository.findSuspectAge();
    return forMs === null ? null : { aloneMaxMs: Math.min(Math.max(forMs / 2, ALONE_MS), ALONE_LONGEST_MS) };
  }

  /** Others are beside them from now on: a crash is not theirs any more. */
  async inCompany(actions: readonly LeasedAction[]): Promise<void> {
    await this.trialsRepository.end(actions);
  }

  extend(leases: readonly KeptLease[]): Promise<Set<string>> {
    return this.repository.extendLeases(leases, this.config.enrichment.leaseMs);
  }

  /** On a graceful stop: they are due again. */
  async giveBack(leases: readonly KeptLease[]): Promise<void> {
    await this.repository.releaseLeases(leases);
  }

  private loadAll(rows: readonly ActionRow[], leaseToken: string): LeasedAction[] {
    // In one turn with the reading of the request: for some dialects the definition says how to read it.
    return rows.map((row) => ({ ...this.loader.load(row), leaseToken, servedBy: this.catalog.serve(row.service) }));
  }
}
