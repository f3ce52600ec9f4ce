import { Module, type OnApplicationBootstrap, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { AppConfig } from '../config/config.js';
import { isArmed } from '../config/failpoints.js';
import { MigrationStatus } from '../database/migration-status.js';
import { DeliveryErasureRepository } from '../delivery/delivery-erasure.repository.js';
import { FailedDeliveriesRepository } from '../delivery/failed-deliveries.repository.js';
import { Requeuer } from '../delivery/requeuer.js';
import { ResendRepository } from '../delivery/resend.repository.js';
import { BridgedEventsRepository } from '../erasure/bridged-events.repository.js';
import { SubjectSearch } from '../erasure/subject-search.js';
import { SubjectSearchRepository } from '../erasure/subject-search.repository.js';
import { Drain } from '../queue/drain.js';
import { ProcessBeat } from '../queue/process-beat.js';
import { ProcessBeatsRepository } from '../queue/process-beats.repository.js';
import { AuditRepository } from '../security/audit.repository.js';
import { AsyncCallSweeper } from './async-call.sweeper.js';
import { BulkRecoveryRepository } from './bulk-recovery.repository.js';
import { BulkRecoverySweeper } from './bulk-recovery.sweeper.js';
import { CallErasure } from './call-erasure.js';
import { CallErasureRepository } from './call-erasure.repository.js';
import { DeadlineSweeper } from './deadline.sweeper.js';
import { EraseRepository } from './erase.repository.js';
import { EraseSweeper } from './erase.sweeper.js';
import { FinishedActionsRepository } from './finished-actions.repository.js';
import { HeldSecretsRepository } from './held-secrets.repository.js';
import { HeldSecretsSweeper } from './held-secrets.sweeper.js';
import { LeaseSweeper } from './lease.sweeper.js';
import { LeftDestinationsSweeper } from './left-destinations.sweeper.js';
import { LeftVersionsSweeper } from './left-versions.sweeper.js';
import { OrphanRepository } from './orphan.repository.js';
import { OrphanSweeper } from './orphan.sweeper.js';
import { RegistrationRetentionRepository } from './registration-retention.repository.js';
import { RegistrationRetentionSweeper } from './registration-retention.sweeper.js';
import { ResultRetentionRepository } from './result-retention.repository.js';
import { ResultRetentionSweeper } from './result-retention.sweeper.js';
import { RetentionRepository } from './retention.repository.js';
import { RetentionSweeper } from './retention.sweeper.js';
import { SweepFinisher } from './sweep-finisher.js';
import { SweepLoop } from './sweep-loop.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** The loops that mend: each in its own file, each safe beside any number of replicas. */
@Module({
  providers: [
    // Who sweeps says that it lives: every process that may hold leases has this module.
    ProcessBeatsRepository,
    ProcessBeat,
    SweepFinisher,
    LeaseSweeper,
    DeadlineSweeper,
    FinishedActionsRepository,
    RetentionRepository,
    RetentionSweeper,
    RegistrationRetentionRepository,
    RegistrationRetentionSweeper,
    ResultRetentionRepository,
    ResultRetentionSweeper,
    AsyncCallSweeper,
    CallErasureRepository,
    BridgedEventsRepository,
    DeliveryErasureRepository,
    SubjectSearch,
    SubjectSearchRepository,
    CallErasure,
    EraseRepository,
    EraseSweeper,
    AuditRepository,
    FailedDeliveriesRepository,
    ResendRepository,
    Requeuer,
    BulkRecoveryRepository,
    BulkRecoverySweeper,
    HeldSecretsRepository,
    HeldSecretsSweeper,
    LeftDestinationsSweeper,
    LeftVersionsSweeper,
    OrphanRepository,
    OrphanSweeper,
  ],
})
export class RecoveryModule implements OnApplicationBootstrap {
  private readonly loops: SweepLoop[];

  constructor(
    private readonly config: AppConfig,
    private readonly migrations: MigrationStatus,
    private readonly drain: Drain,
    private readonly sweepers: ModuleRef,
    beat: ProcessBeat,
  ) {
    this.loops = [
      new SweepLoop({
        name: 'Leases',
        everyMs: leasesEveryMs(config),
        sweep: async () => beat.isSteady && sweepers.get(LeaseSweeper).sweep(),
      }),
      this.loop('Deadlines', DeadlineSweeper, SECOND),
      this.loop('Retention', RetentionSweeper, retentionEveryMs()),
      this.loop('RegistrationRetention', RegistrationRetentionSweeper, 10 * MINUTE),
      this.loop('ResultRetention', ResultRetentionSweeper, 10 * MINUTE),
      this.loop('AsyncCalls', AsyncCallSweeper, SECOND),
      this.loop('Erase', EraseSweeper, 2 * SECOND),
      // Twice within what a job's budget holds, so that the pauses cost nothing of its rate.
      this.loop('BulkRecovery', BulkRecoverySweeper, SECOND / 2),
      this.loop('HeldSecrets', HeldSecretsSweeper, 30 * SECOND),
      this.loop('LeftDestinations', LeftDestinationsSweeper, 10 * SECOND),
      this.loop('LookupTables', LeftVersionsSweeper, 5 * SECOND),
      // An hour per check is kept in the database; the minute is how soon every replica shows what it found.
      this.loop('Orphans', OrphanSweeper, MINUTE),
    ];
  }

  onApplicationBootstrap(): void {
    if (this.config.role === 'api') return;
    this.drain.register(0, 'recovery', async () => {
      await Promise.all(this.loops.map((loop) => loop.stop()));
    });
    void this.migrations.whenReady().then(() => {
      if (this.drain.draining) return;
      for (const loop of this.loops) loop.start();
    });
  }

  /** Sweepers are looked up, not injected: a constructor that names every loop grows with each. */
  private loop(name: string, sweeper: Type<{ sweep(): Promise<boolean> }>, everyMs: number): SweepLoop {
    return new SweepLoop({ name, everyMs, sweep: () => this.sweepers.get(sweeper).sweep() });
  }
}

function leasesEveryMs({ enrichment, delivery }: AppConfig): number {
  return Math.min(SECOND, Math.min(enrichment.leaseMs, delivery.leaseMs) / 3);
}

/** The fault suite cannot wait ten minutes for a pass to die in. */
function retentionEveryMs(): number {
  return isArmed('sweep.retention') ? SECOND : 10 * MINUTE;
}
