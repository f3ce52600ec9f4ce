// The three processes of a soak and how they are asked: the service on its embedded PostgreSQL, the sink, the load.
import { fork, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { readEnvironment } from '../dist/simulator/environment.js';
import { freePort } from '../dist/simulator/service-process.js';

const HERE = import.meta.dirname;
const ROOT = join(HERE, '..');
const READY_WITHIN_MS = 120_000;
const ANSWER_WITHIN_MS = 30_000;
const STOP_WITHIN_MS = 60_000;
const TAIL = 4_000;

/** A child that answers messages; whatever ends it early fails the question under way. */
class Peer {
  constructor(name, child) {
    this.name = name;
    this.child = child;
    this.output = '';
    for (const stream of [child.stdout, child.stderr]) {
      stream?.on('data', (chunk) => (this.output = (this.output + chunk).slice(-TAIL)));
    }
    this.exited = new Promise((resolve) =>
      child.once('close', (code, signal) => resolve(signal ?? `exit code ${code}`)),
    );
    void this.exited.then((how) => (this.ended = how));
  }

  /** Sends a message and resolves with the answer of that kind. */
  async ask(message, kind) {
    const answer = this.next(kind);
    this.child.send(message);
    return answer;
  }

  async next(kind) {
    const abort = new AbortController();
    let listener;
    const answered = new Promise((resolve) => {
      listener = (message) => message.kind === kind && resolve(message);
      this.child.on('message', listener);
    });
    try {
      const late = sleep(ANSWER_WITHIN_MS, undefined, { signal: abort.signal }).then(
        () => Promise.reject(new Error(`the ${this.name} did not answer within ${ANSWER_WITHIN_MS / 1000} s`)),
        () => undefined,
      );
      const gone = this.exited.then((how) => {
        throw new Error(`the ${this.name} ended with ${how}\n${this.output}`);
      });
      return await Promise.race([answered, late, gone]);
    } finally {
      abort.abort();
      this.child.removeListener('message', listener);
    }
  }

  /** SIGTERM, and SIGKILL to one that does not listen. */
  async stop() {
    if (this.ended !== undefined) return this.ended;
    this.child.kill('SIGTERM');
    const timer = setTimeout(() => this.child.kill('SIGKILL'), STOP_WITHIN_MS);
    const how = await this.exited;
    clearTimeout(timer);
    return how;
  }
}

/** Starts sink, service and load, in this order; `stop` ends whatever was started. */
export async function startProcesses(dataDir) {
  const started = [];
  const stop = async () => {
    for (const peer of started.reverse()) await peer.stop();
  };
  try {
    const sink = forkPeer('sink', 'soak-sink.mjs', [], started);
    const { port: sinkPort } = await sink.next('ready');
    const sinkUrl = `http://127.0.0.1:${sinkPort}`;
    const [key, port] = [randomBytes(24).toString('hex'), await freePort()];
    const url = `http://127.0.0.1:${port}`;
    const service = startService(dataDir, { port, key, sinkUrl }, started);
    await untilReady(service, url);
    const load = forkPeer('load', 'soak-load.mjs', [url, key, sinkUrl], started);
    await load.next('ready');
    return { sink, service, load, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

function forkPeer(name, file, args, started) {
  const child = fork(join(HERE, file), args, { silent: true });
  const peer = new Peer(name, child);
  started.push(peer);
  return peer;
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
  const flags = ['--expose-gc', '--enable-source-maps', '--import', join(HERE, 'soak-probe.mjs')];
  // In the data folder: a .env of the checkout must not take part.
  const child = spawn(process.execPath, [...flags, join(ROOT, 'dist', 'src', 'main.js')], {
    cwd: dataDir,
    env: environment,
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const peer = new Peer('service', child);
  started.push(peer);
  return peer;
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
    await sleep(150);
  }
  throw new Error(`the service was not ready after ${READY_WITHIN_MS / 1000} s\n${service.output}`);
}
