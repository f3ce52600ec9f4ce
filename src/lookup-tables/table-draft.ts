import type { RowSink } from './csv-rows.js';
import { refuseAt, refuseFile, Tally } from './lookup-tables.errors.js';
import { type Duplicate, RowChunk } from './row-chunk.js';
import { chooseKey, nameColumns } from './table-columns.js';
import { TableKey } from './table-key.js';
import { type DuplicateRule, TABLE_LIMITS } from './table-limits.js';
import type { VersionFacts } from './table-version.js';

/** How a table is to be made of a file. */
export interface DraftOptions {
  /** Null: that of the version before. */
  readonly key: readonly string[] | null;
  /** Null: there is no version before. */
  readonly keyBefore: readonly string[] | null;
  readonly folds: readonly string[];
  readonly onDuplicate: DuplicateRule;
  readonly maxBadRows: number;
}

const FEW_BYTES = TABLE_LIMITS.cellBytes / 3;
/** Beyond so many there is nothing to learn from a file that is refused anyway. */
const DUPLICATES_WORTH_READING = 1_000;

/** A table while its file is read: what was seen, and the rows that have not been written yet. */
export class TableDraft implements RowSink {
  readonly badRows = new Tally<{ readonly line: number; readonly reason: string }>();
  readonly duplicates = new Tally<Duplicate>();
  private readonly key: TableKey;
  private names: readonly string[] = [];
  private keyNames: readonly string[] = [];
  private keyAt: readonly number[] = [];
  private read = 0;
  private written = 0;
  private chunk: RowChunk;
  /** Being written, or written: its memory is used again. */
  private other: RowChunk;

  constructor(
    versionId: number,
    private readonly options: DraftOptions,
  ) {
    this.key = new TableKey(options.folds);
    this.chunk = new RowChunk(versionId);
    this.other = new RowChunk(versionId);
  }

  columns(names: readonly string[] | null, count: number): void {
    this.names = nameColumns(names, count);
    this.keyNames = chooseKey(this.names, this.options.key, this.options.keyBefore);
    this.keyAt = this.keyNames.map((name) => this.names.indexOf(name));
  }

  row(cells: string[], line: number): void {
    this.read += 1;
    if (this.read > TABLE_LIMITS.rows) throw refuseAt(line, `a table has at most ${TABLE_LIMITS.rows} rows`, 413);
    const keyCells = this.keyAt.map((at) => cells[at] ?? '');
    for (const [at, cell] of cells.entries()) {
      if (cell.length > FEW_BYTES && Buffer.byteLength(cell) > TABLE_LIMITS.cellBytes) {
        throw refuseAt(line, `the cell of ${this.names[at] ?? ''} has more than ${TABLE_LIMITS.cellBytes} bytes`);
      }
      if (cell.includes('\0')) return this.bad(line, 'holds a NUL');
    }
    const digest = this.key.digest(keyCells);
    if (digest === null) return this.bad(line, 'has an empty key');
    if (this.isLost) return;
    const earlier = this.chunk.add(digest, line, cells, this.options.onDuplicate === 'last');
    if (earlier !== null) this.duplicates.add({ line, firstLine: earlier });
  }

  bad(line: number, reason: string): void {
    this.badRows.add({ line, reason });
  }

  /** Whether the file is refused already: the rest is only counted. */
  get isLost(): boolean {
    const duplicates = this.options.onDuplicate === 'refuse' ? this.duplicates.count : 0;
    return this.badRows.count > this.options.maxBadRows || duplicates > DUPLICATES_WORTH_READING;
  }

  get waiting(): RowChunk {
    return this.chunk;
  }

  /** The rows that wait. They must be written before the next but one are taken; those in between are collected anew. */
  takeChunk(): RowChunk {
    const taken = this.chunk;
    this.chunk = this.other;
    this.other = taken;
    return taken;
  }

  /** Before the next rows: the chunk before the one just taken has been written. */
  beginChunk(): void {
    this.chunk.clear();
  }

  noteWritten(rows: number): void {
    this.written += rows;
  }

  /** @throws RequestError 422 when the file cannot become a table. */
  finish(bytes: number): VersionFacts {
    const { maxBadRows, onDuplicate, folds } = this.options;
    const { badRows, duplicates } = this;
    if (badRows.count > maxBadRows) {
      const allowed = maxBadRows === 0 ? 'none is allowed' : `at most ${maxBadRows} are allowed`;
      throw refuseFile(`${badRows.count} rows are bad, and ${allowed} (maxBadRows): ${listed(badRows)}.`, [
        ...badRows.first.map(({ line, reason }) => ({ field: `line ${line}`, message: reason })),
      ]);
    }
    if (onDuplicate === 'refuse' && duplicates.count > 0) {
      const many =
        duplicates.count > DUPLICATES_WORTH_READING ? `More than ${DUPLICATES_WORTH_READING}` : duplicates.count;
      throw refuseFile(
        `${many} rows have the key of another (${this.keyNames.join(', ')}): ${listed(duplicates)}. ` +
          'Mend the file, or send onDuplicate=first or last.',
        duplicates.first.map(({ line, firstLine }) => ({
          field: `line ${line}`,
          message: `has the key of line ${firstLine}`,
        })),
      );
    }
    if (this.names.length === 0) throw refuseFile('The file is empty.');
    if (this.written === 0) throw refuseFile('The file has no row besides its names, or none that is good.');
    return {
      columns: this.names,
      keyColumns: this.keyNames,
      folds,
      rows: this.written,
      bytes,
      badRows: badRows.count,
      duplicates: duplicates.count,
    };
  }
}

function listed({ first, count }: Tally<{ readonly line: number }>): string {
  const few = first.slice(0, 5).map(({ line }) => `line ${line}`);
  return count > few.length ? `${few.join(', ')} and others` : few.join(', ');
}
