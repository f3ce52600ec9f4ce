import { parse } from 'csv-parse/sync';

/** How a file is to be read. */
export interface CsvFormat {
  readonly delimiter: string;
  readonly header: boolean;
  readonly quote: string | null;
}

/** Hints of the sender; undefined: find out. */
export interface CsvHints {
  readonly delimiter?: string;
  readonly header?: boolean;
  readonly quote: string | null;
}

/** The first wins where two fit alike. */
export const DELIMITERS = Object.freeze([',', ';', '\t', '|'] as const);

/** Bytes of a file that are looked at. */
export const SAMPLE_BYTES = 64 * 1024;

const SAMPLE_ROWS = 200;
const NUMBER = /^[-+]?[\d.,'\s]*\d[\d.,'\s]*%?$/;
const DATE = /^\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4}(?:[T\s].*)?$/;
const ADDRESS = /^(?:[^\s@]+@[^\s@]+\.[^\s@]+|https?:\/\/\S*)$/i;

/**
 * Finds out how a file is written. The delimiter is the one by which most rows have as many cells as the first, and more
 * than one. A first row of names has no empty cell, no name twice, and no number, date or address.
 * @param sample its beginning; `whole`: there is no more
 */
export function detectFormat(sample: Buffer, whole: boolean, hints: CsvHints): CsvFormat {
  const { quote } = hints;
  const rowsBy = (delimiter: string): string[][] => readSample(sample, whole, delimiter, quote);
  const delimiter = hints.delimiter ?? chooseDelimiter(rowsBy);
  const header = hints.header ?? looksLikeHeader(rowsBy(delimiter)[0] ?? []);
  return { delimiter, header, quote };
}

function chooseDelimiter(rowsBy: (delimiter: string) => string[][]): string {
  let [best, most] = [',', 0];
  for (const delimiter of DELIMITERS) {
    const rows = rowsBy(delimiter);
    const width = rows[0]?.length ?? 0;
    if (width < 2) continue;
    // Rows decide before cells do: a decimal comma is in many rows, and in as many cells of few.
    const score = rows.filter((row) => row.length === width).length / rows.length + width / 10_000;
    if (score > most) [best, most] = [delimiter, score];
  }
  return best;
}

function looksLikeHeader(cells: readonly string[]): boolean {
  const names = cells.map((cell) => cell.trim());
  const distinct = new Set(names.map((name) => name.toLowerCase()));
  return (
    distinct.size === names.length &&
    names.every((name) => name !== '' && !NUMBER.test(name) && !DATE.test(name) && !ADDRESS.test(name))
  );
}

/** Whole rows of the sample; none where it cannot be read so. */
function readSample(sample: Buffer, whole: boolean, delimiter: string, quote: string | null): string[][] {
  try {
    const rows = parse(sample, {
      bom: true,
      delimiter,
      quote: quote ?? false,
      relax_column_count: true,
      relax_quotes: true,
      skip_empty_lines: true,
      skip_records_with_error: true,
      to: SAMPLE_ROWS + 1,
    });
    return whole || rows.length > SAMPLE_ROWS ? rows : rows.slice(0, -1);
  } catch {
    return [];
  }
}
