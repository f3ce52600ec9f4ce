// The pipeline most teams write: Express takes the request and adds a job, a BullMQ worker enriches and calls back.
// Nothing is stored in Postgres: what was acknowledged is in Redis only. One process does both, or one each (ROLE).
import { Queue, Worker } from 'bullmq';
import { Redis } from 'ioredis';
import { callBack, CONCURRENCY, RETRIES, runPipeline } from './plain-express.mjs';

const QUEUE = 'actions';
const connect = () => new Redis(process.env.REDIS_URL, { maxRetriesPerRequest: null });
let queue = null;

async function addJob(body) {
  queue ??= new Queue(QUEUE, {
    connection: connect(),
    defaultJobOptions: {
      attempts: RETRIES.attempts,
      backoff: { type: 'exponential', delay: RETRIES.pauseSeconds * 1_000 },
      removeOnComplete: true,
      removeOnFail: 1_000,
    },
  });
  return (await queue.add('enrich', body)).id;
}

function work() {
  const worker = new Worker(QUEUE, ({ data }) => callBack(data), { connection: connect(), concurrency: CONCURRENCY });
  worker.on('error', (error) => console.error(error.message));
  return worker.waitUntilReady();
}

await runPipeline({ addJob, work });
