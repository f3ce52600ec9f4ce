import { Injectable } from '@nestjs/common';
import { AppConfig } from '../../config/config.js';
import type { Tx } from '../../database/database.js';
import type { DeliveryChannel, DeliveryPolicy, Preparation, ScopeOwners } from '../../delivery/delivery-channel.js';
import type { LeasedDelivery } from '../../delivery/delivery.js';
import { destinationOf } from '../../delivery/destination.js';
import { REMOVED_SENTENCE, type RegisteredAddress } from '../../delivery/registered-address.js';
import { toBasic } from '../../security/basic-credentials.js';
import { SECRET_UNREADABLE } from '../../security/secret.errors.js';
import { registrationPolicy } from '../registration-policy.js';
import { CallbackPasswords } from './callback-passwords.js';
import { type CallbackCredentials, EqpCallbacksRepository } from './eqp-callbacks.repository.js';
import { EQP_CHANNEL, EQP_URL_RULES } from './eqp.policy.js';

/** How soon an enabled user's deliveries go on. */
const DISABLED_LOOK_MS = 60_000;

const REMOVED: Preparation = { kind: 'cancelled', reason: REMOVED_SENTENCE };
/** The reason on a delivery that waits for its user. */
export const USER_IS_DISABLED = 'its user is disabled';
/** The reason on a delivery with an address that something else wrote. */
export const URL_IS_FOREIGN = 'the url of its callback was not written by this service';
/** Its password was given to one origin and goes to no other, from any writer of the row. */
const FOREIGN_URL: Preparation = { kind: 'held', reason: URL_IS_FOREIGN };
const UNREADABLE: Preparation = {
  kind: 'held',
  reason: `${SECRET_UNREADABLE}: the password of its callback cannot be decrypted, the key it was encrypted with is missing from ENCRYPTION_KEYS.`,
};
const USER_DISABLED: Preparation = { kind: 'deferred', delayMs: DISABLED_LOOK_MS, reason: USER_IS_DISABLED };

/** Callbacks of Commerce EQP: always https, under every switch, each with its own user name and password. */
@Injectable()
export class EqpChannel implements DeliveryChannel {
  readonly key = EQP_CHANNEL;
  readonly owner = 'event';
  readonly policy: DeliveryPolicy;
  readonly scopeOwners: ScopeOwners = {
    kind: 'eqp',
    isRegistration: true,
    findNames: (ids) => this.callbacks.findNames(ids),
  };

  constructor(
    config: AppConfig,
    private readonly callbacks: EqpCallbacksRepository,
    private readonly passwords: CallbackPasswords,
  ) {
    this.policy = registrationPolicy(config, { hosts: EQP_URL_RULES.hosts, httpsAlways: true });
  }

  /** One select for the batch; what is opened lives as long as the attempt. */
  async prepare(deliveries: readonly LeasedDelivery[]): Promise<ReadonlyMap<string, Preparation>> {
    const destinationIds = [...new Set(deliveries.map(({ destinationId }) => destinationId))];
    const rows = await this.callbacks.findCredentials(destinationIds);
    const byDestination = new Map(rows.map((row) => [row.askedFor, this.authorize(row)]));
    return new Map(deliveries.map(({ id, destinationId }) => [id, byDestination.get(destinationId) ?? REMOVED]));
  }

  async findAddresses(tx: Tx, destinationIds: readonly string[]): Promise<ReadonlyMap<string, RegisteredAddress>> {
    const rows = await this.callbacks.findCredentials(destinationIds, tx);
    return new Map(rows.map((row) => [row.askedFor, addressOf(row)]));
  }

  async onSettled(): Promise<void> {
    // An event has no state of its own: each of its deliveries says what became of it.
  }

  onDisabled(tx: Tx, destinationId: string, reason: string): Promise<void> {
    return this.callbacks.disable(tx, destinationId, reason);
  }

  private authorize(row: CallbackCredentials): Preparation {
    const { id, username, password: sealed, userState } = row;
    if (userState === 'disabled') return USER_DISABLED;
    const address = addressOf(row);
    if (address.destination.id !== row.destinationId) return FOREIGN_URL;
    const password = this.passwords.open(id, sealed);
    if (password === null) return UNREADABLE;
    return { kind: 'ready', headers: { Authorization: toBasic({ username, password }) }, address };
  }
}

/** Every callback of this kind is a POST of JSON. */
export function addressOf({ id, url }: Pick<CallbackCredentials, 'id' | 'url'>): RegisteredAddress {
  return { destination: destinationOf(EQP_CHANNEL, id, url), url, method: 'POST', contentType: 'application/json' };
}
