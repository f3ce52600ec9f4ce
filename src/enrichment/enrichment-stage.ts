import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { LeasedAction } from '../actions/action.js';
import { ActionHandover } from '../actions/action-handover.js';
import { ActionLoader } from '../actions/action-loader.js';
import { ActionTrialsRepository } from '../actions/action-trials.repository.js';
import { type ActionRow, ActionsRepository } from '../actions/actions.repository.js';
import { Catalog } from '../catalog/catalog.js';
import { AppConfig } from '../config/config.js';
import { failpoint } from '../config/failpoints.js';
import { MigrationStatus } from '../database/migration-status.js';
import { Drain } from '../queue/drain.js';
import { type Claimed, LeasedStage } from '../queue/leased-stage.js';
import { LeaseTokens } from '../queue/lease-tokens.js';
import { SuspectFloor } from '../queue/suspect-floor.js';
import { Trials } from '../queue/trials.js';
import { WorkQueue } from '../queue/work-queue.js';
import { BatchRunner } from './batch-runner.js';
import { FinishWriter } from './finish-writer.js';
import { PipelineRunner, type PipelineRun } from './pipeline-runner.js';

/** Rows held per running pipeline: while a batch is being stored, the next pipelines run. */
const HELD_PER_PLACE = 16;

/** The enrichment stage of this process: takes actions from intake or the database, runs them, stores what came out. */
@Injectable()
export class EnrichmentStage implements OnApplicationBootstrap {
  private readonly log = new Logger('Enrichment');
  private readonly stage: LeasedStage<LeasedAction>;
  private readonly trials: Trials;
  private readonly waiting: LeasedAction[] = [];
  private running = 0;

  constructor(
    private readonly repository: ActionsRepository,
    trials: ActionTrialsRepository,
    private readonly loader: ActionLoader,
    private readonly handover: ActionHandover,
    private readonly catalog: Catalog,
    private readonly runner: PipelineRunner,
    private readonly batches: BatchRunner,
    private readonly writer: FinishWriter,
    private readonly config: AppConfig,
    private readonly migrations: MigrationStatus,
    private readonly drain: Drain,
    private readonly queue: WorkQueue,
    private readonly tokens: LeaseTokens,
    floor: SuspectFloor,
  ) {
    const { leaseMs, concurrency } = config.enrichment;
    this.trials = new Trials('enrichment', {
      begin: (leases) => trials.begin(leases),
      end: (ended) => trials.end(ended),
    });
    this.stage = new LeasedStage<LeasedAction>(
      {
        stage: 'enrichment',
        capacity: concurrency * HELD_PER_PLACE,
        leaseMs,
        pollMs: config.queue.pollMs,
        claim: (limit) => this.claim(limit),
        hasSuspects: () => repository.hasSuspects(),
        claimSuspects: (limit, alone) => this.claimSuspects(limit, alone),
        work: (actions) => this.take(actions),
        extend: (leases) => repository.extendLeases(leases, leaseMs),
        lost: (ids) => this.log.warn(`lost the lease of ${ids.length} actions; another process has them`),
        giveBack: async (leases) => this.queue.ring('enrichment', await repository.releaseLeases(leases)),
        takeWaiting: () => this.waiting.splice(0),
      },
      queue,
      floor,
    );
  }

  onApplicationBootstrap(): void {
    if (this.config.role === 'api') return;
    this.drain.register(1, 'enrichment', (deadlineMs) => this.stop(deadlineMs));
    void this.migrations.whenReady().then(() => {
      if (this.drain.draining) return;
      this.handover.attach(this.stage);
      this.stage.start();
    });
  }

  private async stop(deadlineMs: number): Promise<void> {
    this.handover.detach();
    await this.stage.drain(deadlineMs);
    this.writer.stop();
  }

  private async claim(limit: number): Promise<Claimed<LeasedAction>> {
    const leaseToken = this.tokens.next();
    const rows = await this.repository.claimDue(limit, leaseToken, this.config.enrichment.leaseMs);
    return { rows: rows.map((row) => this.toLeased(row, leaseToken)), more: rows.length === limit };
  }

  private async claimSuspects(limit: number, alone: boolean): Promise<readonly LeasedAction[]> {
    const leaseToken = this.tokens.next();
    const rows = await this.repository.claimSuspects(limit, alone, leaseToken, this.config.enrichment.leaseMs);
    return rows.map((row) => this.toLeased(row, leaseToken));
  }

  private toLeased(row: ActionRow, leaseToken: string): LeasedAction {
    return { ...this.loader.load(row), leaseToken };
  }

  private take(actions: readonly LeasedAction[]): void {
    failpoint('enrich.claimed');
    this.waiting.push(...actions);
    this.pump();
  }

  private pump(): void {
    while (this.running < this.config.enrichment.concurrency) {
      const action = this.waiting.shift();
      if (action === undefined) return;
      this.running += 1;
      void this.enrich(action);
    }
  }

  private async enrich(action: LeasedAction): Promise<void> {
    const onTrial = this.stage.isByItself(action);
    if (onTrial) await this.trials.begin(action);
    const run = await this.runPipeline(action);
    failpoint('enrich.mid');
    if (onTrial) await this.trials.end(action);
    // The place for a pipeline is free already while its result waits for the next statement.
    this.running -= 1;
    this.pump();
    await this.writer.finish({ action, from: 'enriching', leaseToken: action.leaseToken, ...run, note: null });
    this.stage.done(action);
  }

  private async runPipeline(action: LeasedAction): Promise<PipelineRun> {
    const definition = this.catalog.find(action.service);
    const { entity } = action.input;
    if (definition !== null) {
      return entity.kind === 'batch'
        ? this.batches.run(action, entity, definition)
        : this.runner.run(action, entity, definition);
    }
    const reason = `the service ${action.service} is not configured any more`;
    this.log.error({ message: reason, requestId: action.id });
    return { outcome: { kind: 'failure', errorCode: 'ENRICHMENT_FAILED', reason }, steps: [] };
  }
}
