import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { ActionOwners } from '../actions/action-owners.js';
import { AppConfig } from '../config/config.js';
import type { Tx } from '../database/database.js';
import type { DeliveryAnswer, Verdict } from '../delivery/answer.js';
import type {
  DeliveryChannel,
  DeliveryPolicy,
  Preparation,
  ReadyPreparation,
  SettledDelivery,
} from '../delivery/delivery-channel.js';
import type { LeasedDelivery } from '../delivery/delivery.js';
import { AdobeCredentials } from '../organisations/adobe-credentials.js';
import { SECRET_UNREADABLE } from '../security/secret.errors.js';
import { readAdobeRefusal } from './adobe-answer.js';
import { CallbackContexts, type CallbackContext } from './callback-contexts.js';
import { CREDENTIAL_HOLDS, IMS_UNAVAILABLE, ImsPermanentError, ImsTransientError } from './callbacks.errors.js';
import { adobeRefusals } from './callbacks.metrics.js';
import { ImsTokenClient } from './ims-token.client.js';

const BEARER = 'Bearer ';
/** The reason on a delivery that is held because its request is gone. */
export const REQUEST_ERASED = 'The request is erased, and with it the token Adobe expects back.';

type Authorization =
  | { readonly kind: 'granted'; readonly token: string; readonly apiKey: string }
  | Extract<Preparation, { kind: 'deferred' | 'held' }>;

/** The time that a batch gives to the tokens of its organisations, where there are several. */
const PATIENCE_MS = 1_000;
const SLOW: Authorization = { kind: 'deferred', delayMs: PATIENCE_MS, reason: `${IMS_UNAVAILABLE}no answer yet` };
const UNREAD: Authorization = { kind: 'deferred', delayMs: 1_000, reason: 'Credentials are not read yet.' };

/**
 * Callbacks to Adobe Journey Optimizer B2B: authorized by IMS, identified by the request's own token, and never sent
 * again once Adobe has refused one for good.
 */
@Injectable()
export class AdobeChannel implements DeliveryChannel {
  readonly key = 'adobe';
  readonly owner = 'action';
  readonly policy: DeliveryPolicy;
  private readonly logger = new Logger(AdobeChannel.name);

  constructor(
    config: AppConfig,
    private readonly tokens: ImsTokenClient,
    private readonly credentials: AdobeCredentials,
    private readonly contexts: CallbackContexts,
    private readonly owners: ActionOwners,
  ) {
    this.policy = {
      retryScheduleMs: config.callbacks.retryScheduleMs,
      repeatLastDelay: true,
      inFlightPerDestination: 1024,
      atMostOnce: false,
      // Where only loopback may be reached, Adobe's host names would refuse every callback to the simulator.
      hosts: config.outbound.loopbackOnly ? null : config.callbacks.hosts,
      httpsAlways: false,
      // Short: deadlines are minutes away, and what is not sent in time goes down the error path of a journey.
      breaker: { consecutiveFailures: 10, openFirstMs: 2_000, openMaxMs: 15_000 },
      throttleMaxMs: 5 * 60 * 1_000,
    };
  }

  /** @throws the errors of {@link CallbackContexts.load}: without Postgres no delivery can be judged. */
  async prepare(deliveries: readonly LeasedDelivery[]): Promise<ReadonlyMap<string, Preparation>> {
    const actionIds = new Set(deliveries.map((delivery) => delivery.ownerId));
    const contexts = await this.contexts.load([...actionIds]);
    const authorizations = await this.authorize(contexts.values());
    return new Map(
      deliveries.map((delivery) => [
        delivery.id,
        this.prepareOne(delivery, contexts.get(delivery.ownerId), authorizations),
      ]),
    );
  }

  /** Adobe's answer decides; undefined where the engine's reading (success, retries, throttling) is Adobe's too. */
  judge(answer: DeliveryAnswer, delivery: LeasedDelivery, { headers }: ReadyPreparation): Verdict | undefined {
    if (answer.status === null) return undefined;
    const refusal = readAdobeRefusal(answer.status);
    if (refusal === null) return undefined;
    if (answer.status === 401) {
      // The token that was sent, not a newer one that may be known by now.
      this.tokens.invalidate((headers.Authorization ?? '').slice(BEARER.length));
      // A resend starts over: the 401 that ended the earlier schedule is not this schedule's first one.
      const isSecond = delivery.lastStatus === 401 && delivery.attemptCount > 1;
      if (!isSecond) return { kind: 'retry', errorClass: 'auth', delayMs: 0 };
    }
    adobeRefusals.inc({ status: String(answer.status) });
    this.logger.error(`Callback of request ${delivery.ownerId} (delivery ${delivery.id}) is dead: ${refusal.reason}`);
    return { kind: 'dead', ...refusal };
  }

  onSettled(tx: Tx, settled: readonly SettledDelivery[]): Promise<void> {
    return this.owners.settled(tx, settled);
  }

  private prepareOne(
    delivery: LeasedDelivery,
    context: CallbackContext | undefined,
    authorizations: ReadonlyMap<string, Authorization>,
  ): Preparation {
    if (context === undefined) {
      return { kind: 'held', reason: REQUEST_ERASED };
    }
    if ('unreadable' in context) {
      return {
        kind: 'held',
        reason: `${SECRET_UNREADABLE}: the request's token cannot be decrypted, the key it was encrypted with is missing from ENCRYPTION_KEYS.`,
      };
    }
    const authorization = authorizations.get(context.tenant);
    // Cannot happen, as tenants come from these very contexts; a deferral is the harmless answer if it does.
    if (authorization === undefined)
      return { kind: 'deferred', delayMs: 1000, reason: 'No access token was asked for.' };
    if (authorization.kind !== 'granted') return authorization;
    return {
      kind: 'ready',
      // Content-Type, the sixth header, is sent with the body.
      headers: {
        'X-Callback-Token': context.token,
        'X-Api-Key': authorization.apiKey,
        'X-Request-Id': delivery.ownerId,
        Authorization: `${BEARER}${authorization.token}`,
        'x-gw-ims-org-id': context.tenant,
      },
    };
  }

  /** One token per organisation in the batch, for any number of callbacks. */
  private async authorize(contexts: Iterable<CallbackContext>): Promise<ReadonlyMap<string, Authorization>> {
    const tenants = new Set<string>();
    for (const context of contexts) {
      if (!('unreadable' in context)) tenants.add(context.tenant);
    }
    // One organisation's callbacks do not wait long for another's token; one that comes later is kept for the next batch.
    const slow = tenants.size > 1 ? sleep(PATIENCE_MS, SLOW, { ref: false }) : null;
    const entries = [...tenants].map(async (tenant) => {
      const authorization = this.authorizeTenant(tenant);
      return [tenant, await (slow === null ? authorization : Promise.race([authorization, slow]))] as const;
    });
    return new Map(await Promise.all(entries));
  }

  /** An error between IMS and us is no answer of Adobe's endpoint, so it costs no attempt. */
  private async authorizeTenant(tenant: string): Promise<Authorization> {
    const choice = this.credentials.choose(tenant);
    if (choice.kind === 'unread') return UNREAD;
    if (choice.kind !== 'found') return { kind: 'held', reason: CREDENTIAL_HOLDS[choice.kind] };
    try {
      const token = await this.tokens.token(tenant);
      return { kind: 'granted', token, apiKey: choice.credential.apiKey };
    } catch (error) {
      if (error instanceof ImsPermanentError || error instanceof ImsTransientError) {
        return { kind: 'deferred', delayMs: error.retryAfterMs, reason: error.message };
      }
      throw error;
    }
  }
}
