// The plain pipeline on Graphile Worker: the answer waits until the job is a committed row of PostgreSQL. As its page on
// performance advises: a local queue of one more than the jobs side by side, and completions in batches.
import { pathToFileURL } from 'node:url';
import { callBack, CONCURRENCY, RETRIES, runPipeline } from './plain-express.mjs';

const { PEER_MODULE, DATABASE_URL } = process.env;
const { Logger, makeWorkerUtils, run } = await import(pathToFileURL(PEER_MODULE).href);

const TASK = 'enrich';
const CONNECTIONS = 20;
const BATCH_DELAY_MS = 25;

const preset = {
  worker: {
    connectionString: DATABASE_URL,
    maxPoolSize: CONNECTIONS,
    concurrentJobs: CONCURRENCY,
    localQueue: { size: CONCURRENCY + 1 },
    completeJobBatchDelay: BATCH_DELAY_MS,
    failJobBatchDelay: BATCH_DELAY_MS,
    // A line per job would be measured with it.
    logger: new Logger(() => (level, message) => void (level === 'error' && console.error(message))),
  },
};
const utils = await makeWorkerUtils({ preset });
await utils.migrate();

async function addJob(body) {
  return (await utils.addJob(TASK, body, { maxAttempts: RETRIES.attempts })).id;
}

function work() {
  return run({ preset, noHandleSignals: true, taskList: { [TASK]: (body) => callBack(body) } });
}

await runPipeline({ addJob, work });
