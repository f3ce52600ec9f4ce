import type { IncomingHttpHeaders, IncomingMessage, ServerResponse } from 'node:http';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import type { TestCertificate } from './test-ca.js';

/** A request as it arrived. */
export interface HttpsRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
  readonly atMs: number;
}

/** Decides an answer; undefined answers 200. */
export type HttpsAnswer = (request: HttpsRequest, count: number) => { status: number; body?: string } | undefined;

/** A customer's https endpoint on loopback, with answers a test decides. */
export class HttpsReceiver {
  readonly requests: HttpsRequest[] = [];
  answer: HttpsAnswer = () => undefined;
  /** Milliseconds that an answer takes. */
  delayMs: (request: HttpsRequest) => number = () => 0;

  private gate: (() => Promise<number>) | null = null;

  private constructor(private readonly server: Server) {}

  static async start(certificate: TestCertificate): Promise<HttpsReceiver> {
    const server = createServer(certificate, (request, response) => void receiver.serve(request, response));
    const receiver = new HttpsReceiver(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `https://127.0.0.1:${this.port}`;
  }

  /** Requests of one path, in the order of arrival. */
  of(path: string): HttpsRequest[] {
    return this.requests.filter((request) => request.path === path);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  /** Keeps requests waiting until {@link answerWith} is called, which answers all of them; later ones as before. */
  holdBack(): { waiting(): number; answerWith(status: number): void } {
    let letGo: (status: number) => void = () => undefined;
    let waiting = 0;
    const answer = new Promise<number>((resolve) => (letGo = resolve));
    this.gate = async () => {
      waiting += 1;
      return answer;
    };
    return {
      waiting: () => waiting,
      answerWith: (status) => {
        this.gate = null;
        letGo(status);
      },
    };
  }

  private async serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const { method = '', url: path = '/', headers } = request;
    const received = { method, path, headers, body: Buffer.concat(chunks).toString('utf8'), atMs: Date.now() };
    this.requests.push(received);
    if (this.gate !== null) {
      response.writeHead(await this.gate(), { 'content-type': 'application/json' }).end('{}');
      return;
    }
    const { status, body = '{}' } = this.answer(received, this.of(path).length) ?? { status: 200 };
    const delayMs = this.delayMs(received);
    if (delayMs > 0) await sleep(delayMs);
    response.writeHead(status, { 'content-type': 'application/json' }).end(body);
  }
}
