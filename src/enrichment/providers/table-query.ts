import { setTimeout as sleep } from 'node:timers/promises';
import { isDatabaseAway } from '../../http/database-away.js';
import type { JsonValue } from '../../http/json-value.js';
import type { TableLookup, TableQuery } from '../../lookup-tables/table-lookup.js';
import { EnrichmentError, type EnrichmentContext } from '../enrichment-provider.js';
import { throwIfStopped } from './people.js';

/** Between two tries while PostgreSQL is away. */
const RETRY_MS = 250;
/** A longer text is in no cell. */
const LONGEST_KEY = 8 * 1024;

/** Cells of a row; null where no row has the key. */
export type Row = readonly string[] | null;

/**
 * Looks the keys of one step up. PostgreSQL may be restarted within the time of a step: then the step waits for it, as
 * everything else does.
 * @throws EnrichmentError when the table is not what the query takes it for.
 */
export async function askTable(
  tables: Pick<TableLookup, 'find'>,
  query: TableQuery,
  context: EnrichmentContext,
): Promise<readonly Row[]> {
  for (;;) {
    try {
      const answer = await tables.find(query);
      if (answer.kind === 'refused') throw new EnrichmentError('ENRICHMENT_FAILED', answer.reason);
      return answer.rows;
    } catch (error) {
      if (!isDatabaseAway(error)) throw error;
    }
    await sleep(RETRY_MS);
    throwIfStopped(context);
  }
}

/** A value as a cell of a key; empty for what no cell can be. */
export function keyText(value: JsonValue | undefined): string {
  if (typeof value === 'string') return value.length > LONGEST_KEY ? '' : value;
  if (typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean') return String(value);
  return '';
}
