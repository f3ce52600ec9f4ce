// Leads of Marketo in batches of a hundred beside single ones, in one run: what a batch saves.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { startService } from '../contenders.mjs';
import { summarize } from '../statistics.mjs';
import { askingService, startApi } from './http-step.mjs';

const HERE = join(import.meta.dirname, '..');
const BATCH = 100;
const LARGEST = 1_000;
const LANES = 16;
/** A lead that is called back before the next one goes out leaves its lane idle: with as few lanes it would wait, not work. */
const SINGLE_LANES = 128;
/** Rounds of a single large batch. */
const LARGE_ROUNDS = 3;
/** Times that ten large batches run beside single leads: a p99 of fewer leads would be the slowest of them. */
const WAVES = 8;
/** Questions side by side of the step that asks. */
const CONCURRENCY = 50;
const PATIENCE_MS = 120_000;

/**
 * One service that speaks Marketo, with the trivial step, then one that asks an API of 200 ms about each lead. Both are as
 * `npm start` has them, with the queue inside. Callbacks come to this process: they are few and large.
 * @returns `sides` in leads per second, `ratio` of batches to single leads round by round, the median time of one batch of a
 * thousand leads, the p99 of single leads while ten such batches run, and the median time of a thousand leads that are asked
 * about
 */
export async function measureBatchesPart(world, { count, sideRounds }) {
  const sink = await startSink();
  try {
    const trivial = await readFile(join(HERE, 'services', 'bench-lead.yaml'), 'utf8');
    const measured = await world.with([() => startMarketo(world, 'batches', trivial)], async (service) => ({
      ...(await measureSides(world, service, sink, { count, sideRounds })),
      largestMs: await measureLarge(service, sink),
      besideP99Ms: await measureBeside(service, sink),
    }));
    const askingMs = await world.with([() => startApi(world)], async (api) => {
      const settings = { url: `http://127.0.0.1:${api.port}/people/{{subject.id}}`, concurrency: CONCURRENCY };
      const asking = await askingService(settings);
      return world.with([() => startMarketo(world, 'batches-asking', asking)], (service) =>
        measureLarge(service, sink),
      );
    });
    return { ...measured, askingMs };
  } finally {
    await sink.stop();
  }
}

async function measureSides(world, service, sink, { count, sideRounds }) {
  const leads = Math.max(BATCH, Math.floor(count / 4 / BATCH) * BATCH);
  const inBatches = () => measure(service, sink, leads, BATCH);
  const alone = () => measure(service, sink, Math.max(BATCH, Math.floor(leads / 4)), 1);
  await inBatches();
  await alone();
  const rounds = [];
  for (let round = 0; round < sideRounds; round += 1) {
    const order = round % 2 === 0 ? [inBatches, alone] : [alone, inBatches];
    const [first, second] = [await order[0](), await order[1]()];
    const [batches, single] = round % 2 === 0 ? [first, second] : [second, first];
    world.say(`  round ${round + 1}: batches ${Math.round(batches)} leads/s, single ${Math.round(single)} leads/s`);
    rounds.push({ batches, single });
  }
  return {
    sides: {
      'in batches of 100': summarize(rounds.map(({ batches }) => batches)),
      'single leads': summarize(rounds.map(({ single }) => single)),
    },
    ratio: summarize(rounds.map(({ batches, single }) => batches / single)),
  };
}

/** @returns the median time of a batch of a thousand leads, from its request to its callback, ms */
async function measureLarge(service, sink) {
  const times = [];
  for (let round = 0; round < LARGE_ROUNDS; round += 1) {
    const startedAt = performance.now();
    await measure(service, sink, LARGEST, LARGEST);
    times.push(performance.now() - startedAt);
  }
  return summarize(times).median;
}

