// Open consoles, a process of their own: each has a stream of changes, and asks for the views of its page when an event
// tells of them, as often as console/src/lib/live-topics.ts allows.
import { get } from 'node:http';
import { Agent, request } from 'undici';
import { endWithParent } from './child.mjs';

const LISTS = ['actions', 'deliveries'];
const dead = `/admin/deliveries?status=dead&since=${new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)}&limit=50`;
/** The views of a page: path, topics, and the least time between two requests. */
const PAGES = [
  [{ path: '/admin/actions', topics: LISTS, gapMs: 1_000 }],
  [{ path: '/admin/deliveries', topics: ['deliveries'], gapMs: 1_000 }],
  [
    { path: '/admin/statistics?window=1h', topics: LISTS, gapMs: 5_000 },
    { path: '/admin/status', topics: LISTS, gapMs: 2_000 },
    { path: dead, topics: ['deliveries'], gapMs: 1_000 },
    { path: '/admin/destinations?troubled=true&limit=50', topics: LISTS, gapMs: 5_000 },
    { path: '/admin/registrations?state=disabled&limit=50', topics: ['registrations', 'deliveries'], gapMs: 1_000 },
  ],
];

let consoles = [];
let counts = { events: 0, requests: 0, failed: 0 };
let agent = null;

/** One person's tab. */
class OpenConsole {
  #timers = new Map();
  #text = '';
  #stream = null;

  constructor(origin, adminKey, views) {
    Object.assign(this, { origin, headers: { authorization: `Bearer ${adminKey}` }, views });
  }

  /** Resolves with the status of the stream's answer. */
  open() {
    return new Promise((resolve, reject) => {
      this.#stream = get(`${this.origin}/admin/events`, { headers: this.headers, agent: false }, (response) => {
        resolve(response.statusCode);
        response.setEncoding('utf8');
        response.on('data', (text) => this.#take(text));
        response.on('error', () => undefined);
      });
      this.#stream.on('error', reject);
    });
  }

  close() {
    this.#stream?.destroy();
    for (const timer of this.#timers.values()) clearTimeout(timer);
  }

  #take(text) {
    this.#text += text;
    const frames = this.#text.split('\n\n');
    this.#text = frames.pop();
    for (const frame of frames) {
      const data = /^data: (.*)$/m.exec(frame)?.[1];
      if (data === undefined) continue;
      counts.events += 1;
      const { topics } = JSON.parse(data);
      for (const view of this.views) {
        if (topics === undefined || view.topics.some((topic) => topics.includes(topic))) this.#ask(view);
      }
    }
  }

  /** At once, then once at the end of each gap in which something changed. */
  #ask(view) {
    if (this.#timers.has(view)) {
      view.again.add(this);
      return;
    }
    void this.#request(view.path);
    const timer = setTimeout(() => {
      this.#timers.delete(view);
      if (view.again.delete(this)) this.#ask(view);
    }, view.gapMs);
    this.#timers.set(view, timer);
  }

  async #request(path) {
    counts.requests += 1;
    try {
      const { statusCode, body } = await request(this.origin + path, { headers: this.headers, dispatcher: agent });
      await body.dump();
      if (statusCode !== 200) counts.failed += 1;
    } catch {
      counts.failed += 1;
    }
  }
}

async function open({ origin, adminKey, count }) {
  agent = new Agent({ connections: count });
  counts = { events: 0, requests: 0, failed: 0 };
  const pages = PAGES.map((views) => views.map((view) => ({ ...view, again: new Set() })));
  consoles = Array.from({ length: count }, (_, at) => new OpenConsole(origin, adminKey, pages[at % pages.length]));
  const statuses = await Promise.all(consoles.map((one) => one.open()));
  process.send({ kind: 'opened', refused: statuses.filter((status) => status !== 200) });
}

async function close() {
  for (const one of consoles) one.close();
  consoles = [];
  await agent?.destroy();
  process.send({ kind: 'closed', ...counts });
}

endWithParent();
process.on('message', (message) => {
  if (message.kind === 'open') {
    open(message).catch((error) => process.send({ kind: 'opened', refused: [error.message] }));
  } else if (message.kind === 'close') void close();
});
process.send({ kind: 'ready' });
