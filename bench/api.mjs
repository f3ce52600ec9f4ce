// A company's API, a process of its own: answers every GET after a while with what a step needs. Plain sockets, for the
// reason the sink has for them.
import { createServer } from 'node:net';
import { endWithParent } from './child.mjs';
import { nowMs } from './clock.mjs';

const HEAD_END = '\r\n\r\n';
const TICK_MS = 2;
const BODY = JSON.stringify({
  contact: { email: 'ada.lovelace@example.com', domain: 'example.com', status: 'valid' },
  tier: 'hot',
  // Nobody's API answers with three values alone.
  history: Array.from({ length: 8 }, (_, index) => ({ id: 1_000 + index, kind: 'visit', at: '2026-11-01T10:00:00Z' })),
});
const ANSWER = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${BODY.length}\r\n\r\n${BODY}`;

const delayMs = Number(process.argv[2]);
let asked = 0;
/** In the order they are due: every one waits equally long. */
let waiting = [];

const server = createServer((socket) => {
  let text = '';
  socket.setNoDelay(true);
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    text += chunk.latin1Slice();
    for (let end = text.indexOf(HEAD_END); end >= 0; end = text.indexOf(HEAD_END)) {
      text = text.slice(end + HEAD_END.length);
      asked += 1;
      waiting.push({ socket, dueMs: nowMs() + delayMs });
    }
  });
});

setInterval(() => {
  const now = nowMs();
  let due = 0;
  while (due < waiting.length && waiting[due].dueMs <= now) waiting[due++].socket.write(ANSWER, 'latin1');
  if (due > 0) waiting = waiting.slice(due);
}, TICK_MS);

endWithParent();
process.on('message', ({ kind }) => kind === 'report' && process.send({ kind: 'report', asked }));
await new Promise((resolve) => server.listen(0, '127.0.0.1', 1_024, resolve));
process.send({ kind: 'ready', port: server.address().port });
