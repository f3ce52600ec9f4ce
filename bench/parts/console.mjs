// The console's requests on a database with a past, and what open consoles cost the service while it works.
import { join } from 'node:path';
import { Agent, request } from 'undici';
import { Child } from '../child.mjs';
import { bundleConsoleCode } from '../console-code.mjs';
import { insertConsolePast } from '../console-past.mjs';
import { startService } from '../contenders.mjs';
import { profileRound } from '../profiling.mjs';
import { alternate, measureEndToEnd } from '../rounds.mjs';

const WARM_UP = 5;
const SAMPLES = 100;

/** `routes` by name: its group and times in ms; `watched`: rates with and without open consoles. */
export async function measureConsolePart(world, sizes) {
  const { routes, databaseGb } = await measureRoutes(world, sizes);
  const watched = await measureWatched(world, sizes);
  return { routes, databaseGb, worst: worstOf(routes), ...watched };
}

async function measureRoutes(world, { consoleRows, consoleRequests }) {
  const first = await startService(world);
  await first.stop();
  const { databaseUrl } = first;
  const startedAtMs = performance.now();
  await insertConsolePast(world, databaseUrl, consoleRows);
  for (const statement of ['VACUUM ANALYZE', 'CHECKPOINT']) await world.query(databaseUrl, statement);
  const seconds = ((performance.now() - startedAtMs) / 1000).toFixed(0);
  world.say(`  inserted ${consoleRows} actions and ${2 * consoleRows} deliveries in ${seconds} s`);
  const result = await world.with([() => startService(world, { databaseUrl })], async (service) => {
    const routes = {};
    const ask = askerOf(world, service);
    try {
      for (const [name, { group, paths }] of Object.entries(await routesOf(world, databaseUrl, ask))) {
        routes[name] = { group, ...(await timesOf(ask, paths, consoleRequests)) };
        world.say(`  ${name.padEnd(36)} p50 ${routes[name].p50Ms.toFixed(1)}, p95 ${routes[name].p95Ms.toFixed(1)} ms`);
      }
    } finally {
      await ask.close();
    }
    return { routes, databaseGb: (await databaseBytes(world, databaseUrl)) / 1e9 };
  });
  await world.dropDatabase(databaseUrl);
  return result;
}

/** One request after the other, over connections that stay open, as a browser does. */
function askerOf(world, { target: { port } }) {
  const dispatcher = new Agent({ connections: 6 });
  const headers = { authorization: `Bearer ${world.adminKey}` };
  const ask = async (path) => {
    const { statusCode, body } = await request(`http://127.0.0.1:${port}${path}`, { headers, dispatcher });
    const text = await body.text();
    if (statusCode !== 200) throw new Error(`GET ${path} answered ${statusCode}: ${text.slice(0, 200)}`);
    return JSON.parse(text);
  };
  ask.close = () => dispatcher.destroy();
  return ask;
}

