import { Injectable, Logger, type OnApplicationBootstrap } from '@nestjs/common';
import type { LeasedAction } from '../actions/action.js';
import { ActionHandover } from '../actions/action-handover.js';
import { AppConfig } from '../config/config.js';
import { failpoint } from '../config/failpoints.js';
import { MigrationStatus } from '../database/migration-status.js';
import { Drain } from '../queue/drain.js';
import { LeasedStage } from '../queue/leased-stage.js';
import { SuspectFloor } from '../queue/suspect-floor.js';
import { WorkQueue } from '../queue/work-queue.js';
import { ActionPipelines } from './action-pipelines.js';
import { EnrichmentClaims } from './enrichment-claims.js';
import { FinishWriter } from './finish-writer.js';
import { PipelinePlaces } from './pipeline-places.js';

/** Rows held per running pipeline: while a batch is being stored, the next pipelines run. */
const HELD_PER_PLACE = 16;
/** The enrichment stage of this process: takes actions from intake or the database, runs them, stores what came out. */
@Injectable()
export class EnrichmentStage implements OnApplicationBootstrap {
  private readonly log = new Logger('Enrichment');
  private readonly stage: LeasedStage<LeasedAction>;
  private readonly waiting: LeasedAction[] = [];
  private pumping = false;

  constructor(
    private readonly claims: EnrichmentClaims,
    private readonly handover: ActionHandover,
    private readonly pipelines: ActionPipelines,
    private readonly writer: FinishWriter,
    private readonly places: PipelinePlaces,
    private readonly config: AppConfig,
    private readonly migrations: MigrationStatus,
    private readonly drain: Drain,
    queue: WorkQueue,
    floor: SuspectFloor,
  ) {
    this.stage = new LeasedStage<LeasedAction>(
      {
        stage: 'enrichment',
        capacity: config.enrichment.concurrency * HELD_PER_PLACE,
        // An action that waits for another system makes room for one that can work.
        extraCapacity: () => places.waitingOutside,
        leaseMs: config.enrichment.leaseMs,
        pollMs: config.queue.pollMs,
        // Elsewhere what is born here would go on being taken, and what has to be claimed would never have its turn.
        isBehind: () => config.role === 'worker' && writer.isBehind,
        claim: (limit) => claims.claim(limit),
        findSuspicion: () => claims.findSuspicion(),
        claimSuspects: (limit, alone) => claims.claimSuspects(limit, alone),
        work: (actions) => this.take(actions),
        extend: (leases) => claims.extend(leases),
        lost: (ids) => this.log.warn(`lost the lease of ${ids.length} actions; another process has them`),
        giveBack: async (leases) => {
          await claims.giveBack(leases);
          queue.ring('enrichment');
        },
        takeWaiting: () => this.waiting.splice(0),
        inCompany: (actions) => claims.inCompany(actions),
      },
      queue,
      floor,
    );
    places.whenFree(() => this.pump());
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

  private take(actions: readonly LeasedAction[]): void {
    failpoint('enrich.claimed');
    for (const action of actions) this.pipelines.begin(action);
    this.waiting.push(...actions);
    this.pump();
  }

  /** An action whose first step waits frees its place before this returns: the loop sees it, without another call inside. */
  private pump(): void {
    if (this.pumping) return;
    this.pumping = true;
    try {
      while (this.places.isFree) {
        const action = this.waiting.shift();
        if (action === undefined) {
          this.stage.roomGrew();
          return;
        }
        this.places.take();
        void this.enrich(action);
      }
    } finally {
      this.pumping = false;
    }
  }

  /** The suspect is on trial from here on, unless others were let in meanwhile. */
  private async beginTrial(action: LeasedAction): Promise<void> {
    await this.claims.trials.begin(action);
    if (!this.stage.isByItself(action)) await this.claims.trials.end(action);
  }

  private async enrich(action: LeasedAction): Promise<void> {
    const onTrial = this.stage.isByItself(action);
    if (onTrial) await this.beginTrial(action);
    const run = await this.pipelines.run(action);
    failpoint('enrich.mid');
    if (onTrial) await this.claims.trials.end(action);
    // The place for a pipeline is free already while its result waits for the next statement.
    this.places.leave();
    await this.writer.finish({ action, from: 'enriching', leaseToken: action.leaseToken, ...run, note: null });
    this.pipelines.end(action);
    this.stage.done(action);
  }
}
