// How late the service's main loop is while its steps and uploads meet what no company means to send: each has to be a clear
// failure that the rest of the process does not notice.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { request } from 'undici';
import { Child } from '../child.mjs';
import { startService } from '../contenders.mjs';
import { measureEndToEnd, untilQuiet } from '../rounds.mjs';

const HERE = join(import.meta.dirname, '..');
const RATE = 100;
const SLOW_RATE = 4;
const CONNECTIONS = 32;
const BAD_ROWS = 1_000_000;
const LINES_AT_ONCE = 500;
/** Honest, and longer than the time it is given. */
const LONG_EXPRESSION = '$sum([1..500].$sum($map([1..20000], function($n) { $n * $n % 7 })))';
/** Honest, and more than the heap of its thread. */
const LARGE_EXPRESSION = '$join([1..1000000].($string($) & "-of-a-large-result"))';

/**
 * One process per hostile thing, at its defaults, with a steady stream of actions, which all have to end well: the hostile step is
 * an optional one.
 * @returns by name: `p50Ms`, `p99Ms` and `maxMs` of the main loop's lateness, and what became of the thing
 */
export async function measureLoopLagPart(world, { loopSeconds }) {
  return world.with([() => startApi(world)], async (api) => {
    const asking = (path) => ({
      provider: 'http',
      settings: { url: `http://127.0.0.1:${api.port}${path}`, ...ASKING },
    });
    const computing = (x) => ({ provider: 'expression', settings: { fields: { x } } });
    const cases = {
      'nothing hostile': {},
      'answers of 10 MB': { step: asking('/large/{{subject.id}}') },
      'the same without a length': { step: asking('/large-chunked/{{subject.id}}') },
      'answers that drip': { step: asking('/drip/{{subject.id}}') },
      // Each keeps a thread for its whole time: more of them would wait for a thread alone.
      'long expressions': { step: computing(LONG_EXPRESSION), rate: SLOW_RATE },
      'large expressions': { step: computing(LARGE_EXPRESSION), rate: SLOW_RATE },
      'a million bad rows': { allowed: BAD_ROWS - 1 },
    };
    const results = {};
    for (const [name, parts] of Object.entries(cases)) {
      results[name] = await measureCase(world, name, { step: null, rate: RATE, seconds: loopSeconds, ...parts });
      const { p50Ms, p99Ms, maxMs, told } = results[name];
      world.say(`  ${name}: p50 ${p50Ms.toFixed(1)}, p99 ${p99Ms.toFixed(1)}, max ${maxMs.toFixed(1)} ms; ${told}`);
    }
    return { cases: results, worstMs: Math.max(...Object.values(results).map(({ maxMs }) => maxMs)) };
  });
}

const ASKING = { attemptTimeout: '1s', retries: 0, map: { fields: { x: 'answer.x' } } };

async function startApi(world) {
  const child = Child.fork('hostile api', join(HERE, 'hostile-api.mjs'));
  child.signal = world.signal;
  child.port = (await child.next('ready')).port;
  return child;
}

async function measureCase(world, name, { step, rate, seconds, allowed }) {
  const folder = await makeServices(world, name, step);
  const levers = {
    env: world.levers.env,
    nodeFlags: [...world.levers.nodeFlags, '--import', join(HERE, 'loop-probe.mjs')],
  };
  return world.with([() => startService(world, { env: { SERVICES_DIR: folder }, levers })], async (service) => {
    const [child] = service.children;
    const measure = (count) => measureEndToEnd(world, service, { count, connections: CONNECTIONS, rate });
    // Code that is compiled for the first time is late for a reason of its own.
    await measure(2 * rate);
    if (allowed !== undefined) await upload(world, service, 20_000, 20_000);
    await untilQuiet(world);
    await child.ask({ kind: 'loop-start' }, 'loop-started');
    const uploading = allowed === undefined ? null : upload(world, service, BAD_ROWS, allowed);
    // Awaited below.
    uploading?.catch(() => undefined);
    const round = await measure(Math.round(rate * seconds));
    const told = await uploading;
    const lag = await child.ask({ kind: 'loop-stop' }, 'loop');
    if (round.problems.length > 0) throw new Error(`${name}: ${round.problems.join('; ')}`);
    return { ...lag, told: told ?? (await describeSteps(service)) };
  });
}

/** The bench's own service with a hostile step before what it does. */
async function makeServices(world, name, step) {
  const folder = join(world.folder, `services-${name.replaceAll(/\W+/g, '-')}`);
  await mkdir(folder, { recursive: true });
  const text = await readFile(join(HERE, 'services', 'bench-lead.yaml'), 'utf8');
  // JSON is YAML.
  const hostile = step === null ? '' : `  - ${JSON.stringify({ name: 'hostile', ...step })}\n`;
  await writeFile(join(folder, 'bench-lead.yaml'), text.replace('\npipeline:\n', `\npipeline:\n${hostile}`));
  return folder;
}

/** Rows of two cells for a table of three, after one that is right. */
function* badRowsOf(count) {
  yield 'id,territory,owner\n1,north,a\n';
  for (let row = 0; row < count; row += LINES_AT_ONCE) {
    let lines = '';
    for (let at = row; at < Math.min(row + LINES_AT_ONCE, count); at += 1) lines += `${at + 2},no owner ${at % 97}\n`;
    yield lines;
  }
}

/** @returns the answer in a few words. @throws when it is another than such a file deserves. */
async function upload(world, service, rows, allowed) {
  const startedAtMs = performance.now();
  const url = `http://127.0.0.1:${service.target.port}/admin/lookup-tables/hostile?key=id&maxBadRows=${allowed}`;
  const answer = await request(url, {
    method: 'PUT',
    headers: { authorization: `Bearer ${world.adminKey}`, 'content-type': 'text/csv' },
    body: Readable.from(badRowsOf(rows), { objectMode: false }),
    headersTimeout: 0,
    signal: world.signal,
  });
  const text = await answer.body.text();
  const seconds = ((performance.now() - startedAtMs) / 1_000).toFixed(1);
  const expected = allowed < rows ? 422 : 200;
  if (answer.statusCode !== expected) throw new Error(`bad rows were answered with ${answer.statusCode}: ${text}`);
  return `${answer.statusCode} after ${seconds} s`;
}

/** What the hostile step came to, from the service's own metrics. */
async function describeSteps(service) {
  const answer = await request(`http://127.0.0.1:${service.target.port}/metrics`);
  const text = await answer.body.text();
  const failures = [
    ...text.matchAll(/^ricochet_enrichment_step_failures_total\{[^}]*step="hostile"[^}]*code="(\w+)"[^}]*\} (\d+)/gm),
  ]
    .filter(([, , count]) => Number(count) > 0)
    .map(([, code, count]) => `${count} ${code}`);
  return failures.length === 0 ? 'no failure' : failures.join(', ');
}
