import { Injectable } from '@nestjs/common';
import { Database, type Statement } from '../database/database.js';
import type { SealedColumn } from './sealed-columns.js';

/** A sealed value and the row it is in. */
export interface SealedValue {
  readonly id: string;
  readonly sealed: string;
}

/** A value sealed anew; `old` is what must still be there. */
export interface ResealedValue extends SealedValue {
  readonly old: string;
}

function exists({ table }: SealedColumn): Statement {
  return { name: `rotation.exists:${table}`, text: `SELECT to_regclass('${table}') IS NOT NULL AS present` };
}

/** Along the primary key: a batch costs what it returns, wherever in the table it begins. */
function findPage({ table, column, idColumn }: SealedColumn): Statement {
  return {
    name: `rotation.findPage:${table}.${column}`,
    text: `SELECT ${idColumn} AS id, ${column} AS sealed FROM ${table}
            WHERE ${idColumn} > $1 AND ${column} IS NOT NULL ORDER BY ${idColumn} LIMIT $2`,
  };
}

/** Compare and set: a writer in between wins. SKIP LOCKED: the holder of a row decides; another pass looks again. */
function replace({ table, column, idColumn }: SealedColumn): Statement {
  return {
    name: `rotation.replace:${table}.${column}`,
    text: `WITH input AS (
        SELECT * FROM unnest($1::uuid[], $2::text[], $3::text[]) AS t(id, old, sealed)
      ), mine AS (
        SELECT t.${idColumn} AS id FROM ${table} t JOIN input i ON i.id = t.${idColumn} AND i.old = t.${column}
         ORDER BY t.${idColumn} FOR UPDATE OF t SKIP LOCKED
      )
      UPDATE ${table} t SET ${column} = i.sealed FROM input i JOIN mine m ON m.id = i.id WHERE t.${idColumn} = i.id RETURNING t.${idColumn} AS id`,
  };
}

/** Reads and replaces sealed values of any registered column. */
@Injectable()
export class SecretRotationRepository {
  constructor(private readonly database: Database) {}

  async exists(column: SealedColumn): Promise<boolean> {
    const rows = await this.database.query<{ present: boolean }>(exists(column), []);
    return rows[0]?.present === true;
  }

  findPage(column: SealedColumn, afterId: string, limit: number): Promise<SealedValue[]> {
    return this.database.query<SealedValue>(findPage(column), [afterId, limit]);
  }

  /** @returns how many were replaced; the others were changed, removed or are being written. */
  async replace(column: SealedColumn, values: readonly ResealedValue[]): Promise<number> {
    const rows = await this.database.query(replace(column), [
      values.map((value) => value.id),
      values.map((value) => value.old),
      values.map((value) => value.sealed),
    ]);
    return rows.length;
  }
}
