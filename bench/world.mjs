// What every measurement runs in: PostgreSQL as `npm start` runs it (fsync on), a Redis of its own, load and sink as
// processes of their own, all on loopback in a temporary folder that is removed afterwards.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmod, mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Redis } from 'ioredis';
import pg from 'pg';
import { Child } from './child.mjs';
import { crashServersBelow, endAtOnceOn } from './interruption.mjs';
import { findProgram } from './find-program.mjs';

const HERE = import.meta.dirname;

/** The surroundings of the contenders; {@link World.stop} ends and removes everything it ever started. */
export class World {
  callerKey = randomBytes(24).toString('hex');
  adminKey = randomBytes(24).toString('hex');
  #epoch = 0;
  #redisDatabase = 0;
  /** Ended in reverse order. */
  #endings = [];

  /** @param dist the compiled service; @param signal aborts waits; @param say writes a line of progress */
  static async start(surroundings) {
    const world = new World(surroundings);
    try {
      await world.#start();
    } catch (error) {
      await world.stop();
      throw error;
    }
    return world;
  }

  /**
   * @param before the compiled service of another build, null for none
   * @param levers what differs from the defaults: the service's environment, its Node's flags, settings of PostgreSQL
   * @param profileFolder where profiles go, null for none
   * @param client how the load sends
   * @param prepared by part, what was fetched for it beforehand
   */
  constructor({ dist, before = null, signal, say, levers, profileFolder = null, client = 'socket', prepared = {} }) {
    Object.assign(this, { dist, before, signal, say, levers, profileFolder, client, prepared });
    /** By side, the rounds of the part under way: what an interrupted run has to show. */
    this.rounds = {};
  }

  async #start() {
    // First: without it nothing has been started yet.
    const redisServer = findProgram('redis-server');
    if (redisServer === null) {
      throw new Error(
        'The bench needs redis-server, which is not on the PATH. On Debian: apt-get install redis-server',
      );
    }
    this.folder = await mkdtemp(join(tmpdir(), 'ricochet-bench-'));
    this.#endings.push(() => rm(this.folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 }));
    // PostgreSQL started by root runs as another user, who must get to its own folder in here.
    await chmod(this.folder, 0o711);
    endAtOnceOn(this.signal, this.folder);
    const { startEmbeddedPostgres } = await import(join(this.dist, 'src', 'database', 'embedded-postgres.js'));
    const postgres = await startEmbeddedPostgres({
      dataDir: this.folder,
      log: () => undefined,
      settings: this.levers.postgres,
    });
    this.#endings.push(() => (this.signal.aborted ? crashServersBelow(this.folder) : postgres.stop()));
    this.signal.throwIfAborted();
    this.postgresUrl = postgres.url;
    this.postgresPid = Number((await readFile(join(this.folder, 'postgres', 'postmaster.pid'), 'utf8')).split('\n')[0]);
    await this.#startRedis(redisServer);
    this.sink = this.#own(Child.fork('sink', join(HERE, 'sink.mjs')));
    this.sinkUrl = `http://127.0.0.1:${(await this.sink.next('ready')).port}`;
    this.sink.child.send({ kind: 'guard', pids: [this.postgresPid, this.redis.pid] });
    this.load = this.#own(Child.fork('load', join(HERE, 'load.mjs'), [this.client]));
    await this.load.next('ready');
  }

  async #startRedis(program) {
    const { freePort } = await import(join(this.dist, 'simulator', 'free-port.js'));
    this.freePort = freePort;
    const port = await freePort();
    // Nothing is written to disk: the fastest Redis there is, for whoever keeps everything in it.
    const flags = ['--port', port, '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no', '--databases', 64];
    const options = { stdio: ['ignore', 'pipe', 'pipe'], cwd: this.folder };
    this.redis = this.#own(new Child('redis-server', spawn(program, flags.map(String), options)));
    this.redisBase = `redis://127.0.0.1:${port}`;
    const client = new Redis(this.redisBase, { lazyConnect: true, maxRetriesPerRequest: 50, retryStrategy: () => 100 });
    client.on('error', () => undefined);
    try {
      await Promise.race([
        client.ping(),
        this.redis.exited.then((how) => {
          throw new Error(`redis-server ended with ${how}\n${this.redis.output}`);
        }),
      ]);
      this.redisVersion = /redis_version:(\S+)/.exec(await client.info('server'))?.[1] ?? null;
    } finally {
      // A client that goes on looking for its server keeps the program alive.
      client.disconnect();
    }
  }

  #own(child) {
    child.signal = this.signal;
    this.#endings.push(() => child.stop());
    return child;
  }

  /** Runs with something that is stopped afterwards, whatever happens. */
  async with(starting, use) {
    const started = [];
    this.#endings.push(() => Promise.all(started.map((one) => one.stop())));
    const ending = this.#endings.at(-1);
    try {
      for (const start of starting) started.push(await start());
      return await use(...started);
    } finally {
      await ending();
      this.#endings.splice(this.#endings.indexOf(ending), 1);
    }
  }

  /** Makes an empty database and returns its address. */
  async createDatabase(name) {
    await this.query(this.postgresUrl, `CREATE DATABASE ${name}`);
    const url = new URL(this.postgresUrl);
    url.pathname = `/${name}`;
    return url.href;
  }

  async dropDatabase(url) {
    await this.query(this.postgresUrl, `DROP DATABASE ${new URL(url).pathname.slice(1)} WITH (FORCE)`);
  }

  /** One statement on a connection of its own. @returns its rows. */
  async query(url, text, values = []) {
    return this.withClient(url, async (client) => (await client.query(text, values)).rows);
  }

  async withClient(url, use) {
    const client = new pg.Client({ connectionString: url, application_name: 'bench' });
    client.on('error', () => undefined);
    await client.connect();
    try {
      return await use(client);
    } finally {
      await client.end();
    }
  }

  /** Of the one Redis, a database nobody else uses: two deployments share neither queues nor names. */
  nextRedisUrl() {
    return `${this.redisBase}/${this.#redisDatabase++}`;
  }

  /** Names a round: what arrives for another one is a stray. */
  nextEpoch() {
    return this.#epoch++;
  }

  pause(ms) {
    return sleep(ms, undefined, { signal: this.signal });
  }

  async stop() {
    for (const end of this.#endings.splice(0).reverse()) {
      await end().catch((error) => this.say(`While stopping: ${error.message}`));
    }
  }
}
