// The three processes of a soak and how they are asked: the service on its embedded PostgreSQL, the sink, the load.
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { Child } from './child.mjs';
import { crashServersBelow } from './interruption.mjs';
import { START_FLAGS } from './start-flags.mjs';
import { readEnvironment } from '../dist/simulator/environment.js';
import { freePort } from '../dist/simulator/free-port.js';

const HERE = import.meta.dirname;
const ROOT = join(HERE, '..');
const READY_WITHIN_MS = 120_000;

/** Starts sink, service and load, in this order; `stop` ends whatever was started. @param signal aborts every wait */
export async function startProcesses(dataDir, signal) {
  const started = { children: [], signal };
  const stop = async () => {
    for (const child of started.children.reverse()) await child.stop();
    // A service that was killed leaves its PostgreSQL.
    if (signal.aborted) await crashServersBelow(dataDir);
  };
  try {
    const sink = forkChild('sink', 'soak-sink.mjs', [], started);
    const { port: sinkPort } = await sink.next('ready');
    const sinkUrl = `http://127.0.0.1:${sinkPort}`;
    const [key, port] = [randomBytes(24).toString('hex'), await freePort()];
    const url = `http://127.0.0.1:${port}`;
    const service = startService(dataDir, { port, key, sinkUrl }, started);
    await untilReady(service, url);
    const load = forkChild('load', 'soak-load.mjs', [url, key, sinkUrl], started);
    await load.next('ready');
    return { sink, service, load, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function forkChild(name, file, args, started) {
  const child = Child.fork(name, join(HERE, file), args);
  return own(child, started);
}

function own(child, { children, signal }) {
  child.signal = signal;
  children.push(child);
  return child;
}

function startService(dataDir, { port, key, sinkUrl }, started) {
  const environment = {
    ...readEnvironment().machine,
    NODE_ENV: 'development',
    LOG_LEVEL: 'warn',
    DATA_DIR: dataDir,
    HOST: '127.0.0.1',
    PORT: String(port),
    IMS_BASE_URL: sinkUrl,
    ADOBE_CLIENT_ID: 'soak',
    ADOBE_CLIENT_SECRETS: 'soak',
    INBOUND_API_KEYS: key,
    SERVICES_DIR: join(ROOT, 'services'),
  };
  const flags = [...START_FLAGS, '--import', join(HERE, 'soak-probe.mjs')];
  // In the data folder: a .env of the checkout must not take part.
  const child = Child.node('service', [...flags, join(ROOT, 'dist', 'src', 'main.js')], {
    cwd: dataDir,
    env: environment,
  });
  return own(child, started);
}

async function untilReady(service, url) {
  const giveUpAt = performance.now() + READY_WITHIN_MS;
  while (performance.now() < giveUpAt) {
    if (service.ended !== undefined) throw new Error(`the service ended with ${service.ended}\n${service.output}`);
    try {
      const answer = await request(`${url}/health/ready`, { headersTimeout: 5_000 });
      await answer.body.dump();
      if (answer.statusCode === 200) return;
    } catch {
      // Nobody listens yet.
    }
    await sleep(150, undefined, { signal: service.signal });
  }
  throw new Error(`the service was not ready after ${READY_WITHIN_MS / 1000} s\n${service.output}`);
}
