import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';

/** A callback as it arrived. */
export interface ReceivedCallback {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: { readonly objectData: readonly Record<string, unknown>[] };
  readonly atMs: number;
}

/** Decides an answer; undefined answers 200. Returning a promise delays it. */
export type CallbackAnswer = (
  callback: ReceivedCallback,
  count: number,
) => { status: number; headers?: Record<string, string> } | undefined | Promise<{ status: number } | undefined>;

/** Adobe on loopback: IMS tokens and callback URLs, with answers a test decides. */
export class FakeAdobe {
  readonly callbacks: ReceivedCallback[] = [];
  tokenRequests = 0;
  answer: CallbackAnswer = () => undefined;
  private waiting: (() => void)[] = [];

  private constructor(private readonly server: Server) {}

  static async start(): Promise<FakeAdobe> {
    const server = createServer((request, response) => void adobe.serve(request, response));
    const adobe = new FakeAdobe(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return adobe;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Callbacks of one URL path, in the order of arrival. */
  of(path: string): ReceivedCallback[] {
    return this.callbacks.filter((callback) => callback.path === path);
  }

  /** Resolves once the condition holds; it is looked at whenever a callback arrives. */
  async until(condition: () => boolean, withinMs = 15_000): Promise<void> {
    const endsAtMs = Date.now() + withinMs;
    while (!condition()) {
      const leftMs = endsAtMs - Date.now();
      if (leftMs <= 0) throw new Error(`not within ${withinMs} ms; ${this.callbacks.length} callbacks arrived`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, Math.min(leftMs, 100));
        this.waiting.push(() => {
          clearTimeout(timer);
          resolve();
        });
      });
    }
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString('utf8');
    if (request.url === '/ims/token/v3') {
      this.tokenRequests += 1;
      answerJson(response, 200, {
        access_token: `token-${this.tokenRequests}`,
        token_type: 'bearer',
        expires_in: 86_399,
      });
      return;
    }
    const path = request.url ?? '/';
    const callback: ReceivedCallback = {
      path,
      headers: request.headers,
      text,
      body: JSON.parse(text) as ReceivedCallback['body'],
      atMs: Date.now(),
    };
    this.callbacks.push(callback);
    const answer = await this.answer(callback, this.of(path).length);
    for (const resolve of this.waiting.splice(0)) resolve();
    if (answer === undefined) answerJson(response, 200, {});
    else answerJson(response, answer.status, {}, (answer as { headers?: Record<string, string> }).headers);
  }
}

function answerJson(
  response: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'Content-Type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
