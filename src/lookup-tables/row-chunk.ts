/** Two rows of a file with one key. */
export interface Duplicate {
  readonly line: number;
  readonly firstLine: number;
}

/** More than a piece of a file can hold beside what waits already. */
const ROWS_MAX = 16_384;
const SLOTS = 2 * ROWS_MAX;
const KEY_BYTES = 16;
const FIRST_BYTES = 512 * 1024;
const GONE = -1;

/**
 * Rows on their way into the database, each key once. They lie in memory outside the heap that is used again and again: as
 * objects they outlived two collections and filled the old generation, 100 bytes a row.
 */
export class RowChunk {
  private text = Buffer.allocUnsafe(FIRST_BYTES);
  private used = 0;
  private rows = 0;
  private gone = 0;
  /** One place more than rows: for the key that is looked for. */
  private readonly keyBytes = Buffer.alloc((ROWS_MAX + 1) * KEY_BYTES);
  /** Where each row's text begins; {@link GONE} where another took its place. */
  private readonly starts = new Int32Array(ROWS_MAX);
  private readonly lines = new Int32Array(ROWS_MAX);
  /** By a part of the key: number of a row, plus one. */
  private readonly slots = new Int32Array(SLOTS);

  constructor(private readonly versionId: number) {}

  get count(): number {
    return this.rows - this.gone;
  }

  get bytes(): number {
    return this.used;
  }

  /** Forgets all rows. */
  clear(): this {
    this.used = this.rows = this.gone = 0;
    this.slots.fill(0);
    return this;
  }

  /**
   * @param key 32 hexadecimal digits
   * @returns the line of the row that has the key already; the later one takes its place where `replaces`.
   */
  add(key: string, line: number, cells: readonly string[], replaces: boolean): number | null {
    if (this.rows === ROWS_MAX) throw new RangeError('a chunk takes no more rows');
    this.keyBytes.write(key, this.rows * KEY_BYTES, KEY_BYTES, 'hex');
    const slot = this.slotOf(this.rows);
    const earlier = (this.slots[slot] ?? 0) - 1;
    if (earlier >= 0 && !replaces) return this.lines[earlier] ?? null;
    if (earlier >= 0) this.drop(earlier);
    this.slots[slot] = this.rows + 1;
    this.lines[this.rows] = line;
    this.starts[this.rows] = this.used;
    // JSON holds neither tabs nor line ends, only backslashes.
    this.append(`${this.versionId}\t${key}\t${line}\t${JSON.stringify(cells).replaceAll('\\', '\\\\')}\n`);
    this.rows += 1;
    return earlier >= 0 ? (this.lines[earlier] ?? null) : null;
  }

  /** All keys, as they were given. */
  keys(): string[] {
    const keys: string[] = [];
    for (let row = 0; row < this.rows; row += 1) if (this.starts[row] !== GONE) keys.push(this.keyAt(row));
    return keys;
  }

  /** @returns the line it had; 0 when it was not there. */
  lineOf(key: string): number {
    const row = this.find(key);
    return row === null ? 0 : (this.lines[row] ?? 0);
  }

  remove(key: string): void {
    const row = this.find(key);
    if (row !== null) this.drop(row);
  }

  /** Lines of COPY's text format. They are overwritten after {@link clear}. */
  toCopy(): Buffer {
    const all = this.text.subarray(0, this.used);
    if (this.gone === 0) return all;
    const kept: Buffer[] = [];
    for (let row = 0; row < this.rows; row += 1) {
      const start = this.starts[row] ?? GONE;
      // No text of ours holds a line end but its own.
      if (start !== GONE) kept.push(all.subarray(start, all.indexOf(10, start) + 1));
    }
    return Buffer.concat(kept);
  }

  private append(text: string): void {
    const most = text.length * 3;
    if (this.text.length - this.used < most) {
      const larger = Buffer.allocUnsafe(Math.max(this.text.length * 2, this.used + most));
      this.text.copy(larger, 0, 0, this.used);
      this.text = larger;
    }
    this.used += this.text.write(text, this.used, 'utf8');
  }

  private drop(row: number): void {
    this.starts[row] = GONE;
    this.gone += 1;
  }

  private find(key: string): number | null {
    this.keyBytes.write(key, this.rows * KEY_BYTES, KEY_BYTES, 'hex');
    const row = (this.slots[this.slotOf(this.rows)] ?? 0) - 1;
    return row < 0 || this.starts[row] === GONE ? null : row;
  }

  /** The slot of the key at a place: its own, or the free one that is to be its own. Keys are hashes already. */
  private slotOf(place: number): number {
    const at = place * KEY_BYTES;
    for (let slot = this.keyBytes.readUInt32LE(at) % SLOTS; ; slot = (slot + 1) % SLOTS) {
      const row = (this.slots[slot] ?? 0) - 1;
      if (row < 0) return slot;
      const other = row * KEY_BYTES;
      if (this.keyBytes.compare(this.keyBytes, other, other + KEY_BYTES, at, at + KEY_BYTES) === 0) return slot;
    }
  }

  private keyAt(row: number): string {
    return this.keyBytes.toString('hex', row * KEY_BYTES, (row + 1) * KEY_BYTES);
  }
}
