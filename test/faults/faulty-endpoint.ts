import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { createServer as createTlsServer } from 'node:tls';
import { SERVER_CERTIFICATES, SERVER_KEY } from './certificates.js';

/** A request as it arrived, whole. */
export interface SeenRequest {
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  /** Unix time. */
  readonly atMs: number;
}

/** One request and the bare socket it came on. */
export interface Call {
  readonly request: SeenRequest;
  /** Which request this is to the same path, from 1. */
  readonly count: number;
  readonly socket: Socket;
  readonly endpoint: FaultyEndpoint;
  /** Writes and waits until the other side keeps up. @returns false once the connection is gone. */
  write(bytes: string | Buffer): Promise<boolean>;
}

/** What a receiver does with a request. */
export type Behaviour = (call: Call) => void | Promise<void>;

export interface EndpointOptions {
  readonly behaviour: Behaviour;
  /** Serves https with this certificate. */
  readonly certificate?: keyof typeof SERVER_CERTIFICATES;
  /** Milliseconds before a connection is looked at. */
  readonly acceptDelayMs?: number;
  /** Takes connections from the start (default), or refuses them until {@link FaultyEndpoint.open}. */
  readonly closed?: boolean;
}

/** A receiver on loopback that does whatever it is told to with the bare socket, and keeps every request it saw. */
export class FaultyEndpoint {
  readonly requests: SeenRequest[] = [];
  connections = 0;
  /** What left this side; a reader that gives up early keeps it small. */
  bytesWritten = 0;
  private readonly sockets = new Set<Socket>();

  private constructor(
    private readonly server: Server,
    private readonly secure: boolean,
    public behaviour: Behaviour,
    private port = 0,
  ) {}

  static async start(options: EndpointOptions): Promise<FaultyEndpoint> {
    const { certificate, acceptDelayMs = 0 } = options;
    const accept = (socket: Socket): void => {
      socket.on('error', () => undefined);
      if (acceptDelayMs === 0) endpoint.serve(socket);
      else setTimeout(() => endpoint.serve(socket), acceptDelayMs).unref();
    };
    const server =
      certificate === undefined
        ? createServer(accept)
        : createTlsServer({ key: SERVER_KEY, cert: SERVER_CERTIFICATES[certificate] }, accept);
    server.on('connection', (socket: Socket) => {
      endpoint.connections += 1;
      endpoint.sockets.add(socket);
      socket.on('close', () => endpoint.sockets.delete(socket)).on('error', () => undefined);
    });
    server.on('tlsClientError', () => undefined);
    const endpoint = new FaultyEndpoint(server, certificate !== undefined, options.behaviour);
    await endpoint.open();
    if (options.closed === true) await endpoint.refuse();
    return endpoint;
  }

  /** What a caller is given; another scheme than the server speaks is a fault of its own. */
  url(path = '', scheme: 'http' | 'https' = this.secure ? 'https' : 'http'): string {
    return `${scheme}://127.0.0.1:${this.port}${path}`;
  }

  /** Requests to one path, in the order of arrival. */
  of(path: string): SeenRequest[] {
    return this.requests.filter((request) => request.path === path);
  }

  /** Takes connections (again), always on the same port. */
  async open(): Promise<void> {
    if (this.server.listening) return;
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(this.port, '127.0.0.1', () => {
        this.server.removeListener('error', reject);
        this.port = (this.server.address() as AddressInfo).port;
        resolve();
      });
    });
  }

  /** Cuts every connection and refuses new ones. */
  async refuse(): Promise<void> {
    if (!this.server.listening) return;
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    for (const socket of this.sockets) socket.destroy();
    await closed;
  }

  stop(): Promise<void> {
    return this.refuse();
  }

  private serve(socket: Socket): void {
    let received: Buffer = Buffer.alloc(0);
    socket.on('data', (chunk: Buffer) => {
      received = Buffer.concat([received, chunk]);
      for (;;) {
        const parsed = parseRequest(received);
        if (parsed === null) return;
        received = parsed.rest;
        void this.answer(socket, parsed.request);
      }
    });
  }

  private async answer(socket: Socket, request: SeenRequest): Promise<void> {
    this.requests.push(request);
    const write = (bytes: string | Buffer): Promise<boolean> => this.write(socket, bytes);
    await this.behaviour({ request, count: this.of(request.path).length, socket, endpoint: this, write });
  }

  private async write(socket: Socket, bytes: string | Buffer): Promise<boolean> {
    if (socket.destroyed || !socket.writable) return false;
    this.bytesWritten += Buffer.byteLength(bytes);
    if (socket.write(bytes)) return true;
    await new Promise<void>((resolve) => {
      socket.once('drain', resolve).once('close', resolve);
    });
    return !socket.destroyed;
  }
}

