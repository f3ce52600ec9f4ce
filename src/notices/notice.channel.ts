import { Injectable } from '@nestjs/common';
import { REGISTRATION_BREAKER } from '../delivery/breaker-policy.js';
import { CUSTOMER_PLACES } from '../delivery/customer-places.js';
import type { DeliveryChannel, DeliveryPolicy, Preparation, ScopeOwners } from '../delivery/delivery-channel.js';
import type { LeasedDelivery } from '../delivery/delivery.js';
import { liveSecrets } from '../delivery/signing-secrets.js';
import { SECRET_UNREADABLE } from '../security/secret.errors.js';
import { NOTICE_CHANNEL } from './notice.js';
import { NoticeVault } from './notice-vault.js';
import { type NoticeSender, NoticesRepository } from './notices.repository.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

/** Messages of notices. Their rows have the origin of the address alone: the rest of it is a secret. */
@Injectable()
export class NoticeChannel implements DeliveryChannel {
  readonly key = NOTICE_CHANNEL;
  readonly owner = 'event';
  readonly policy: DeliveryPolicy = {
    // A message about trouble is old news after an hour or two.
    retryScheduleMs: [0, 10 * SECOND, MINUTE, 5 * MINUTE, 20 * MINUTE, 60 * MINUTE],
    repeatLastDelay: false,
    ...CUSTOMER_PLACES,
    atMostOnce: false,
    hosts: null,
    httpsAlways: false,
    breaker: REGISTRATION_BREAKER,
  };
  readonly scopeOwners: ScopeOwners = {
    kind: 'notice',
    isRegistration: false,
    findNames: (ids) => this.repository.findNames(ids),
  };

  constructor(
    private readonly repository: NoticesRepository,
    private readonly vault: NoticeVault,
  ) {}

  /** @throws when Postgres is away: nothing can be said of any delivery then. */
  async prepare(deliveries: readonly LeasedDelivery[]): Promise<ReadonlyMap<string, Preparation>> {
    const rows = await this.repository.findSenders([...new Set(deliveries.map(({ destinationId }) => destinationId))]);
    const senders = new Map(rows.map((row) => [row.destinationId, row]));
    return new Map(deliveries.map((delivery) => [delivery.id, this.prepareOne(delivery, senders)]));
  }

  async onSettled(): Promise<void> {
    // A message has no state of its own.
  }

  private prepareOne(
    { url: ownUrl, destinationId }: LeasedDelivery,
    senders: ReadonlyMap<string, NoticeSender>,
  ): Preparation {
    const sender = senders.get(destinationId);
    if (sender === undefined) return { kind: 'cancelled', reason: 'its notice was deleted' };
    if (sender.isPaused) return { kind: 'cancelled', reason: 'its notice is paused' };
    if (new URL(ownUrl).origin !== sender.origin) {
      return { kind: 'cancelled', reason: 'its notice has another address by now' };
    }
    const url = this.vault.openUrl(sender.id, sender.url);
    const secrets = this.vault.openSecrets(sender.id, sender.signingSecrets);
    if (url === null || secrets === null) {
      const reason = `${SECRET_UNREADABLE}: the address cannot be decrypted, its key is missing from ENCRYPTION_KEYS.`;
      return { kind: 'held', reason };
    }
    return { kind: 'ready', headers: {}, signingSecrets: liveSecrets(secrets, Date.now()), secretUrl: url };
  }
}
