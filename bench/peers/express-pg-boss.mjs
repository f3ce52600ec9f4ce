// The plain pipeline on pg-boss: the answer waits until the job is a committed row of PostgreSQL. As its documents advise for
// many small jobs: fetched in batches, without a pause while batches come back full, settled job by job in one statement.
import { pathToFileURL } from 'node:url';
import { callBack, CONCURRENCY, RETRIES, runPipeline } from './plain-express.mjs';

const { PEER_MODULE, DATABASE_URL } = process.env;
const { PgBoss } = await import(pathToFileURL(PEER_MODULE).href);

const QUEUE = 'actions';
/** While one batch is at work the next one is fetched. */
const WORKERS = 2;
/** The least that pg-boss takes; while there is work it does not wait. */
const POLL_SECONDS = 0.5;
const CONNECTIONS = 20;

const boss = new PgBoss({ connectionString: DATABASE_URL, max: CONNECTIONS });
boss.on('error', (error) => console.error(error.message));
await boss.start();
await boss.createQueue(QUEUE, {
  retryLimit: RETRIES.attempts - 1,
  retryDelay: RETRIES.pauseSeconds,
  retryBackoff: true,
});

function work() {
  const options = {
    batchSize: CONCURRENCY / WORKERS,
    localConcurrency: WORKERS,
    burstWhenBatchFull: true,
    pollingIntervalSeconds: POLL_SECONDS,
    perJobResults: true,
  };
  return boss.work(QUEUE, options, (jobs) => Promise.all(jobs.map(callBackJob)));
}

async function callBackJob({ id, data }) {
  try {
    await callBack(data);
    return { id, status: 'completed' };
  } catch (error) {
    return { id, status: 'failed', output: { message: error.message } };
  }
}

await runPipeline({ addJob: (body) => boss.send(QUEUE, body), work });
