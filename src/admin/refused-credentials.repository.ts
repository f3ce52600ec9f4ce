import { Injectable } from '@nestjs/common';
import { IMS_REFUSES } from '../callbacks/callbacks.errors.js';
import { imsRemedy } from '../callbacks/ims-remedy.js';
import { Database, type Statement } from '../database/database.js';
import type { RefusedCredential } from './status.dto.js';

/** Index: deliveries_open. Bounded: with a large backlog the first ten thousand say enough. */
const FIND: Statement = {
  name: 'admin.findRefusedCredentials',
  text: `SELECT substr(last_error, length($1::text) + 1) AS error, count(*)::int AS waiting
           FROM (SELECT last_error FROM deliveries WHERE status = 'pending' AND channel = 'adobe' LIMIT 10000) d
          WHERE starts_with(last_error, $1::text) GROUP BY 1 ORDER BY 2 DESC`,
};

/** Reads from the callbacks that wait which credentials IMS refuses: the process that asked need not be this one. */
@Injectable()
export class RefusedCredentialsRepository {
  constructor(private readonly database: Database) {}

  async find(): Promise<RefusedCredential[]> {
    const rows = await this.database.query<Omit<RefusedCredential, 'remedy'>>(FIND, [IMS_REFUSES]);
    return rows.map((row) => ({ ...row, remedy: imsRemedy(row.error) }));
  }
}
