const MEBIBYTE = 1024 * 1024;

/** The limits of a table. */
export const TABLE_LIMITS = Object.freeze({
  fileBytes: 500_000_000,
  rows: 5_000_000,
  cellBytes: 8 * 1024,
  columns: 200,
  columnName: 100,
  keyColumns: 8,
  /** A quote that is never closed would make one row of the rest of a file. */
  rowBytes: MEBIBYTE,
  /** Of bad rows and duplicates as many are listed; all are counted. */
  listed: 50,
  /** Versions that can be restored, beside the current one. */
  restorable: 3,
});

/** Shape of a table's name. */
export const TABLE_NAME = /^[A-Za-z0-9][A-Za-z0-9_-]{0,63}$/;

/** Which rows of equal keys a table keeps; `refuse` keeps none of the whole file. */
export const DUPLICATE_RULES = Object.freeze(['refuse', 'first', 'last'] as const);

export type DuplicateRule = (typeof DUPLICATE_RULES)[number];
