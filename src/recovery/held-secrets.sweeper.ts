import { Injectable, Logger } from '@nestjs/common';
import { FIRST_ID } from '../database/id-bound.js';
import { HeldDeliveriesRepository } from '../delivery/held-deliveries.repository.js';
import { WorkQueue } from '../queue/work-queue.js';
import { placeOf, SEALED_COLUMNS, type SealedColumn } from '../security/sealed-columns.js';
import { SecretBox } from '../security/secret-box.js';
import { type HeldSecret, HeldSecretsRepository, type NeededColumn } from './held-secrets.repository.js';
import { releasedTotal, unreadableGauge } from './recovery.metrics.js';

const ROWS_PER_PAGE = 500;

/**
 * Lets deliveries go that were held because their secret could not be read, once it can: a key is configured at a
 * start, so the first sweep of a process is when that shows. Those that still cannot are the alert.
 */
@Injectable()
export class HeldSecretsSweeper {
  private readonly log = new Logger('HeldSecrets');
  private toldOf = 0;

  constructor(
    private readonly repository: HeldSecretsRepository,
    private readonly deliveries: HeldDeliveriesRepository,
    private readonly box: SecretBox,
    private readonly queue: WorkQueue,
  ) {}

  /** Looks at everything that is held for this reason. @returns false: the next look is the next sweep's. */
  async sweep(): Promise<boolean> {
    const missing = new Map<string, number>();
    const columns: readonly SealedColumn[] = Object.values(SEALED_COLUMNS);
    for (const column of columns.filter(isNeeded)) await this.sweepColumn(column, missing);
    this.tell(missing);
    return false;
  }

  private async sweepColumn(column: NeededColumn, missing: Map<string, number>): Promise<void> {
    for (let after = FIRST_ID; ;) {
      const page = await this.repository.findPage(column, after, ROWS_PER_PAGE);
      const readable = page.filter((held) => this.isReadable(column, held));
      if (readable.length > 0) await this.release(readable.map(({ id }) => id));
      const released = new Set(readable);
      for (const held of page) {
        if (released.has(held)) continue;
        const keyId = this.box.keyIdOf(held.sealed) ?? 'of no known form';
        missing.set(keyId, (missing.get(keyId) ?? 0) + 1);
      }
      const last = page.at(-1);
      if (last === undefined || page.length < ROWS_PER_PAGE) return;
      after = last.id;
    }
  }

  private async release(ids: readonly string[]): Promise<void> {
    const released = await this.deliveries.releaseReadable(ids);
    if (released.length === 0) return;
    this.log.log(`${released.length} held deliveries are due again: their secrets can be read`);
    releasedTotal.inc(released.length);
    this.queue.ring('delivery');
  }

  private isReadable(column: SealedColumn, { rowId, sealed }: HeldSecret): boolean {
    try {
      this.box.open(sealed, placeOf(column, rowId));
      return true;
    } catch {
      // Counted and told by the caller, as one alert for all of them.
      return false;
    }
  }

  /** Once per change: what is known need not be said every half minute; the gauge goes on saying it. */
  private tell(missing: ReadonlyMap<string, number>): void {
    const count = [...missing.values()].reduce((sum, n) => sum + n, 0);
    unreadableGauge.set(count);
    if (count > 0 && count !== this.toldOf) {
      const keys = Object.fromEntries(missing);
      this.log.error({ message: 'deliveries are held: no key of ENCRYPTION_KEYS opens their secrets', count, keys });
    }
    this.toldOf = count;
  }
}

function isNeeded(column: SealedColumn): column is NeededColumn {
  return column.neededBy !== null;
}
