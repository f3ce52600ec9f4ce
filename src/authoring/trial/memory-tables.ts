import { CsvRows, type RowSink } from '../../lookup-tables/csv-rows.js';
import { detectFormat, SAMPLE_BYTES } from '../../lookup-tables/csv-format.js';
import { nameColumns } from '../../lookup-tables/table-columns.js';
import { FOLDS, TableKey } from '../../lookup-tables/table-key.js';
import type { TableAnswer, TableQuery } from '../../lookup-tables/table-lookup.js';
import { UsageError } from '../command.js';

const PIECE_BYTES = 64 * 1024;

interface Index {
  /** Rows by the digest of their key, case and accents aside. */
  readonly rows: ReadonlyMap<string, readonly string[]>;
  /** Digests of the keys as they are written. */
  readonly written: ReadonlySet<string>;
}

/** Case and accents aside; and as a table is compared unless its upload says otherwise. */
const FOLDED = new TableKey(FOLDS);
const WRITTEN = new TableKey([]);

/** A table read from a file, as an upload would read it, with a step's key columns as its key. */
class MemoryTable implements RowSink {
  names: readonly string[] = [];
  readonly rows: (readonly string[])[] = [];
  readonly warnings: string[] = [];
  private readonly indexes = new Map<string, Index>();
  private isFolded = false;

  constructor(private readonly table: string) {}

  columns(names: readonly string[] | null, count: number): void {
    this.names = nameColumns(names, count);
  }

  row(cells: string[]): void {
    this.rows.push(cells);
  }

  bad(line: number, reason: string): void {
    this.warnings.push(
      `table ${this.table}, line ${line}: ${reason}; an upload refuses the file unless maxBadRows allows it`,
    );
  }

  /** @returns null where no row has the key. */
  rowOf(keyColumns: readonly string[], cells: readonly string[]): readonly string[] | null {
    const { rows, written } = this.indexOf(keyColumns);
    const digest = FOLDED.digest(cells);
    const row = digest === null ? undefined : rows.get(digest);
    if (row === undefined) return null;
    if (!written.has(WRITTEN.digest(cells) ?? '')) this.noteFolded();
    return row;
  }

  /** A trial that found nothing would not say why: it looks past case and accents, and tells of it. */
  private noteFolded(): void {
    if (this.isFolded) return;
    this.isFolded = true;
    const remedy = 'upload the table with fold=case,accents, or the service does not find it';
    this.warnings.push(`table ${this.table}: a key differs from its row in case or accents; ${remedy}`);
  }

  private indexOf(keyColumns: readonly string[]): Index {
    const known = this.indexes.get(keyColumns.join('\0'));
    if (known !== undefined) return known;
    const at = keyColumns.map((name) => this.names.indexOf(name));
    const rows = new Map<string, readonly string[]>();
    const written = new Set<string>();
    let twice = 0;
    for (const row of this.rows) {
      const cells = at.map((column) => row[column] ?? '');
      const digest = FOLDED.digest(cells);
      if (digest === null) continue;
      if (rows.has(digest)) twice += 1;
      else rows.set(digest, row);
      written.add(WRITTEN.digest(cells) ?? '');
    }
    if (twice > 0) {
      const remedy = 'the first of them counts here; an upload refuses the file without onDuplicate';
      this.warnings.push(`table ${this.table}: ${twice} rows have the key of another; ${remedy}`);
    }
    const index = { rows, written };
    this.indexes.set(keyColumns.join('\0'), index);
    return index;
  }
}

/** Answers look-ups from files, through the reading and the key folding of uploaded tables. */
export class MemoryTables {
  private readonly tables = new Map<string, MemoryTable>();

  has(table: string): boolean {
    return this.tables.has(table);
  }

  /** @throws UsageError for a file that cannot become a table. */
  async add(name: string, bytes: Buffer): Promise<void> {
    const sample = bytes.subarray(0, SAMPLE_BYTES);
    const table = new MemoryTable(name);
    const rows = new CsvRows(detectFormat(sample, sample.length === bytes.length, { quote: '"' }), table);
    try {
      for (let at = 0; at < bytes.length; at += PIECE_BYTES) await rows.feed(bytes.subarray(at, at + PIECE_BYTES));
      await rows.end();
    } catch (error) {
      throw new UsageError(`--table ${name}: ${(error as Error).message}`, { cause: error });
    }
    if (table.rows.length === 0) throw new UsageError(`--table ${name}: the file has no rows`);
    this.tables.set(name, table);
  }

  /** As {@link TableLookup.find} answers. */
  find({ table: name, keyColumns, columns, keys }: TableQuery): Promise<TableAnswer> {
    const table = this.tables.get(name);
    if (table === undefined) return Promise.resolve(refused(name, 'is not there'));
    const missing = [...keyColumns, ...columns].find((column) => !table.names.includes(column));
    if (missing !== undefined) return Promise.resolve(refused(name, `has no column ${missing}`));
    const wanted = columns.map((column) => table.names.indexOf(column));
    const rows = keys.map((cells) => {
      const row = table.rowOf(keyColumns, cells);
      return row === null ? null : wanted.map((at) => row[at] ?? '');
    });
    return Promise.resolve({ kind: 'found', rows });
  }

  warnings(): readonly string[] {
    return [...this.tables.values()].flatMap((table) => table.warnings);
  }
}

function refused(table: string, problem: string): TableAnswer {
  return { kind: 'refused', reason: `the lookup table ${table} ${problem}` };
}
