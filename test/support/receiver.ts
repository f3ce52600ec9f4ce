import { createServer, type IncomingHttpHeaders, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it arrived, byte for byte. */
export interface ReceivedRequest {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Answers, or not: whoever does nothing hangs. */
export type ReceiverAnswer = (response: ServerResponse, request: ReceivedRequest, count: number) => unknown;

/** A customer's endpoint on loopback, with answers a test decides. */
export class Receiver {
  readonly requests: ReceivedRequest[] = [];
  answer: ReceiverAnswer = (response) => response.end();

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Receiver> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const path = request.url ?? '/';
        const received = { path, headers: request.headers, body: Buffer.concat(chunks).toString('utf8') };
        receiver.requests.push(received);
        receiver.answer(response, received, receiver.of(path).length);
      });
    });
    const receiver = new Receiver(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** Requests of one path, in the order of arrival. */
  of(path: string): ReceivedRequest[] {
    return this.requests.filter((request) => request.path === path);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}
