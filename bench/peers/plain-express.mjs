// Both ends that every plain pipeline shares, whatever its queue: Express takes the request, undici calls back.
import express from 'express';
import { request } from 'undici';
import { endWithParent } from '../child.mjs';

const { PORT, IMS_URL, API_KEY, ROLE = 'all' } = process.env;

/** How often a job is tried, and the first pause in seconds; later ones double. */
export const RETRIES = { attempts: 5, pauseSeconds: 2 };
/** Jobs side by side. */
export const CONCURRENCY = 64;

/**
 * Runs the process that ROLE says: intake, work, or both.
 * @param addJob puts a body into the queue and resolves with the job's id once the queue has it
 * @param work begins to work off the queue, each job by {@link callBack}
 */
export async function runPipeline({ addJob, work }) {
  endWithParent();
  process.on('SIGTERM', () => process.exit(0));
  if (ROLE !== 'worker') await serve(addJob);
  if (ROLE !== 'api') await work();
  process.send({ kind: 'ready' });
}

function serve(addJob) {
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
    const requestId = await addJob(incoming.body);
    answer.json({ requestId, status: 'accepted', message: 'Request accepted for processing' });
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

/** The work of a job: enriches the lead of a request and calls back. @throws when the callback was not taken */
export async function callBack({ token, callbackUrl, objectData, context }) {
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
