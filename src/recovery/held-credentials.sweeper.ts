import { Injectable, Logger } from '@nestjs/common';
import { IMS_REFUSES, IMS_REFUSES_STORED } from '../callbacks/callbacks.errors.js';
import { HeldDeliveriesRepository } from '../delivery/held-deliveries.repository.js';
import { AdobeCredentials } from '../organisations/adobe-credentials.js';
import { OrganisationBook, type OrganisationPages } from '../organisations/organisation-book.js';
import { WorkQueue } from '../queue/work-queue.js';
import { HeldCredentialsRepository } from './held-credentials.repository.js';
import { releasedTotal } from './recovery.metrics.js';

const ROWS_PER_STATEMENT = 500;
/** Another process may have held a callback by what it knew a moment before. */
const LOOK_EVERY_MS = 10_000;

/**
 * Lets callbacks go whose organisation has another credential: those that were held without one, and those that wait out
 * the minute that a refusal is believed. Every process with a queue does so when it learns of the change.
 */
@Injectable()
export class HeldCredentialsSweeper {
  private readonly log = new Logger('HeldCredentials');
  private readonly changed = new Set<string>();
  private version: string | null = null;
  private nextLookMs = 0;

  constructor(
    private readonly repository: HeldCredentialsRepository,
    private readonly deliveries: HeldDeliveriesRepository,
    private readonly credentials: AdobeCredentials,
    private readonly book: OrganisationBook,
    private readonly queue: WorkQueue,
  ) {
    book.follow((before, now) => this.note(before, now));
  }

  /** @returns false: the next look is the next sweep's; null: it is not time for one. */
  async sweep(): Promise<false | null> {
    const { pages } = this.book;
    if (pages === null) return null;
    const isTime = pages.version !== this.version || performance.now() >= this.nextLookMs;
    if (!isTime && this.changed.size === 0) return null;
    if (isTime) await this.release();
    await this.hurry();
    this.version = pages.version;
    return false;
  }

  private async release(): Promise<void> {
    this.nextLookMs = performance.now() + LOOK_EVERY_MS;
    for (const org of await this.repository.findOrganisations()) {
      if (this.credentials.choose(org).kind !== 'found') continue;
      let count = 0;
      for (let released = ROWS_PER_STATEMENT; released === ROWS_PER_STATEMENT; count += released) {
        const ids = await this.repository.findIds(org, ROWS_PER_STATEMENT);
        released = ids.length === 0 ? 0 : (await this.deliveries.releaseReadable(ids)).length;
      }
      this.tell(org, count);
    }
  }

  private async hurry(): Promise<void> {
    if (this.changed.size === 0) return;
    const orgs = [...this.changed];
    const prefixes: [string, string] = [IMS_REFUSES, IMS_REFUSES_STORED];
    while ((await this.deliveries.hurry('adobe', orgs, prefixes, ROWS_PER_STATEMENT)) === ROWS_PER_STATEMENT);
    for (const org of orgs) this.changed.delete(org);
    this.queue.ring('delivery');
  }

  private tell(org: string, count: number): void {
    if (count === 0) return;
    this.log.log(`${count} held callbacks of ${org} are due again: a credential speaks for it`);
    releasedTotal.inc(count);
    this.queue.ring('delivery');
  }

  /** At its start a process has refused nothing yet. */
  private note(before: OrganisationPages | null, now: OrganisationPages): void {
    if (before === null) return;
    for (const org of new Set([...before.credentials.keys(), ...now.credentials.keys()])) {
      if (keyOf(before, org) !== keyOf(now, org)) this.changed.add(org);
    }
  }
}

function keyOf(pages: OrganisationPages, org: string): string {
  const stored = pages.credentials.get(org);
  return stored?.kind === 'ready' ? stored.credential.key : (stored?.kind ?? 'none');
}
