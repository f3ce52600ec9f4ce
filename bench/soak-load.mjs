// Adobe's other side, a process of its own: submits leads at a fixed rate, or as fast as callbacks come back.
import { Pool } from 'undici';

const TICK_MS = 10;
/** Requests under way at most, or those of a second: looking at the heap collects it all, which stalls the service. */
const UNDER_WAY_MAX = 256;
/** As fast as possible: acknowledged and not yet called back at most. */
const WINDOW = 600;

const [url, key, callbackBase] = process.argv.slice(2);
const pool = new Pool(url, { connections: 32, headersTimeout: 30_000, bodyTimeout: 30_000 });
const counts = { sent: 0, accepted: 0, refused: 0, failed: 0, skipped: 0 };
/** Answers other than an acknowledgement, by status. */
const statuses = {};
let underWay = 0;
let rate = 0;
let unlimited = false;
let delivered = 0;
let owed = 0;
let lastTickMs = performance.now();

function bodyOf(number) {
  const token = `soak-${number}-${Date.now()}`;
  return JSON.stringify({
    token,
    callbackUrl: `${callbackBase}/callback`,
    objectData: {
      objectType: 'lead',
      objectContext: {
        leadId: number,
        leadData: {
          email: `person.${number}@example${number % 500}.com`,
          firstName: 'ada',
          lastName: 'LOVELACE',
          phone: '+44 20 7946 0018',
          country: 'United Kingdom',
          jobTitle: 'Chief Analyst',
        },
      },
      flowStepContext: {},
    },
    context: {
      subscription: { prefix: 'acme', imsOrgId: 'SOAK@AdobeOrg', instanceName: 'acme', munchkinId: '123-ABC-456' },
      journey: { id: 'journey-7', name: 'Welcome', status: 'live' },
    },
    actionConfig: { timeout: 60, pathConfig: [{ pathId: 'default', pathDefinition: [] }] },
    enableSplitPaths: true,
  });
}

async function submit() {
  counts.sent += 1;
  underWay += 1;
  try {
    const answer = await pool.request({
      path: '/submitAsyncAction',
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': key },
      body: bodyOf(counts.sent),
    });
    await answer.body.dump();
    if (answer.statusCode === 200) counts.accepted += 1;
    else {
      counts.refused += 1;
      statuses[answer.statusCode] = (statuses[answer.statusCode] ?? 0) + 1;
    }
  } catch {
    // Counted: the verdict says so, and the next one is tried.
    counts.failed += 1;
  } finally {
    underWay -= 1;
  }
}

setInterval(() => {
  const nowMs = performance.now();
  owed = unlimited
    ? WINDOW - (counts.accepted - delivered) - underWay
    : Math.min(owed + (rate * (nowMs - lastTickMs)) / 1_000, rate);
  lastTickMs = nowMs;
  for (; owed >= 1; owed -= 1) {
    if (underWay < Math.max(UNDER_WAY_MAX, rate)) void submit();
    else if (unlimited) break;
    else counts.skipped += 1;
  }
}, TICK_MS);

process.on('message', (message) => {
  if (message.kind === 'pace') {
    rate = message.rate ?? 0;
    unlimited = message.rate === null;
    owed = 0;
  }
  if (message.kind === 'delivered') delivered = message.count;
  if (message.kind === 'report') process.send({ kind: 'report', ...counts, underWay, statuses });
});
process.on('disconnect', () => process.exit());
process.send({ kind: 'ready' });
