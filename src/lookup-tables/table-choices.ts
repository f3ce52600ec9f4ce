import { Injectable } from '@nestjs/common';
import { labelPrefix } from '../catalog/label-prefix.js';
import { Database, type Statement } from '../database/database.js';
import { LookupVersionsRepository } from './lookup-versions.repository.js';

/** A value of a column, and how it is shown. */
export interface TableChoice {
  readonly value: string;
  readonly label: string;
}

/** Rows of a larger table that are looked at: a list for people needs no more, and a person waits for it. */
const ROWS_MAX = 100_000;

/** Along the primary key of the rows; the sort is of at most {@link ROWS_MAX} short texts. */
const LIST: Statement = {
  name: 'tableChoices.list',
  text: `SELECT DISTINCT ON (lower(c.label), c.value) c.value, c.label
           FROM (SELECT r.cells::jsonb->>$2::int AS value, r.cells::jsonb->>$3::int AS label
                   FROM (SELECT cells FROM lookup_rows WHERE version_id = $1 LIMIT ${ROWS_MAX}) r) c
          WHERE c.value <> '' AND starts_with(translate(left(c.label, $5), $6, $7), $4)
          ORDER BY lower(c.label), c.value LIMIT $8`,
};

/** Shows what uploaded tables hold, for lists that a person chooses from. */
@Injectable()
export class TableChoices {
  constructor(
    private readonly database: Database,
    private readonly versions: LookupVersionsRepository,
  ) {}

  /** Names of all tables. */
  async tables(): Promise<string[]> {
    return (await this.versions.listCurrent()).map(({ table }) => table);
  }

  /** Names of a table's columns, or of the columns of all tables, each once. Empty without the table. */
  async columns(table: string | null): Promise<string[]> {
    const versions = await this.versions.listCurrent();
    const shown = table === null ? versions : versions.filter((version) => version.table === table);
    return [...new Set(shown.flatMap(({ columns }) => columns))];
  }

  /**
   * Values of a column with their labels, each once, in the labels' order.
   * @param prefix beginning of the labels, in any case of letters, with or without accents.
   * @returns null when the table or a column is not there.
   */
  async values(
    { table, column, label }: { readonly table: string; readonly column: string; readonly label: string | null },
    prefix: string,
    limit: number,
  ): Promise<TableChoice[] | null> {
    const version = await this.versions.findCurrent(table);
    const at = version?.columns.indexOf(column) ?? -1;
    const labelAt = label === null ? at : (version?.columns.indexOf(label) ?? -1);
    if (version === null || at < 0 || labelAt < 0) return null;
    const { folded, length, from, to } = labelPrefix(prefix);
    return this.database.query<TableChoice>(LIST, [version.id, at, labelAt, folded, length, from, to, limit]);
  }
}
