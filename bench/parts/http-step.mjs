// An http step beside the trivial one: an API that answers in 200 ms, then the same answers from the cache.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Child } from '../child.mjs';
import { startService } from '../contenders.mjs';
import { residentBytes } from '../proc.mjs';
import { alternate, measureEndToEnd } from '../rounds.mjs';

const HERE = join(import.meta.dirname, '..');
const DELAY_MS = 200;
const MIB = 1024 * 1024;
const ASKING = `asks, ${DELAY_MS} ms`;
const CACHED = 'from the cache';
const TRIVIAL = 'trivial step';

/**
 * One process of each, with everything at its default. The cache is full before its first round: every lead of a round
 * has been asked about. @returns sides, the ratio of the asking side to the trivial one, that of the cached one, and memory
 */
export async function measureHttpStepPart(world, { count, warmUpCount, connections, sideRounds }) {
  const starting = [() => startApi(world)];
  return world.with(starting, async (api) => {
    const url = `http://127.0.0.1:${api.port}/people/{{subject.id}}`;
    const sides = [
      () => startService(world),
      () => startAsking(world, 'asking', { url }),
      () => startAsking(world, 'cached', { url, cache: { ttl: '1d' } }),
    ];
    return world.with(sides, async (trivial, asking, cached) => {
      const measure = (service, actions) => measureEndToEnd(world, service, { count: actions, connections });
      for (const service of [trivial, asking]) await measure(service, warmUpCount);
      await measure(cached, count);
      const { asked } = await api.ask({ kind: 'report' }, 'report');
      const {
        sides: rates,
        ratios,
        results,
      } = await alternate(world, sideRounds, {
        [ASKING]: () => measure(asking, count),
        [CACHED]: () => measure(cached, count),
        [TRIVIAL]: () => measure(trivial, count),
      });
      const { asked: askedInAll } = await api.ask({ kind: 'report' }, 'report');
      const rssMb = (service) => residentBytes(service.pids[0]) / MIB;
      return {
        sides: rates,
        ratio: ratios[TRIVIAL],
        cachedRatio: median(results[CACHED]) / median(results[TRIVIAL]),
        // More than the asking side's own: the cache did not hold what it was asked for.
        requestsPerAction: (askedInAll - asked) / (results[ASKING].length * count),
        memory: { trivialMb: rssMb(trivial), askingMb: rssMb(asking), cachedMb: rssMb(cached) },
      };
    });
  });
}

/** An API that answers after {@link DELAY_MS}. */
export async function startApi(world) {
  const child = Child.fork('api', join(HERE, 'api.mjs'), [String(DELAY_MS)]);
  child.signal = world.signal;
  child.port = (await child.next('ready')).port;
  return child;
}

/** The trivial service, its step exchanged for one that asks. */
async function startAsking(world, name, settings) {
  const folder = join(world.folder, `services-${name}`);
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'bench-lead.yaml'), await askingService(settings));
  return startService(world, { name, env: { SERVICES_DIR: folder } });
}

/** The file of that service. */
export async function askingService(settings) {
  const trivial = await readFile(join(HERE, 'services', 'bench-lead.yaml'), 'utf8');
  const map = {
    fields: {
      emailNormalized: 'answer.contact.email',
      emailDomain: 'answer.contact.domain',
      emailStatus: 'answer.contact.status',
    },
    accessors: { contactTier: 'answer.tier' },
  };
  const step = { provider: 'http', required: true, settings: { ...settings, map } };
  // JSON is YAML.
  return `${trivial.slice(0, trivial.indexOf('\npipeline:'))}\npipeline: ${JSON.stringify([step])}\n`;
}

function median(rounds) {
  const rates = rounds.map(({ perSecond }) => perSecond).sort((a, b) => a - b);
  return rates[Math.floor(rates.length / 2)];
}
