import type { Socket } from 'node:net';
import { AnswerBreachError } from './answer-breach-error.js';
import { HeadRepair } from './head-repair.js';

/** Most bytes of an answer's headers, names and values together; of a longer head the status line alone counts. */
export const HEADERS_MAX_BYTES = 64 * 1024;

/** Informational answers may take so many bytes together; nothing honest needs more. */
const INTERIM_MAX_BYTES = 64 * 1024;
/** `HTTP/1.1 200` and the byte after it. */
const LINE_START_BYTES = 13;
const NOTHING = Buffer.alloc(0);

const CR = 13;
const LF = 10;
const SPACE = 32;
const TAB = 9;
/** The bytes of a status line up to its status; a digit stands where zero is. */
const PATTERN = Buffer.from('HTTP/0.0 000', 'latin1');
const ZERO = 48;
const NINE = 57;

/** `passing`: the parser gets everything. The others look at bytes first. */
type State = 'passing' | 'start' | 'interim' | 'head';

/**
 * The beginning of each answer on one connection: takes informational answers (1xx) out of the bytes before the parser
 * sees them, and notes the status of the final one. undici destroys a connection that says `100 Continue` unasked, and
 * forgets a status line with too long headers. A head that comes in one piece and in order passes as it is; any
 * other goes through a {@link HeadRepair}.
 */
export class AnswerHead {
  private state: State = 'passing';
  private code: number | null = null;
  /** A status line that has come in part, shorter than {@link LINE_START_BYTES}. */
  private held: Buffer | null = null;
  private interimBytes = 0;
  private lineIsEmpty = false;
  private repair: HeadRepair | null = null;

  /** The status of the answer, once its whole line has come. */
  get status(): number | null {
    return this.repair === null || this.repair.hasStatusLine ? this.code : null;
  }

  /** A request goes out: the next bytes begin its answer. */
  begin(): void {
    this.state = 'start';
    this.code = null;
    this.held = null;
    this.interimBytes = 0;
    this.repair = null;
  }

  /**
   * @returns what of the bytes is for the parser, possibly nothing
   * @throws {AnswerBreachError} when they begin no answer that a client may take
   */
  take(chunk: Buffer): Buffer {
    switch (this.state) {
      case 'passing':
        return chunk;
      case 'head':
        return this.mend(chunk);
      case 'start':
      case 'interim':
        return this.look(chunk);
      default:
        return this.state satisfies never;
    }
  }

  private look(chunk: Buffer): Buffer {
    const bytes = this.held === null ? chunk : Buffer.concat([this.held, chunk]);
    this.held = null;
    for (let offset = 0; ;) {
      if (this.state === 'interim') offset = this.skipInterim(bytes, offset);
      // An empty line before a status line is no answer.
      while (bytes[offset] === CR || bytes[offset] === LF) offset += 1;
      const found = readStatus(bytes, offset);
      if (found === 'incomplete') {
        if (offset < bytes.length) this.held = Buffer.from(bytes.subarray(offset));
        return NOTHING;
      }
      if (found === 'none') {
        this.state = 'passing';
        return bytes.subarray(offset);
      }
      if (found >= 200) return this.note(found, bytes, offset);
      this.startInterim(found);
      offset += LINE_START_BYTES - 1;
    }
  }

  private note(status: number, bytes: Buffer, offset: number): Buffer {
    this.code = status;
    const answer = offset === 0 ? bytes : bytes.subarray(offset);
    if (isWholeAndInOrder(answer)) {
      this.state = 'passing';
      return answer;
    }
    this.state = 'head';
    this.repair = new HeadRepair();
    return this.mend(answer);
  }

  private mend(chunk: Buffer): Buffer {
    if (this.repair === null) return chunk;
    const mended = this.repair.take(chunk);
    if (this.repair.isDone) this.state = 'passing';
    return mended;
  }

  private startInterim(status: number): void {
    if (status === 101) throw new AnswerBreachError('The receiver switched to another protocol (101).');
    if (status < 100) throw new AnswerBreachError('The receiver answered with a status below 100.');
    this.state = 'interim';
    this.lineIsEmpty = false;
    this.interimBytes += LINE_START_BYTES - 1;
  }

  /** @returns where its head ends, with an empty line; the length of the bytes when it goes on. */
  private skipInterim(bytes: Buffer, from: number): number {
    let offset = from;
    while (offset < bytes.length && this.state === 'interim') {
      const byte = bytes[offset];
      offset += 1;
      if (byte === LF) {
        if (this.lineIsEmpty) this.state = 'start';
        this.lineIsEmpty = true;
      } else if (byte !== CR) this.lineIsEmpty = false;
    }
    this.interimBytes += offset - from;
    if (this.interimBytes <= INTERIM_MAX_BYTES) return offset;
    throw new AnswerBreachError('The receiver sent more than 64 KiB of informational answers (1xx).');
  }
}

/** Puts a head between a socket and its reader, who reads by `read()`. A breach destroys the socket. */
export function readThrough(socket: Socket, head: AnswerHead): void {
  const read = socket.read.bind(socket) as (size?: number) => Buffer | null;
  // On the socket itself: a stream in between cost a copy of every byte and a turn of the event loop.
  socket.read = (size?: number): Buffer | null => {
    for (;;) {
      const chunk = read(size);
      if (chunk === null) return null;
      try {
        const rest = head.take(chunk);
        if (rest.length > 0) return rest;
      } catch (error) {
        socket.destroy(error as Error);
        return null;
      }
    }
  };
}

/**
 * Whether the head is all there, each line ended by CR and LF and none folded. One loop over its bytes: four searches
 * by `indexOf` cost three times as much.
 */
function isWholeAndInOrder(answer: Buffer): boolean {
  for (let index = LINE_START_BYTES - 1; index < answer.length; index += 1) {
    if (answer[index] !== LF) continue;
    if (answer[index - 1] !== CR) return false;
    const next = answer[index + 1];
    if (next === CR) return answer[index + 2] === LF;
    if (next === SPACE || next === TAB) return false;
  }
  return false;
}

/** The status of a line, once the byte after it is there too: a fourth digit is none. */
function readStatus(bytes: Buffer, offset: number): number | 'incomplete' | 'none' {
  for (let index = 0; index < PATTERN.length; index += 1) {
    const byte = bytes[offset + index];
    if (byte === undefined) return 'incomplete';
    const fits = PATTERN[index] === ZERO ? byte >= ZERO && byte <= NINE : byte === PATTERN[index];
    if (!fits) return 'none';
  }
  const after = bytes[offset + PATTERN.length];
  if (after === undefined) return 'incomplete';
  if (after !== SPACE && after !== CR && after !== LF) return 'none';
  return digit(bytes, offset + 9) * 100 + digit(bytes, offset + 10) * 10 + digit(bytes, offset + 11);
}

function digit(bytes: Buffer, offset: number): number {
  return (bytes[offset] ?? ZERO) - ZERO;
}
