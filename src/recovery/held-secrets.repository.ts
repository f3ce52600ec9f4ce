import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';
import type { SealedColumn } from '../security/sealed-columns.js';
import { SECRET_UNREADABLE } from '../security/secret.errors.js';

/** A held delivery and the secret it waits for. */
export interface HeldSecret {
  readonly id: string;
  /** Row of the sealed column. */
  readonly rowId: string;
  readonly sealed: string;
}

/** A column with secrets that deliveries need. */
export type NeededColumn = SealedColumn & { readonly neededBy: NonNullable<SealedColumn['neededBy']> };

/** Through deliveries_open, which has what is held and little else. */
function findPage({ table, column, idColumn, neededBy }: NeededColumn): Statement {
  return {
    name: `heldSecrets.findPage:${table}.${column}`,
    text: `SELECT d.id, s.${idColumn} AS "rowId", s.${column} AS sealed
             FROM deliveries d JOIN ${table} s ON s.${neededBy.column} = d.${neededBy.deliveryColumn}
            WHERE d.status = 'held' AND starts_with(d.last_error, '${SECRET_UNREADABLE}') AND d.id > $1 ORDER BY d.id LIMIT $2`,
  };
}

/** Finds deliveries that are held for want of a key. */
@Injectable()
export class HeldSecretsRepository {
  constructor(private readonly database: Database) {}

  findPage(column: NeededColumn, afterId: string, limit: number): Promise<HeldSecret[]> {
    return this.database.query<HeldSecret>(findPage(column), [afterId, limit]);
  }
}
