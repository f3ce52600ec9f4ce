import { Injectable } from '@nestjs/common';
import { Database, type Statement, type Tx } from '../database/database.js';
import { BATCH_IDS, IdBatch, idBatch } from '../database/id-batch.js';
import { DeliveryRetentionRepository, type EndedOfOwners } from '../delivery/delivery-retention.repository.js';
import { RetentionCursorsRepository, type RetentionWalk } from './retention-cursors.repository.js';

/** How long a walk that has come to its end rests before it begins again. */
const REST_HOURS = 24;

/**
 * Bodies are emptied in three transactions. The first takes two of eight owners in turn, the others three each: a page has room
 * for a quarter of its rows without their bodies, and the next two find the room that was left. Then no row leaves its page.
 * All at once lost: three rows of four left their page, and each made new entries in two indexes. That was half as much CPU
 * again, and a fifth more WAL. Four quarters lost, too: every page was visited and tidied once more.
 */
const HANDS = [0, 1, 2, 1, 0, 2, 1, 2];

const FINISHED = `('completed', 'undeliverable', 'expired')`;

/**
 * Ids are uuidv7: the first id of a moment is an age limit that the primary key serves. The walk is along the payloads
 * that are still there: along the actions it passed over those of two months, for nothing.
 */
const FIND_PAYLOADS: Statement = {
  name: 'retention.findPayloads',
  text: `WITH page AS MATERIALIZED (
      SELECT ARRAY(SELECT action_id FROM action_payloads WHERE action_id > $1 AND action_id < $2 ORDER BY action_id LIMIT $3) AS ids
    )
    SELECT ids[cardinality(ids)] AS last, cardinality(ids) AS scanned,
           ${idBatch(`SELECT id FROM actions WHERE id = ANY((SELECT ids FROM page)::uuid[]) AND state IN ${FINISHED}`)} AS due
      FROM page`,
};

/** The last id by a sort: max() of ids as texts lost. */
const FIND_ROWS: Statement = {
  name: 'retention.findRows',
  text: `WITH page AS MATERIALIZED (SELECT id, state FROM actions WHERE id > $1 AND id < $2 ORDER BY id LIMIT $3)
    SELECT (SELECT id FROM page ORDER BY id DESC LIMIT 1) AS last, (SELECT count(*)::int FROM page) AS scanned,
           ${idBatch(`SELECT id FROM page WHERE state IN ${FINISHED}`)} AS due`,
};

const DELETE_PAYLOADS: Statement = {
  name: 'retention.deletePayloads',
  text: `WITH payload AS (
      DELETE FROM action_payloads WHERE action_id = ANY(${BATCH_IDS}) RETURNING token_key
    ), token AS (
      DELETE FROM action_tokens WHERE token_key = ANY(ARRAY(SELECT token_key FROM payload))
    )
    SELECT count(*)::int AS count FROM payload`,
};

/**
 * Actions before what belongs to them: an erasure locks them first, too. Keys as arrays: an index is walked from leaf to
 * leaf, and one that has none of them is looked at once. A join looked up each key by itself.
 */
const DELETE_ROWS: Statement = {
  name: 'retention.deleteRows',
  text: `WITH gone AS (
      DELETE FROM actions WHERE id = ANY(${BATCH_IDS}) AND state IN ${FINISHED} RETURNING id
    ), keys AS MATERIALIZED (
      SELECT ARRAY(SELECT id FROM gone) AS ids
    ), payload AS (
      DELETE FROM action_payloads WHERE action_id = ANY((SELECT ids FROM keys)::uuid[]) RETURNING token_key
    ), token AS (
      DELETE FROM action_tokens WHERE token_key = ANY(ARRAY(SELECT token_key FROM payload))
    ), history AS (
      DELETE FROM action_history WHERE action_id = ANY((SELECT ids FROM keys)::uuid[])
    ), result AS (
      DELETE FROM result_messages WHERE action_id = ANY((SELECT ids FROM keys)::uuid[])
    )
    SELECT count(*)::int AS count FROM gone`,
};

/** A stretch of a walk. */
export interface RetentionStretch {
  readonly walk: RetentionWalk;
  /** The first id that is too young. */
  readonly beforeId: string;
  readonly limit: number;
}

/** The outcome of a stretch. */
export interface RetentionPage {
  /** Whether there may be more behind it. */
  readonly more: boolean;
  /** Actions of which something was removed. */
  readonly count: number;
}

