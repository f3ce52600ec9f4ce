import { setTimeout as sleep } from 'node:timers/promises';
import { Injectable } from '@nestjs/common';
import { FreshRead } from './fresh-read.js';
import { OAuthSecretsRepository } from './oauth-secrets.repository.js';

/** How long a process believes that a secret is live. */
const BELIEVED_MS = 100;
/** After this the next reading begins beside the requests, so that none of them has to wait for it. */
const RENEWED_AFTER_MS = 50;
/** A timer may be a little early. */
const MARGIN_MS = 10;

interface Reading {
  readonly asked: ReadonlySet<string>;
  readonly live: ReadonlySet<string>;
}

/**
 * Whether the secrets behind access tokens are still live: neither ended, nor their clients disabled or deleted. A process
 * believes one reading for 100 ms, and those who end a secret wait that long before they say so: from their answer on no
 * replica lets a token of it through. A reading per request lost: it costs the hot path a statement each. So did a
 * notification: poolers do not pass it on, and a replica that missed one would never know.
 */
@Injectable()
export class LiveSecrets {
  /** Those that were asked about since the last reading began. */
  private wanted = new Set<string>();
  private readonly reading = new FreshRead<Reading>(async () => {
    const asked = this.wanted;
    this.wanted = new Set();
    return { asked, live: await this.secrets.stillLive([...asked]) };
  });

  constructor(private readonly secrets: OAuthSecretsRepository) {}

  /** At once where a reading is believed. */
  isLive(secretId: string): boolean | Promise<boolean> {
    this.wanted.add(secretId);
    const known = this.reading.find(BELIEVED_MS);
    if (known?.asked.has(secretId) !== true) return this.ask(secretId);
    if (this.reading.find(RENEWED_AFTER_MS) === null) this.reading.renew();
    return known.live.has(secretId);
  }

  /** Until no process believes any more what was true before this call. */
  async untilAllKnow(): Promise<void> {
    await sleep(BELIEVED_MS + MARGIN_MS);
  }

  private async ask(secretId: string): Promise<boolean> {
    for (;;) {
      const { asked, live } = await this.reading.get(BELIEVED_MS, (known) => known.asked.has(secretId));
      if (asked.has(secretId)) return live.has(secretId);
      // A reading that failed took the wish along.
      this.wanted.add(secretId);
    }
  }
}
