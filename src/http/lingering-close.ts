import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

const SECOND = 1_000;
const MEBIBYTE = 1024 * 1024;

/** As patient as the limit for a whole request: what a slow sender has begun may still be sent. */
const TOTAL_MS = 30 * SECOND;
/**
 * Without a byte for this long, the sending side is closed. Not before: many clients stop sending when they see that,
 * with an error of their own, although the answer has arrived.
 */
const QUIET_MS = 2 * SECOND;
/** Without a byte for this long after that, the connection is given up. */
const SILENCE_MS = 5 * SECOND;
/** Reading costs 1 ms of CPU for 4 MiB. Callers that send more hear of it only if they read while they send. */
const BYTES_MAX = 256 * MEBIBYTE;
/** A stopping process waits no longer than this. */
const STOPPING_MS = 1 * SECOND;
/** A body up to this size is read to its end by Node, and its connection is kept. */
const WORTH_READING_BYTES = 64 * 1024;

/** The bytes a request announces, Infinity where it announces none, 0 without a body. */
export function announcedBytes({ headers }: IncomingMessage): number {
  if (headers['transfer-encoding'] !== undefined) return Infinity;
  return Number(headers['content-length'] ?? 0);
}

/** Whether so much of a request has not been read that its connection should end with the answer. */
export function isLargelyUnread(request: IncomingMessage): boolean {
  return !isReadWhole(request) && announcedBytes(request) > WORTH_READING_BYTES;
}

/**
 * Closes connections so that the last answer arrives (RFC 9112, 9.6). A socket that is closed with unread bytes sends a
 * reset, and a caller that still writes loses the answer with it. So the rest is read and thrown away, within bounds;
 * when it ends, the sending side is closed, and the connection once the caller has closed too.
 */
export class LingeringClose {
  private readonly latest = new WeakMap<Socket, IncomingMessage>();
  private readonly lingering = new Set<Socket>();
  private stopping = false;

  /** Takes over the end of each connection of a server where the last request has not been read whole. */
  watch(server: Server): void {
    server.on('connection', (socket: Socket) => {
      const destroySoon = socket.destroySoon.bind(socket);
      // Node calls it once the last answer of a connection is written.
      socket.destroySoon = () => {
        const request = this.latest.get(socket);
        if (request === undefined || isReadWhole(request)) destroySoon();
        else this.close(socket);
      };
    });
    server.prependListener('request', (request: IncomingMessage) => this.latest.set(request.socket, request));
  }

  isClosing(socket: Socket): boolean {
    return this.lingering.has(socket);
  }

  /** Sends what has been written, then closes; the connection serves no further request. */
  close(socket: Socket): void {
    if (this.lingering.has(socket)) return;
    this.lingering.add(socket);
    const giveUp = (): void => void socket.destroy();
    const timers = [
      setTimeout(giveUp, this.stopping ? STOPPING_MS : TOTAL_MS).unref(),
      setTimeout(giveUp, QUIET_MS + SILENCE_MS).unref(),
      setTimeout(() => void socket.end(), QUIET_MS).unref(),
    ];
    const [, ...untilQuiet] = timers;
    socket.once('close', () => {
      timers.forEach(clearTimeout);
      this.lingering.delete(socket);
    });
    let left = BYTES_MAX;
    const discard = (chunk: Buffer): void => {
      left -= chunk.length;
      if (left < 0) giveUp();
      for (const timer of untilQuiet) timer.refresh();
    };
    // Away from the parser: a request that follows must not be served, its answer could not be sent.
    const takeOver = (): void => {
      socket.removeAllListeners('data');
      socket.on('data', discard);
    };
    // Only the parser starts reading again what it has stopped: it goes after it has.
    if (!socket.isPaused()) takeOver();
    else socket.once('resume', takeOver).resume();
  }

  /** From now on, connections linger for a second at most. */
  stop(): void {
    this.stopping = true;
    for (const socket of this.lingering) setTimeout(() => void socket.destroy(), STOPPING_MS).unref();
  }
}

/** False only for a real request of which something is missing; `inject` has none. */
function isReadWhole(request: IncomingMessage): boolean {
  return (request.complete as boolean | undefined) !== false || announcedBytes(request) === 0;
}
