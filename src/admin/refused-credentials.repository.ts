import { Injectable } from '@nestjs/common';
import { IMS_REFUSES, IMS_REFUSES_STORED } from '../callbacks/callbacks.errors.js';
import { imsRemedy } from '../callbacks/ims-remedy.js';
import { Database, type Statement } from '../database/database.js';
import type { RefusedCredential } from './status.dto.js';

/**
 * Index: deliveries_open. Bounded: with a large backlog the first ten thousand say enough. A stored credential is named
 * by its organisation, also when no callback waits for it.
 */
const FIND: Statement = {
  name: 'admin.findRefusedCredentials',
  text: `WITH waiting AS (
      SELECT destination_id, last_error FROM deliveries WHERE status = 'pending' AND channel = 'adobe' LIMIT 10000
    ), refused AS (
      SELECT NULL AS org, substr(last_error, length($1::text) + 1) AS error, 1 AS one FROM waiting
       WHERE starts_with(last_error, $1::text)
      UNION ALL
      SELECT t.scope, substr(w.last_error, length($2::text) + 1), 1 FROM waiting w JOIN destinations t ON t.id = w.destination_id
       WHERE starts_with(w.last_error, $2::text)
      UNION ALL
      SELECT ims_org_id, refused_error, 0 FROM adobe_credentials WHERE refused_error IS NOT NULL
    )
    SELECT org AS "imsOrgId", error, sum(one)::int AS waiting FROM refused GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2 LIMIT 1000`,
};

/** Reads which credentials IMS refuses, whichever process asked. */
@Injectable()
export class RefusedCredentialsRepository {
  constructor(private readonly database: Database) {}

  async find(): Promise<RefusedCredential[]> {
    const values = [IMS_REFUSES, IMS_REFUSES_STORED];
    const rows = await this.database.query<Omit<RefusedCredential, 'remedy'>>(FIND, values);
    return rows.map((row) => ({ ...row, remedy: imsRemedy(row.error, row.imsOrgId !== null) }));
  }
}
