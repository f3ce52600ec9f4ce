// From a start on a database that has its tables until the first request is served: of `npm start` with its own PostgreSQL,
// and of the process alone on a PostgreSQL that runs, as a container starts it. Beside another build in turns.
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { request } from 'node:http';
import { dirname, join } from 'node:path';
import { BEFORE, beforeRounds, compareToBefore } from '../before.mjs';
import { Child } from '../child.mjs';
import { serviceEnvironment } from '../contenders.mjs';
import { alternate } from '../rounds.mjs';
import { START_FLAGS } from '../start-flags.mjs';

const NPM_START = 'npm start';
const PROCESS = 'the process alone';
const LOOK_MS = 5;
const READY_WITHIN_MS = 120_000;

/**
 * @returns sides as in {@link alternate}, each with `readyMs`; with another build `beforeRatio` (time before / now of
 *   `npm start`) and `processBeforeRatio`
 */
export async function measureStartPart(world, { startRounds }) {
  const builds = [['', { dist: world.dist, startFlags: START_FLAGS }]];
  if (world.before !== null) builds.push([` ${BEFORE}`, world.before]);
  const measure = {};
  for (const [suffix, build] of builds) {
    const starts = await prepare(world, build);
    measure[NPM_START + suffix] = starts.withNpm;
    measure[PROCESS + suffix] = starts.alone;
  }
  // The first start makes the cluster and the tables, the second leaves behind what a build keeps for the next one.
  for (const start of Object.values(measure)) {
    await start();
    await start();
  }
  const rounds = world.before === null ? startRounds : beforeRounds(startRounds);
  const { sides, results } = await alternate(world, rounds, measure);
  const compare = (name) => compareToBefore(results[name], results[`${name} ${BEFORE}`]);
  return {
    sides,
    readyMs: { npmStart: 1000 / sides[NPM_START].median, process: 1000 / sides[PROCESS].median },
    ...(world.before !== null && { beforeRatio: compare(NPM_START), processBeforeRatio: compare(PROCESS) }),
  };
}

/** Each build has a database and folders of its own, so that none finds what another one wrote. */
async function prepare(world, { dist, startFlags }) {
  const home = dirname(dist);
  if (existsSync(join(home, '.env'))) throw new Error(`${home}/.env would take part in npm start: move it away`);
  const folders = await Promise.all(
    ['npm', 'process'].map(async (name) => {
      const folder = join(world.folder, `start-${name}-${await world.freePort()}`);
      await mkdir(folder);
      return folder;
    }),
  );
  const databaseUrl = await world.createDatabase(`start_${await world.freePort()}`);
  const shared = serviceEnvironment(world);
  return {
    withNpm: () =>
      measureStart(world, 'npm', ['start', '--silent'], home, {
        ...shared,
        DATA_DIR: folders[0],
        PATH: pathOfThisNode(),
      }),
    alone: () =>
      measureStart(world, process.execPath, [...startFlags, join(dist, 'src', 'main.js')], folders[1], {
        ...shared,
        DATA_DIR: folders[1],
        DATABASE_URL: databaseUrl,
      }),
  };
}

/** One start and its end. */
async function measureStart(world, command, args, cwd, env) {
  const port = await world.freePort();
  const startedAtMs = performance.now();
  const child = Child.program('start', command, args, { cwd, env: { ...env, PORT: String(port) } });
  child.signal = world.signal;
  try {
    await untilReady(world, child, port, startedAtMs + READY_WITHIN_MS);
    const readyMs = performance.now() - startedAtMs;
    return {
      perSecond: 1000 / readyMs,
      told: `ready after ${readyMs.toFixed(0)} ms`,
      msPerAction: 0,
      cores: 0,
      machineBusy: 0,
      saturated: true,
      problems: [],
    };
  } finally {
    await child.stop();
  }
}

async function untilReady(world, child, port, giveUpAtMs) {
  while ((await statusOf(port)) !== 200) {
    if (child.ended !== undefined) throw new Error(`the start ended with ${child.ended}\n${child.output}`);
    if (performance.now() > giveUpAtMs) throw new Error(`not ready after ${READY_WITHIN_MS} ms\n${child.output}`);
    await world.pause(LOOK_MS);
  }
}

/** Null while no process listens. */
function statusOf(port) {
  return new Promise((resolve) => {
    const asked = request({ host: '127.0.0.1', port, path: '/health/ready', agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    });
    asked.once('error', () => resolve(null)).end();
  });
}

/** npm and its scripts run under the Node that is measured. */
function pathOfThisNode() {
  return `${dirname(process.execPath)}:${process.env.PATH}`;
}
