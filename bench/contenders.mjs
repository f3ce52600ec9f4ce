// Whoever is measured: the service in one of its shapes, or a peer. Each has processes, an address, and an end.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { request } from 'undici';
import { BEFORE } from './before.mjs';
import { Child } from './child.mjs';
import { START_FLAGS } from './start-flags.mjs';

const HERE = import.meta.dirname;
const READY_WITHIN_MS = 120_000;
const MACHINE_VARIABLES = ['PATH', 'HOME', 'USER', 'LANG', 'LC_ALL', 'TZ', 'TMPDIR', 'LD_LIBRARY_PATH'];
let made = 0;

/** Some processes that together take requests at one address. */
class Contender {
  constructor(name, children, target, extra = {}) {
    Object.assign(this, { name, children, target, ...extra });
  }

  get pids() {
    return this.children.map(({ pid }) => pid);
  }

  async stop() {
    await Promise.all(this.children.map((child) => child.stop()));
  }
}

/** Starts the other build, as its own `npm start` would and without the levers: what they do shows beside it. */
export function startServiceBefore(world, shape = {}) {
  return startService(world, { name: BEFORE, build: world.before, levers: { env: {}, nodeFlags: [] }, ...shape });
}

/**
 * Starts the service. Each has a database, a folder and a queue of its own.
 * @param build which one; its `dist` folder and the flags of its start
 * @param levers what of it differs from the defaults
 * @param roles one process each; the first one takes the requests
 * @param queue `bull` on the shared Redis, `postgres` by LISTEN and NOTIFY, or `embedded` within the process
 */
export async function startService(
  world,
  {
    name = 'ricochet',
    roles = ['all'],
    queue = 'bull',
    databaseUrl = null,
    env = {},
    build = { dist: world.dist, startFlags: START_FLAGS },
    levers = world.levers,
  } = {},
) {
  const database = databaseUrl ?? (await world.createDatabase(`bench_${++made}`));
  const shared = {
    ...serviceEnvironment(world),
    DATABASE_URL: database,
    ...(queue === 'bull' && { REDIS_URL: world.nextRedisUrl() }),
    ...(queue === 'postgres' && { QUEUE: queue }),
    ...env,
    ...levers.env,
  };
  const nodeFlags = [...build.startFlags, ...levers.nodeFlags];
  const children = [];
  const contender = new Contender(name, children, null, { databaseUrl: database });
  try {
    for (const role of roles) {
      const port = await world.freePort();
      const child = await startServiceProcess(world, { name, shared, role, port, dist: build.dist, nodeFlags });
      child.signal = world.signal;
      children.push(child);
      // One after the other: the first one migrates.
      await untilReady(child, port, world.signal);
      contender.target ??= targetOf(world, port, { 'x-api-key': world.callerKey });
    }
  } catch (error) {
    await contender.stop();
    throw error;
  }
  return contender;
}

async function startServiceProcess(world, { name, shared, role, port, dist, nodeFlags }) {
  const folder = join(world.folder, `service-${port}`);
  await mkdir(folder);
  const flags = [
    ...nodeFlags,
    // Ends it with us, and answers what is asked of its memory and profile.
    ...['--import', join(HERE, 'soak-probe.mjs')],
    ...['--import', join(HERE, 'profile-probe.mjs')],
  ];
  // In a folder of its own: a .env of the checkout must not take part.
  return Child.node(`${name} (${role})`, [...flags, join(dist, 'src', 'main.js')], {
    cwd: folder,
    env: { ...shared, ROLE: role, PORT: String(port), DATA_DIR: folder },
  });
}

/** As a deployment runs it, but for loopback addresses and the trivial pipeline. */
export function serviceEnvironment(world) {
  return {
    ...machineEnvironment(),
    NODE_ENV: 'development',
    HOST: '127.0.0.1',
    SERVICES_DIR: join(HERE, 'services'),
    PROVIDER_MODULES: join(HERE, 'bench.provider.mjs'),
    IMS_BASE_URL: world.sinkUrl,
    ADOBE_CLIENT_ID: 'bench',
    ADOBE_CLIENT_SECRETS: 'bench',
    INBOUND_API_KEYS: world.callerKey,
    ADMIN_API_KEYS: world.adminKey,
    ENCRYPTION_KEYS: `bench:${Buffer.alloc(32, 7).toString('base64')}`,
    // Rounds hand in more than a backlog's worth at once; a brake would make them another measurement.
    BACKLOG_MAX: '10000000',
  };
}

/** Starts the plain pipeline: one process for everything, or one per role. */
export async function startPlainPipeline(world, { roles = ['all'] } = {}) {
  const redisUrl = world.nextRedisUrl();
  return startPeer(world, 'express + bullmq', 'express-bullmq.mjs', roles, {
    REDIS_URL: redisUrl,
    IMS_URL: world.sinkUrl,
    API_KEY: world.callerKey,
  });
}

/** Starts a plain pipeline that keeps its jobs in PostgreSQL. @param module the file of the queue's package */
export async function startDurablePipeline(world, name, file, module) {
  return startPeer(world, name, file, ['all'], {
    DATABASE_URL: await world.createDatabase(`bench_${++made}`),
    PEER_MODULE: module,
    IMS_URL: world.sinkUrl,
    API_KEY: world.callerKey,
  });
}

export function startEcho(world) {
  return startPeer(world, 'nest echo', 'nest-echo.mjs', ['all'], {});
}

async function startPeer(world, name, file, roles, env) {
  const contender = new Contender(name, [], null);
  try {
    for (const role of roles) {
      const port = await world.freePort();
      const child = Child.fork(`${name} (${role})`, join(HERE, 'peers', file), [], {
        env: { ...machineEnvironment(), NODE_ENV: 'production', ROLE: role, PORT: String(port), ...env },
      });
      child.signal = world.signal;
      contender.children.push(child);
      await child.next('ready', READY_WITHIN_MS);
      contender.target ??= targetOf(world, port, { 'x-api-key': world.callerKey });
    }
  } catch (error) {
    await contender.stop();
    throw error;
  }
  return contender;
}

function targetOf(world, port, headers) {
  return { port, path: '/submitAsyncAction', headers, callbackBase: world.sinkUrl };
}

function machineEnvironment() {
  return Object.fromEntries(
    MACHINE_VARIABLES.filter((name) => process.env[name] !== undefined).map((name) => [name, process.env[name]]),
  );
}

async function untilReady(child, port, signal) {
  const giveUpAt = performance.now() + READY_WITHIN_MS;
  while (performance.now() < giveUpAt) {
    signal.throwIfAborted();
    if (child.ended !== undefined) throw new Error(`${child.name} ended with ${child.ended}\n${child.output}`);
    try {
      const answer = await request(`http://127.0.0.1:${port}/health/ready`, { headersTimeout: 5_000 });
      await answer.body.dump();
      if (answer.statusCode === 200) return;
    } catch {
      // Nobody listens yet.
    }
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`${child.name} was not ready after ${READY_WITHIN_MS / 1000} s\n${child.output}`);
}
