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
import { Trials } from '../queue/trials.js';

/** The leases of this process: claims actions with what they hold, keeps them and gives them back. */
@Injectable()
export class EnrichmentClaims {
  /** Suspects that run: a crash counts against them. */
  readonly trials: Trials;

  constructor(
    private readonly repository: ActionsRepository,
    trials: ActionTrialsRepository,
    private readonly loader: ActionLoader,
    private readonly tokens: LeaseTokens,
    private readonly catalog: Catalog,
    private readonly config: AppConfig,
  ) {
    this.trials = new Trials('enrichment', {
      begin: (leases) => trials.begin(leases),
      end: (ended) => trials.end(ended),
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

  hasSuspects(): Promise<boolean> {
    return this.repository.hasSuspects();
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
