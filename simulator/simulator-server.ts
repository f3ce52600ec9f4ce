import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import type { CallbackEndpoint } from './callback-endpoint.js';
import type { ImsEndpoint } from './ims-endpoint.js';

/** The simulator's HTTP face on loopback: `POST /ims/token/v3` and `/callbacks/…`. */
export class SimulatorServer {
  private readonly server: Server;

  constructor(
    private readonly ims: ImsEndpoint,
    private readonly callbacks: CallbackEndpoint,
  ) {
    this.server = createServer((incoming, response) => {
      this.route(incoming, response).catch((error: unknown) => {
        process.stderr.write(`simulator: ${error instanceof Error ? error.message : String(error)}\n`);
        if (response.headersSent) response.destroy();
        else send(response, 500, { message: 'the simulator failed' });
      });
    });
    // A service keeps its connections; closing them under its hands would look like a fault nobody asked for.
    this.server.keepAliveTimeout = 60_000;
  }

  /** Listens and returns the port; 0 takes a free one. @throws when the port is taken. */
  async listen(port: number): Promise<number> {
    await new Promise<void>((resolve, reject) => {
      this.server.once('error', reject);
      this.server.listen(port, '127.0.0.1', () => {
        this.server.removeListener('error', reject);
        resolve();
      });
    });
    const address = this.server.address();
    return typeof address === 'object' && address !== null ? address.port : port;
  }

  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.server.close(() => resolve()));
    this.server.closeAllConnections();
    await closed;
  }

  private async route(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = (incoming.url ?? '/').split('?')[0] ?? '/';
    const body = await text(incoming);
    if (path === '/ims/token/v3' && incoming.method === 'POST') {
      const answer = this.ims.issueToken(body);
      send(response, answer.status, answer.body);
      return;
    }
    if (!path.startsWith('/callbacks/')) {
      send(response, 404, { message: 'the simulator does not serve this' });
      return;
    }
    const headers: Record<string, string | undefined> = {};
    for (const [name, value] of Object.entries(incoming.headers))
      headers[name] = Array.isArray(value) ? value[0] : value;
    const answer = await this.callbacks.receive({ method: incoming.method ?? '', path, headers, body });
    if (answer.kind === 'drop') {
      incoming.socket.destroy();
      return;
    }
    const extra: Record<string, string> =
      answer.retryAfterSeconds === undefined ? {} : { 'retry-after': String(answer.retryAfterSeconds) };
    send(response, answer.status, answer.body, extra);
  }
}

function send(response: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(JSON.stringify(body));
}
