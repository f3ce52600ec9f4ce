import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request that arrived whole. */
export interface SeenRequest {
  readonly path: string;
  /** Names in lower case. */
  readonly headers: Readonly<IncomingHttpHeaders>;
  readonly body: string;
  /** Unix time. */
  readonly atMs: number;
}

/** Where callbacks of a world go; every request it saw is kept. */
export interface CallbackReceiver {
  readonly requests: readonly SeenRequest[];
  url(path?: string): string;
  stop(): Promise<void>;
}

/** Decides an answer; undefined is 200. Returning a promise delays it. */
export type Answer = (seen: SeenRequest) => number | undefined | Promise<number | undefined>;

/** Adobe on loopback: gives tokens, takes callbacks, and writes down every one of them. */
export class RecordingAdobe implements CallbackReceiver {
  readonly requests: SeenRequest[] = [];
  tokenRequests = 0;
  answer: Answer = () => undefined;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<RecordingAdobe> {
    const server = createServer((request, response) => {
      adobe.serve(request, response).catch(() => response.destroy());
    });
    const adobe = new RecordingAdobe(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return adobe;
  }

  url(path = ''): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${path}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    // A sender that dies half-way makes this throw: what did not arrive whole is not a callback.
    for await (const chunk of request) chunks.push(chunk as Buffer);
    if (request.url === '/ims/token/v3') {
      this.tokenRequests += 1;
      const body = { access_token: `token-${this.tokenRequests}`, token_type: 'bearer', expires_in: 86_399 };
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      return;
    }
    const seen: SeenRequest = {
      path: request.url ?? '/',
      headers: request.headers,
      body: Buffer.concat(chunks).toString('utf8'),
      atMs: Date.now(),
    };
    this.requests.push(seen);
    const status = (await this.answer(seen)) ?? 200;
    response.writeHead(status, { 'content-type': 'application/json' }).end('{}');
  }
}
