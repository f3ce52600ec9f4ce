import { Injectable } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import type { NewAction } from './new-action.js';
import { ActionTokensRepository, type TokenOwner } from './action-tokens.repository.js';
import { earlierTokenKeyOf } from './token-key.js';

const DAY_SECONDS = 24 * 60 * 60;

interface KeyedArrival {
  readonly tokenKey: string;
  readonly action: Pick<NewAction, 'service' | 'tenant' | 'token'>;
}

/**
 * Finds requests that were repeated across the upgrade which put the organisation into the keys of tokens. Payload
 * retention removes a token with its payload: after so many days no earlier key is left, and none is looked for.
 */
@Injectable()
export class EarlierTokenKeys {
  /** `performance.now()` after which no earlier key is left; null until it has been read. */
  private endsAtMs: number | null = null;

  constructor(
    private readonly repository: ActionTokensRepository,
    private readonly config: AppConfig,
  ) {}

  /** @returns owners among earlier keys of the same organisation, by today's key; empty on a database without them. */
  async findOwners(arrivals: readonly KeyedArrival[]): Promise<Map<string, TokenOwner>> {
    this.endsAtMs ??= await this.readEnd();
    if (performance.now() >= this.endsAtMs) return new Map();
    const owners = await this.repository.findEarlierTokenOwners(
      arrivals.map(({ tokenKey, action }) => ({
        earlierKey: earlierTokenKeyOf(action.service, action.token),
        tokenKey,
        tenant: action.tenant,
      })),
    );
    return new Map(owners.map((owner) => [owner.tokenKey, owner]));
  }

  private async readEnd(): Promise<number> {
    const age = await this.repository.findAgeOfTokenKeys();
    if (age === null) return Number.NEGATIVE_INFINITY;
    // A day more: the sweep that removes payloads takes its time.
    return performance.now() + ((this.config.retention.payloadDays + 1) * DAY_SECONDS - age) * 1000;
  }
}
