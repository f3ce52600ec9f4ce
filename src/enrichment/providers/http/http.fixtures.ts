import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { AppConfig } from '../../../config/config.js';
import type { Secrets } from '../../../config/secrets.js';
import type { Database } from '../../../database/database.js';
import { Expressions } from '../../../expressions/expressions.js';
import { testConfig } from '../../../intake/intake.fixtures.js';
import { StepAddresses } from '../../../security/step-addresses.js';
import { SecretBox } from '../../../security/secret-box.js';
import { StepSecretsRepository } from '../../../step-secrets/step-secrets.repository.js';
import { StepSecrets } from '../../../step-secrets/step-secrets.js';
import { AnswerCache } from './answer-cache.js';
import { AnswerCacheRepository } from './answer-cache.repository.js';
import { CacheRoom } from './cache-room.js';
import { HttpProvider } from './http.provider.js';
import { OAuthTokens } from './oauth-tokens.js';
import { SharedTokens } from './shared-tokens.js';
import { StepBudgets } from './step-budgets.js';
import { StepBudgetsRepository } from './step-budgets.repository.js';
import { StepTokensRepository } from './step-tokens.repository.js';
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

const KEY = { id: 'k1', key: Buffer.alloc(32, 7) };
const DEVELOPMENT: AppConfig['outbound'] = { allowHttp: false, allowCidrs: [], loopbackOnly: true };

/** The provider with everything it is made of. */
export interface HttpWorld {
  readonly provider: HttpProvider;
  close(): Promise<void>;
}

export interface HttpWorldOptions {
  readonly config?: Partial<AppConfig>;
  readonly secrets?: Readonly<Record<string, string>>;
  readonly addresses?: StepAddresses;
  readonly database?: Database;
}

/** Answers nothing to everything: for specs whose steps keep nothing. */
const NO_DATABASE = { query: () => Promise.resolve([]) } as unknown as Database;

/** Makes the provider as the application does, with secrets of its own. */
export function makeHttpWorld(options: HttpWorldOptions = {}): HttpWorld {
  const { config: parts = {}, secrets = {}, addresses, database = NO_DATABASE } = options;
  const config = testConfig({ outbound: DEVELOPMENT, ...parts });
  const values = { named: new Map(Object.entries(secrets)), encryptionKeys: [KEY] } as unknown as Secrets;
  const box = new SecretBox(values);
  const named = new StepSecrets(values, new StepSecretsRepository(database), box);
  const expressions = new Expressions(config);
  const client = new StepClient();
  const tokens = new OAuthTokens(client, new SharedTokens(new StepTokensRepository(database), box));
  const guards = addresses ?? new StepAddresses(config);
  const budgets = new StepBudgets(new StepBudgetsRepository(database));
  const caller = new StepCaller(client, new StepCredentials(named, tokens), guards, budgets);
  const answers = new AnswerCacheRepository(database);
  const cache = new AnswerCache(answers, new CacheRoom(answers, config), config);
  return {
    provider: new HttpProvider(guards, expressions, new StepAsker(caller, cache, expressions, config), config),
    close: async () => {
      await client.onApplicationShutdown();
      await expressions.onApplicationShutdown();
    },
  };
}
