// Adobe's other side, a process of its own: gives out access tokens, takes callbacks over http and https, and knows of
// each whether it came once, with its own token and body. Plain sockets, for the reason the load has for them.
import { createServer } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { endWithParent } from './child.mjs';
import { nowMs } from './clock.mjs';
import { leadIdOf, readPath, tokenOf } from './lead.mjs';

const HEAD_END = '\r\n\r\n';
const TOKEN_ANSWER = answerOf('{"access_token":"bench-access-token","token_type":"bearer","expires_in":86399}');
const EMPTY_ANSWER = answerOf('{}');
/** Bodies are parsed now and then: what is right a hundred times is right. */
const PARSE_EVERY = 64;
const DELAY_TICK_MS = 2;
const EXAMPLES = 3;

/** What is expected at the moment, and what came of it. */
let expected = newExpectation({ epoch: -1, count: 0 });
let strays = 0;
let tokenRequests = 0;
/** Servers that hear nothing of the bench's end when it is killed: this process ends them. */
let guarded = [];
/** Answers that wait, in the order they are due: every one waits equally long. */
let waiting = [];

function newExpectation({ epoch, count, delayMs = 0, keepTimes = false }) {
  return {
    epoch,
    count,
    delayMs,
    counts: new Uint8Array(count),
    times: keepTimes ? new Float64Array(count) : null,
    received: 0,
    duplicates: 0,
    wrong: 0,
    examples: [],
    firstAtMs: 0,
    lastAtMs: 0,
  };
}

function answerOf(body) {
  return `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;
}

function serve(socket) {
  let text = '';
  socket.setNoDelay(true);
  // Reset by a client that was stopped.
  socket.on('error', () => undefined);
  socket.on('data', (chunk) => {
    text = text === '' ? chunk.latin1Slice() : text + chunk.latin1Slice();
    for (;;) {
      const headEnd = text.indexOf(HEAD_END);
      if (headEnd < 0) return;
      const head = text.slice(0, headEnd);
      const length = Number(/content-length: *(\d+)/i.exec(head)?.[1] ?? 0);
      const end = headEnd + HEAD_END.length + length;
      if (text.length < end) return;
      take(socket, head, text.slice(headEnd + HEAD_END.length, end));
      text = text.slice(end);
    }
  });
}

function take(socket, head, body) {
  const path = head.slice(head.indexOf(' ') + 1, head.indexOf(' HTTP/'));
  if (path === '/ims/token/v3') {
    tokenRequests += 1;
    socket.write(TOKEN_ANSWER, 'latin1');
    return;
  }
  note(path, head, body);
  if (expected.delayMs === 0) socket.write(EMPTY_ANSWER, 'latin1');
  else waiting.push({ socket, dueMs: nowMs() + expected.delayMs });
}

function note(path, head, body) {
  const found = readPath(path);
  if (found === null || found.epoch !== expected.epoch || found.number >= expected.count) {
    strays += 1;
    return;
  }
  const { family, number } = found;
  const problem = PROBLEMS[family](number, head, body);
  if (problem !== null) {
    expected.wrong += 1;
    if (expected.examples.length < EXAMPLES) expected.examples.push(`${path}: ${problem}`);
  }
  expected.counts[number] += 1;
  if (expected.counts[number] > 1) {
    expected.duplicates += 1;
    return;
  }
  expected.received += 1;
  expected.lastAtMs = nowMs();
  if (expected.received === 1) expected.firstAtMs = expected.lastAtMs;
  if (expected.times !== null) expected.times[number] = expected.lastAtMs;
  if (expected.received === expected.count) {
    process.send({ kind: 'complete', epoch: expected.epoch, lastAtMs: expected.lastAtMs });
  }
}

const PROBLEMS = { c: problemOfCallback, s: problemOfEqpEvent, p: problemOfCompanyEvent };

function problemOfCallback(number, head, body) {
  if (!head.includes(tokenOf(expected.epoch, number))) return 'not its callback token';
  if (!head.includes('bench-access-token')) return 'no access token';
  if (number % PARSE_EVERY !== 0) return null;
  const [{ activityData, leadData } = {}] = JSON.parse(body).objectData ?? [];
  if (activityData?.success !== true) return `not a success: ${body.slice(0, 200)}`;
  return leadData?.id === leadIdOf(number) && leadData.accessorValues?.contactTier === 'hot' ? null : 'not its lead';
}

function problemOfEqpEvent(_number, head, body) {
  if (!/authorization: basic /i.test(head)) return 'no credentials';
  return body.includes('malware_scan_complete') ? null : 'another event';
}

function problemOfCompanyEvent(_number, _head, body) {
  return body.includes('person_updated') ? null : 'another event';
}

setInterval(() => {
  const now = nowMs();
  let due = 0;
  while (due < waiting.length && waiting[due].dueMs <= now) waiting[due++].socket.write(EMPTY_ANSWER, 'latin1');
  if (due > 0) waiting = waiting.slice(due);
}, DELAY_TICK_MS);

function report() {
  const { epoch, count, received, duplicates, wrong, examples, firstAtMs, lastAtMs, times } = expected;
  return { epoch, count, received, duplicates, wrong, examples, firstAtMs, lastAtMs, times, strays, tokenRequests };
}

async function listen(server) {
  await new Promise((resolve) => server.listen(0, '127.0.0.1', 1024, resolve));
  return server.address().port;
}

async function answer(message) {
  switch (message.kind) {
    case 'guard':
      guarded = message.pids;
      return;
    case 'expect':
      expected = newExpectation(message);
      process.send({ kind: 'expecting' });
      return;
    case 'report':
      process.send({ kind: 'report', ...report() });
      return;
    case 'secure':
      process.send({ kind: 'secured', port: await listen(createTlsServer(message.certificate, serve)) });
      return;
    default:
      throw new Error(`unknown message ${message.kind}`);
  }
}

endWithParent(() => guarded.forEach((pid) => process.kill(pid, 'SIGINT')));
process.on('message', (message) => void answer(message));
process.send({ kind: 'ready', port: await listen(createServer(serve)) });
