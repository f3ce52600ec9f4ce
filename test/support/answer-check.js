// Holds every answer of the service to its own API document: in this process, or (with `node --import`) in one of its
// own. It listens where Fastify announces its instances, so it sees what inject, fetch, supertest and sockets receive.
import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { mkdtempSync } from 'node:fs';
import { channel } from 'node:diagnostics_channel';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { DocumentCheck } from './document-check.js';

const SELF = fileURLToPath(import.meta.url);
const REPORT = 'RICOCHET_ANSWER_REPORT';
const STATE = Symbol.for('ricochet.answers');

/** Modules are loaded anew for each test file; what they watch is the process's. */
const state = (globalThis[STATE] ??= {
  problems: [],
  checked: 0,
  report: null,
  watching: false,
  waiting: [],
  check: null,
});

/** Watches every application this process makes. */
export function watchAnswers() {
  if (state.watching) return;
  state.watching = true;
  channel('fastify.initialization').subscribe(({ fastify }) => watch(fastify));
}

/** What was found since it was last asked, in this process and in those it started. */
export function takeAnswerProblems() {
  const found = state.problems.splice(0);
  if (state.report === null) return found;
  const lines = readFileSync(state.report, 'utf8');
  if (lines !== '') writeFileSync(state.report, '');
  return [...found, ...lines.split('\n').filter((line) => line !== '')];
}

/** How many answers of this process were held to a document. */
export function answersChecked() {
  return state.checked;
}

/** Environment of a child process whose answers are to be checked too. */
export function checkedEnvironment() {
  if (state.report === null) {
    const folder = mkdtempSync(join(tmpdir(), 'ricochet-answers-'));
    state.report = join(folder, 'problems');
    writeFileSync(state.report, '');
    process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  }
  return { NODE_OPTIONS: `--import=${SELF}`, [REPORT]: state.report };
}

function watch(instance) {
  const routes = new Set();
  let check = null;
  instance.addHook('onRoute', ({ url }) => void routes.add(url));
  instance.addHook('onSend', async (request, reply, payload) => {
    const path = request.raw.url.replace(/[?#].*$/, '');
    // Not ours, or pages: those of the document itself, and the console's.
    if (!routes.has('/health/live') && !routes.has('/docs-json')) return payload;
    if (/^\/(docs(-json|-yaml|\/|$)|console(\/|$))/.test(path)) return payload;
    const answer = {
      method: request.method,
      // The router's own pattern, also for the 404 of a route that was found.
      route: request.is404 ? null : (request.routeOptions.url ?? null),
      status: reply.statusCode,
      type: String(reply.getHeader('content-type') ?? ''),
      body: payload,
    };
    if (routes.has('/docs-json')) {
      check ??= instance.inject({ url: '/docs-json' }).then((response) => DocumentCheck.of(response.body));
      const own = await check;
      // That of the whole service counts for applications without one.
      if (routes.has('/health/live')) {
        state.check = own;
        for (const waiting of state.waiting.splice(0)) judge(own, waiting);
      }
      judge(own, answer);
    } else if (state.check !== null) judge(state.check, answer);
    // A worker shows no document: its answers wait for that of the first application that does.
    else state.waiting.push(answer);
    return payload;
  });
  instance.addHook('onReady', (done) => {
    instance.server.prependListener('clientError', (_error, socket) => {
      const write = socket.write.bind(socket);
      socket.write = (text, ...rest) => {
        if (typeof text === 'string') judgeRaw(text);
        return write(text, ...rest);
      };
    });
    done();
  });
}

/** An answer to what is no HTTP: it has no route. */
function judgeRaw(text) {
  const [head, body] = text.split('\r\n\r\n');
  const answer = {
    method: 'RAW',
    route: null,
    status: Number(/^HTTP\/1\.1 (\d+)/.exec(head)?.[1]),
    type: /^content-type: (.*)$/im.exec(head)?.[1] ?? '',
    body,
  };
  if (state.check === null) state.waiting.push(answer);
  else judge(state.check, answer);
}

function judge(check, answer) {
  state.checked++;
  for (const problem of check.problemsOf(answer)) {
    const line = `${answer.method} ${answer.route ?? '(no route)'} ${answer.status}: ${problem}`.replaceAll('\n', ' ');
    if (process.env[REPORT] === undefined) state.problems.push(line);
    else appendFileSync(process.env[REPORT], `${line}\n`);
  }
}

if (process.env[REPORT] !== undefined) watchAnswers();
