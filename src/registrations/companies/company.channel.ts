import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../config/config.js';
import type { Tx } from '../../database/database.js';
import type { DeliveryAnswer, Verdict } from '../../delivery/answer.js';
import type {
  DeliveryChannel,
  DeliveryPolicy,
  Preparation,
  ScopeOwners,
  SettledDelivery,
} from '../../delivery/delivery-channel.js';
import type { LeasedDelivery } from '../../delivery/delivery.js';
import { destinationOf } from '../../delivery/destination.js';
import { REMOVED_SENTENCE, type RegisteredAddress } from '../../delivery/registered-address.js';
import { liveSecrets } from '../../delivery/signing-secrets.js';
import { SECRET_UNREADABLE } from '../../security/secret.errors.js';
import { registrationPolicy } from '../registration-policy.js';
import { COMPANY_CHANNEL } from './company-callbacks.js';
import { type CallbackSender, CompanyCallbacksRepository } from './company-callbacks.repository.js';
import { CompanySigning } from './company-signing.js';

/** How often a delivery of a disabled company looks whether it may go. */
const DISABLED_DELAY_MS = 60_000;
/** The reason on a delivery that waits for its company. */
export const COMPANY_DISABLED = 'waits: the company is disabled';
/** Written by {@link ./company-events.ts} before anything of the company's. */
const ATTEMPT = '"delivery_attempt":"1"';

/** Callbacks to companies: the body counts the attempts, a refusal (4xx) is for good, everything else may pass. */
@Injectable()
export class CompanyChannel implements DeliveryChannel {
  readonly key = COMPANY_CHANNEL;
  readonly owner = 'event';
  readonly policy: DeliveryPolicy;
  readonly scopeOwners: ScopeOwners = {
    kind: 'company',
    isRegistration: true,
    findNames: (ids) => this.callbacks.findNames(ids),
  };

  constructor(
    config: AppConfig,
    private readonly callbacks: CompanyCallbacksRepository,
    private readonly signing: CompanySigning,
  ) {
    this.policy = registrationPolicy(config, { hosts: null, httpsAlways: false });
  }

  /** @throws when Postgres is away: nothing can be said of any delivery then. */
  async prepare(deliveries: readonly LeasedDelivery[]): Promise<ReadonlyMap<string, Preparation>> {
    const rows = await this.callbacks.findSenders([...new Set(deliveries.map((delivery) => delivery.destinationId))]);
    const senders = new Map(rows.map((row) => [row.destinationId, row]));
    return new Map(deliveries.map(({ id, destinationId }) => [id, this.prepareOne(senders.get(destinationId))]));
  }

  async findAddresses(tx: Tx, destinationIds: readonly string[]): Promise<ReadonlyMap<string, RegisteredAddress>> {
    const rows = await this.callbacks.findSenders(destinationIds, tx);
    return new Map(rows.map((row) => [row.destinationId, addressOf(row)]));
  }

  render(delivery: LeasedDelivery): string {
    return delivery.body.replace(ATTEMPT, `"delivery_attempt":"${delivery.attemptNumber}"`);
  }

  /** Undefined where the engine's reading is this API's too: 2xx, 5xx, no answer, and the refusals of known meaning. */
  judge({ status }: DeliveryAnswer): Verdict | undefined {
    if (status === null || status < 300 || status >= 500) return undefined;
    if (status < 400) return { kind: 'retry', errorClass: 'redirect' };
    if (status === 401 || status === 403 || status === 410) return undefined;
    return { kind: 'dead', errorClass: 'client_error', reason: `The receiver refused the callback (${status}).` };
  }

  /** Nothing waits for the end of a delivery: the delivery itself says what became of it. */
  onSettled(_tx: Tx, _settled: readonly SettledDelivery[]): Promise<void> {
    return Promise.resolve();
  }

  private prepareOne(sender: CallbackSender | undefined): Preparation {
    if (sender === undefined) return { kind: 'cancelled', reason: REMOVED_SENTENCE };
    if (sender.companyState === 'disabled') {
      return { kind: 'deferred', delayMs: DISABLED_DELAY_MS, reason: COMPANY_DISABLED };
    }
    const secrets = sender.signingSecrets === null ? [] : this.signing.open(sender.id, sender.signingSecrets);
    if (secrets === null) {
      const reason = `${SECRET_UNREADABLE}: the signing secret cannot be decrypted, its key is missing from ENCRYPTION_KEYS.`;
      return { kind: 'held', reason };
    }
    const signingSecrets = liveSecrets(secrets, Date.now());
    return { kind: 'ready', headers: {}, signingSecrets, tellsTrace: sender.tellsTrace, address: addressOf(sender) };
  }
}

function addressOf({ id, url, method, contentType }: CallbackSender): RegisteredAddress {
  return { destination: destinationOf(COMPANY_CHANNEL, id, url), url, method, contentType };
}
