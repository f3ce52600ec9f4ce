import { Injectable, Logger } from '@nestjs/common';
import { AppConfig } from '../config/config.js';
import { ChannelRegistry } from './channel-registry.js';
import type { DeliveryRow } from './deliveries.repository.js';
import { DestinationStates } from './destination-states.js';
import { DestinationsRepository } from './destinations.repository.js';

/** Most destinations one claim tries. */
const PROBES_PER_CLAIM = 16;

/** Claims the one delivery that is let through to each half-open destination; asks only where memory knows of one. */
@Injectable()
export class ProbeClaims {
  private readonly log = new Logger('Destinations');

  constructor(
    private readonly states: DestinationStates,
    private readonly repository: DestinationsRepository,
    private readonly channels: ChannelRegistry,
    private readonly config: AppConfig,
  ) {}

  /** How many of `places` to keep for probes. */
  wanted(places: number): number {
    if (!this.states.hasProbeToClaim(performance.now())) return 0;
    return Math.min(PROBES_PER_CLAIM, Math.ceil(places / 2));
  }

  /** Probes that this process cannot finish are given back, so that others try at once. */
  async release(probeTokens: readonly string[]): Promise<void> {
    if (probeTokens.length > 0) await this.repository.releaseProbes(probeTokens);
  }

  /** Never throws: rows of the same claim are leased already. The next claim asks again. */
  async claim(limit: number, leaseToken: string): Promise<DeliveryRow[]> {
    if (limit === 0) return [];
    const channels = this.channels.all().map((channel) => channel.key);
    try {
      return await this.repository.claimProbes(limit, channels, leaseToken, this.config.delivery.leaseMs);
    } catch (error) {
      this.log.warn(`no probe could be claimed: ${(error as Error).message}`);
      return [];
    }
  }
}
