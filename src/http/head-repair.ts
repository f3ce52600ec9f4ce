const TAB = 9;
const LF = 10;
const CR = 13;
const SPACE = 32;

/**
 * The head of an answer with what the parser refuses and the RFC lets pass: lines that end with LF alone become lines
 * (RFC 9112 2.2), and a folded header becomes one line (5.2). Takes the bytes as they come; the body passes unchanged.
 */
export class HeadRepair {
  private lines = 0;
  private afterCr = false;
  /** A line has ended; whether the next one goes on with it is not known yet. */
  private lineEnded = false;
  private ended = false;
  private out: Buffer = Buffer.alloc(0);
  private length = 0;

  /** Whether the first line has come whole. */
  get hasStatusLine(): boolean {
    return this.lines > 0;
  }

  /** Whether the empty line after the headers has come. */
  get isDone(): boolean {
    return this.ended;
  }

  /** @returns what is known of these bytes for certain; what is held back comes with the next ones. */
  take(bytes: Buffer): Buffer {
    // Each byte becomes three at most: a line end that was held back, and itself.
    this.out = Buffer.allocUnsafe(bytes.length * 3 + 4);
    this.length = 0;
    let offset = 0;
    for (; offset < bytes.length && !this.ended; offset += 1) this.takeByte(bytes[offset] ?? 0);
    const head = this.out.subarray(0, this.length);
    return offset < bytes.length ? Buffer.concat([head, bytes.subarray(offset)]) : head;
  }

  private takeByte(byte: number): void {
    if (byte === LF) return this.endLine();
    if (this.afterCr) this.write(CR);
    this.afterCr = byte === CR;
    if (!this.afterCr) this.write(byte);
  }

  private endLine(): void {
    this.afterCr = false;
    if (this.lineEnded) {
      this.push(CR, LF, CR, LF);
      this.ended = true;
      return;
    }
    this.lineEnded = true;
    this.lines += 1;
  }

  private write(byte: number): void {
    if (this.lineEnded) {
      this.lineEnded = false;
      // Nothing can go on with a status line: the parser refuses it.
      if (this.lines > 1 && (byte === SPACE || byte === TAB)) return this.push(SPACE);
      this.push(CR, LF);
    }
    this.push(byte);
  }

  private push(...bytes: number[]): void {
    for (const byte of bytes) {
      this.out[this.length] = byte;
      this.length += 1;
    }
  }
}