interface FoundRow {
  /** Null when nothing was found. */
  readonly last: string | null;
  readonly scanned: number;
  readonly due: Buffer;
}

/** A delivery was sent again between two looks at it. Whatever the transaction did is taken back, and comes again. */
class ChangedMeanwhile extends Error {}

/**
 * Forgets in batches; unfinished rows are never touched. A walk passes by what it cannot remove yet; another one looks for
 * that from the beginning, once a day.
 */
@Injectable()
export class RetentionRepository {
  constructor(
    private readonly database: Database,
    private readonly deliveries: DeliveryRetentionRepository,
    private readonly cursors: RetentionCursorsRepository,
  ) {}

  /**
   * Removes requests, secrets, bodies and excerpts of finished actions. A payload goes last, with excerpts and cursor: it
   * is by their payloads that the rest of a batch is found again after a crash.
   */
  erasePayloads(stretch: RetentionStretch): Promise<RetentionPage> {
    return this.walk(FIND_PAYLOADS, stretch, async (found, leave) => {
      const { owners, bodyOwners, deliveries } = await this.findEnded(found);
      for (const hand of bodyOwners.deal(HANDS)) {
        await this.database.transaction(async (tx) => {
          if ((await this.deliveries.emptyBodies(tx, hand)) !== hand.size) throw new ChangedMeanwhile();
        });
      }
      return this.database.transaction(async (tx) => {
        if (deliveries.size > 0) await this.deliveries.emptyAttempts(tx, deliveries);
        return leave(tx, DELETE_PAYLOADS, owners);
      });
    });
  }

  /** Removes finished actions with all that belongs to them, in one transaction. */
  deleteRows(stretch: RetentionStretch): Promise<RetentionPage> {
    return this.walk(FIND_ROWS, stretch, (found, leave) =>
      this.database.transaction(async (tx) => leave(tx, DELETE_ROWS, await this.deleteOwned(tx, found))),
    );
  }

  /** @returns the owners that need not wait for a delivery, and the deliveries they have. */
  private async findEnded(found: IdBatch): Promise<EndedOfOwners & { readonly owners: IdBatch }> {
    for (let owners = found; ;) {
      const { waiting, ...ended } = await this.deliveries.findOwned(owners);
      if (waiting.length === 0) return { ...ended, owners };
      owners = owners.without(waiting);
    }
  }

  /** @returns the owners that need not wait for a delivery; theirs are gone. @throws ChangedMeanwhile */
  private async deleteOwned(tx: Tx, found: IdBatch): Promise<IdBatch> {
    let owners = found;
    while (owners.size > 0) {
      const { waiting, changed } = await this.deliveries.deleteOwned(tx, owners);
      if (waiting.length === 0) {
        if (changed) throw new ChangedMeanwhile();
        break;
      }
      owners = owners.without(waiting);
    }
    return owners;
  }

  private async walk(
    find: Statement,
    { walk, beforeId, limit }: RetentionStretch,
    forget: (found: IdBatch, leave: (tx: Tx, last: Statement, due: IdBatch) => Promise<number>) => Promise<number>,
  ): Promise<RetentionPage> {
    const afterId = await this.cursors.take(walk);
    if (afterId === null) return { more: false, count: 0 };
    try {
      const [page] = await this.database.query<FoundRow>(find, [afterId, beforeId, limit]);
      if (page === undefined) throw new Error(`${find.name} found no page`);
      if (page.scanned === 0 && !walk.endsWith('again')) {
        await this.cursors.giveBack(walk);
        return { more: false, count: 0 };
      }
      const more = page.scanned === limit;
      const count = await forget(IdBatch.read(page.due), async (tx, statement, due) => {
        const removed = due.size === 0 ? 0 : await countOf(tx, statement, due);
        if (!more && walk.endsWith('again')) await this.cursors.end(tx, walk, REST_HOURS);
        else await this.cursors.move(tx, walk, page.last ?? afterId);
        return removed;
      });
      return { more, count };
    } catch (error) {
      // Else the walk would rest for as long as that of a process that has ended.
      await this.cursors.giveBack(walk).catch(() => undefined);
      if (error instanceof ChangedMeanwhile) return { more: true, count: 0 };
      throw error;
    }
  }
}

async function countOf(tx: Tx, statement: Statement, due: IdBatch): Promise<number> {
  const [row] = await tx.query<{ count: number }>(statement, [due.toParameter()]);
  return row?.count ?? 0;
}
