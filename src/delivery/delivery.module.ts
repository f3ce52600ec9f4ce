import { type DynamicModule, Global, Module, type OnModuleInit } from '@nestjs/common';
import { ServiceNotices } from '../catalog/service-notices.js';
import type { Role } from '../config/config.js';
import { LoggingModule } from '../logging/logging.module.js';
import { PendingWrites } from '../queue/pending-writes.js';
import { ChannelRegistry } from './channel-registry.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { DeliveryAttempt } from './delivery-attempt.js';
import { DeliveryClaims } from './delivery-claims.js';
import { DeliveryClient } from './delivery-client.js';
import { DeliveryDecisions } from './delivery-decisions.js';
import { DeliveryMovesRepository } from './delivery-moves.repository.js';
import { DeliveryOutbox } from './delivery-outbox.js';
import { DeliveryRetentionRepository } from './delivery-retention.repository.js';
import { DeliveryStage } from './delivery-stage.js';
import { DeliverySuspectsRepository } from './delivery-suspects.repository.js';
import { DestinationChanges } from './destination-changes.js';
import { DestinationGuard } from './destination-guard.js';
import { DestinationHoldsRepository } from './destination-holds.repository.js';
import { DestinationLoad } from './destination-load.js';
import { DestinationMoves } from './destination-moves.js';
import { receiversInTrouble } from './destination-notices.js';
import { DestinationStates } from './destination-states.js';
import { DestinationSwitch } from './destination-switch.js';
import { DestinationWatch } from './destination-watch.js';
import { DestinationsRepository } from './destinations.repository.js';
import { EgressController } from './egress.controller.js';
import { HeldDeliveriesRepository } from './held-deliveries.repository.js';
import { SendingMarks } from './sending-marks.js';
import { SendingMarksRepository } from './sending-marks.repository.js';
import { ProbeClaims } from './probe-claims.js';
import { SettleWriter } from './settle-writer.js';
import { StaleAnswers } from './stale-answers.js';
import { StoredDeliveryOutbox } from './stored-delivery-outbox.js';
import { StoredDestinationMoves } from './stored-destination-moves.js';
import { StoredDestinationSwitch } from './stored-destination-switch.js';

/** The outbound engine: channels are registered by others, this sends. A worker serves no route of it. */
@Global()
@Module({
  imports: [LoggingModule],
  providers: [
    ChannelRegistry,
    DeliveriesRepository,
    DeliverySuspectsRepository,
    DeliveryRetentionRepository,
    HeldDeliveriesRepository,
    DestinationLoad,
    DestinationsRepository,
    DestinationHoldsRepository,
    DestinationStates,
    DestinationGuard,
    DestinationWatch,
    ProbeClaims,
    { provide: DestinationSwitch, useClass: StoredDestinationSwitch },
    DeliveryMovesRepository,
    StoredDestinationMoves,
    { provide: DestinationMoves, useExisting: StoredDestinationMoves },
    StoredDeliveryOutbox,
    { provide: DeliveryOutbox, useExisting: StoredDeliveryOutbox },
    DeliveryClient,
    DeliveryAttempt,
    SendingMarksRepository,
    SendingMarks,
    StaleAnswers,
    DestinationChanges,
    SettleWriter,
    DeliveryClaims,
    DeliveryDecisions,
    DeliveryStage,
  ],
  exports: [
    ChannelRegistry,
    DeliveryOutbox,
    DeliveriesRepository,
    DeliverySuspectsRepository,
    DeliveryRetentionRepository,
    HeldDeliveriesRepository,
    DestinationMoves,
    DestinationSwitch,
    StoredDestinationMoves,
  ],
})
export class DeliveryModule implements OnModuleInit {
  constructor(
    private readonly notices: ServiceNotices,
    private readonly states: DestinationStates,
    private readonly pendingWrites: PendingWrites,
    private readonly writer: SettleWriter,
  ) {}

  onModuleInit(): void {
    this.pendingWrites.include(() => this.writer.waiting);
    this.notices.register((definition) => receiversInTrouble(definition, this.states, performance.now()));
  }

  static register(role: Role): DynamicModule {
    return { module: DeliveryModule, controllers: role === 'worker' ? [] : [EgressController] };
  }
}