/** Single leads, one every 20 ms, while ten batches of a thousand leads are worked on, wave by wave. @returns their p99, ms */
async function measureBeside(service, sink) {
  // Connections of their own: a lead does not wait behind the bodies of batches.
  const [large, small] = [new Agent({ connections: 10 }), new Agent({ connections: LANES })];
  await Promise.all(Array.from({ length: LANES }, () => send(service, sink, small, 1)));
  const waits = [];
  const single = [];
  let running = true;
  const waves = async () => {
    for (let wave = 0; wave < WAVES; wave += 1) {
      await Promise.all(Array.from({ length: 10 }, () => send(service, sink, large, LARGEST)));
    }
  };
  const all = waves().finally(() => (running = false));
  while (running) {
    const startedAt = performance.now();
    single.push(send(service, sink, small, 1).then(() => waits.push(performance.now() - startedAt)));
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  await all;
  await Promise.all(single);
  await Promise.all([large.close(), small.close()]);
  waits.sort((a, b) => a - b);
  return waits[Math.max(0, Math.ceil(waits.length * 0.99) - 1)] ?? null;
}

/** @returns leads per second, from the first request to the last callback */
async function measure(service, sink, leads, perBatch) {
  const lanes = perBatch === 1 ? SINGLE_LANES : LANES;
  const agent = new Agent({ connections: lanes });
  const batches = Math.ceil(leads / perBatch);
  const startedAt = performance.now();
  let next = 0;
  const lane = async () => {
    while (next++ < batches) await send(service, sink, agent, perBatch);
  };
  await Promise.all(Array.from({ length: Math.min(lanes, batches) }, lane));
  await agent.close();
  return (batches * perBatch * 1000) / (performance.now() - startedAt);
}

/** Submits a batch and waits for its callback. @throws when it is refused, or a lead is missing. */
async function send({ url, headers }, sink, agent, count) {
  const path = `/marketo/${randomUUID()}`;
  const called = sink.wait(path, count);
  const objectData = Array.from({ length: count }, (_, index) => ({
    objectType: 'lead',
    objectContext: { id: index + 1, email: `person${index}@example.com`, firstName: 'Per', lastName: 'Son' },
    flowStepContext: {},
  }));
  const body = {
    token: randomUUID(),
    callbackUrl: sink.url + path,
    context: { subscription: { munchkinId: '123-BEN-456' } },
    objectData,
  };
  const answer = await request(`${url}/services/bench-lead/marketo/submitAsyncAction`, {
    method: 'POST',
    dispatcher: agent,
    headers: { ...headers, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  const text = await answer.body.text();
  if (answer.statusCode !== 201) throw new Error(`a batch was answered ${answer.statusCode}: ${text}`);
  await called;
}

async function startSink() {
  const waiting = new Map();
  const server = createServer((incoming, response) => {
    const chunks = [];
    incoming.on('data', (chunk) => chunks.push(chunk));
    incoming.on('end', () => {
      response.end();
      waiting.get(incoming.url)?.(Buffer.concat(chunks));
    });
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    wait: (path, count) =>
      new Promise((resolve, reject) => {
        const timer = setTimeout(() => reject(new Error('a batch was not called back')), PATIENCE_MS);
        waiting.set(path, (bytes) => {
          clearTimeout(timer);
          waiting.delete(path);
          const { objectData } = JSON.parse(bytes.toString('utf8'));
          if (objectData.length === count) resolve();
          else reject(new Error(`${objectData.length} of ${count} leads came back`));
        });
      }),
    stop: () =>
      new Promise((resolve) => {
        server.closeAllConnections();
        server.close(resolve);
      }),
  };
}

/** A service called by both products. */
async function startMarketo(world, name, definition) {
  const folder = join(world.folder, `services-${name}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'bench-lead.yaml'), `dialects: [externalActions, marketo]\n${definition}`);
  const service = await startService(world, { name, queue: 'embedded', env: { SERVICES_DIR: folder } });
  service.url = `http://127.0.0.1:${service.target.port}`;
  service.headers = { 'x-api-key': world.callerKey };
  return service;
}
