import { Agent, type Dispatcher, request } from 'undici';
import { expect } from 'vitest';

/** An event of a stream, read. */
export interface ReadEvent {
  readonly id: string;
  readonly event: string;
  readonly data: { readonly topics?: readonly string[]; readonly ids?: readonly string[] };
}

const WITHIN_MS = 60_000;

/** A client of `GET /admin/events`, which keeps all that comes. */
export class EventClient {
  readonly events: ReadEvent[] = [];
  /** The last id that came, also without an event. */
  lastId = '';
  ended = false;
  text = '';

  private constructor(
    private readonly answer: Dispatcher.ResponseData,
    private readonly agent: Agent,
  ) {
    void this.read();
  }

  static async open(url: string, headers: Record<string, string>): Promise<EventClient> {
    // Of its own: a shared one would connect anew, and a service that stops waits for a connection without a request.
    const agent = new Agent();
    const answer = await request(`${url}/admin/events`, {
      dispatcher: agent,
      headers: { accept: 'text/event-stream', ...headers },
      bodyTimeout: 0,
    });
    expect(answer.statusCode).toBe(200);
    expect(answer.headers).toMatchObject({
      'content-type': 'text/event-stream; charset=utf-8',
      'cache-control': 'no-store',
    });
    const client = new EventClient(answer, agent);
    await client.until(() => client.lastId !== '');
    return client;
  }

  /** Resolves when it holds. */
  async until(condition: () => boolean): Promise<void> {
    await expect.poll(condition, { timeout: WITHIN_MS, interval: 25 }).toBe(true);
  }

  /** The topics of all events so far. */
  topics(): Set<string> {
    return new Set(this.events.flatMap(({ data }) => data.topics ?? []));
  }

  ids(): Set<string> {
    return new Set(this.events.flatMap(({ data }) => data.ids ?? []));
  }

  count(event: string): number {
    return this.events.filter((one) => one.event === event).length;
  }

  close(): void {
    void this.agent.destroy();
  }

  private async read(): Promise<void> {
    let rest = '';
    try {
      for await (const chunk of this.answer.body) {
        this.text += String(chunk);
        const blocks = (rest + String(chunk)).split('\n\n');
        rest = blocks.pop() ?? '';
        for (const block of blocks) this.take(block);
      }
    } catch {
      // Cut off is ended, too.
    }
    this.ended = true;
  }

  private take(block: string): void {
    const field = (name: string): string | undefined => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
    this.lastId = field('id') ?? this.lastId;
    const event = field('event');
    if (event === undefined) return;
    this.events.push({ id: this.lastId, event, data: JSON.parse(field('data') ?? '{}') as ReadEvent['data'] });
  }
}
