import { Global, Module } from '@nestjs/common';
import { ChannelRegistry } from './channel-registry.js';
import { DeliveriesRepository } from './deliveries.repository.js';
import { DeliveryAttempt } from './delivery-attempt.js';
import { DeliveryClient } from './delivery-client.js';
import { DeliveryInbox } from './delivery-inbox.js';
import { DeliveryOutbox } from './delivery-outbox.js';
import { DeliveryStage } from './delivery-stage.js';
import { DestinationLoad } from './destination-load.js';
import { SettleWriter } from './settle-writer.js';

/** The outbound engine: channels are registered by others, this sends. */
@Global()
@Module({
  providers: [
    ChannelRegistry,
    DeliveriesRepository,
    DestinationLoad,
    DeliveryInbox,
    { provide: DeliveryOutbox, useExisting: DeliveryInbox },
    DeliveryClient,
    DeliveryAttempt,
    SettleWriter,
    DeliveryStage,
  ],
  exports: [ChannelRegistry, DeliveryOutbox, DeliveriesRepository],
})
export class DeliveryModule {}
