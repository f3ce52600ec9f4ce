// Open consoles, a process of their own. Each is a person with a session, a stream of changes and a page, which asks for its
// views again by the console's own code (console-code.mjs).
import { get } from 'node:http';
import { Agent, request } from 'undici';
import { endWithParent } from './child.mjs';

const dead = `/admin/deliveries?status=dead&since=${new Date(Date.now() - 86_400_000).toISOString().slice(0, 10)}&limit=50`;
/** The live views of a page: console/src/pages/actions.tsx, deliveries.tsx and overview.tsx. */
export const PAGES = {
  actions: ['/admin/actions'],
  deliveries: ['/admin/deliveries'],
  overview: [
    '/admin/statistics?window=1h',
    '/admin/status',
    dead,
    '/admin/destinations?troubled=true&limit=50',
    '/admin/registrations?state=disabled&limit=50',
  ],
};

let consoles = [];
let counts = { events: 0, requests: 0, failed: 0 };
let agent = null;

/** One person's tab. */
class OpenConsole {
  #text = '';
  #stream = null;

  constructor({ LiveViews, changeOf }, origin, cookie, paths) {
    const shown = paths.map((key) => ({ key, path: key.split('?')[0] }));
    this.views = new LiveViews({ shown: () => shown, ask: (key, after) => this.#request(key, after) });
    Object.assign(this, { origin, cookie, changeOf });
  }

  /** Resolves with the status of the stream's answer. */
  open() {
    const headers = { cookie: this.cookie, accept: 'text/event-stream' };
    return new Promise((resolve, reject) => {
      this.#stream = get(`${this.origin}/admin/events`, { headers, agent: false }, (response) => {
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
    this.views.stop();
  }

  #take(text) {
    this.#text += text;
    const frames = this.#text.split('\n\n');
    this.#text = frames.pop();
    for (const frame of frames) {
      const data = /^data: (.*)$/m.exec(frame)?.[1];
      if (data === undefined) continue;
      counts.events += 1;
      this.views.change(this.changeOf(data), /^id: (.*)$/m.exec(frame)?.[1] ?? null);
    }
  }

  async #request(path, after) {
    counts.requests += 1;
    const headers = { cookie: this.cookie, accept: 'application/json', 'x-console-poll': after ?? '1' };
    try {
      const { statusCode, body } = await request(this.origin + path, { headers, dispatcher: agent });
      await body.dump();
      if (statusCode !== 200) counts.failed += 1;
    } catch {
      counts.failed += 1;
    }
  }
}

async function open({ origin, adminKey, count, code }) {
  const parts = await import(code);
  agent = new Agent({ connections: count });
  counts = { events: 0, requests: 0, failed: 0 };
  const pages = Object.values(PAGES);
  consoles = await Promise.all(
    Array.from({ length: count }, async (_, at) => {
      return new OpenConsole(parts, origin, await logIn(origin, adminKey), pages[at % pages.length]);
    }),
  );
  const statuses = await Promise.all(consoles.map((one) => one.open()));
  process.send({ kind: 'opened', refused: statuses.filter((status) => status !== 200) });
}

/** @returns the cookie of a session */
async function logIn(origin, adminKey) {
  const headers = { authorization: `Bearer ${adminKey}` };
  const answer = await request(`${origin}/admin/session`, { method: 'POST', headers, dispatcher: agent });
  await answer.body.dump();
  if (answer.statusCode >= 300) throw new Error(`POST /admin/session answered ${answer.statusCode}`);
  return String(answer.headers['set-cookie']).split(';')[0];
}

async function close() {
  for (const one of consoles) one.close();
  consoles = [];
  await agent?.destroy();
  process.send({ kind: 'closed', ...counts });
}

/** Only as a process: a test reads the pages. */
if (process.send !== undefined && process.argv[1] === import.meta.filename) {
  endWithParent();
  process.on('message', (message) => {
    if (message.kind === 'open') {
      open(message).catch((error) => process.send({ kind: 'opened', refused: [error.message] }));
    } else if (message.kind === 'close') void close();
  });
  process.send({ kind: 'ready' });
}
