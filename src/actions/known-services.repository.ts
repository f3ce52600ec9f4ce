import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';

/** Longest time to look for a row, in milliseconds. */
const LOOK_MAX_MS = 2_000;
const QUERY_CANCELED = '57014';

const LIMIT: Statement = {
  name: 'knownServices.limit',
  text: `SELECT set_config('statement_timeout', $1, true)`,
};

/** No index leads with the service: one for the rare question about a removed service would cost every insert. */
const HAS_ACTIONS: Statement = {
  name: 'knownServices.hasActions',
  text: `SELECT EXISTS (SELECT 1 FROM actions WHERE service = $1) AS known`,
};

/** Asks the rows about services that the configuration does not name. */
@Injectable()
export class KnownServicesRepository {
  constructor(private readonly database: Database) {}

  /** True as well when the table is too large to tell within {@link LOOK_MAX_MS}: nothing may become unreachable. */
  async mayHaveActions(service: string): Promise<boolean> {
    try {
      return await this.database.transaction(async (tx) => {
        await tx.query(LIMIT, [String(LOOK_MAX_MS)]);
        const [row] = await tx.query<{ known: boolean }>(HAS_ACTIONS, [service]);
        return row?.known === true;
      });
    } catch (error) {
      if ((error as { code?: unknown }).code !== QUERY_CANCELED) throw error;
      return true;
    }
  }
}
