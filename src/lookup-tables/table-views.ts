import type { RowPage } from './lookup-tables.js';
import type { ColumnList, RowList, TableView, UploadReceipt, VersionView } from './lookup-tables.dto.js';
import type { StoredUpload } from './table-uploads.js';
import type { TableVersion } from './table-version.js';

export function toVersionView(version: TableVersion): VersionView {
  return viewOf(version);
}

export function toTableView(version: TableVersion): TableView {
  return { name: version.table, ...viewOf(version) };
}

export function toColumnList({ number, columns, keyColumns }: TableVersion): ColumnList {
  return { version: number, items: columns.map((name) => ({ name, key: keyColumns.includes(name) })) };
}

export function toRowList({ version, items, nextCursor }: RowPage): RowList {
  const byColumn = (cells: readonly string[]): Record<string, string> =>
    Object.fromEntries(version.columns.map((name, at) => [name, cells[at] ?? '']));
  return {
    version: version.number,
    items: items.map(({ line, cells }) => ({ line, cells: byColumn(cells) })),
    nextCursor,
  };
}

export function toReceipt(table: string, actor: string, startedAt: Date, stored: StoredUpload): UploadReceipt {
  const { facts, number, format, badRows, duplicates } = stored;
  const version = { ...facts, number, actor, uploadedAt: startedAt, isCurrent: true };
  return {
    name: table,
    ...viewOf(version),
    delimiter: format.delimiter,
    header: format.header,
    badLines: badRows.first,
    duplicateLines: duplicates.first,
  };
}

function viewOf(version: Omit<TableVersion, 'id' | 'table'>): Pick<VersionView, keyof VersionView> {
  return {
    version: version.number,
    current: version.isCurrent,
    columns: [...version.columns],
    key: [...version.keyColumns],
    fold: [...version.folds],
    rows: version.rows,
    bytes: version.bytes,
    badRows: version.badRows,
    duplicates: version.duplicates,
    uploadedAt: version.uploadedAt,
    uploadedBy: version.actor,
  };
}
