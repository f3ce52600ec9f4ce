import { Injectable, Logger } from '@nestjs/common';
import { ActionOwners } from '../../actions/action-owners.js';
import { ActionSecretsVault } from '../../actions/action-secrets.js';
import { ActionsRepository } from '../../actions/actions.repository.js';
import { AppConfig } from '../../config/config.js';
import type { Tx } from '../../database/database.js';
import type { DeliveryAnswer, Verdict } from '../../delivery/answer.js';
import type { DeliveryChannel, DeliveryPolicy, Preparation, SettledDelivery } from '../../delivery/delivery-channel.js';
import type { LeasedDelivery } from '../../delivery/delivery.js';
import { SECRET_UNREADABLE } from '../../security/secret.errors.js';
import { MARKETO } from '../batches/stored-batch.js';
import { readMarketoRefusal } from './marketo-answer.js';
import { marketoRefusals } from './marketo.metrics.js';

const REQUEST_ERASED: Preparation = {
  kind: 'held',
  reason: 'The batch is erased, and with it the token Marketo expects back.',
};
const UNREADABLE: Preparation = {
  kind: 'held',
  reason: `${SECRET_UNREADABLE}: the batch's token cannot be decrypted, the key it was encrypted with is missing from ENCRYPTION_KEYS.`,
};

/** Callbacks to Marketo: the batch's own token and key authorize them, and a refusal is final. */
@Injectable()
export class MarketoChannel implements DeliveryChannel {
  readonly key = MARKETO;
  readonly owner = 'action';
  readonly policy: DeliveryPolicy;
  private readonly log = new Logger('Marketo');

  constructor(
    config: AppConfig,
    private readonly actions: ActionsRepository,
    private readonly vault: ActionSecretsVault,
    private readonly owners: ActionOwners,
  ) {
    this.policy = {
      retryScheduleMs: config.callbacks.retryScheduleMs,
      repeatLastDelay: true,
      // A callback may carry a thousand leads; one host serves a subscription.
      inFlightPerDestination: 64,
      atMostOnce: false,
      hosts: config.outbound.loopbackOnly ? null : config.callbacks.hosts,
      httpsAlways: false,
      breaker: { consecutiveFailures: 10, openFirstMs: 2_000, openMaxMs: 15_000 },
      throttleMaxMs: 5 * 60 * 1_000,
    };
  }

  /** One select for all of them. @throws what the database throws: without it no delivery can be judged. */
  async prepare(deliveries: readonly LeasedDelivery[]): Promise<ReadonlyMap<string, Preparation>> {
    const ids = [...new Set(deliveries.map(({ ownerId }) => ownerId))];
    const rows = await this.actions.findSecrets(ids);
    const prepared = new Map(rows.map(({ id, secrets }) => [id, this.prepareOne(id, secrets)]));
    return new Map(deliveries.map(({ id, ownerId }) => [id, prepared.get(ownerId) ?? REQUEST_ERASED]));
  }

  /** Marketo's answer decides; undefined where the engine's reading is Marketo's too. */
  judge(answer: DeliveryAnswer, { id, ownerId }: LeasedDelivery): Verdict | undefined {
    const refusal = readMarketoRefusal(answer);
    if (refusal === null) return undefined;
    marketoRefusals.inc({ status: String(answer.status) });
    this.log.error(`Callback of batch ${ownerId} (delivery ${id}) is dead: ${refusal.reason}`);
    return { kind: 'dead', ...refusal };
  }

  /** A batch has one callback, so its end is the batch's end. */
  onSettled(tx: Tx, settled: readonly SettledDelivery[]): Promise<void> {
    return this.owners.settled(tx, settled);
  }

  private prepareOne(actionId: string, sealed: string): Preparation {
    const secrets = this.vault.open(actionId, sealed);
    if (secrets === null) return UNREADABLE;
    const { token, callbackKey } = secrets;
    return {
      kind: 'ready',
      headers: { 'x-callback-token': token, ...(callbackKey !== undefined && { 'x-api-key': callbackKey }) },
    };
  }
}
