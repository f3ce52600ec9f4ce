import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { type Answer, dispatcherFor, TEST_ADMIN_KEY, textOf } from './app.js';

/** A service under test, however it was started. */
export interface Served {
  readonly url: string;
}

/** A callback as a customer's server got it. */
export interface Received {
  readonly path: string;
  readonly method: string;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
  readonly body: Record<string, unknown>;
}

/** A customer's server on loopback, with answers a test decides: by default 200. */
export class Receiver {
  readonly received: Received[] = [];
  answer: (callback: Received, count: number) => { status: number; headers?: Record<string, string> } = () => ({
    status: 200,
  });

  private constructor(private readonly server: Server) {}

  static async start(): Promise<Receiver> {
    const server = createServer((incoming, outgoing) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const text = Buffer.concat(chunks).toString('utf8');
        const { url: path = '/', method = '', headers } = incoming;
        const callback = { path, method, headers, text, body: JSON.parse(text) as Record<string, unknown> };
        receiver.received.push(callback);
        const answer = receiver.answer(callback, receiver.of(path).length);
        outgoing.writeHead(answer.status, answer.headers).end();
      });
    });
    const receiver = new Receiver(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return receiver;
  }

  url(path: string): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}${path}`;
  }

  of(path: string): Received[] {
    return this.received.filter((callback) => callback.path === path);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }
}

/** Resolves once the condition holds. */
export async function until(condition: () => boolean | Promise<boolean>, withinMs = 15_000): Promise<void> {
  const giveUpAt = performance.now() + withinMs;
  while (!(await condition())) {
    if (performance.now() > giveUpAt) throw new Error(`not within ${withinMs} ms: ${condition.toString()}`);
    await sleep(25);
  }
}

/** One request of any method; a string body is sent as it is. */
export async function send(
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  url: string,
  headers: Record<string, string>,
  body?: unknown,
): Promise<Answer> {
  const own = dispatcherFor(url);
  const answer = await request(url, {
    ...(own !== undefined && { dispatcher: own }),
    method,
    headers: { ...(body === undefined ? {} : { 'content-type': 'application/json' }), ...headers },
    body: body === undefined ? null : typeof body === 'string' ? body : JSON.stringify(body),
  });
  const text = await textOf(answer, own);
  let parsed: unknown = {};
  try {
    parsed = text === '' ? {} : JSON.parse(text);
  } catch {
    parsed = { text };
  }
  return { status: answer.statusCode, headers: answer.headers, body: parsed as Record<string, unknown> };
}

/** A company as its own engineers use it. */
export class TestCompany {
  private constructor(
    private readonly service: Served,
    readonly id: string,
    readonly username: string,
    readonly password: string,
  ) {}

  static async create(service: Served, id: string): Promise<TestCompany> {
    const created = await admin(service, 'POST', '/admin/companies', { company_id: id });
    if (created.status !== 201) throw new Error(`company ${id}: ${created.status} ${JSON.stringify(created.body)}`);
    const { username, password } = created.body as { username: string; password: string };
    return new TestCompany(service, id, username, password);
  }

  get authorization(): string {
    return `Basic ${Buffer.from(`${this.username}:${this.password}`).toString('base64')}`;
  }

  /** A call below `/companies/<id>/config`. */
  call(
    method: 'GET' | 'POST' | 'PUT' | 'DELETE',
    path: string,
    body?: unknown,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const url = `${this.service.url}/companies/${this.id}/config${path}`;
    return send(method, url, { authorization: this.authorization, ...headers }, body);
  }

  register(body: object, headers: Record<string, string> = {}): Promise<Answer> {
    return this.call('POST', '/callbacks', body, headers);
  }

  test(body: object): Promise<Answer> {
    return this.call('POST', '/callback_events/test', body);
  }

  publish(eventType: string, entity: object): Promise<Answer> {
    return admin(this.service, 'POST', `/admin/companies/${this.id}/events`, { event_type: eventType, entity });
  }
}

/** A call with the admin key. */
export function admin(
  service: Served,
  method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE',
  path: string,
  body?: unknown,
): Promise<Answer> {
  return send(method, `${service.url}${path}`, { authorization: `Bearer ${TEST_ADMIN_KEY}` }, body);
}
