import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AppConfig } from '../../../config/config.js';
import type { Secrets } from '../../../config/secrets.js';
import { Expressions } from '../../../expressions/expressions.js';
import { testConfig } from '../../../intake/intake.fixtures.js';
import { StepAddresses } from '../../../security/step-addresses.js';
import { StepSecrets } from '../../../step-secrets/step-secrets.js';
import { HttpProvider } from './http.provider.js';
import { OAuthTokens } from './oauth-tokens.js';
import { StepAsker } from './step-asker.js';
import { StepCaller } from './step-caller.js';
import { StepClient } from './step-client.js';
import { StepCredentials } from './step-credentials.js';

/** A request as the fake API received it. */
export interface SeenRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

export type Answer = (request: SeenRequest, response: ServerResponse) => void;

/** An API on a free loopback port that answers as it is told, and remembers what it was asked. */
export class FakeApi {
  readonly seen: SeenRequest[] = [];
  answer: Answer = (_, response) => json(response, {});
  private readonly server = createServer((incoming, response) => void this.serve(incoming, response));

  async start(): Promise<this> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  reset(answer: Answer = (_, response) => json(response, {})): void {
    this.seen.length = 0;
    this.answer = answer;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private async serve(incoming: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of incoming as AsyncIterable<Buffer>) chunks.push(chunk);
    const seen: SeenRequest = {
      method: incoming.method ?? '',
      url: incoming.url ?? '',
      headers: incoming.headers,
      body: Buffer.concat(chunks).toString(),
    };
    this.seen.push(seen);
    this.answer(seen, response);
  }
}

/** Answers with JSON. */
export function json(
  response: ServerResponse,
  body: unknown,
  status = 200,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers }).end(JSON.stringify(body));
}

const DEVELOPMENT: AppConfig['outbound'] = { allowHttp: false, allowCidrs: [], loopbackOnly: true };

/** The provider with everything it is made of. */
export interface HttpWorld {
  readonly provider: HttpProvider;
  readonly tokens: OAuthTokens;
  close(): Promise<void>;
}

export interface HttpWorldOptions {
  readonly config?: Partial<AppConfig>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly addresses?: StepAddresses;
}

/** Makes the provider as the application does, with secrets of its own. */
export function makeHttpWorld({ config: parts = {}, secrets = {}, addresses }: HttpWorldOptions = {}): HttpWorld {
  const config = testConfig({ outbound: DEVELOPMENT, ...parts });
  const named = new StepSecrets({ named: new Map(Object.entries(secrets)) } as unknown as Secrets);
  const expressions = new Expressions(config);
  const client = new StepClient();
  const tokens = new OAuthTokens(client);
  const guards = addresses ?? new StepAddresses(config);
  const caller = new StepCaller(client, new StepCredentials(named, tokens), guards);
  return {
    provider: new HttpProvider(guards, expressions, new StepAsker(caller), config),
    tokens,
    close: async () => {
      await client.onApplicationShutdown();
      await expressions.onApplicationShutdown();
    },
  };
}
