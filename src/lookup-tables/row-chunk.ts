/** Two rows of a file with one key. */
export interface Duplicate {
  readonly line: number;
  readonly firstLine: number;
}

interface ChunkRow {
  readonly line: number;
  readonly cells: string;
}

/** Rows on their way into the database, each key once. */
export class RowChunk {
  private rows = new Map<string, ChunkRow>();
  private size = 0;

  constructor(private readonly versionId: number) {}

  get count(): number {
    return this.rows.size;
  }

  /** Characters, which are bytes or fewer of them. */
  get length(): number {
    return this.size;
  }

  get keys(): string[] {
    return [...this.rows.keys()];
  }

  lineOf(key: string): number {
    return this.rows.get(key)?.line ?? 0;
  }

  /** @returns the line of the row that has the key already; the later one takes its place where `replaces`. */
  add(key: string, line: number, cells: readonly string[], replaces: boolean): number | null {
    const earlier = this.rows.get(key);
    if (earlier !== undefined && !replaces) return earlier.line;
    const text = JSON.stringify(cells);
    this.rows.set(key, { line, cells: text });
    this.size += text.length - (earlier?.cells.length ?? 0);
    return earlier?.line ?? null;
  }

  remove(key: string): void {
    this.rows.delete(key);
  }

  /** Lines of COPY's text format. JSON holds neither tabs nor line ends, only backslashes. */
  toCopy(): string {
    const lines: string[] = [];
    for (const [key, { line, cells }] of this.rows) {
      lines.push(`${this.versionId}\t${key}\t${line}\t${cells.replaceAll('\\', '\\\\')}\n`);
    }
    return lines.join('');
  }
}
