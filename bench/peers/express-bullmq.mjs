// The pipeline most teams write: Express takes the request and adds a job, a BullMQ worker enriches and calls back.
// Nothing is stored in Postgres: what was acknowledged is in Redis only. One process does both, or one each (ROLE).
import { Queue, Worker } from 'bullmq';
import express from 'express';
import { Redis } from 'ioredis';
import { request } from 'undici';
import { endWithParent } from '../child.mjs';

const QUEUE = 'actions';
const CONCURRENCY = 64;
const { PORT, REDIS_URL, IMS_URL, API_KEY, ROLE = 'all' } = process.env;
const connect = () => new Redis(REDIS_URL, { maxRetriesPerRequest: null });

function serve() {
  const queue = new Queue(QUEUE, {
    connection: connect(),
    defaultJobOptions: {
      attempts: 5,
      backoff: { type: 'exponential', delay: 2_000 },
      removeOnComplete: true,
      removeOnFail: 1_000,
    },
  });
  const app = express();
  app.use(express.json({ limit: '1mb' }));
  app.post('/submitAsyncAction', async (incoming, answer) => {
    if (incoming.get('x-api-key') !== API_KEY) {
      answer.status(401).json({ error: 'unauthorized' });
      return;
    }
    const { token, callbackUrl, objectData } = incoming.body ?? {};
    if (!token || !callbackUrl || !objectData?.objectContext?.leadData?.email) {
      answer.status(400).json({ error: 'token, callbackUrl and an e-mail address are required' });
      return;
    }
    const job = await queue.add('enrich', incoming.body);
    answer.json({ requestId: job.id, status: 'accepted', message: 'Request accepted for processing' });
  });
  return new Promise((resolve) => app.listen(Number(PORT), '127.0.0.1', resolve));
}

let accessToken = null;

/** Fetched once and kept until shortly before it ends. */
function fetchAccessToken() {
  if (accessToken !== null && Date.now() < accessToken.untilMs) return accessToken.value;
  const untilMs = Date.now() + 3_600_000;
  accessToken = { untilMs, value: askForToken() };
  return accessToken.value;
}

async function askForToken() {
  const { body } = await request(`${IMS_URL}/ims/token/v3`, {
    method: 'POST',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'grant_type=client_credentials&client_id=bench&client_secret=bench',
  });
  return (await body.json()).access_token;
}

/** The same trivial enrichment as the service's: see ../bench.provider.mjs. */
function enrich({ email }) {
  const domain = email.slice(email.indexOf('@') + 1);
  const fields = { emailNormalized: email.toLowerCase(), emailDomain: domain, emailStatus: 'valid' };
  return { ...fields, accessorValues: { contactTier: 'hot' } };
}

async function callBack({ data }) {
  const { token, callbackUrl, objectData, context } = data;
  const leadData = { id: objectData.objectContext.leadId, ...enrich(objectData.objectContext.leadData) };
  const { statusCode, body } = await request(callbackUrl, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      authorization: `Bearer ${await fetchAccessToken()}`,
      'x-api-key': 'bench',
      'x-callback-token': token,
      'x-gw-ims-org-id': context.subscription.imsOrgId,
    },
    body: JSON.stringify({ objectData: [{ activityData: { success: true }, leadData }] }),
  });
  await body.dump();
  if (statusCode >= 300) throw new Error(`the callback was answered with ${statusCode}`);
}

function work() {
  const worker = new Worker(QUEUE, callBack, { connection: connect(), concurrency: CONCURRENCY });
  worker.on('error', (error) => console.error(error.message));
  return worker.waitUntilReady();
}

endWithParent();
process.on('SIGTERM', () => process.exit(0));
if (ROLE !== 'worker') await serve();
if (ROLE !== 'api') await work();
process.send({ kind: 'ready' });