/** Every view of the console: a function gives the paths of its n-th request. */
export async function routesOf(world, databaseUrl, ask) {
  const sample = await world.query(
    databaseUrl,
    'SELECT id, entity_id AS "entityId" FROM actions TABLESAMPLE SYSTEM (1) LIMIT $1',
    [SAMPLES],
  );
  const destinations = await world.query(databaseUrl, 'SELECT id FROM destinations ORDER BY id');
  const action = (n) => sample[n % sample.length];
  const destination = (n) => destinations[n % destinations.length].id;
  const { nextCursor: olderActions } = await ask('/admin/actions');
  const { nextCursor: olderDeliveries } = await ask('/admin/deliveries');
  const since = new Date(Date.now() - 7 * 86_400_000).toISOString().slice(0, 10);
  const list = (of) => ({ group: 'list', paths: (n) => [typeof of === 'string' ? of : of(n)] });
  const statistics = (of) => ({ ...list(of), group: 'statistics' });
  return {
    actions: list('/admin/actions'),
    'actions, older': list(`/admin/actions?cursor=${encodeURIComponent(olderActions)}`),
    'actions by state': list('/admin/actions?state=undeliverable'),
    'actions by service': list('/admin/actions?service=bench-lead'),
    'actions by lead': list((n) => `/admin/actions?entityId=${action(n).entityId}`),
    'actions that nothing fits': list('/admin/actions?entityId=nothing'),
    'actions of a journey': list('/admin/actions?journeyId=nothing&since=2020-01-01'),
    'actions under way': list('/admin/actions?state=calling_back'),
    'actions by id': list((n) => `/admin/actions?requestId=${action(n).id}`),
    'actions since a week ago': list(`/admin/actions?since=${since}`),
    deliveries: list('/admin/deliveries'),
    'deliveries, older': list(`/admin/deliveries?cursor=${encodeURIComponent(olderDeliveries)}`),
    'deliveries that are dead': list('/admin/deliveries?status=dead'),
    'deliveries of a channel': list('/admin/deliveries?channel=adobe'),
    'deliveries of a service': list('/admin/deliveries?service=bench-lead'),
    'deliveries by last answer': list('/admin/deliveries?lastStatus=404'),
    'deliveries that nothing fits': list('/admin/deliveries?lastStatus=418'),
    'deliveries of a destination': list((n) => `/admin/deliveries?destination=${destination(n)}`),
    'deliveries of an action': list((n) => `/admin/deliveries?owner=${action(n).id}`),
    'deliveries since a week ago': list(`/admin/deliveries?since=${since}`),
    destinations: list('/admin/destinations'),
    'destinations in trouble': list('/admin/destinations?troubled=true'),
    destination: list((n) => `/admin/destinations/${destination(n)}`),
    registrations: list('/admin/registrations'),
    recoveries: list('/admin/recoveries'),
    audit: list('/admin/audit'),
    'lookup tables': list('/admin/lookup-tables'),
    keys: list('/admin/keys'),
    timeline: list((n) => `/admin/actions/${action(n).id}`),
    overview: { group: 'overview', paths: () => ['/admin/status', '/admin/statistics?window=1h'] },
    'statistics of an hour': statistics('/admin/statistics?window=1h'),
    'statistics of a day': statistics('/admin/statistics?window=24h'),
    'statistics of a week': statistics('/admin/statistics?window=7d'),
    'statistics of a destination': statistics(
      (n) => `/admin/statistics/destination?destination=${destination(n)}&window=7d`,
    ),
  };
}

/** A view that asks twice is there when both answers are. */
async function timesOf(ask, paths, count) {
  const times = [];
  for (let n = -WARM_UP; n < count; n += 1) {
    const startedAtMs = performance.now();
    await Promise.all(paths(n + WARM_UP).map(ask));
    if (n >= 0) times.push(performance.now() - startedAtMs);
  }
  times.sort((a, b) => a - b);
  const at = (share) => times[Math.ceil(share * times.length) - 1];
  return { p50Ms: at(0.5), p95Ms: at(0.95) };
}

/** By group, the p95 of its slowest view. */
function worstOf(routes) {
  const worst = (group) =>
    Math.max(
      ...Object.values(routes)
        .filter((route) => route.group === group)
        .map(({ p95Ms }) => p95Ms),
    );
  return { listP95Ms: worst('list'), overviewP95Ms: worst('overview'), statisticsP95Ms: worst('statistics') };
}

async function databaseBytes(world, databaseUrl) {
  const [{ bytes }] = await world.query(databaseUrl, 'SELECT pg_database_size(current_database())::float8 AS bytes');
  return bytes;
}

export async function measureWatched(world, { count, warmUpCount, connections, rounds, consoles }) {
  const code = await bundleConsoleCode(world.folder);
  return world.with([() => startService(world), () => startConsoles(world)], async (service, watchers) => {
    const measure = (actions) => measureEndToEnd(world, service, { count: actions, connections });
    await measure(warmUpCount);
    const seen = [];
    const watched = async () => {
      const origin = `http://127.0.0.1:${service.target.port}`;
      const { refused } = await watchers.ask(
        { kind: 'open', origin, adminKey: world.adminKey, count: consoles, code },
        'opened',
      );
      if (refused.length > 0) throw new Error(`${refused.length} of ${consoles} streams were refused: ${refused[0]}`);
      try {
        return await measure(count);
      } finally {
        seen.push(await watchers.ask({ kind: 'close' }, 'closed'));
      }
    };
    const label = `${consoles} consoles`;
    await profileRound(world, service, 'console', watched);
    const { sides, ratios } = await alternate(world, rounds, { [label]: watched, 'no console': () => measure(count) });
    const sum = (name) => seen.reduce((total, one) => total + one[name], 0);
    const told = { events: sum('events'), requests: sum('requests'), failed: sum('failed'), rounds: seen.length };
    return { sides, ratio: ratios['no console'], told };
  });
}

async function startConsoles(world) {
  const child = Child.fork('consoles', join(import.meta.dirname, '..', 'consoles.mjs'));
  child.signal = world.signal;
  await child.next('ready');
  return child;
}
