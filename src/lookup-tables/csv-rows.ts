import { type CsvError, type Options, Parser } from 'csv-parse';
import type { CsvFormat } from './csv-format.js';
import { TABLE_LIMITS } from './table-limits.js';

/** Takes what a file holds, in its order. Lines count from 1; a row has that of its beginning. */
export interface RowSink {
  /** Names of a first row, or null: as many columns without names. */
  columns(names: readonly string[] | null, count: number): void;
  row(cells: string[], line: number): void;
  bad(line: number, reason: string): void;
}

/** From where on a file cannot be read any more. */
export class UnreadableCsvError extends Error {
  readonly code = 'UNREADABLE_CSV';

  constructor(
    readonly line: number,
    message: string,
  ) {
    super(message);
    this.name = 'UnreadableCsvError';
  }
}

/** After a quote in the wrong place it cannot be told where a row ends. */
const FATAL: Readonly<Record<string, string>> = Object.freeze({
  CSV_INVALID_CLOSING_QUOTE: 'text follows a closing quote: double the quotes within a quoted cell, or send quote=none',
  CSV_QUOTE_NOT_CLOSED: 'a quote is not closed before the end of the file',
  CSV_MAX_RECORD_SIZE: `a row has more than ${TABLE_LIMITS.rowBytes} bytes: is a quote not closed?`,
});
const STRAY_QUOTE = 'has a quote within a cell that is not quoted';

/**
 * Hands records on instead of queueing them. The parser's own hook, `on_record`, makes two objects of twenty members for each
 * record, and those filled the old generation.
 */
class RecordParser extends Parser {
  constructor(
    options: Options,
    private readonly onRecord: (cells: string[]) => void,
  ) {
    super(options);
  }

  override push(record: unknown): boolean {
    if (record === null) return super.push(null);
    // The next record is a first one again: the parser makes an error with twenty members of each that is of another
    // width, although widths are relaxed. A file of a million of those held the loop for a tenth of a second.
    (this.info as { records: number }).records = 0;
    this.onRecord(record as string[]);
    return true;
  }
}

/** Reads a CSV file piece by piece: each piece is worked off before the next is taken, nothing queues. */
export class CsvRows {
  private readonly parser: Parser;
  private width = 0;
  /** Of rows so far; the parser's own count takes each CR LF within quotes for two. */
  private linesRead = 0;
  private strayAt = 0;
  private failure: Error | null = null;

  constructor(
    private readonly format: CsvFormat,
    private readonly sink: RowSink,
  ) {
    this.parser = new RecordParser(
      {
        bom: true,
        delimiter: format.delimiter,
        quote: format.quote ?? false,
        relax_column_count: true,
        skip_empty_lines: true,
        skip_records_with_error: true,
        max_record_size: TABLE_LIMITS.rowBytes,
        on_skip: (error) => {
          this.skip(error);
          return undefined;
        },
      },
      (cells) => this.take(cells),
    );
    this.parser.resume();
    // The writes hear of it as well.
    this.parser.on('error', (error: Error) => (this.failure ??= this.toUnreadable(error)));
  }

  /** @throws UnreadableCsvError, and what the sink throws. */
  async feed(piece: Buffer): Promise<void> {
    await new Promise<void>((resolve) => this.parser.write(piece, () => resolve()));
    this.throwFailure();
  }

  /** @throws UnreadableCsvError, and what the sink throws. */
  async end(): Promise<void> {
    await new Promise<void>((resolve) => {
      this.parser.once('close', resolve);
      this.parser.once('end', resolve);
      this.parser.end();
    });
    this.throwFailure();
  }

  private take(cells: string[]): void {
    if (this.failure !== null) return;
    try {
      this.pass(cells);
    } catch (error) {
      this.failure = error as Error;
    }
  }

  private pass(cells: string[]): void {
    const line = this.nextLine;
    this.linesRead += 1 + lineFeedsIn(cells);
    if (this.width === 0) {
      this.width = cells.length;
      this.sink.columns(this.format.header ? cells : null, cells.length);
      if (this.format.header) return;
    }
    if (cells.length === this.width) this.sink.row(cells, line);
    else this.sink.bad(line, `has ${cells.length} cells instead of ${this.width}`);
  }

  private skip(error: CsvError | undefined): void {
    if (error === undefined || this.failure !== null) return;
    const failure = this.toUnreadable(error);
    if (failure instanceof UnreadableCsvError) this.failure = failure;
    else if (this.strayAt !== lineOf(error)) {
      // A row with two of them is told twice.
      this.strayAt = lineOf(error);
      this.sink.bad(this.nextLine, STRAY_QUOTE);
      this.linesRead += 1;
    }
  }

  /** Where the row begins that is read just now. */
  private get nextLine(): number {
    return this.linesRead + this.parser.info.empty_lines + 1;
  }

  /** The parser's own messages quote the cells. */
  private toUnreadable(error: Error): Error {
    const reason = FATAL[(error as Partial<CsvError>).code ?? ''];
    return reason === undefined ? error : new UnreadableCsvError(this.nextLine, reason);
  }

  private throwFailure(): void {
    if (this.failure !== null) throw this.failure;
  }
}

function lineOf(error: Error): number {
  const { lines } = error as { lines?: unknown };
  return typeof lines === 'number' ? lines : 0;
}

function lineFeedsIn(cells: readonly string[]): number {
  let count = 0;
  for (const cell of cells) {
    for (let at = cell.indexOf('\n'); at >= 0; at = cell.indexOf('\n', at + 1)) count += 1;
  }
  return count;
}
