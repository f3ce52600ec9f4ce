import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

/** What the line does from now on, to connections that stand and to new ones. */
export type LineState =
  | { readonly kind: 'pass' }
  /** Nobody listens; connections that stand are closed. */
  | { readonly kind: 'refuse' }
  /** Connections that stand, and every new one, are reset. */
  | { readonly kind: 'reset' }
  /** Bytes vanish, nothing is closed: half-open to either end. */
  | { readonly kind: 'black-hole' }
  /** What is said arrives, and the answers vanish: whoever asked cannot know what came of it. */
  | { readonly kind: 'mute' }
  | { readonly kind: 'delay'; readonly ms: number }
  | { readonly kind: 'throttle'; readonly bytesPerSecond: number }
  /** Each connection is reset once so many bytes have come back over it, in the middle of whatever that is. */
  | { readonly kind: 'cut'; readonly afterBytes: number };

interface Line {
  readonly near: Socket;
  readonly far: Socket;
  /** Swallowed bytes cannot be made up for: the line stays dead when others pass again. */
  dead: boolean;
  /** Answers were swallowed, so none may follow. */
  muted: boolean;
  answered: number;
  /** Keeps chunks of both directions in their order while they are held back. */
  turn: Promise<void>;
}

/** A TCP line on loopback that can be made to fail in every way lines fail. */
export class TcpProxy {
  readonly port: number;
  private state: LineState = { kind: 'pass' };
  private readonly lines = new Set<Line>();

  private constructor(
    private readonly server: Server,
    /** Port the line leads to; may change when what listens there is restarted. */
    public target: number,
  ) {
    this.port = (server.address() as AddressInfo).port;
    server.on('connection', (near: Socket) => this.accept(near));
  }

  static async start(target: number): Promise<TcpProxy> {
    const server = createServer();
    await listen(server, 0);
    return new TcpProxy(server, target);
  }

  async set(state: LineState): Promise<void> {
    this.state = state;
    if (state.kind === 'reset' || state.kind === 'refuse') this.cutAll();
    if (state.kind === 'refuse' && this.server.listening) {
      await new Promise<void>((resolve) => this.server.close(() => resolve()));
    }
    if (state.kind !== 'refuse' && !this.server.listening) await listen(this.server, this.port);
  }

  async stop(): Promise<void> {
    this.cutAll();
    if (this.server.listening) await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private accept(near: Socket): void {
    near.on('error', () => undefined);
    if (this.state.kind === 'reset') {
      near.resetAndDestroy();
      return;
    }
    const far = connect(this.target, '127.0.0.1');
    const line: Line = { near, far, dead: false, muted: false, answered: 0, turn: Promise.resolve() };
    this.lines.add(line);
    near.setNoDelay(true);
    far.setNoDelay(true);
    far.on('error', () => near.destroy());
    near.on('data', (chunk: Buffer) => this.forward(line, far, chunk));
    far.on('data', (chunk: Buffer) => this.forward(line, near, chunk));
    const end = (): void => {
      // On a dead line the other end hears of nothing.
      if (line.dead || this.state.kind === 'black-hole') return;
      this.lines.delete(line);
      void line.turn.then(() => {
        near.end();
        far.end();
      });
    };
    near.on('close', end);
    far.on('close', end);
  }

  private forward(line: Line, to: Socket, chunk: Buffer): void {
    const { state } = this;
    switch (state.kind) {
      case 'black-hole':
        line.dead = true;
        return;
      case 'mute':
        if (to === line.near) line.muted = true;
        pass(line, to, chunk);
        return;
      case 'delay':
        line.turn = line.turn.then(() => sleep(state.ms)).then(() => pass(line, to, chunk));
        return;
      case 'throttle':
        line.turn = line.turn
          .then(() => sleep((chunk.length / state.bytesPerSecond) * 1_000))
          .then(() => pass(line, to, chunk));
        return;
      case 'cut':
        this.cut(line, to, chunk, state.afterBytes);
        return;
      case 'pass':
      case 'refuse':
      case 'reset':
        pass(line, to, chunk);
        return;
      default:
        state satisfies never;
    }
  }

  private cut(line: Line, to: Socket, chunk: Buffer, afterBytes: number): void {
    const room = to === line.near ? afterBytes - line.answered : chunk.length;
    if (to === line.near) line.answered += chunk.length;
    pass(line, to, chunk.subarray(0, Math.max(room, 0)));
    if (room >= chunk.length) return;
    this.lines.delete(line);
    // The bytes before the cut must arrive first: a reset throws away what was not read yet.
    setTimeout(() => {
      line.near.resetAndDestroy();
      line.far.destroy();
    }, 20);
  }

  private cutAll(): void {
    for (const { near, far } of this.lines) {
      near.resetAndDestroy();
      far.destroy();
    }
    this.lines.clear();
  }
}

function pass(line: Line, to: Socket, chunk: Buffer): void {
  if (line.muted && to === line.near) return;
  if (!line.dead && !to.destroyed && to.writable) to.write(chunk);
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      server.removeListener('error', reject);
      resolve();
    });
  });
}
