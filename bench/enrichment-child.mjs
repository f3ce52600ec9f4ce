// A process that runs the pipeline of contact-quality over made-up leads, without HTTP and without a database.
// Arguments: the dist folder of a build, which it takes the providers and their packages from.
import { dirname, join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { endWithParent } from './child.mjs';
import { madeUpLead } from './made-up-leads.mjs';

const SERVICE = 'contact-quality';
const HOUR_MS = 3_600_000;

const [dist] = process.argv.slice(2);
const load = (file) => import(pathToFileURL(join(dist, 'src', file)).href);

endWithParent();
const { PipelineRunner } = await load('enrichment/pipeline-runner.js');
const { ProviderRegistry } = await load('enrichment/provider-registry.js');
const { BUILT_IN_PROVIDERS } = await load('enrichment/providers/built-in-providers.js');
const { loadDefinitions } = await load('catalog/catalog-loader.js');

const registry = new ProviderRegistry();
for (const Provider of BUILT_IN_PROVIDERS) registry.register(new Provider(), 'the bench');
const loaded = await loadDefinitions(join(dirname(dist), 'services'));
const definition = loaded.map((one) => one.definition).find(({ apiName }) => apiName === SERVICE);
const runner = new PipelineRunner(registry);

/** Runs leads one after the other. @returns `cpuMs` of this process, `wallMs`, and `failed`: how many ended as failures */
async function run(first, count) {
  let failed = 0;
  const startedAtMs = performance.now();
  const before = process.cpuUsage();
  for (let number = first; number < first + count; number += 1) {
    const entity = { kind: 'lead', id: String(number), fields: madeUpLead(number) };
    const { outcome } = await runner.run(actionOf(entity), entity, definition);
    if (outcome.kind !== 'success') failed += 1;
  }
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1000, wallMs: performance.now() - startedAtMs, failed };
}

function actionOf(entity) {
  return {
    id: '0199a000-0000-7000-8000-000000000001',
    service: SERVICE,
    dialect: 'adobe',
    tenant: 'bench',
    objectType: 'lead',
    entityId: entity.id,
    timeoutMs: HOUR_MS,
    deadlineAtMs: performance.now() + HOUR_MS,
    leaseToken: 'lease',
    crashCount: 0,
    callbackUrl: '',
    input: { entity, flowStep: {}, globalAttributes: {}, journey: {}, subscription: {}, paths: [], splitPaths: true },
    secrets: null,
  };
}

/** What is alive: bytes of JavaScript objects and of buffers after a collection, and of the whole process. */
async function memory() {
  for (let turn = 0; turn < 3; turn += 1) {
    globalThis.gc();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { heapUsed, external, rss } = process.memoryUsage();
  return { heapBytes: heapUsed + external, rssBytes: rss };
}

async function answer(message) {
  if (message.kind === 'memory') process.send({ kind: 'memory', ...(await memory()) });
  else process.send({ kind: 'done', ...(await run(message.first, message.count)) });
}

// A rejection ends this process, and the bench reports its exit.
process.on('message', (message) => void answer(message));
process.send({ kind: 'ready' });
