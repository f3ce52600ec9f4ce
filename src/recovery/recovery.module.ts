import { Module, type OnApplicationBootstrap, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { AppConfig } from '../config/config.js';
import { ProcessBeat } from '../queue/process-beat.js';
import { ProcessBeatsRepository } from '../queue/process-beats.repository.js';
import { SweepLoop } from '../sweeps/sweep-loop.js';
import { SweepLoops } from '../sweeps/sweep-loops.js';
import { AnswerCacheRepository } from '../enrichment/providers/http/answer-cache.repository.js';
import { CacheRoom } from '../enrichment/providers/http/cache-room.js';
import { StepBudgetsRepository } from '../enrichment/providers/http/step-budgets.repository.js';
import { StepTokensRepository } from '../enrichment/providers/http/step-tokens.repository.js';
import { AuditRetentionRepository } from './audit-retention.repository.js';
import { AuditRetentionSweeper } from './audit-retention.sweeper.js';
import { AsyncCallSweeper } from './async-call.sweeper.js';
import { DeadlineSweeper } from './deadline.sweeper.js';
import { HeldCredentialsRepository } from './held-credentials.repository.js';
import { HeldCredentialsSweeper } from './held-credentials.sweeper.js';
import { EqpSessionsRepository } from '../registrations/eqp/eqp-sessions.repository.js';
import { EqpSessionsSweeper } from './eqp-sessions.sweeper.js';
import { HeldSecretsRepository } from './held-secrets.repository.js';
import { HeldSecretsSweeper } from './held-secrets.sweeper.js';
import { HttpStepSweeper } from './http-step.sweeper.js';
import { IdempotentRequestsSweeper } from './idempotent-requests.sweeper.js';
import { LeaseSweeper } from './lease.sweeper.js';
import { LeftDestinationsSweeper } from './left-destinations.sweeper.js';
import { LeftVersionsSweeper } from './left-versions.sweeper.js';
import { OrphanRepository } from './orphan.repository.js';
import { OrphanSweeper } from './orphan.sweeper.js';
import { RegistrationRetentionRepository } from './registration-retention.repository.js';
import { RegistrationRetentionSweeper } from './registration-retention.sweeper.js';
import { ResultRetentionRepository } from './result-retention.repository.js';
import { ResultRetentionSweeper } from './result-retention.sweeper.js';
import { RetentionCursorsRepository } from './retention-cursors.repository.js';
import { RetentionRepository } from './retention.repository.js';
import { RetentionSweeper } from './retention.sweeper.js';
import { SweepFinisher } from './sweep-finisher.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** The loops that mend: each in its own file, each safe beside any number of replicas. */
@Module({
  providers: [
    // A process that sweeps says that it lives: every process that may hold leases has this module.
    ProcessBeatsRepository,
    ProcessBeat,
    SweepFinisher,
    LeaseSweeper,
    DeadlineSweeper,
    RetentionCursorsRepository,
    RetentionRepository,
    RetentionSweeper,
    RegistrationRetentionRepository,
    RegistrationRetentionSweeper,
    ResultRetentionRepository,
    ResultRetentionSweeper,
    AuditRetentionRepository,
    AuditRetentionSweeper,
    AsyncCallSweeper,
    HeldCredentialsRepository,
    HeldCredentialsSweeper,
    EqpSessionsRepository,
    EqpSessionsSweeper,
    HeldSecretsRepository,
    HeldSecretsSweeper,
    LeftDestinationsSweeper,
    AnswerCacheRepository,
    CacheRoom,
    StepBudgetsRepository,
    StepTokensRepository,
    HttpStepSweeper,
    IdempotentRequestsSweeper,
    LeftVersionsSweeper,
    OrphanRepository,
    OrphanSweeper,
  ],
})
export class RecoveryModule implements OnApplicationBootstrap {
  private readonly loops: SweepLoop[];

  constructor(
    config: AppConfig,
    private readonly sweeps: SweepLoops,
    private readonly sweepers: ModuleRef,
    beat: ProcessBeat,
  ) {
    this.loops = [
      new SweepLoop({
        name: 'Leases',
        everyMs: leasesEveryMs(config),
        sweep: async () => (beat.isSteady ? sweepers.get(LeaseSweeper).sweep() : null),
      }),
      this.loop('Deadlines', DeadlineSweeper, SECOND),
      this.loop('Retention', RetentionSweeper, 10 * MINUTE),
      this.loop('RegistrationRetention', RegistrationRetentionSweeper, 10 * MINUTE),
      this.loop('ResultRetention', ResultRetentionSweeper, 10 * MINUTE),
      this.loop('AuditRetention', AuditRetentionSweeper, 10 * MINUTE),
      this.loop('AsyncCalls', AsyncCallSweeper, SECOND),
      this.loop('HeldCredentials', HeldCredentialsSweeper, SECOND),
      this.loop('EqpSessions', EqpSessionsSweeper, MINUTE),
      this.loop('HeldSecrets', HeldSecretsSweeper, 30 * SECOND),
      this.loop('HttpSteps', HttpStepSweeper, MINUTE),
      this.loop('IdempotencyKeys', IdempotentRequestsSweeper, 10 * MINUTE),
      this.loop('LeftDestinations', LeftDestinationsSweeper, 10 * SECOND),
      this.loop('LookupTables', LeftVersionsSweeper, 5 * SECOND),
      // An hour per check is kept in the database; the minute is how soon every replica shows what it found.
      this.loop('Orphans', OrphanSweeper, MINUTE),
    ];
  }

  onApplicationBootstrap(): void {
    this.sweeps.run(this.loops);
  }

  /** Sweepers are looked up, not injected: a constructor that names every loop grows with each. */
  private loop(name: string, sweeper: Type<{ sweep(): Promise<boolean | null> }>, everyMs: number): SweepLoop {
    return new SweepLoop({ name, everyMs, sweep: () => this.sweepers.get(sweeper).sweep() });
  }
}

function leasesEveryMs({ enrichment, delivery }: AppConfig): number {
  return Math.min(SECOND, Math.min(enrichment.leaseMs, delivery.leaseMs) / 3);
}
