import { Injectable, Logger } from '@nestjs/common';
import type { Tx } from '../database/database.js';
import type {
  DeliveryChannel,
  DeliveryPolicy,
  Preparation,
  ScopeOwners,
  SettledDelivery,
} from '../delivery/delivery-channel.js';
import type { LeasedDelivery } from '../delivery/delivery.js';
import { CUSTOMER_PLACES } from '../delivery/customer-places.js';
import { CallOwners } from './call-owners.js';
import { AsyncClientsRepository } from './clients/async-clients.repository.js';
import { ASYNC_CALL } from './call-request.reader.js';

const READY: Preparation = { kind: 'ready', headers: {} };

/** Callbacks of asynchronous calls: one attempt, with any outcome; a failure is logged, recorded and left alone. */
@Injectable()
export class AsyncCallChannel implements DeliveryChannel {
  readonly key = ASYNC_CALL;
  readonly owner = 'action';
  readonly policy: DeliveryPolicy = {
    retryScheduleMs: [0],
    repeatLastDelay: false,
    ...CUSTOMER_PLACES,
    atMostOnce: true,
    hosts: null,
    httpsAlways: false,
    // One receiver's Retry-After must not keep its other callbacks, which have one attempt, waiting for an hour.
    throttleMaxMs: 60 * 1_000,
  };
  readonly scopeOwners: ScopeOwners = {
    kind: 'asyncClient',
    isRegistration: false,
    findNames: (ids) => this.clients.findNames(ids),
  };
  private readonly log = new Logger('AsyncCalls');

  constructor(
    private readonly owners: CallOwners,
    private readonly clients: AsyncClientsRepository,
  ) {}

  prepare(deliveries: readonly LeasedDelivery[]): Promise<ReadonlyMap<string, Preparation>> {
    return Promise.resolve(new Map(deliveries.map(({ id }) => [id, READY])));
  }

  async onSettled(tx: Tx, settled: readonly SettledDelivery[]): Promise<void> {
    await this.owners.settled(tx, settled);
    for (const { id, ownerId, status, lastError } of settled) {
      if (status === 'delivered') continue;
      this.log.error({
        message: `a callback ended as ${status}: ${lastError ?? 'no reason'}`,
        requestId: ownerId,
        deliveryId: id,
      });
    }
  }
}
