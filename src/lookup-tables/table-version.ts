import { etagOf } from '../http/etag.js';

/** One upload of a table, as it is kept. */
export interface TableVersion {
  readonly id: number;
  readonly table: string;
  /** Counts the uploads of a table from 1. */
  readonly number: number;
  readonly columns: readonly string[];
  readonly keyColumns: readonly string[];
  readonly folds: readonly string[];
  readonly rows: number;
  readonly bytes: number;
  readonly badRows: number;
  readonly duplicates: number;
  readonly actor: string;
  readonly uploadedAt: Date;
  readonly isCurrent: boolean;
}

/** Everything that an upload finds out about its file. */
export type VersionFacts = Pick<
  TableVersion,
  'columns' | 'keyColumns' | 'folds' | 'rows' | 'bytes' | 'badRows' | 'duplicates'
>;

/** The tag of a table is that of its current version: rows that are deleted by key leave it as it is. */
export function tagOfTable({ id, table }: Pick<TableVersion, 'id' | 'table'>): string {
  return etagOf({ id, table });
}
