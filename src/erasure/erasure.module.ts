import { type DynamicModule, Module, type OnApplicationBootstrap } from '@nestjs/common';
import type { Role } from '../config/config.js';
import { DeliveryErasureRepository } from '../delivery/delivery-erasure.repository.js';
import { SweepLoop } from '../sweeps/sweep-loop.js';
import { SweepLoops } from '../sweeps/sweep-loops.js';
import { AnswerCacheRepository } from '../enrichment/providers/http/answer-cache.repository.js';
import { ActionErasureRepository } from './action-erasure.repository.js';
import { BridgedEventsRepository } from './bridged-events.repository.js';
import { CallErasure } from './call-erasure.js';
import { CallErasureRepository } from './call-erasure.repository.js';
import { EraseController } from './erase.controller.js';
import { EraseJobsRepository } from './erase-jobs.repository.js';
import { EraseSweeper } from './erase.sweeper.js';
import { Erasure } from './erasure.js';
import { SubjectSearch } from './subject-search.js';
import { SubjectSearchRepository } from './subject-search.repository.js';
import { SubjectTenants } from './subject-tenants.js';
import { SubjectTenantsRepository } from './subject-tenants.repository.js';
import { Subjects } from './subjects.js';
import { SubjectsController } from './subjects.controller.js';
import { SubjectsRepository } from './subjects.repository.js';

const ERASE_EVERY_MS = 2_000;

const CONTROLLERS = [EraseController, SubjectsController];
/** For the routes; the loop does without. */
const ENTRY_PROVIDERS = [Erasure, Subjects, SubjectsRepository, SubjectTenants, SubjectTenantsRepository];

/** Forgetting a person or an account, and showing what is held. A worker serves no route of it. */
@Module({
  providers: [
    ActionErasureRepository,
    AnswerCacheRepository,
    BridgedEventsRepository,
    CallErasure,
    CallErasureRepository,
    DeliveryErasureRepository,
    EraseJobsRepository,
    EraseSweeper,
    SubjectSearch,
    SubjectSearchRepository,
  ],
})
export class ErasureModule implements OnApplicationBootstrap {
  static register(role: Role): DynamicModule {
    if (role === 'worker') return { module: ErasureModule };
    return { module: ErasureModule, controllers: CONTROLLERS, providers: ENTRY_PROVIDERS };
  }

  constructor(
    private readonly sweeps: SweepLoops,
    private readonly sweeper: EraseSweeper,
  ) {}

  onApplicationBootstrap(): void {
    const sweep = (): Promise<boolean> => this.sweeper.sweep();
    this.sweeps.run([new SweepLoop({ name: 'Erase', everyMs: ERASE_EVERY_MS, sweep })]);
  }
}
