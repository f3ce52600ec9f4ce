import { isUtf8 } from 'node:buffer';

const LINE_FEED = 10;
const EMPTY = Buffer.alloc(0);

/** A byte that begins no character and ends none, in the line that is told. */
export class NotUtf8Error extends Error {
  readonly code = 'NOT_UTF8';

  constructor(
    readonly line: number,
    readonly utf16: boolean,
  ) {
    super('The bytes are no UTF-8.');
    this.name = 'NotUtf8Error';
  }
}

/** Lets bytes through as whole characters of UTF-8, wherever packets cut them. */
export class Utf8Gate {
  private held: Buffer = EMPTY;
  private lines = 1;
  private begun = false;

  /** @throws NotUtf8Error */
  pass(bytes: Buffer): Buffer {
    const all = this.held.length === 0 ? bytes : Buffer.concat([this.held, bytes]);
    const whole = all.subarray(0, wholeLength(all));
    this.held = all.subarray(whole.length);
    this.check(whole);
    return whole;
  }

  /** @throws NotUtf8Error when the last character is cut off. */
  end(): void {
    if (this.held.length > 0) throw new NotUtf8Error(this.lines, false);
  }

  private check(bytes: Buffer): void {
    if (!isUtf8(bytes)) {
      const [first, second] = bytes;
      const utf16 = !this.begun && ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff));
      throw new NotUtf8Error(this.lines + linesBeforeFault(bytes), utf16);
    }
    this.begun ||= bytes.length > 0;
    this.lines += countLines(bytes);
  }
}

/** Without the beginning of a character at the end. */
function wholeLength(bytes: Buffer): number {
  for (let back = 1; back <= Math.min(3, bytes.length); back += 1) {
    const byte = bytes[bytes.length - back] ?? 0;
    if (byte < 0x80) break;
    if (byte < 0xc0) continue;
    const needed = byte >= 0xf0 ? 4 : byte >= 0xe0 ? 3 : 2;
    return needed > back ? bytes.length - back : bytes.length;
  }
  return bytes.length;
}

function countLines(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(LINE_FEED); at >= 0; at = bytes.indexOf(LINE_FEED, at + 1)) count += 1;
  return count;
}

/** No character holds a line feed but itself, so each line can be asked alone. */
function linesBeforeFault(bytes: Buffer): number {
  let line = 0;
  for (let from = 0; from < bytes.length; line += 1) {
    const end = bytes.indexOf(LINE_FEED, from);
    if (!isUtf8(bytes.subarray(from, end < 0 ? bytes.length : end))) return line;
    if (end < 0) break;
    from = end + 1;
  }
  return line;
}