/** One answer with a body, as a decent receiver gives it. */
export function answering(status: number, headers: Record<string, string> = {}, body: string = '{}'): Behaviour {
  return async ({ write }) => {
    await write(head(status, { 'content-length': String(body.length), ...headers }) + body);
  };
}

/** One behaviour per request to the same path, the last one for all that follow. */
export function inTurn(...behaviours: readonly Behaviour[]): Behaviour {
  return (call) => behaviours[Math.min(call.count, behaviours.length) - 1]?.(call);
}

/** Takes the request and never says a word. */
export function hanging(): Behaviour {
  return () => undefined;
}

/** Headers at once, then silence. */
export function stalling(status: number): Behaviour {
  return async ({ write }) => {
    await write(`${head(status, { 'content-length': '1000' })}{`);
  };
}

/** Headers at once, then a byte now and then, for ever. */
export function dripping(status: number, everyMs = 100): Behaviour {
  return async ({ write }) => {
    let open = await write(head(status, { 'content-length': '1000000' }));
    while (open) {
      await sleep(everyMs, undefined, { ref: false });
      open = await write('.');
    }
  };
}

/** A body of any size, as fast as it is read. */
export function flooding(status: number, bytes: number): Behaviour {
  const chunk = Buffer.alloc(64 * 1024, 'x');
  return async ({ write }) => {
    let open = await write(head(status, { 'content-length': String(bytes), 'content-type': 'text/plain' }));
    for (let sent = 0; open && sent < bytes; sent += chunk.length) open = await write(chunk);
  };
}

/** A reset instead of an answer. */
export function resetting(): Behaviour {
  return ({ socket }) => {
    socket.resetAndDestroy();
  };
}

/** The headers, then a reset in the middle of the body. */
export function resettingAfterHeaders(status: number): Behaviour {
  return async ({ socket, write }) => {
    await write(`${head(status, { 'content-length': '1000' })}{`);
    // A reset throws away what the other side has not read yet.
    await sleep(100, undefined, { ref: false });
    socket.resetAndDestroy();
  };
}

/** Some bytes, HTTP or not, and the end of the connection. */
export function saying(text: string): Behaviour {
  return ({ socket }) => {
    socket.end(text);
  };
}

function head(status: number, headers: Record<string, string>): string {
  const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} Scripted\r\n${lines.join('')}\r\n`;
}

function parseRequest(bytes: Buffer): { request: SeenRequest; rest: Buffer } | null {
  const headEnd = bytes.indexOf('\r\n\r\n');
  if (headEnd < 0) return null;
  const [requestLine = '', ...lines] = bytes.subarray(0, headEnd).toString('latin1').split('\r\n');
  const headers: Record<string, string> = {};
  for (const line of lines) {
    const colon = line.indexOf(':');
    headers[line.slice(0, colon).toLowerCase()] = line.slice(colon + 1).trim();
  }
  const bodyEnd = headEnd + 4 + Number(headers['content-length'] ?? 0);
  if (bytes.length < bodyEnd) return null;
  const body = bytes.subarray(headEnd + 4, bodyEnd).toString('utf8');
  const path = requestLine.split(' ')[1] ?? '/';
  return { request: { path, headers, body, atMs: Date.now() }, rest: bytes.subarray(bodyEnd) };
}
