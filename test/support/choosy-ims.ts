import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A token request as it arrived. */
export interface TokenRequest {
  readonly clientId: string;
  readonly secret: string;
  readonly scope: string | null;
}

/** An IMS on loopback that knows clients and their secrets, and issues one token per client and secret. */
export class ChoosyIms {
  readonly requests: TokenRequest[] = [];
  /** Secrets that are good, by client. */
  readonly secrets = new Map<string, readonly string[]>();
  /** Answers every request with this status while it is set. */
  outage: number | null = null;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ChoosyIms> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { status, body } = ims.answer(new URLSearchParams(Buffer.concat(chunks).toString('utf8')));
        response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
      });
    });
    const ims = new ChoosyIms(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return ims;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  /** The requests of one client, in their order. */
  of(clientId: string): TokenRequest[] {
    return this.requests.filter((request) => request.clientId === clientId);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private answer(form: URLSearchParams): { status: number; body: object } {
    const request = {
      clientId: form.get('client_id') ?? '',
      secret: form.get('client_secret') ?? '',
      scope: form.get('scope'),
    };
    this.requests.push(request);
    if (this.outage !== null) return { status: this.outage, body: {} };
    if (this.secrets.get(request.clientId)?.includes(request.secret) !== true) {
      // As careless as a server can be: it repeats what it was sent.
      return { status: 401, body: { error: 'invalid_client', error_description: `no: ${request.secret}` } };
    }
    const body = { access_token: `token-of-${request.clientId}`, token_type: 'bearer', expires_in: 86_399 };
    return { status: 200, body };
  }
}
